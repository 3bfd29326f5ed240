//! What a delivery costs the server: many sockets that only count, and one agent who writes.

use clap::Args;
use futures_util::future::try_join_all;
use parloir_client::Client;

use super::{process, say};
use crate::agent::{self, options};
use crate::plan::Target;
use crate::raw::{Raw, contains};
use crate::{fill, smoke};

/// Sockets that are opened at once.
const OPENING: usize = 50;

#[derive(Debug, Clone, Args)]
pub(crate) struct Fanout {
    #[command(flatten)]
    target: Target,
    /// The server's process.
    #[arg(long)]
    pid: u32,
    /// Sockets that listen.
    #[arg(long, default_value_t = 1_000)]
    sockets: usize,
    /// Notes that are written.
    #[arg(long, default_value_t = 1_000)]
    messages: usize,
}

impl Fanout {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let client = Client::connect(options(&self.target.url, &self.target.token))?;
        agent::live(&client).await?;
        let conversations = fill::conversations(&client, smoke::channel(&client)?).await?;
        let sockets = open(&self.target, self.sockets).await?;
        let before = process::cpu_seconds(self.pid)?;
        let end = format!("the end {}", uuid::Uuid::now_v7());
        let counting: Vec<_> = sockets
            .into_iter()
            .map(|mut socket| {
                let end = end.clone();
                tokio::spawn(async move { socket.until(|frame| contains(frame, end.as_bytes())).await })
            })
            .collect();
        for n in 0..self.messages {
            let text = if n + 1 == self.messages { end.clone() } else { format!("Note {n}") };
            let conversation_id = conversations[n % conversations.len()];
            client.command(fill::note(conversation_id, text)).await?;
        }
        let mut deliveries = 0;
        for counted in counting {
            deliveries += counted.await??;
        }
        let spent = process::cpu_seconds(self.pid)? - before;
        let per_million = spent * 1e6 / deliveries.max(1) as f64;
        say(&format!(
            "{} sockets, {deliveries} deliveries: {spent:.2} CPU seconds, {per_million:.2} per million",
            self.sockets
        ));
        Ok(())
    }
}

pub(super) async fn open(target: &Target, sockets: usize) -> anyhow::Result<Vec<Raw>> {
    let mut open = Vec::with_capacity(sockets);
    while open.len() < sockets {
        let some = (sockets - open.len()).min(OPENING);
        open.extend(try_join_all((0..some).map(|_| Raw::open(target))).await?);
    }
    Ok(open)
}
