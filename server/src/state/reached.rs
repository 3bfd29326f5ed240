//! How far each workspace was applied, in a small file beside sled's: written with every record, read at an open alone.
//! Rows that wait in memory go with a kill; this stays, so that a start knows an older log that was put back. After a
//! power cut it may lag or be torn: a slot says by itself whether it is whole, and one that is not says nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Mutex;

use parloir_protocol::ids::WorkspaceId;

use super::Applied;
use super::failure::StateError;
use super::folders::read_if_there;
use super::position::{ENCODED_BYTES, WORKSPACE_BYTES};

use crate::locks::locked;

const FILE: &str = "reached";

const CHECKSUM_BYTES: usize = 4;
/// A workspace, its position, and the checksum of both.
const SLOT_BYTES: usize = WORKSPACE_BYTES + ENCODED_BYTES + CHECKSUM_BYTES;

/// The file of one folder.
pub(super) struct Reached {
    file: File,
    slots: Mutex<Slots>,
}

#[derive(Default)]
struct Slots {
    by_workspace: HashMap<WorkspaceId, Slot>,
    /// Slots of the file, those included that say nothing.
    count: u64,
}

struct Slot {
    nth: u64,
    at: Applied,
}

impl Reached {
    /// Opens the file in `folder`, an empty one where there is none or one that cannot be read: nothing but an older
    /// log is known by it.
    pub(super) fn open(folder: &Path) -> Result<Self, StateError> {
        let path = folder.join(FILE);
        let bytes = read_if_there(&path).unwrap_or_else(|error| {
            tracing::warn!(%error, "state.reached_unreadable");
            None
        });
        let open = || File::options().write(true).create(true).truncate(false).open(&path);
        let file = open().or_else(|_| fs::remove_file(&path).and_then(|()| open()));
        let file = file.map_err(StateError::file("open", &path))?;
        Ok(Self { file, slots: Mutex::new(Slots::read(&bytes.unwrap_or_default())) })
    }

    /// Notes that a workspace was applied so far, unless it was further before: a log that is folded again is no older
    /// log. Nobody else notes the same workspace meanwhile.
    pub(super) fn note(&self, workspace: WorkspaceId, at: Applied) -> io::Result<()> {
        match locked(&self.slots).put(workspace, at) {
            Some(nth) => self.file.write_all_at(&slot(workspace, &at), nth * SLOT_BYTES as u64),
            None => Ok(()),
        }
    }

    pub(super) fn position(&self, workspace: WorkspaceId) -> Option<Applied> {
        locked(&self.slots).by_workspace.get(&workspace).map(|slot| slot.at)
    }

    pub(super) fn workspaces(&self) -> Vec<WorkspaceId> {
        locked(&self.slots).by_workspace.keys().copied().collect()
    }
}

impl Slots {
    fn read(bytes: &[u8]) -> Self {
        let mut slots = Self { count: bytes.len().div_ceil(SLOT_BYTES) as u64, ..Self::default() };
        for (nth, bytes) in (0..).zip(bytes.chunks(SLOT_BYTES)) {
            if let Some((workspace, at)) = read_slot(bytes) {
                slots.by_workspace.insert(workspace, Slot { nth, at });
            }
        }
        slots
    }

    /// Where the slot of a workspace stands that holds `at` from here on; nothing when it was as far before.
    fn put(&mut self, workspace: WorkspaceId, at: Applied) -> Option<u64> {
        match self.by_workspace.entry(workspace) {
            Entry::Occupied(known) if known.get().at.seq >= at.seq => None,
            Entry::Occupied(mut known) => {
                known.get_mut().at = at;
                Some(known.get().nth)
            }
            Entry::Vacant(free) => {
                let nth = self.count;
                self.count += 1;
                Some(free.insert(Slot { nth, at }).nth)
            }
        }
    }
}

fn slot(workspace: WorkspaceId, at: &Applied) -> Vec<u8> {
    let mut bytes = [&workspace.as_bytes()[..], &at.encode()].concat();
    bytes.extend(crc32c::crc32c(&bytes).to_be_bytes());
    bytes
}

fn read_slot(bytes: &[u8]) -> Option<(WorkspaceId, Applied)> {
    let (said, checksum) = bytes.split_last_chunk::<CHECKSUM_BYTES>()?;
    let (workspace, at) = said.split_first_chunk::<WORKSPACE_BYTES>()?;
    let is_whole = crc32c::crc32c(said) == u32::from_be_bytes(*checksum);
    Some((WorkspaceId::from_bytes(*workspace), Applied::decode(at)?)).filter(|_| is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(number: u8) -> WorkspaceId {
        WorkspaceId::from_bytes([number; 16])
    }

    fn at(seq: u64) -> Applied {
        Applied { seq, ..Applied::START }
    }

    #[test]
    fn the_furthest_that_was_noted_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        for round in 1..4 {
            let reached = Reached::open(folder.path()).expect("it opens");
            assert_eq!(reached.position(workspace(1)).map(|at| at.seq), (round > 1).then_some(round - 1));
            reached.note(workspace(u8::try_from(round).expect("a byte") + 1), at(100)).expect("noted");
            reached.note(workspace(1), at(round)).expect("noted");
            reached.note(workspace(1), at(round - 1)).expect("it was further");
        }
        let reached = Reached::open(folder.path()).expect("it opens");
        assert_eq!(reached.workspaces().len(), 4);
        assert_eq!(reached.position(workspace(4)), Some(at(100)));
        let bytes = fs::metadata(folder.path().join(FILE)).expect("a file").len();
        assert_eq!(bytes, 4 * SLOT_BYTES as u64);
    }

    #[test]
    fn a_torn_slot_says_nothing_and_is_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let reached = Reached::open(folder.path()).expect("it opens");
        (1..=3).for_each(|number| reached.note(workspace(number), at(5)).expect("noted"));
        let path = folder.path().join(FILE);
        let mut bytes = fs::read(&path).expect("a file");
        bytes[SLOT_BYTES + 20] ^= 1;
        bytes.truncate(3 * SLOT_BYTES - 1);
        fs::write(&path, bytes).expect("written");
        let reached = Reached::open(folder.path()).expect("it opens");
        assert_eq!(reached.workspaces(), [workspace(1)]);
        reached.note(workspace(2), at(6)).expect("noted");
        let reached = Reached::open(folder.path()).expect("it opens");
        assert_eq!([1, 2].map(|number| reached.position(workspace(number))), [Some(at(5)), Some(at(6))]);
    }
}
