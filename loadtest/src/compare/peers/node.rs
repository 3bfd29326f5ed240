//! The peers on Node.js: small servers of ours around the packages `ws` and `socket.io`.

use std::net::SocketAddr;
use std::process::Command;

use super::{Plan, Site};
use crate::compare::absent;
use crate::crowd::tongue::Tongue;
use crate::folder::Folder;

/// Which package.
#[derive(Debug, Clone, Copy)]
pub(super) enum Script {
    Ws,
    SocketIo,
}

impl Script {
    fn file(self) -> &'static str {
        match self {
            Self::Ws => "ws.mjs",
            Self::SocketIo => "socketio.mjs",
        }
    }

    fn package(self) -> &'static str {
        match self {
            Self::Ws => "ws",
            Self::SocketIo => "socket.io",
        }
    }
}

pub(super) fn plan(
    script: Script,
    site: Site<'_>,
    address: SocketAddr,
    folder: Folder,
) -> anyhow::Result<Plan> {
    let node = absent::program("node")?;
    let file = absent::file(&site.scripts.join(script.file()))?;
    absent::file(&site.scripts.join("node_modules").join(script.package()).join("package.json"))?;
    let mut program = Command::new(node);
    program.arg(file).arg(address.port().to_string());
    let tongue = match script {
        Script::Ws => Tongue::Plain,
        Script::SocketIo => Tongue::SocketIo,
    };
    Ok(Plan { program, folder, tongue })
}
