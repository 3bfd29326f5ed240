//! Nchan, the module of nginx, with one worker.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use super::{Plan, Site};
use crate::compare::absent::{self, Absent};
use crate::crowd::tongue::Tongue;
use crate::folder::Folder;

/// Where packages put modules of nginx.
const MODULES: [&str; 3] = ["/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/etc/nginx/modules"];
const MODULE: &str = "ngx_nchan_module.so";
/// nginx must be told where its temporary files are, even where it has none.
const TEMPORARY: [&str; 5] = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

pub(super) fn plan(site: Site<'_>, address: SocketAddr, folder: Folder) -> anyhow::Result<Plan> {
    let (nginx, module) = (absent::program("nginx")?, module()?);
    let path = folder.path().display().to_string();
    let temporary = TEMPORARY.map(|name| format!("{name}_temp_path {path}/{name};\n")).concat();
    let settings = format!(
        "load_module {module};\n{user}daemon off;\nworker_processes 1;\nworker_rlimit_nofile {files};\n\
         pid {path}/pid;\nerror_log {path}/errors;\nevents {{ worker_connections {files}; }}\n\
         http {{\naccess_log off;\n{temporary}nchan_shared_memory_size 256M;\nserver {{\nlisten {address} backlog=4096;\n\
         location = /sub {{ nchan_subscriber websocket; nchan_channel_id e; nchan_subscriber_first_message newest; }}\n\
         location = /pub {{ nchan_publisher websocket; nchan_channel_id e; nchan_message_buffer_length 4096; }}\n\
         }}\n}}\n",
        module = module.display(),
        user = if rustix::process::geteuid().is_root() { "user root;\n" } else { "" },
        files = site.connections_max,
    );
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, settings)?;
    let mut program = Command::new(nginx);
    program.args(["-p", &path, "-e", "errors", "-c"]).arg(file);
    Ok(Plan { program, folder, tongue: Tongue::Plain })
}

fn module() -> Result<PathBuf, Absent> {
    let found = MODULES.iter().map(|folder| PathBuf::from(folder).join(MODULE)).find(|file| file.is_file());
    found.ok_or_else(|| Absent(format!("nginx is there and {MODULE} is not")))
}
