//! The account's line, kept up: it connects, binds, and after an end connects again, later each time and never
//! all at the same moment. Meanwhile the account's gate lets nothing through.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::super::{Gate, full_jitter};
use super::End;
use super::intake::Intake;
use super::line::Line;
use super::settings::Settled;
use super::{session, wire};
use crate::clock::Clock;
use crate::dice::Dice;
use crate::secret::random_bytes;

/// The first wait for a new connection, at most.
const WAIT_FIRST: Duration = Duration::from_secs(1);
/// The longest one.
const WAIT_LONGEST: Duration = Duration::from_secs(60);
/// A session that lasted so long was a good one: the waits begin anew.
const STEADY: Duration = Duration::from_secs(30);

/// What the line stands on.
pub(super) struct Account {
    pub(super) settled: Settled,
    pub(super) line: Arc<Line>,
    pub(super) intake: Intake,
    pub(super) gate: Arc<Gate>,
    pub(super) clock: Clock,
}

impl Account {
    /// Keeps the line up, for ever.
    pub(super) async fn keep(self) {
        let name = self.settled.name.clone();
        let mut dice = Dice::of(u64::from_le_bytes(random_bytes()), &[name.as_bytes()]);
        let mut tries = 0;
        loop {
            let began = Instant::now();
            let end = self.session().await;
            if began.elapsed() > STEADY {
                tries = 0;
            }
            let wait = full_jitter(WAIT_FIRST, WAIT_LONGEST, tries, &mut dice);
            tries = tries.saturating_add(1);
            self.gate.line_down(Instant::now() + wait, Some(end.failure()), self.clock.now());
            metrics::counter!("parloir_smpp_sessions_ended_total").increment(1);
            tracing::warn!(provider = name, %end, "smpp.session_ended");
            tokio::time::sleep(wait).await;
        }
    }

    async fn session(&self) -> End {
        let (mut reader, mut writer) = match wire::connect(&self.settled.place).await {
            Ok(connected) => connected,
            Err(end) => return end,
        };
        if let Err(end) = session::bind(&mut reader, &mut writer, &self.settled).await {
            return end;
        }
        let mut orders = self.line.up();
        self.gate.line_up();
        tracing::info!(provider = self.settled.name, "smpp.bound");
        let end = session::run((reader, writer), &self.settled, &self.intake, &mut orders).await;
        self.line.down(orders);
        end
    }
}
