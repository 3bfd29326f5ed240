//! A server process of the real binary: started on a folder, killed, started again on the same folder. It
//! knows nothing of what is said to it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;

/// So long a test waits for what must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Waits for what must happen.
#[track_caller]
pub(crate) fn soon<T>(what: impl Future<Output = T>) -> impl Future<Output = T> {
    let place = std::panic::Location::caller();
    async move {
        match tokio::time::timeout(PATIENCE, what).await {
            Ok(done) => done,
            Err(_) => panic!("what {place} waits for should have happened by now"),
        }
    }
}

/// Where a server keeps its things and listens, over all its lives.
pub(crate) struct House {
    folder: tempfile::TempDir,
    profile: &'static str,
    address: SocketAddr,
    /// What the file of its configuration says.
    keys: String,
}

impl House {
    /// A house whose servers have the limits of people.
    pub(crate) fn new() -> Self {
        Self::with_limits("default")
    }

    /// A house whose servers let one program do what many people do.
    pub(crate) fn for_load() -> Self {
        Self::with_limits("load")
    }

    /// A house with a copy of everything that is kept here, while no server runs.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::with_limits(self.profile);
        let (from, to) = (self.data().join("."), copy.data());
        let copied = Command::new("cp").arg("-a").args([from.as_path(), to]).status();
        assert!(copied.expect("there is cp").success());
        copy
    }

    fn with_limits(profile: &'static str) -> Self {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = taken.local_addr().expect("it is bound");
        Self { folder: tempfile::tempdir().expect("a folder"), profile, address, keys: String::new() }
    }

    /// The same with a configuration.
    pub(crate) fn configured(self, keys: &str) -> Self {
        Self { keys: keys.to_owned(), ..self }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn data(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.data().join("state")
    }

    /// The operator's token.
    pub(crate) fn operator(&self) -> String {
        std::fs::read_to_string(self.data().join("operator.token")).expect("the operator has a token")
    }

    /// Starts a server without waiting for it.
    pub(crate) fn spawn(&self) -> Server {
        self.spawn_with(None)
    }

    /// The same, which ends by itself at a place.
    pub(crate) fn spawn_with(&self, fault: Option<&str>) -> Server {
        let config = self.data().join("parloir.toml");
        std::fs::write(&config, &self.keys).expect("written");
        let mut child = Command::new(env!("CARGO_BIN_EXE_parloir"))
            .envs(fault.map(|fault| ("PARLOIR_FAULT", fault)))
            .env("PARLOIR_CONFIG", config)
            .arg("serve")
            .args(["--listen", &self.address.to_string(), "--limits", self.profile])
            .arg("--data-dir")
            .arg(self.data())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let said = watch::Sender::new(Said::default());
        let said = Arc::new(said);
        listen(child.stdout.take().expect("piped"), Arc::clone(&said), |said, line| said.lines.push(line));
        listen(child.stderr.take().expect("piped"), Arc::clone(&said), |said, line| said.errors.push(line));
        Server { child: Mutex::new(child), said }
    }

    /// Starts a server and waits until it listens.
    pub(crate) async fn start(&self) -> Server {
        let server = self.spawn();
        server.listening().await;
        server
    }
}

/// What a server writes to: its output and its errors.
const PIPES: usize = 2;

/// What a server wrote for the person at the terminal.
#[derive(Debug, Default)]
struct Said {
    lines: Vec<String>,
    errors: Vec<String>,
    /// Pipes that came to their end, of [`PIPES`].
    ended: usize,
}

impl Said {
    /// Whether it says nothing any more: what it wrote last may stand in either pipe.
    fn has_ended(&self) -> bool {
        self.ended == PIPES
    }
}

fn listen(
    pipe: impl std::io::Read + Send + 'static,
    said: Arc<watch::Sender<Said>>,
    put: fn(&mut Said, String),
) {
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            said.send_modify(|said| put(said, line));
        }
        said.send_modify(|said| said.ended += 1);
    });
}

/// One life of a server; dropping it kills it.
pub(crate) struct Server {
    child: Mutex<Child>,
    said: Arc<watch::Sender<Said>>,
}

impl Server {
    /// Waits until it listens.
    pub(crate) async fn listening(&self) {
        let mut said = self.said.subscribe();
        let listens = |said: &Said| said.lines.iter().any(|line| line.starts_with("listening on"));
        let said = soon(said.wait_for(|said| listens(said) || said.has_ended())).await.expect("it speaks");
        assert!(listens(&said), "the server did not start: {:?}", *said);
    }

    /// Everything it said so far.
    pub(crate) fn words(&self) -> String {
        let said = self.said.borrow();
        said.lines.iter().chain(&said.errors).map(|line| format!("{line}\n")).collect()
    }

    /// `kill -9`, and gone when it returns.
    pub(crate) fn kill(&self) {
        let mut child = self.child.lock().expect("nobody panicked with it");
        child.kill().expect("it is ours");
        child.wait().expect("it is ours");
    }

    /// Waits until it ended by itself.
    pub(crate) async fn ended(&self) {
        let mut said = self.said.subscribe();
        soon(said.wait_for(Said::has_ended)).await.expect("it was listened to");
        self.kill();
    }

    /// SIGTERM, and its exit status.
    pub(crate) async fn stop(&self) -> ExitStatus {
        let id = self.child.lock().expect("nobody panicked with it").id().to_string();
        let sent = Command::new("sh").args(["-c", &format!("kill -TERM {id}")]).status();
        assert!(sent.expect("there is a shell").success());
        soon(async {
            loop {
                if let Some(status) = self.child.lock().expect("no panic").try_wait().expect("it is ours") {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await
    }

    /// The memory it holds, in KiB.
    pub(crate) fn resident_kib(&self) -> u64 {
        let id = self.child.lock().expect("nobody panicked with it").id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("it lives");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
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
