//! A peer's process, with its folder. It ends when it is dropped, with whatever it started.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};

use crate::cores::Cores;
use crate::folder::Folder;

const START_MAX: Duration = Duration::from_secs(20);
const STOP_MAX: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(10);

#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    folder: Folder,
}

impl Process {
    /// Starts `program`, which uses `folder`, and keeps its words there.
    pub(crate) fn start(program: &mut Command, folder: Folder, cores: Cores) -> anyhow::Result<Self> {
        let words = std::fs::File::create(folder.path().join("words"))?;
        program.stdin(Stdio::null()).stdout(words.try_clone()?).stderr(words);
        let child = cores
            .spawn(program)
            .with_context(|| format!("cannot start {}", program.get_program().display()))?;
        Ok(Self { child, folder })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until something listens at `address`.
    pub(crate) async fn listens(&mut self, address: SocketAddr) -> anyhow::Result<()> {
        let until = Instant::now() + START_MAX;
        while TcpStream::connect(address).is_err() {
            if let Some(status) = self.child.try_wait()? {
                let words = std::fs::read_to_string(self.folder.path().join("words")).unwrap_or_default();
                anyhow::bail!("it ended with {status}: {}", words.lines().last().unwrap_or("no word"));
            }
            anyhow::ensure!(Instant::now() < until, "it does not listen at {address} after {START_MAX:?}");
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Errors say that it has ended already.
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            kill_process(pid, Signal::TERM).ok();
        }
        let until = Instant::now() + STOP_MAX;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < until {
            std::thread::sleep(LOOK);
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// An address that nobody uses just now.
pub(crate) fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}
