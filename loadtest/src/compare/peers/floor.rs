//! The floor: this program again, as a process of its own.

use std::net::SocketAddr;
use std::process::Command;

use super::Plan;
use crate::crowd::tongue::Tongue;
use crate::floor::Design;
use crate::folder::Folder;

pub(super) fn plan(design: Design, address: SocketAddr, folder: Folder) -> anyhow::Result<Plan> {
    let mut program = Command::new(std::env::current_exe()?);
    program.args(["floor", "--listen", &address.to_string(), "--design", design.name()]);
    Ok(Plan { program, folder, tongue: Tongue::Plain })
}
