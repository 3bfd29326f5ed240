//! Centrifugo, where somebody installed it: no registry that this repository uses has it as a program.

use std::net::SocketAddr;
use std::process::Command;

use super::{Plan, Site};
use crate::compare::absent;
use crate::crowd::tongue::Tongue;
use crate::folder::Folder;

pub(super) fn plan(site: Site<'_>, address: SocketAddr, folder: Folder) -> anyhow::Result<Plan> {
    let program = absent::program("centrifugo")?;
    let settings = serde_json::json!({
        "http_server": { "address": address.ip().to_string(), "port": address.port().to_string() },
        "client": {
            "insecure": true,
            "allowed_origins": ["*"],
            "connection_limit": site.connections_max,
            "ping_interval": "1800s",
            "pong_timeout": "60s",
        },
        "channel": { "without_namespace": {
            "allow_subscribe_for_client": true,
            "allow_publish_for_client": true,
        } },
        "log": { "level": "error" },
    });
    let file = folder.path().join("centrifugo.json");
    std::fs::write(&file, settings.to_string())?;
    let mut program = Command::new(program);
    program.arg("--config").arg(file);
    Ok(Plan { program, folder, tongue: Tongue::Centrifugo })
}
