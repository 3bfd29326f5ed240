//! PostgreSQL with a GIN index of trigrams, as a process of the benchmark's own in a folder of its own. One column
//! holds all texts of a row for the index; the rules of order are read from the others.

use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use bytes::BytesMut;
use futures_util::SinkExt as _;
use rustix::process::{Pid, Signal, geteuid, kill_process};
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use super::sql::{Dialect, INDEXED_CHARS_MIN, Row, number_parts, select};
use super::{Measured, Rival};
use crate::folder::Folder;
use crate::search::copies::folder_bytes;
use crate::search::question::{Question, Term};
use crate::search::world::World;

const START_MAX: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(50);
/// Rows are copied in pieces of about so many bytes.
const PIECE_BYTES: usize = 1 << 20;
/// Where Debian keeps programs that are not for everybody's path.
const VERSIONS: &str = "/usr/lib/postgresql";
/// It refuses to run as root.
const USER: &str = "postgres";
const SETTINGS: [&str; 7] = [
    "shared_buffers=512MB",
    "work_mem=64MB",
    "maintenance_work_mem=1GB",
    "fsync=off",
    "jit=off",
    "random_page_cost=1.1",
    "statement_timeout=120s",
];
const SCHEMA: &str = "
CREATE EXTENSION pg_trgm;
CREATE UNLOGGED TABLE docs (
    n int, name text, numbers text, labels text, words int, grp int, open bool, tags int[], whole text
);";
/// Each alone: some may not share a transaction.
const INDEXES: [&str; 7] = [
    "SET statement_timeout = 0",
    "ALTER TABLE docs ADD PRIMARY KEY (n)",
    "CREATE INDEX ON docs USING gin (whole gin_trgm_ops) WITH (fastupdate = off)",
    "CREATE INDEX ON docs USING gin (tags)",
    "CREATE INDEX ON docs (grp, n)",
    "VACUUM ANALYZE docs",
    "RESET statement_timeout",
];

pub(super) async fn measure(world: &World, questions: &[Question]) -> anyhow::Result<Measured> {
    let postgres = Postgres::start().await?;
    let client = postgres.client().await?;
    let began = Instant::now();
    fill(&client, world).await?;
    let mut measured = Measured {
        built: began.elapsed(),
        bytes: folder_bytes(&postgres.data().join("base"))?,
        ..Measured::default()
    };
    for question in questions {
        let asked = select(&PostgreSql, question, "n");
        let began = Instant::now();
        let answer = client.simple_query(&asked).await?;
        let took = began.elapsed();
        measured.take(Rival::PgTrgm, world, question, took, &places(&answer)?);
    }
    Ok(measured)
}

fn places(answer: &[SimpleQueryMessage]) -> anyhow::Result<Vec<usize>> {
    let rows = answer.iter().filter_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    rows.map(|place| place.parse().context("a row's number")).collect()
}

async fn fill(client: &Client, world: &World) -> anyhow::Result<()> {
    client.batch_execute(SCHEMA).await?;
    let copy = client.copy_in("COPY docs FROM STDIN").await?;
    let mut copy = std::pin::pin!(copy);
    let mut piece = BytesMut::with_capacity(PIECE_BYTES * 2);
    for (place, document) in world.documents.iter().enumerate() {
        piece.extend_from_slice(line(place, &Row::of(world, document)).as_bytes());
        if piece.len() >= PIECE_BYTES {
            copy.send(piece.split().freeze()).await?;
        }
    }
    copy.send(piece.freeze()).await?;
    copy.finish().await?;
    for statement in INDEXES {
        client.batch_execute(statement).await?;
    }
    Ok(())
}

/// Folded texts hold no tab, no line end and no backslash.
fn line(place: usize, row: &Row) -> String {
    let Row { name, numbers, labels, words, group, is_open, tags } = row;
    let tags: Vec<String> = tags.iter().map(i32::to_string).collect();
    let tags = tags.join(",");
    format!(
        "{place}\t{name}\t{numbers}\t{labels}\t{words}\t{group}\t{is_open}\t{{{tags}}}\t{name}|{numbers}|{labels}\n"
    )
}

struct PostgreSql;

impl Dialect for PostgreSql {
    fn holds(&self, column: &str, part: &str) -> String {
        format!("strpos({column}, '{part}') > 0")
    }

    fn indexed(&self, question: &Question) -> Option<String> {
        let terms: Vec<String> = question.terms.iter().filter_map(like).collect();
        (!terms.is_empty()).then(|| terms.join(" AND "))
    }

    fn greatest(&self) -> &'static str {
        "GREATEST"
    }

    fn least(&self) -> &'static str {
        "LEAST"
    }

    fn tagged(&self, tag: usize) -> String {
        format!("tags @> ARRAY[{tag}]")
    }
}

/// What the index is asked for a term.
fn like(term: &Term) -> Option<String> {
    let all = |parts: &[&str]| {
        let known = parts.iter().all(|part| part.chars().count() >= INDEXED_CHARS_MIN) && !parts.is_empty();
        let parts: Vec<String> = parts.iter().map(|part| format!("whole LIKE '%{part}%'")).collect();
        known.then(|| format!("({})", parts.join(" AND ")))
    };
    match term {
        Term::Word(word) => all(&[word]),
        Term::Phrase(words) => all(&[&format!(" {} ", words.join(" "))]),
        Term::Number(fragment) => {
            let [digits, groups] = number_parts(fragment);
            let digits = all(&digits)?;
            Some(all(&groups).map_or(digits.clone(), |groups| format!("({digits} OR {groups})")))
        }
    }
}

/// A database of its own that ends with its last user.
struct Postgres {
    folder: Folder,
    child: Option<Child>,
}

impl Postgres {
    async fn start() -> anyhow::Result<Self> {
        let programs = programs().context("it is not installed (no initdb on the path)")?;
        let mut postgres = Self { folder: Folder::new(None, "postgres")?, child: None };
        let identity = identity()?;
        if let Some((user, group)) = identity {
            chown(postgres.folder.path(), Some(user), Some(group))?;
        }
        let run = |program: &str| {
            let mut command = Command::new(programs.join(program));
            if let Some((user, group)) = identity {
                command.uid(user).gid(group);
            }
            command.current_dir(postgres.folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
            command
        };
        let mut create = run("initdb");
        create.args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "-D",
        ]);
        let created = create.arg(postgres.data()).stderr(Stdio::null()).status();
        ensure!(created.context("initdb cannot be run")?.success(), "initdb failed");
        let mut serve = run("postgres");
        serve
            .args(["-c", "listen_addresses=", "-D"])
            .arg(postgres.data())
            .arg("-k")
            .arg(postgres.folder.path());
        SETTINGS.iter().for_each(|setting| {
            serve.args(["-c", setting]);
        });
        let child = serve.stderr(Stdio::null()).spawn().context("postgres cannot be run")?;
        postgres.child = Some(child);
        Ok(postgres)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Connects as soon as it can be.
    async fn client(&self) -> anyhow::Result<Client> {
        let mut config = Config::new();
        config.host_path(self.folder.path()).user(USER).dbname(USER);
        let until = Instant::now() + START_MAX;
        loop {
            match config.connect(NoTls).await {
                Ok((client, connection)) => {
                    tokio::spawn(connection);
                    return Ok(client);
                }
                Err(error) if Instant::now() > until => bail!("it cannot be reached: {error}"),
                Err(_) => tokio::time::sleep(LOOK).await,
            }
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            // An error says that it has ended already.
            kill_process(pid, Signal::INT).ok();
        }
        child.wait().ok();
    }
}

/// The folder of the programs: on the path, or Debian's for the newest version.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let has_all = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir(VERSIONS).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    versions.sort_by_key(|version| std::cmp::Reverse(number(version)));
    let debian = versions.into_iter().map(|version| version.join("bin"));
    std::env::split_paths(&path).chain(debian).find(has_all)
}

fn number(version: &Path) -> u32 {
    version.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok()).unwrap_or(0)
}

/// User and group to run as; nobody else where the benchmark is not root.
fn identity() -> anyhow::Result<Option<(u32, u32)>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let line = users.lines().find(|line| line.split(':').next() == Some(USER));
    let mut fields =
        line.with_context(|| format!("there is no user {USER} to run it as"))?.split(':').skip(2);
    let mut id = || fields.next().and_then(|id| id.parse().ok()).context("a user has a number");
    Ok(Some((id()?, id()?)))
}

#[cfg(test)]
mod tests {
    use super::super::sql::tests::answerable;
    use super::*;
    use crate::search::people::People;
    use crate::search::queries::Drawer;
    use crate::search::queries::tests::world;

    #[tokio::test]
    async fn postgresql_finds_what_the_oracle_finds_where_it_is_installed() {
        let world = world(&People::new(14, 500));
        let questions = answerable(Drawer::new(&world, 14, 1).draw(450));
        if programs().is_none() {
            return;
        }
        let measured = measure(&world, &questions).await.expect("PostgreSQL runs");
        assert!(questions.len() > 400, "{} of 450 can be asked", questions.len());
        assert_eq!(measured.different, 0, "of {}", questions.len());
    }
}
