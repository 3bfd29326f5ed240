//! PostgreSQL as a process of the run's own, and what `pgbench` says of INSERT and COMMIT in it, synced as it is by
//! default. Every transaction's time is in a file that `pgbench` writes.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use hdrhistogram::Histogram;
use rustix::process::geteuid;

use crate::compare::absent::Absent;
use crate::compare::process::Process;
use crate::cores::Cores;
use crate::folder::Folder;
use crate::report;

/// Where Debian keeps programs that are not for everybody's path.
const VERSIONS: &str = "/usr/lib/postgresql";
/// It refuses to run as root.
const USER: &str = "postgres";
const START_MAX: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(50);
const PROGRAMS: [&str; 4] = ["initdb", "postgres", "pgbench", "psql"];
const SETTINGS: [&str; 4] =
    ["listen_addresses=", "max_connections=400", "shared_buffers=256MB", "synchronous_commit=on"];
const TABLE: &str = "CREATE TABLE entries (n bigserial PRIMARY KEY, body text NOT NULL)";

/// What a load did.
#[derive(Debug)]
pub(crate) struct Committed {
    pub(crate) per_second: f64,
    pub(crate) times: Histogram<u64>,
}

pub(crate) struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    identity: Option<(u32, u32)>,
    _process: Process,
}

impl Postgres {
    pub(crate) async fn start(parent: Option<&Path>) -> anyhow::Result<Self> {
        let programs = programs()?;
        let (folder, identity) = (Folder::new(parent, "postgres")?, identity()?);
        if let Some((user, group)) = identity {
            chown(folder.path(), Some(user), Some(group))?;
        }
        let path = folder.path().to_owned();
        let mut create = command(&programs, "initdb", identity, &path);
        create.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "-D", "data"]);
        let created = create.stdout(Stdio::null()).stderr(Stdio::null()).status();
        ensure!(created.context("initdb cannot be run")?.success(), "initdb failed");
        let mut serve = command(&programs, "postgres", identity, &path);
        serve.args(["-D", "data", "-k"]).arg(&path);
        SETTINGS.iter().for_each(|setting| {
            serve.args(["-c", setting]);
        });
        let process = Process::start(&mut serve, folder, Cores::All)?;
        let postgres = Self { programs, folder: path, identity, _process: process };
        let until = Instant::now() + START_MAX;
        while !postgres.does(TABLE)? {
            ensure!(Instant::now() < until, "it cannot be reached");
            tokio::time::sleep(LOOK).await;
        }
        Ok(postgres)
    }

    fn does(&self, statement: &str) -> anyhow::Result<bool> {
        let mut psql = command(&self.programs, "psql", self.identity, &self.folder);
        psql.arg("-h").arg(&self.folder).args(["-U", USER, "-d", USER, "-q", "-c", statement]);
        Ok(psql.stdout(Stdio::null()).stderr(Stdio::null()).status()?.success())
    }

    /// Lets `clients` connections insert for so long, after a warm-up of a second.
    pub(crate) async fn insert(&self, clients: usize, time: Duration) -> anyhow::Result<Committed> {
        let connecting = clients as u64 / CONNECTED_PER_SECOND;
        self.bench(clients, WARM_UP_S + connecting, &[]).await?;
        let seconds = time.as_secs().max(1) + 1 + connecting;
        self.bench(clients, seconds, &["-l", "--log-prefix=transactions"]).await?;
        let mut lines = String::new();
        for entry in std::fs::read_dir(&self.folder)?.flatten() {
            if entry.file_name().to_string_lossy().starts_with("transactions") {
                lines.push_str(&std::fs::read_to_string(entry.path())?);
                std::fs::remove_file(entry.path())?;
            }
        }
        committed(&lines).context("pgbench told of too few transactions")
    }

    async fn bench(&self, clients: usize, seconds: u64, more: &[&str]) -> anyhow::Result<()> {
        let script = self.folder.join("insert.sql");
        let body = "x".repeat(ENTRY_BYTES);
        std::fs::write(&script, format!("INSERT INTO entries (body) VALUES ('{body}');\n"))?;
        let mut bench = command(&self.programs, "pgbench", self.identity, &self.folder);
        bench.arg("-h").arg(&self.folder).args(["-U", USER, "-n", "-M", "prepared"]).args(more);
        bench.args(["-c", &clients.to_string(), "-j", "1"]);
        bench.args(["-T", &seconds.to_string(), "-f"]).arg(&script).arg(USER);
        bench.stdout(Stdio::null()).stderr(Stdio::null());
        let ran = tokio::task::spawn_blocking(move || bench.status()).await?;
        ensure!(ran.context("pgbench cannot be run")?.success(), "pgbench failed");
        Ok(())
    }
}

/// Before what counts, as ours has one.
const WARM_UP_S: u64 = 1;
/// The length of a load of `pgbench` begins before its connections are there.
const CONNECTED_PER_SECOND: u64 = 64;

/// About what one record of ours holds.
const ENTRY_BYTES: usize = 250;

/// Of each line the third word is a transaction's time, the fifth and sixth are when it ended. The rate counts from
/// the first end to the last, when all connections were there.
fn committed(lines: &str) -> Option<Committed> {
    let (mut times, mut ends) = (report::times(), Vec::new());
    for line in lines.lines() {
        let mut words = line.split(' ').map(str::parse::<u64>);
        let mut word = |n: usize| words.nth(n)?.ok();
        let (Some(micros), Some(second), Some(rest)) = (word(2), word(1), word(0)) else { continue };
        times.saturating_record(micros.max(1));
        ends.push(second * 1_000_000 + rest);
    }
    let span = ends.iter().max()? - ends.iter().min()?;
    (span > 0).then(|| Committed { per_second: (ends.len() - 1) as f64 * 1e6 / span as f64, times })
}

fn command(programs: &Path, name: &str, identity: Option<(u32, u32)>, folder: &Path) -> Command {
    let mut command = Command::new(programs.join(name));
    if let Some((user, group)) = identity {
        command.uid(user).gid(group);
    }
    command.current_dir(folder).stdin(Stdio::null());
    command
}

/// The folder of the programs: on the path, or Debian's for the newest version.
fn programs() -> Result<PathBuf, Absent> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has_all = |folder: &PathBuf| PROGRAMS.iter().all(|program| folder.join(program).is_file());
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir(VERSIONS).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    let number = |version: &Path| -> u32 {
        version.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok()).unwrap_or(0)
    };
    versions.sort_by_key(|version| std::cmp::Reverse(number(version)));
    let debian = versions.into_iter().map(|version| version.join("bin"));
    let found = std::env::split_paths(&path).chain(debian).find(has_all);
    found.ok_or_else(|| Absent(format!("PostgreSQL is not installed: no folder has {}", PROGRAMS.join(", "))))
}

/// User and group to run as; nobody else where the run is not root's.
fn identity() -> anyhow::Result<Option<(u32, u32)>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let line = users.lines().find(|line| line.split(':').next() == Some(USER));
    let line = line.ok_or_else(|| Absent(format!("there is no user {USER} to run PostgreSQL as")))?;
    let mut fields = line.split(':').skip(2);
    let mut id = || fields.next().and_then(|id| id.parse().ok()).context("a user has a number");
    Ok(Some((id()?, id()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_of_transactions_are_read() {
        let lines =
            "0 1 1500 0 1790000000 100\n1 1 2500 0 1790000000 500100\nno time\n0 2 9 0 1790000001 100\n";
        let committed = committed(lines).expect("there are three");
        assert_eq!((committed.per_second, committed.times.len()), (2.0, 3));
        assert_eq!(committed.times.max(), committed.times.highest_equivalent(2_500));
        assert!(super::committed("0 1 1500 0 1790000000 100\n").is_none(), "one has no rate");
    }
}
