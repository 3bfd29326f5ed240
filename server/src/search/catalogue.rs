//! Both indexes, and how far into each workspace's log they reach. A commit carries its position, so the two
//! are on disk together or not at all.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, RwLock};

use parloir_protocol::ids::WorkspaceId;
use tantivy::TantivyError;

use super::book::{Book, Pace, Shape};
use super::messages::Messages;
use super::pending::{Pending, Turn};
use super::people::People;
use super::person::Person;
use super::position::{Extent, Kept, Payload};
use super::progress::Progress;
use super::read::Source;
use super::record::Id;
use super::touched::Touch;
use crate::locks::{locked, read_locked, write_locked};
use crate::state::Applied;

/// Touches, and messages, that are read and put at once: whoever is late with them reads them again.
const TOUCHES_PER_TURN: usize = 32;
const MESSAGES_PER_TURN: usize = 256;

/// Reads and puts until that is in time.
fn in_turn(pending: &Pending, put: impl Fn(Turn) -> bool) {
    while !put(pending.turn()) {}
}

/// The two indexes in one folder.
pub(super) struct Catalogue {
    pub(super) people: Book<People>,
    pub(super) messages: Book<Messages>,
    folder: PathBuf,
    workspaces: RwLock<BTreeMap<WorkspaceId, Kept>>,
    progress: Progress,
    /// Held from the moment at which documents are frozen until they are published.
    committing: Mutex<()>,
}

impl Catalogue {
    /// An empty one, to be built.
    pub(super) fn create(folder: &Path) -> tantivy::Result<Self> {
        Ok(Self {
            people: Book::create(&folder.join(People::FOLDER), Pace::Building)?,
            messages: Book::create(&folder.join(Messages::FOLDER), Pace::Building)?,
            folder: folder.to_owned(),
            workspaces: RwLock::default(),
            progress: Progress::at_the_start(),
            committing: Mutex::default(),
        })
    }

    /// One that was built whole, by this version; nothing otherwise. A file that is whole and has another's content may
    /// make tantivy panic.
    ///
    /// # Errors
    /// What tantivy says of the files, or that it panicked.
    pub(super) fn open(folder: &Path) -> tantivy::Result<Option<Self>> {
        let panicked = |_| Err(TantivyError::InternalError("its files made tantivy panic".to_owned()));
        catch_unwind(|| Self::open_both(folder)).unwrap_or_else(panicked)
    }

    fn open_both(folder: &Path) -> tantivy::Result<Option<Self>> {
        let (people, of_people) = Book::open(&folder.join(People::FOLDER))?;
        let (messages, of_messages) = Book::open(&folder.join(Messages::FOLDER))?;
        let both = [of_people, of_messages].map(|payload| payload.as_deref().and_then(Payload::read));
        let [Some(of_people), Some(of_messages)] = both else { return Ok(None) };
        let Some(workspaces) = of_people.earliest(of_messages) else { return Ok(None) };
        Ok(Some(Self {
            people,
            messages,
            folder: folder.to_owned(),
            workspaces: RwLock::new(workspaces),
            progress: Progress::done(),
            committing: Mutex::default(),
        }))
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// The number by which the indexes know a workspace; nothing when they hold nothing of it.
    pub(super) fn number(&self, workspace: WorkspaceId) -> Option<u32> {
        self.workspaces().get(&workspace).map(|kept| kept.number)
    }

    /// How far the indexes reach, for each workspace that they know.
    pub(super) fn positions(&self) -> Vec<(WorkspaceId, Applied)> {
        self.workspaces().iter().map(|(id, kept)| (*id, kept.position)).collect()
    }

    /// Everything up to here was put. Whoever comes late with an earlier place changes nothing.
    pub(super) fn reach(&self, workspace: WorkspaceId, position: Applied) {
        let number = self.number_of(workspace);
        let mut workspaces = self.workspaces_mut();
        let kept = workspaces.entry(workspace).or_insert(Kept { number, position });
        if position.seq >= kept.position.seq {
            kept.position = position;
        }
    }

    /// Puts what the state says of these documents now.
    pub(super) fn put(&self, pending: &Pending, source: &Source<'_>, touches: &BTreeSet<Touch>) {
        let number = self.number_of(source.workspace);
        let of_people: Vec<&Touch> = touches.iter().collect();
        for some in of_people.chunks(TOUCHES_PER_TURN) {
            in_turn(pending, |turn| source.read(|reader| self.people.put(turn, number, reader.people(some))));
        }
        let messages = source.read(|reader| reader.touched_messages(touches));
        for some in messages.chunks(MESSAGES_PER_TURN) {
            in_turn(pending, |turn| {
                source.read(|reader| self.messages.put(turn, number, reader.messages(some)))
            });
        }
    }

    /// Documents in the index that were written with one of these contacts behind them.
    pub(super) fn written_with(&self, contacts: &HashSet<u64>) -> Vec<Id> {
        let mut ids = Vec::new();
        for leaf in &self.people.published().leaves {
            let has = |doc: &u32| leaf.segment.contact.of(*doc).any(|contact| contacts.contains(&contact));
            ids.extend((0..leaf.documents()).filter(has).map(|doc| leaf.id(doc)));
        }
        ids
    }

    /// Writes a document of a catalogue that is being built, unless it was put meanwhile.
    pub(super) fn add_person(&self, workspace: WorkspaceId, person: &Person) -> tantivy::Result<()> {
        self.people.add(self.number_of(workspace), person)
    }

    /// The same for a message.
    pub(super) fn add_message(
        &self,
        workspace: WorkspaceId,
        said: &super::said::Said,
    ) -> tantivy::Result<()> {
        self.messages.add(self.number_of(workspace), said)
    }

    /// How many documents wait to be written.
    pub(super) fn waiting(&self) -> usize {
        self.people.waiting() + self.messages.waiting()
    }

    /// Whether the disk has other segments than those that are searched.
    pub(super) fn is_behind(&self) -> tantivy::Result<bool> {
        Ok(self.people.is_behind()? || self.messages.is_behind()?)
    }

    /// Whether a file of the indexes is not what was written.
    pub(super) fn is_damaged(&self) -> bool {
        !self.people.is_sound() || !self.messages.is_sound()
    }

    /// Nothing is written any more, so that the folder can go.
    pub(super) fn close(&self) {
        let _alone = locked(&self.committing);
        self.people.close();
        self.messages.close();
    }

    /// Tells what each field of both takes on disk, and what both keep in memory.
    pub(super) fn measure(&self) -> tantivy::Result<()> {
        let both = [
            (People::FOLDER, self.people.bytes_in_memory(), self.people.bytes_by_field()?),
            (Messages::FOLDER, self.messages.bytes_in_memory(), self.messages.bytes_by_field()?),
        ];
        for (index, in_memory, fields) in both {
            metrics::gauge!("parloir_search_memory_bytes", "index" => index).set(in_memory as f64);
            for (field, bytes) in fields {
                metrics::gauge!("parloir_search_bytes", "index" => index, "field" => field).set(bytes as f64);
            }
        }
        Ok(())
    }

    /// Writes everything that was put.
    pub(super) fn commit(&self) -> tantivy::Result<()> {
        self.commit_as(if self.progress.is_done() { Extent::Whole } else { Extent::Part })
    }

    /// What was built is whole: from the commit on, and not before, that is what searches are told.
    pub(super) fn complete(&self) -> tantivy::Result<()> {
        self.commit_as(Extent::Whole)?;
        self.progress.finish();
        self.people.settle()?;
        self.messages.settle()?;
        // With this commit the writers begin to merge what was built, which is whole without it.
        self.commit_as(Extent::Whole).unwrap_or_else(|error| tracing::warn!(%error, "search.not_merged"));
        Ok(())
    }

    fn commit_as(&self, extent: Extent) -> tantivy::Result<()> {
        let _alone = locked(&self.committing);
        // Both tell one position, which the second one has passed: what lies between is put twice.
        let mut payload = String::new();
        self.people.commit(|| {
            payload = self.payload(extent);
            payload.clone()
        })?;
        self.messages.commit(|| payload)
    }

    /// Pretends to reach as far as the state of `node`.
    #[cfg(test)]
    pub(super) fn complete_as(&self, node: &crate::node::Node) {
        let state = node.state.current();
        for workspace in state.workspaces() {
            self.reach(workspace, state.position(workspace));
        }
        self.complete().expect("an empty index is committed");
    }

    fn payload(&self, extent: Extent) -> String {
        Payload::of(&self.workspaces(), extent).text()
    }

    fn number_of(&self, workspace: WorkspaceId) -> u32 {
        if let Some(number) = self.number(workspace) {
            return number;
        }
        let mut workspaces = self.workspaces_mut();
        let next = workspaces.values().map(|kept| kept.number + 1).max().unwrap_or(0);
        workspaces.entry(workspace).or_insert(Kept { number: next, position: Applied::START }).number
    }

    fn workspaces(&self) -> std::sync::RwLockReadGuard<'_, BTreeMap<WorkspaceId, Kept>> {
        read_locked(&self.workspaces)
    }

    fn workspaces_mut(&self) -> std::sync::RwLockWriteGuard<'_, BTreeMap<WorkspaceId, Kept>> {
        write_locked(&self.workspaces)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn who_was_late_takes_a_later_turn() {
        let (pending, turns) = (Pending::default(), RefCell::new(Vec::new()));
        in_turn(&pending, |turn| {
            turns.borrow_mut().push(turn);
            turns.borrow().len() == 3
        });
        let turns = turns.into_inner();
        assert!(turns.len() == 3 && turns.is_sorted_by(|one, next| one < next), "{turns:?}");
    }

    #[test]
    fn who_comes_late_with_an_earlier_place_changes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let catalogue = Catalogue::create(folder.path()).expect("an empty one");
        let (id, at) = (WorkspaceId::from_bytes([1; 16]), |seq| Applied { epoch: 1, seq, hash: [0; 32] });
        [7, 5].into_iter().for_each(|seq| catalogue.reach(id, at(seq)));
        assert_eq!(catalogue.positions(), [(id, at(7))]);
        catalogue.reach(id, at(8));
        assert_eq!(catalogue.positions(), [(id, at(8))]);
    }
}
