//! Parts of longer texts that came in, each in a private file from before it is answered until its text is taken.
//! What never becomes whole is handed on with gaps: the network was told that it is safe here.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parloir_protocol::time::Time;
use uuid::Uuid;

use super::delivered::Delivered;
use super::header::Place;
use crate::private_file;

/// Parts that are kept; beyond it the oldest text is handed on as it is.
const PARTS_MAX: usize = 4_096;
/// So long is waited for the other parts of a text.
const AGE_MAX: Duration = Duration::from_secs(24 * 3_600);
const FOLDER_MODE: u32 = 0o700;
/// The event's name stands before the PDU.
const EVENT_BYTES: usize = 16;
/// Characters of a text's name: the first of a digest.
const NAME_CHARS: usize = 32;

/// The shelf of one account.
pub(super) struct Shelf {
    folder: PathBuf,
    texts: BTreeMap<String, Text>,
    parts: usize,
}

/// A text whose parts come in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Text {
    total: u8,
    since: Time,
    /// The digest of each part that is there, by its number.
    there: BTreeMap<u8, blake3::Hash>,
}

/// Parts that are to be handed on, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set {
    name: String,
    /// That of its first part.
    pub(super) event: Uuid,
    pub(super) pdus: Vec<Vec<u8>>,
    there: BTreeMap<u8, blake3::Hash>,
}

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Put {
    /// It is on stable storage, and others are missing.
    Kept,
    /// It is there, and so are all others.
    Whole(Set),
    /// Another text has to be handed on first.
    InTheWay(Set),
}

impl Shelf {
    /// What is kept in `folder`, which is made.
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn open(folder: PathBuf, now: Time) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(&folder)?;
        let mut shelf = Self { folder, texts: BTreeMap::new(), parts: 0 };
        for entry in fs::read_dir(&shelf.folder)? {
            let path = entry?.path();
            let Some((name, place)) = path.file_name().and_then(|name| name.to_str()).and_then(read_name)
            else {
                continue;
            };
            let since = written_at(&path).unwrap_or(now);
            let digest = blake3::hash(behind_event(&fs::read(&path)?));
            shelf.note(&name, place, digest, since);
        }
        Ok(shelf)
    }

    /// Keeps a part; durable when it returns [`Put::Kept`] or [`Put::Whole`].
    ///
    /// # Errors
    /// Those of the file system.
    pub(super) fn put(
        &mut self,
        part: &Delivered,
        place: Place,
        event: Uuid,
        pdu: &[u8],
        now: Time,
    ) -> io::Result<Put> {
        let (name, digest) = (name_of(part, place), blake3::hash(pdu));
        let there = self.texts.get(&name).and_then(|text| text.there.get(&place.number));
        if there.is_some_and(|there| *there != digest) {
            return Ok(Put::InTheWay(self.set(&name)?));
        }
        if there.is_none() {
            if self.parts >= PARTS_MAX
                && let Some(oldest) = self.oldest()
            {
                return Ok(Put::InTheWay(self.set(&oldest)?));
            }
            let content = [event.as_bytes().as_slice(), pdu].concat();
            private_file::write(&path(&self.folder, &name, place.number, place.total), &content)?;
            self.note(&name, place, digest, now);
        }
        let is_whole = self.texts.get(&name).is_some_and(Text::is_whole);
        Ok(if is_whole { Put::Whole(self.set(&name)?) } else { Put::Kept })
    }

    /// Texts that are whole, or too old to become it.
    pub(super) fn due(&self, now: Time) -> Vec<Set> {
        let age_max = i64::try_from(AGE_MAX.as_millis()).unwrap_or(i64::MAX);
        let is_due = |text: &Text| text.is_whole() || now.0.saturating_sub(text.since.0) > age_max;
        let due = self.texts.iter().filter(|(_, text)| is_due(text));
        // What cannot be read now is looked at again with the next.
        due.filter_map(|(name, _)| self.set(name).ok()).collect()
    }

    /// A set was taken.
    ///
    /// # Errors
    /// Those of the file system; taken once more it happens once.
    pub(super) fn remove(&mut self, set: &Set) -> io::Result<()> {
        let Some(text) = self.texts.get_mut(&set.name) else { return Ok(()) };
        for (number, digest) in &set.there {
            // Another text may have taken the place of this one meanwhile.
            if text.there.get(number) != Some(digest) {
                continue;
            }
            match fs::remove_file(path(&self.folder, &set.name, *number, text.total)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
            text.there.remove(number);
            self.parts = self.parts.saturating_sub(1);
        }
        if text.there.is_empty() {
            self.texts.remove(&set.name);
        }
        Ok(())
    }

    fn note(&mut self, name: &str, place: Place, digest: blake3::Hash, since: Time) {
        let fresh = Text { total: place.total, since, there: BTreeMap::new() };
        let text = self.texts.entry(name.to_owned()).or_insert(fresh);
        text.since = text.since.min(since);
        if text.there.insert(place.number, digest).is_none() {
            self.parts += 1;
        }
    }

    fn oldest(&self) -> Option<String> {
        self.texts.iter().min_by_key(|(_, text)| text.since).map(|(name, _)| name.clone())
    }

    fn set(&self, name: &str) -> io::Result<Set> {
        let there = self.texts.get(name).map(|text| text.there.clone()).unwrap_or_default();
        let mut set = Set { name: name.to_owned(), event: Uuid::nil(), pdus: Vec::new(), there };
        let Some(text) = self.texts.get(name) else { return Ok(set) };
        for number in text.there.keys() {
            let content = fs::read(path(&self.folder, name, *number, text.total))?;
            if set.pdus.is_empty() {
                set.event = event_of(&content);
            }
            set.pdus.push(behind_event(&content).to_vec());
        }
        Ok(set)
    }
}

impl Text {
    fn is_whole(&self) -> bool {
        self.there.len() == usize::from(self.total)
    }
}

/// All parts of one text have it.
fn name_of(part: &Delivered, place: Place) -> String {
    let mut hasher = blake3::Hasher::new();
    for text in [&part.from, &part.to] {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.update(&place.reference.to_le_bytes());
    hasher.update(&[place.total]);
    hasher.finalize().to_hex()[..NAME_CHARS].to_owned()
}

fn path(folder: &Path, name: &str, number: u8, total: u8) -> PathBuf {
    folder.join(format!("{name}-{number:03}-{total:03}"))
}

fn read_name(file: &str) -> Option<(String, Place)> {
    let (rest, total) = file.rsplit_once('-')?;
    let (name, number) = rest.rsplit_once('-')?;
    let is_name = name.len() == NAME_CHARS && name.chars().all(|c| c.is_ascii_hexdigit());
    let place = Place::new(0, total.parse().ok()?, number.parse().ok()?)?;
    is_name.then(|| (name.to_owned(), place))
}

fn event_of(content: &[u8]) -> Uuid {
    content.get(..EVENT_BYTES).and_then(|bytes| Uuid::from_slice(bytes).ok()).unwrap_or_default()
}

fn behind_event(content: &[u8]) -> &[u8] {
    content.get(EVENT_BYTES..).unwrap_or_default()
}

fn written_at(path: &Path) -> Option<Time> {
    let modified = fs::metadata(path).and_then(|facts| facts.modified()).ok()?;
    let since = modified.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok().map(Time)
}
