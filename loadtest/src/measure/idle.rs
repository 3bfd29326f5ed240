//! What a connection costs that does nothing.

use clap::Args;

use super::{fanout, process, say};
use crate::plan::Target;

#[derive(Debug, Clone, Args)]
pub(crate) struct Idle {
    #[command(flatten)]
    target: Target,
    /// The server's process.
    #[arg(long)]
    pid: u32,
    /// Connections.
    #[arg(long, default_value_t = 2_000)]
    sockets: usize,
}

impl Idle {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let before = process::resident_bytes(self.pid)?;
        let sockets = fanout::open(&self.target, self.sockets).await?;
        let after = process::resident_bytes(self.pid)?;
        let each = after.saturating_sub(before) as f64 / sockets.len().max(1) as f64 / 1_024.0;
        say(&format!("{} idle connections: {each:.1} KiB each", sockets.len()));
        Ok(())
    }
}
