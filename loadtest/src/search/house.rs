//! The server under test as a process of the benchmark's own: started on a folder, stopped, looked at. It ends
//! with the benchmark, whatever happens.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::mpsc;

/// A start builds what is missing, which takes minutes on a large log.
const START_MAX: Duration = Duration::from_secs(1_800);
const STOP_MAX: Duration = Duration::from_secs(120);
const LOOK: Duration = Duration::from_millis(5);
/// Sentences of the server that wait to be read; it says few.
const SENTENCES_MAX: usize = 64;
const LISTENING: &str = "listening on ";

/// A folder with a program that serves it.
#[derive(Debug)]
pub(crate) struct House {
    program: PathBuf,
    folder: PathBuf,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    child: Child,
    url: String,
}

impl House {
    pub(crate) fn new(program: PathBuf, folder: PathBuf) -> Self {
        Self { program, folder, running: None }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(crate) fn url(&self) -> anyhow::Result<&str> {
        self.running.as_ref().map(|running| running.url.as_str()).context("the server does not run")
    }

    pub(crate) fn pid(&self) -> anyhow::Result<u32> {
        self.running.as_ref().map(|running| running.child.id()).context("the server does not run")
    }

    /// Starts the server and waits until it listens; how long that took.
    pub(crate) async fn start(&mut self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        std::fs::create_dir_all(&self.folder)?;
        let words = File::options().create(true).append(true).open(self.words())?;
        let mut child = Command::new(&self.program)
            .args(["serve", "--listen", "127.0.0.1:0", "--limits", "load", "--data-dir"])
            .arg(self.data())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(words)
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        let stdout = child.stdout.take().context("the server has an output")?;
        self.running = Some(Running { child, url: String::new() });
        let url =
            tokio::time::timeout(START_MAX, address(stdout)).await.context("the server starts too long")?;
        let url = url.with_context(|| format!("the server did not start: see {}", self.words().display()))?;
        self.running.iter_mut().for_each(|running| running.url.clone_from(&url));
        Ok(began.elapsed())
    }

    /// Lets the server end as an operator would.
    pub(crate) async fn stop(&mut self) -> anyhow::Result<()> {
        let Some(running) = &mut self.running else { return Ok(()) };
        let pid = i32::try_from(running.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("the server has an id")?, Signal::TERM)?;
        let until = Instant::now() + STOP_MAX;
        while running.child.try_wait()?.is_none() {
            anyhow::ensure!(Instant::now() < until, "the server did not stop within {STOP_MAX:?}");
            tokio::time::sleep(LOOK).await;
        }
        self.running = None;
        Ok(())
    }

    /// Where the server's warnings are.
    fn words(&self) -> PathBuf {
        self.folder.join("server.log")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error says that it has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The address among the first lines; the rest is read and forgotten, so that the server never waits.
async fn address(stdout: ChildStdout) -> Option<String> {
    let (told, mut heard) = mpsc::channel(SENTENCES_MAX);
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(url) = line.strip_prefix(LISTENING) {
                // Who waited for it may have given up.
                told.blocking_send(url.to_owned()).ok();
            }
        }
    });
    heard.recv().await
}

/// The size of all files in a folder; nothing when there is no such folder.
pub(crate) fn folder_bytes(folder: &Path) -> anyhow::Result<Option<u64>> {
    if !folder.exists() {
        return Ok(None);
    }
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() { folder_bytes(&entry.path())?.unwrap_or(0) } else { about.len() };
    }
    Ok(Some(bytes))
}

/// Copies a folder that no server uses.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.metadata()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_folder_is_as_large() {
        let folder = std::env::temp_dir().join(format!("parloir-house-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(folder.join("a/b")).expect("a folder");
        std::fs::write(folder.join("a/b/c"), [7; 300]).expect("a file");
        copy_folder(&folder.join("a"), &folder.join("d")).expect("a copy");
        assert_eq!(folder_bytes(&folder.join("d")).expect("readable"), Some(300));
        assert_eq!(folder_bytes(&folder.join("e")).expect("readable"), None);
        std::fs::remove_dir_all(folder).expect("it was made here");
    }
}
