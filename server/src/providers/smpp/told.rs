//! What the network told and may tell again, because it perhaps did not hear our answer: the same bytes in a later
//! session are the same event. Kept in a small file, so that this holds after the process was killed, too.

use std::collections::VecDeque;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parloir_protocol::time::Time;
use uuid::Uuid;

use super::pdu::{Frame, HEADER_BYTES};
use crate::private_file;

/// Entries that are remembered; the network has heard of older ones, or has long given up.
const TOLD_MAX: usize = 1_024;
/// So long a network may come back to what it did not hear answered.
const AGE_MAX: Duration = Duration::from_secs(3_600);
/// Lines after which the file is written anew.
const LINES_MAX: usize = 8_192;
/// Bytes of the file that are read at a start.
const FILE_BYTES_MAX: u64 = 4 << 20;
/// The last word of a line that is whole.
const LINE_END: &str = ".";

/// What a `deliver_sm` says, without its sequence number.
pub(super) type Digest = blake3::Hash;

/// The digest of a frame.
pub(super) fn digest(frame: &Frame) -> Digest {
    blake3::hash(&frame.bytes[HEADER_BYTES..])
}

/// Everything that was told and is not surely answered.
pub(super) struct Told {
    path: PathBuf,
    file: Option<File>,
    lines: usize,
    entries: VecDeque<Entry>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    digest: Digest,
    event: Uuid,
    at: Time,
    /// In which session, of this process.
    session: u64,
    progress: Progress,
    /// The first request of ours behind its answer.
    answered_before: Option<u32>,
}

/// How far an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    Begun,
    /// It could not be taken, or perhaps was: the network was asked to come back.
    PutOff,
    /// It is on stable storage.
    Done,
}

impl Told {
    /// What earlier processes left in `folder`.
    pub(super) fn open(folder: &Path, now: Time) -> Self {
        let path = folder.join("told");
        let mut told = Self { path, file: None, lines: LINES_MAX, entries: VecDeque::new() };
        if fs::metadata(&told.path).is_ok_and(|facts| facts.len() <= FILE_BYTES_MAX) {
            let text = fs::read_to_string(&told.path).unwrap_or_default();
            text.lines().for_each(|line| told.replay(line));
        }
        told.forget_old(now);
        told
    }

    /// The event of a PDU that comes in: the one that it was in an earlier session, or a new one.
    ///
    /// # Errors
    /// Those of the file system: then nothing may be taken under it.
    pub(super) fn begin(&mut self, digest: Digest, session: u64, now: Time) -> io::Result<(Uuid, Progress)> {
        self.forget_old(now);
        let is_again = |entry: &Entry| {
            entry.digest == digest && (entry.session != session || entry.progress == Progress::PutOff)
        };
        if let Some(entry) = self.entries.iter_mut().find(|entry| is_again(entry)) {
            let progress = entry.progress;
            (entry.session, entry.answered_before) = (session, None);
            if progress == Progress::PutOff {
                entry.progress = Progress::Begun;
            }
            return Ok((entry.event, progress));
        }
        let entry = Entry {
            digest,
            event: Uuid::new_v4(),
            at: now,
            session,
            progress: Progress::Begun,
            answered_before: None,
        };
        self.write(&line('+', &entry))?;
        self.entries.push_back(entry);
        if self.entries.len() > TOLD_MAX {
            self.entries.pop_front();
        }
        Ok((entry.event, Progress::Begun))
    }

    /// The event is on stable storage.
    pub(super) fn done(&mut self, digest: &Digest, event: Uuid) {
        let found = self.entries.iter_mut().find(|entry| entry.digest == *digest && entry.event == event);
        let Some(entry) = found else { return };
        entry.progress = Progress::Done;
        let line = line('=', entry);
        self.try_write(&line);
    }

    /// The same for every event of these words, when which one is not known.
    pub(super) fn all_done(&mut self, digest: &Digest) {
        let same = self.entries.iter().filter(|entry| entry.digest == *digest);
        let events: Vec<Uuid> = same.map(|entry| entry.event).collect();
        events.into_iter().for_each(|event| self.done(digest, event));
    }

    /// The network was asked to come back with it.
    pub(super) fn put_off(&mut self, digest: &Digest, event: Uuid) {
        let mut found =
            self.entries.iter_mut().filter(|entry| entry.digest == *digest && entry.event == event);
        found.by_ref().for_each(|entry| entry.progress = Progress::PutOff);
    }

    /// Its answer was written before the request with this sequence number.
    pub(super) fn answered(&mut self, digest: &Digest, session: u64, next: u32) {
        let is_open = |entry: &&mut Entry| {
            entry.answered_before.is_none() && entry.progress == Progress::Done && entry.session == session
        };
        let mut open = self.entries.iter_mut().filter(is_open);
        if let Some(entry) = open.find(|entry| entry.digest == *digest) {
            entry.answered_before = Some(next);
        }
    }

    /// The network answered this request, so it heard everything before it.
    pub(super) fn heard(&mut self, session: u64, sequence: u32) {
        let is_heard = |entry: &Entry| {
            entry.session == session && entry.answered_before.is_some_and(|before| before <= sequence)
        };
        let heard: String =
            self.entries.iter().filter(|entry| is_heard(entry)).map(|entry| line('-', entry)).collect();
        if !heard.is_empty() {
            self.entries.retain(|entry| !is_heard(entry));
            self.try_write(&heard);
        }
    }

    fn forget_old(&mut self, now: Time) {
        let age_max = i64::try_from(AGE_MAX.as_millis()).unwrap_or(i64::MAX);
        self.entries.retain(|entry| now.0.saturating_sub(entry.at.0) <= age_max);
    }

    /// What is missing in the file is told twice at worst.
    fn try_write(&mut self, lines: &str) {
        if let Err(error) = self.write(lines) {
            tracing::warn!(%error, "smpp.told_not_written");
        }
    }

    /// Nothing is synced: it has to outlive this process, not the power.
    fn write(&mut self, lines: &str) -> io::Result<()> {
        if self.lines >= LINES_MAX {
            self.write_anew()?;
        }
        self.lines += lines.matches('\n').count();
        match &mut self.file {
            Some(file) => file.write_all(lines.as_bytes()),
            None => Err(io::Error::other("the file is not open")),
        }
    }

    fn write_anew(&mut self) -> io::Result<()> {
        let done = |entry: &&Entry| entry.progress == Progress::Done;
        let begun = self.entries.iter().map(|entry| line('+', entry));
        let all: String =
            begun.chain(self.entries.iter().filter(done).map(|entry| line('=', entry))).collect();
        let beside = self.path.with_extension("tmp");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(private_file::MODE)
            .open(&beside)?;
        file.write_all(all.as_bytes())?;
        fs::rename(&beside, &self.path)?;
        (self.file, self.lines) = (Some(file), all.matches('\n').count());
        Ok(())
    }

    /// A line that is torn says nothing.
    fn replay(&mut self, line: &str) {
        let mut words = line.split(' ');
        let mut next = || words.next().unwrap_or_default();
        let (mark, digest, event, at, end) = (next(), next(), next(), next(), next());
        let read = (Digest::from_hex(digest), event.parse::<Uuid>(), at.parse());
        let ((Ok(digest), Ok(event), Ok(at)), LINE_END) = (read, end) else { return };
        let is_it = |entry: &Entry| entry.digest == digest && entry.event == event;
        match mark {
            "+" if self.entries.len() < TOLD_MAX => self.entries.push_back(Entry {
                digest,
                event,
                at: Time(at),
                session: 0,
                progress: Progress::Begun,
                answered_before: None,
            }),
            "=" => self
                .entries
                .iter_mut()
                .filter(|entry| is_it(entry))
                .for_each(|entry| entry.progress = Progress::Done),
            "-" => self.entries.retain(|entry| !is_it(entry)),
            _ => {}
        }
    }
}

fn line(mark: char, entry: &Entry) -> String {
    format!("{mark} {} {} {} {LINE_END}\n", entry.digest.to_hex(), entry.event, entry.at.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_000_000_000);

    fn of(text: &str) -> Digest {
        blake3::hash(text.as_bytes())
    }

    #[test]
    fn the_same_words_in_a_later_session_are_the_same_event() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut told = Told::open(folder.path(), NOW);
        let (first, _) = told.begin(of("ok"), 1, NOW).expect("written");
        let (second, _) = told.begin(of("ok"), 1, NOW).expect("written");
        assert_ne!(first, second, "who says it twice says it twice");
        told.done(&of("ok"), first);
        told.put_off(&of("ok"), second);
        assert_eq!(told.begin(of("ok"), 1, NOW).expect("written"), (second, Progress::PutOff));
        assert_eq!(told.begin(of("ok"), 2, NOW).expect("written"), (first, Progress::Done));
        assert_eq!(told.begin(of("ok"), 2, NOW).expect("written"), (second, Progress::Begun));
        let (third, _) = told.begin(of("ok"), 2, NOW).expect("written");
        assert!(![first, second].contains(&third));
    }

    #[test]
    fn what_was_heard_to_be_answered_is_new_when_it_comes_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut told = Told::open(folder.path(), NOW);
        let (first, _) = told.begin(of("ok"), 1, NOW).expect("written");
        told.done(&of("ok"), first);
        told.answered(&of("ok"), 1, 7);
        told.heard(1, 6);
        told.heard(2, 9);
        let mut later = Told::open(folder.path(), NOW);
        assert_eq!(later.begin(of("ok"), 1, NOW).expect("written").0, first);
        told.heard(1, 7);
        let mut later = Told::open(folder.path(), NOW);
        assert_ne!(later.begin(of("ok"), 1, NOW).expect("written").0, first);
    }

    #[test]
    fn it_outlives_a_process_and_a_torn_line_but_not_its_age() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut told = Told::open(folder.path(), NOW);
        let (event, _) = told.begin(of("a"), 3, NOW).expect("written");
        told.done(&of("a"), event);
        told.begin(of("b"), 3, NOW).expect("written");
        let path = folder.path().join("told");
        let text = fs::read_to_string(&path).expect("it is there");
        fs::write(&path, &text[..text.len() - 60]).expect("written");
        let mut later = Told::open(folder.path(), NOW);
        assert_eq!(later.begin(of("a"), 1, NOW).expect("written"), (event, Progress::Done));
        let old = Time(NOW.0 + 3_600_001);
        assert_ne!(Told::open(folder.path(), old).begin(of("a"), 1, old).expect("written").0, event);
    }

    #[test]
    fn there_is_an_end_to_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut told = Told::open(folder.path(), NOW);
        for n in 0..LINES_MAX + TOLD_MAX + 10 {
            told.begin(of(&n.to_string()), 1, NOW).expect("written");
        }
        assert_eq!(told.entries.len(), TOLD_MAX);
        let text = fs::read_to_string(folder.path().join("told")).expect("it is there");
        assert!(text.lines().count() <= LINES_MAX);
    }
}
