//! SMPP 3.4 as a client of a network's message centre: one bound line for an account, texts out of it, texts and
//! receipts into it. A message centre knows no key of ours, so a lost answer stays a lost answer.

use std::io::ErrorKind;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use parloir_desk::entity::Failure;
use parloir_protocol::ids::ChannelId;
use rusmpp::pdus::SubmitSm;
use thiserror::Error;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};

use super::settings::Table;
use super::verdict::{lost, not_called};
use super::{
    BadPayload, Capabilities, FetchError, Fetched, Files, Gate, Ground, Idempotency, MediaRef, Outcome,
    Outgoing, Provider, Rate, RawRequest, Reports, Verdict, full_jitter,
};
use crate::clock::Clock;
use crate::dice::Dice;

use account::Account;
use intake::{Door, Intake};
use line::Line;
use pdu::BadPdu;
use settings::Settled;
use shelf::Shelf;
use submit::Unfit;
use told::Told;
use window::Said;

pub(super) use settings::Keys;

mod account;
mod body;
mod characters;
mod codes;
mod delivered;
mod door;
mod header;
mod intake;
mod line;
mod names;
mod parts;
mod pdu;
mod receipt;
mod session;
mod settings;
mod shelf;
mod submit;
#[cfg(test)]
mod tests;
mod told;
mod window;
mod wire;

/// What one account may have a second, where nothing else is agreed.
const PER_SECOND: u32 = 10;
/// All parts of a message together: below what the outbox waits.
const MESSAGE_MAX: Duration = Duration::from_secs(25);
/// The first wait of a part that comes too fast behind another, at most.
const PART_WAIT_FIRST: Duration = Duration::from_millis(200);
/// The longest one.
const PART_WAIT_LONGEST: Duration = Duration::from_secs(5);

/// One account.
pub(super) struct Smpp {
    settled: Settled,
    rate: Rate,
    line: Arc<Line>,
    keeping: OnceLock<AbortHandle>,
}

/// Why a session ended.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
enum End {
    #[error("the message centre cannot be reached: {0}")]
    NotReached(String),
    #[error("the message centre refuses the bind with status {0:#x}")]
    Refused(u32),
    #[error("the message centre closed the connection")]
    Closed,
    #[error("the message centre unbound")]
    Unbound,
    #[error("the message centre says nothing any more")]
    Silent,
    #[error("the message centre reads nothing any more")]
    NotReading,
    #[error("the connection broke: {0}")]
    Broken(ErrorKind),
    #[error(transparent)]
    Bad(BadPdu),
}

impl End {
    fn failure(&self) -> Failure {
        match self {
            Self::Refused(status) => codes::bind_failure(*status),
            Self::NotReached(_)
            | Self::Closed
            | Self::Unbound
            | Self::Silent
            | Self::NotReading
            | Self::Broken(_)
            | Self::Bad(_) => Failure::Unknown,
        }
    }
}

impl Smpp {
    pub(super) fn new(table: &Table<'_>) -> Result<Self, String> {
        let settled = settings::settled(table)?;
        let line = Arc::new(Line::new(settled.window));
        Ok(Self { rate: table.rate(PER_SECOND), settled, line, keeping: OnceLock::new() })
    }

    /// Keeps the line up from here on; what comes in goes to `door`, what outlives the process into `folder`.
    fn keep(
        &self,
        door: Door,
        folder: &std::path::Path,
        gate: Arc<Gate>,
        clock: Clock,
    ) -> std::io::Result<()> {
        let now = clock.now();
        let shelf = Shelf::open(folder.join("parts"), now)?;
        let intake = Intake::start(door, clock.clone(), Told::open(folder, now), shelf);
        let (settled, line) = (self.settled.clone(), Arc::clone(&self.line));
        gate.line_down(Instant::now(), None, now);
        let account = Account { settled, line, intake, gate, clock };
        let keeping = tokio::spawn(account.keep()).abort_handle();
        if let Err(second) = self.keeping.set(keeping) {
            second.abort();
        }
        Ok(())
    }

    async fn hand_over(&self, outgoing: &Outgoing) -> Outcome {
        let by = Instant::now() + MESSAGE_MAX;
        let mut parts = match submit::of(outgoing, self.settled.writing) {
            Ok(parts) => parts.into_iter(),
            Err(Unfit::Text) => return Outcome::Failed { failure: Failure::Unsupported },
            Err(Unfit::Address) => return Outcome::Failed { failure: Failure::InvalidNumber },
        };
        let Some(first) = parts.next() else { return Outcome::Failed { failure: Failure::Unsupported } };
        // The others follow once it is sure that the message may leave at all.
        match self.outcome(self.line.submit(first, Instant::now() + self.settled.patience).await) {
            Outcome::Accepted { .. } if parts.len() > 0 => self.rest(parts.collect(), by).await,
            outcome => outcome,
        }
    }

    /// A message of which something left is never said to have failed, and never sent again.
    async fn rest(&self, parts: Vec<SubmitSm>, by: Instant) -> Outcome {
        let mut last = Outcome::Unknown;
        for outcome in join_all(parts.into_iter().map(|part| self.insist(part, by))).await {
            match outcome {
                Outcome::Accepted { .. } => last = outcome,
                Outcome::Failed { .. } | Outcome::Later(_) | Outcome::Unknown => {
                    return lost(&self.settled.name, "only some parts were accepted");
                }
            }
        }
        last
    }

    /// Says a part until it is told otherwise than to slow down.
    async fn insist(&self, part: SubmitSm, by: Instant) -> Outcome {
        let mut dice = Dice::of(0, &[&format!("{:?}", part.short_message()).into_bytes()]);
        let mut tries = 0;
        loop {
            let said = self.line.submit(part.clone(), by.min(Instant::now() + self.settled.patience)).await;
            let outcome = self.outcome(said);
            let wait = full_jitter(PART_WAIT_FIRST, PART_WAIT_LONGEST, tries, &mut dice);
            tries = tries.saturating_add(1);
            match outcome {
                Outcome::Later(_) if Instant::now() + wait < by => sleep(wait).await,
                Outcome::Accepted { .. } | Outcome::Failed { .. } | Outcome::Later(_) | Outcome::Unknown => {
                    return outcome;
                }
            }
        }
    }

    fn outcome(&self, said: Said) -> Outcome {
        match said {
            Said::Answer { status: codes::OK, name } if !name.trim().is_empty() => {
                Outcome::Accepted { provider_message_id: self.settled.names.of_answer(&name) }
            }
            Said::Answer { status: codes::OK, .. } => lost(&self.settled.name, "the answer names no message"),
            Said::Answer { status, .. } => codes::outcome(status),
            Said::Unsaid => not_called(&self.settled.name, "the line is down or its window full"),
            Said::Lost => lost(&self.settled.name, "no answer came"),
        }
    }
}

impl Drop for Smpp {
    fn drop(&mut self) {
        if let Some(keeping) = self.keeping.get() {
            keeping.abort();
        }
    }
}

impl Provider for Smpp {
    fn name(&self) -> &str {
        &self.settled.name
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::TEXT
    }

    fn rate(&self) -> Rate {
        self.rate
    }

    fn begin(&self, ground: &Ground, gate: &Arc<Gate>) {
        let name = &self.settled.name;
        let door = door::door(&ground.node, &ground.poison, name);
        let folder = ground.folder.join("smpp").join(name);
        if let Err(error) = self.keep(door, &folder, Arc::clone(gate), ground.node.clock.clone()) {
            // Nothing that comes in could be kept, so nothing is asked for.
            gate.line_down(Instant::now(), Some(Failure::Unknown), ground.node.clock.now());
            tracing::error!(provider = name, %error, "smpp.folder_not_usable");
        }
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing, _: &'a dyn Files) -> BoxFuture<'a, Outcome> {
        self.hand_over(outgoing).boxed()
    }

    /// It takes no key of ours, and asking for a message needs the name that the lost answer had.
    fn idempotency(&self) -> Idempotency<'_> {
        Idempotency::Neither
    }

    /// Nothing comes in but over the line.
    fn verify(&self, _: &RawRequest) -> Verdict {
        Verdict::Forged
    }

    fn receive(&self, _: ChannelId, body: &[u8]) -> Result<Reports, BadPayload> {
        let read = body::read(body, self.settled.names).map(Reports::from);
        read.map_err(|reason| BadPayload { provider: "smpp", reason })
    }

    fn fetch<'a>(&'a self, media: &'a MediaRef) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        std::future::ready(Err(FetchError::Gone(media.reference.clone()))).boxed()
    }
}
