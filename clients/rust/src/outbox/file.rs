//! An outbox in a file: a line for each command that was given, a line for each that was answered. What was not
//! written whole, before a crash or because the disk was full, counts as not given. One process at a time may use a file.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use parloir_protocol::codec::Codec;
use parloir_protocol::command::CommandFrame;
use parloir_protocol::ids::{AgentId, CommandId};
use parloir_protocol::time::Time;
use parloir_protocol::up::read_command_body;
use serde::{Deserialize, Serialize};

use super::lines::{Lasting, Lines};
use super::{Entry, OutboxStore};

/// Lines of answered commands that may stand in the file before it is written anew.
const DEAD_LINES_MAX: usize = 1_024;

#[derive(Serialize)]
struct Put<'a> {
    given_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<AgentId>,
    #[serde(flatten)]
    frame: &'a CommandFrame,
}

#[derive(Serialize)]
struct Done {
    done: CommandId,
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    given_at: Option<Time>,
    #[serde(default)]
    agent_id: Option<AgentId>,
    #[serde(default)]
    done: Option<CommandId>,
}

#[derive(Debug)]
struct Open {
    lines: Lines<File>,
    entries: Vec<Entry>,
    dead_lines: usize,
}

/// An outbox in a file that its owner alone may read.
#[derive(Debug)]
pub struct FileOutbox {
    path: PathBuf,
    open: Mutex<Open>,
}

impl FileOutbox {
    /// Opens the file at `path`, or makes it.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        let entries = read(&path)?;
        let lines = written(&path, &entries)?;
        Ok(Self { path, open: Mutex::new(Open { lines, entries, dead_lines: 0 }) })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OutboxStore for FileOutbox {
    fn put(&self, entry: &Entry) -> io::Result<()> {
        let mut open = self.lock();
        open.lines.add(&line(entry), Lasting::Synced)?;
        if keep(&mut open.entries, entry.clone()) == Place::Taken {
            open.dead_lines += 1;
        }
        Ok(())
    }

    fn remove(&self, command_id: CommandId) -> io::Result<()> {
        let mut open = self.lock();
        let before = open.entries.len();
        open.entries.retain(|entry| entry.frame.command_id != command_id);
        if open.entries.len() == before {
            return Ok(());
        }
        open.dead_lines += 2;
        if open.dead_lines > DEAD_LINES_MAX {
            open.lines = written(&self.path, &open.entries)?;
            open.dead_lines = 0;
            return Ok(());
        }
        let mut bytes = Codec::Json.write(&Done { done: command_id });
        bytes.push(b'\n');
        open.lines.add(&bytes, Lasting::Written)
    }

    fn all(&self) -> io::Result<Vec<Entry>> {
        Ok(self.lock().entries.clone())
    }
}

fn line(entry: &Entry) -> Vec<u8> {
    let put = Put { given_at: entry.given_at, agent_id: entry.agent_id, frame: &entry.frame };
    let mut bytes = Codec::Json.write(&put);
    bytes.push(b'\n');
    bytes
}

#[derive(Debug, PartialEq, Eq)]
enum Place {
    New,
    Taken,
}

/// Adds an entry, in the place of one with the same id if there is one.
fn keep(entries: &mut Vec<Entry>, entry: Entry) -> Place {
    let id = entry.frame.command_id;
    if let Some(same) = entries.iter_mut().rfind(|entry| entry.frame.command_id == id) {
        *same = entry;
        return Place::Taken;
    }
    entries.push(entry);
    Place::New
}

/// What was given and not answered. A line that cannot be read was cut by a crash.
fn read(path: &Path) -> io::Result<Vec<Entry>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut entries: Vec<Entry> = Vec::new();
    for bytes in BufReader::new(file).split(b'\n') {
        let bytes = bytes?;
        let Ok(line) = Codec::Json.read::<Line>(&bytes) else { continue };
        if let Some(done) = line.done {
            entries.retain(|entry| entry.frame.command_id != done);
        } else if let (Some(given_at), Ok(frame)) = (line.given_at, read_command_body(Codec::Json, &bytes)) {
            keep(&mut entries, Entry { frame, agent_id: line.agent_id, given_at });
        }
    }
    Ok(entries)
}

/// Writes the file anew, in one step, and opens it for more lines.
fn written(path: &Path, entries: &[Entry]) -> io::Result<Lines<File>> {
    let beside = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.create(true).write(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    let mut bytes = 0;
    for entry in entries {
        let line = line(entry);
        file.write_all(&line)?;
        bytes += line.len() as u64;
    }
    file.sync_all()?;
    fs::rename(&beside, path)?;
    Ok(Lines::after(file, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::ENTRIES_MAX;
    use parloir_protocol::command::{Command, group};
    use uuid::Uuid;

    fn entry(number: u128) -> Entry {
        let create = group::Create { name: format!("group {number}") };
        let command_id = CommandId(Uuid::from_u128(number));
        let frame = CommandFrame { command_id, expected: None, command: Command::GroupCreate(create) };
        Entry { frame, agent_id: Some(AgentId::from_bytes([7; 16])), given_at: Time(5) }
    }

    #[test]
    fn what_was_not_answered_is_there_after_a_crash() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("outbox");
        let outbox = FileOutbox::open(&path).expect("a file");
        for number in 1..=3 {
            outbox.put(&entry(number)).expect("it is kept");
        }
        outbox.remove(entry(2).frame.command_id).expect("it is forgotten");
        drop(outbox);
        let mut file = OpenOptions::new().append(true).open(&path).expect("the file");
        file.write_all(&line(&entry(4))[..20]).expect("half a line");
        let again = FileOutbox::open(&path).expect("the file");
        assert_eq!(again.all().expect("entries"), [entry(1), entry(3)]);
        again.put(&entry(5)).expect("it is kept");
        let third = FileOutbox::open(&path).expect("the file");
        assert_eq!(third.all().expect("entries"), [entry(1), entry(3), entry(5)]);
    }

    #[test]
    fn nothing_that_was_kept_is_left_out_however_much_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("outbox");
        let most = u128::try_from(ENTRIES_MAX).expect("a small number") + 5;
        let all: Vec<u8> = (1..=most).flat_map(|number| line(&entry(number))).collect();
        fs::write(&path, all).expect("it is written");
        drop(FileOutbox::open(&path).expect("the file"));
        let entries = FileOutbox::open(&path).expect("the file").all().expect("entries");
        assert_eq!(entries, (1..=most).map(entry).collect::<Vec<_>>());
    }

    #[test]
    fn a_command_that_gets_its_agent_is_the_same_command() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("outbox");
        let outbox = FileOutbox::open(&path).expect("a file");
        outbox.put(&Entry { agent_id: None, ..entry(1) }).expect("it is kept");
        outbox.put(&entry(2)).expect("it is kept");
        outbox.put(&entry(1)).expect("it is kept");
        assert_eq!(outbox.all().expect("entries"), [entry(1), entry(2)]);
        let again = FileOutbox::open(&path).expect("the file");
        assert_eq!(again.all().expect("entries"), [entry(1), entry(2)]);
        again.remove(entry(1).frame.command_id).expect("it is forgotten");
        assert_eq!(FileOutbox::open(&path).expect("the file").all().expect("entries"), [entry(2)]);
    }

    #[test]
    fn answered_commands_do_not_fill_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("outbox");
        let outbox = FileOutbox::open(&path).expect("a file");
        outbox.put(&entry(1)).expect("it is kept");
        for number in 2..=600 {
            outbox.put(&entry(number)).expect("it is kept");
            outbox.remove(entry(number).frame.command_id).expect("it is forgotten");
        }
        let lines = fs::read_to_string(&path).expect("the file").lines().count();
        assert!(lines < 600, "{lines} lines");
        assert_eq!(FileOutbox::open(&path).expect("the file").all().expect("entries"), [entry(1)]);
    }
}
