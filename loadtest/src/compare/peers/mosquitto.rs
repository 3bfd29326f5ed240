//! Mosquitto with a WebSocket listener, without acknowledgements. Version 2.0.11 gives up where that is its only
//! listener, so it has a plain one too.

use std::net::SocketAddr;
use std::process::Command;

use super::Plan;
use crate::compare::absent;
use crate::compare::process::free_address;
use crate::crowd::tongue::Tongue;
use crate::folder::Folder;

pub(super) fn plan(address: SocketAddr, folder: Folder) -> anyhow::Result<Plan> {
    let program = absent::program("mosquitto")?;
    let user = if rustix::process::geteuid().is_root() { "user root\n" } else { "" };
    let settings = format!(
        "{user}listener {} 127.0.0.1\nlistener {} {}\nprotocol websockets\nallow_anonymous true\nmax_queued_messages 0\n\
         persistence false\nlog_dest none\n",
        free_address()?.port(),
        address.port(),
        address.ip()
    );
    let file = folder.path().join("mosquitto.conf");
    std::fs::write(&file, settings)?;
    let mut program = Command::new(program);
    program.arg("-c").arg(file);
    Ok(Plan { program, folder, tongue: Tongue::Mqtt })
}
