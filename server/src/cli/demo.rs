//! `parloir demo`: a server with a workspace to look at, people to be, and customers who write.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;

use super::serve::{say, started, stop_signal};
use crate::config::{Config, Flags};
use crate::demo;
use crate::serve::Remains;

#[derive(Debug, Args)]
pub(crate) struct DemoFlags {
    #[command(flatten)]
    serve: Flags,
    /// Keep the histories, but let nobody write by themselves
    #[arg(long)]
    quiet_customers: bool,
}

/// Serves the demonstration until SIGINT or SIGTERM.
///
/// # Errors
/// Those of a server's start, and of making the demonstration.
pub(super) async fn run(flags: &DemoFlags) -> anyhow::Result<Remains> {
    let config = Config { open_simulator: true, open_webhooks: true, ..Config::settle(&flags.serve)? };
    let server = started(&config).await?;
    let url = format!("http://{}", reachable(server.address));
    let file = demo::prepare(&server.node, &config.data_dir).await?.at(&url);
    file.write(&config.data_dir).context("cannot write demo.json")?;
    let first = server.demo.set(file.people());
    assert!(first.is_ok(), "a demonstration is made once");
    if !flags.quiet_customers {
        tokio::spawn(demo::run_customers(Arc::clone(&server.node)));
    }
    say(&format!("listening on {url}"));
    let written = config.data_dir.join("demo.json");
    say("you may be:");
    for agent in &file.agents {
        say(&format!("  {} ({})", agent.name, agent.role));
    }
    say(&format!("open {url} in a browser; a second window shows a second agent"));
    say(&format!("their tokens are in {}", written.display()));
    let program = std::env::args().next().unwrap_or_else(|| "parloir".to_owned());
    say("work the queue from a second terminal, as one of them:");
    say(&format!("  {program} watch --as Nadia --demo {}", written.display()));
    say(&format!("  {program} next --as Nadia --demo {}", written.display()));
    stop_signal().await?;
    say("stopping");
    Ok(server.stop().await)
}

/// Where a browser on this machine finds a server that listens at `address`.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, address.port())
}
