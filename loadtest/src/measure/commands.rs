//! How many commands a second one connection gets acknowledged.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use clap::Args;
use parloir_client::{Client, Options};

use super::say;
use crate::agent::{self, options};
use crate::plan::Target;
use crate::{fill, smoke};

#[derive(Debug, Clone, Args)]
pub(crate) struct Commands {
    #[command(flatten)]
    target: Target,
    /// Commands per figure.
    #[arg(long, default_value_t = 5_000)]
    commands: u64,
}

impl Commands {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        for in_flight in [1, 64] {
            let of_client = options(&self.target.url, &self.target.token);
            let client = Client::connect(Options { in_flight_max: in_flight, ..of_client })?;
            agent::live(&client).await?;
            let conversations = Arc::new(fill::conversations(&client, smoke::channel(&client)?).await?);
            let left = Arc::new(AtomicU64::new(self.commands));
            let began = Instant::now();
            let hands = (0..in_flight).map(|hand| {
                let (client, left, conversations) =
                    (client.clone(), Arc::clone(&left), Arc::clone(&conversations));
                async move {
                    let take = |left: u64| left.checked_sub(1);
                    while let Ok(n) = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take) {
                        let conversation_id = conversations[(n as usize + hand) % conversations.len()];
                        let text = format!("Note {n}");
                        client.command(fill::note(conversation_id, text)).await?;
                    }
                    anyhow::Ok(())
                }
            });
            futures_util::future::try_join_all(hands).await?;
            let per_second = self.commands as f64 / began.elapsed().as_secs_f64();
            say(&format!("{in_flight} in flight: {per_second:.0} commands a second"));
            client.leave().await;
        }
        Ok(())
    }
}
