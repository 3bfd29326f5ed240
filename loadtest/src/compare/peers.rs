//! How each peer is started, one file each: its settings, and nothing of what is measured. Settings are those that
//! let it deliver everything as cheaply as it can.

use std::net::SocketAddr;
use std::path::Path;

use super::absent::Absent;
use super::process::{Process, free_address};
use super::who::Who;
use crate::cores::Cores;
use crate::crowd::tongue::Tongue;
use crate::folder::Folder;

mod centrifugo;
mod floor;
mod mosquitto;
mod nats;
mod nchan;
mod node;
pub(crate) mod postgres;

/// What a start needs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'a> {
    pub(crate) folder: Option<&'a Path>,
    pub(crate) scripts: &'a Path,
    pub(crate) connections_max: usize,
}

/// A peer that is to be started.
struct Plan {
    program: std::process::Command,
    folder: Folder,
    tongue: Tongue,
}

/// A peer that listens.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    pub(crate) tongue: Tongue,
}

/// Starts a peer on one core.
pub(crate) async fn start(who: Who, site: Site<'_>) -> anyhow::Result<Peer> {
    let address = free_address()?;
    let folder = Folder::new(site.folder, who.name())?;
    let Plan { mut program, folder, tongue } = plan(who, site, address, folder)?;
    let mut process = Process::start(&mut program, folder, Cores::One)?;
    process.listens(address).await?;
    Ok(Peer { process, address, tongue })
}

fn plan(who: Who, site: Site<'_>, address: SocketAddr, folder: Folder) -> anyhow::Result<Plan> {
    match who {
        Who::Floor => floor::plan(crate::floor::Design::Fan, address, folder),
        Who::Tungstenite => floor::plan(crate::floor::Design::Tungstenite, address, folder),
        Who::Nats => nats::plan(site, address, folder),
        Who::Nchan => nchan::plan(site, address, folder),
        Who::Mosquitto => mosquitto::plan(address, folder),
        Who::SocketIo => node::plan(node::Script::SocketIo, site, address, folder),
        Who::Ws => node::plan(node::Script::Ws, site, address, folder),
        Who::Centrifugo => centrifugo::plan(site, address, folder),
        Who::Ours | Who::Postgres | Who::Append => {
            Err(Absent(format!("{} delivers nothing as a peer", who.name())).into())
        }
    }
}
