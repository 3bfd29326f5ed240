//! The real binary on the disk: started, killed, stopped, and its check. It knows nothing of what is
//! said to it.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use super::tail;

/// How long anything may take that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked whether it happened.
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// The disk is small; the server's own default would leave nothing to write into.
const CONFIG: &str = "reserve_bytes = 8388608\nlimits = 'load'\n";
const LISTENING: &str = "listening on http://";

/// Where servers live, one after the other. What they say is kept where no power is cut.
pub(crate) struct Home {
    data: PathBuf,
    beside: TempDir,
}

impl Home {
    pub(crate) fn new(disk: &Path) -> Result<Self> {
        let home = Self { data: disk.join("data"), beside: tempfile::tempdir()? };
        fs::write(home.config(), CONFIG)?;
        Ok(home)
    }

    pub(crate) fn operator(&self) -> Result<String> {
        fs::read_to_string(self.data.join("operator.token")).context("the operator has no token")
    }

    /// `parloir check`, while no server runs.
    pub(crate) fn check(&self) -> Result<()> {
        let status = self.parloir("check")?.status()?;
        ensure!(status.success(), "parloir check failed:{}", tail(&self.said()));
        Ok(())
    }

    fn config(&self) -> PathBuf {
        self.beside.path().join("parloir.toml")
    }

    fn said(&self) -> PathBuf {
        self.beside.path().join("said")
    }

    /// A verb, whose words replace those of the one before.
    fn parloir(&self, verb: &str) -> Result<Command> {
        let said = File::create(self.said()).context("there is no file for what it says")?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_parloir"));
        command.arg(verb).arg("--config").arg(self.config()).arg("--data-dir").arg(&self.data);
        command.stdout(said.try_clone()?).stderr(said);
        Ok(command)
    }
}

/// One life of a server; dropping it kills it.
pub(crate) struct Server {
    child: Mutex<Child>,
    id: u32,
    said: PathBuf,
}

impl Server {
    pub(crate) fn start(home: &Home) -> Result<Self> {
        let mut serve = home.parloir("serve")?;
        let child = serve.args(["--listen", "127.0.0.1:0"]).spawn();
        let child = child.with_context(|| format!("{} cannot be started", serve.get_program().display()))?;
        Ok(Self { id: child.id(), child: Mutex::new(child), said: home.said() })
    }

    /// Waits until it listens. The port is another in every life, so nobody from an earlier one comes back.
    pub(crate) async fn listening(&self) -> Result<SocketAddr> {
        self.wait_until("listen", || self.address()).await
    }

    /// Where it listens, once it does.
    pub(crate) fn address(&self) -> Result<Option<SocketAddr>> {
        let said = fs::read_to_string(&self.said).context("what it said is gone")?;
        let address = said.lines().find_map(|line| line.strip_prefix(LISTENING));
        Ok(address.and_then(|address| address.parse().ok()))
    }

    /// `kill -9`, and gone when it returns.
    pub(crate) fn kill(self) -> Result<()> {
        let mut child = self.child.lock().expect("nobody panicked with it");
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// SIGTERM, and gone when it returns.
    pub(crate) async fn stop(self) -> Result<()> {
        self.signal("TERM")?;
        let ended = || Ok(self.child.lock().expect("nobody panicked with it").try_wait()?);
        let status = timeout(PATIENCE, until(ended)).await.context("the server did not stop")??;
        ensure!(status.success(), "the server stopped with {status}:{}", tail(&self.said));
        Ok(())
    }

    async fn wait_until<T>(&self, what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
        let look = || match self.child.lock().expect("nobody panicked with it").try_wait()? {
            Some(status) => bail!("it ended with {status}"),
            None => look(),
        };
        let done = timeout(PATIENCE, until(look)).await.context("it took too long").flatten();
        done.with_context(|| format!("the server should {what}; it said:{}", tail(&self.said)))
    }

    fn signal(&self, name: &str) -> Result<()> {
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.id)]).status()?;
        ensure!(sent.success(), "the server is gone; it said:{}", tail(&self.said));
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Ok(child) = self.child.get_mut() {
            // It may be gone already.
            child.kill().ok();
            child.wait().ok();
        }
    }
}

async fn until<T>(mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        sleep(LOOK_EVERY).await;
    }
}
