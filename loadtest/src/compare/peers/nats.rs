//! NATS with its own WebSocket listener.

use std::net::SocketAddr;
use std::process::Command;

use super::{Plan, Site};
use crate::compare::absent;
use crate::compare::process::free_address;
use crate::crowd::tongue::Tongue;
use crate::folder::Folder;

pub(super) fn plan(site: Site<'_>, address: SocketAddr, folder: Folder) -> anyhow::Result<Plan> {
    let program = absent::program("nats-server")?;
    let settings = format!(
        "listen: \"{}\"\nmax_connections: {}\nmax_pending: 268435456\nwrite_deadline: \"60s\"\n\
         ping_interval: \"30m\"\nwebsocket {{ listen: \"{address}\", no_tls: true, compression: false }}\n",
        free_address()?,
        site.connections_max
    );
    let file = folder.path().join("nats.conf");
    std::fs::write(&file, settings)?;
    let mut program = Command::new(program);
    program.arg("--config").arg(file);
    Ok(Plan { program, folder, tongue: Tongue::Nats })
}
