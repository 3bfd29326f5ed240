//! Search: two indexes over the state, each a projection that can be thrown away. Whoever writes notes what was
//! touched; a thread beside puts it, and whoever searches before that puts it first, so that nobody misses what was
//! acknowledged to them. Another thread commits. Nothing is decided here.

use std::collections::{BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};

use dashmap::DashMap;
use parloir_desk::view::View;
use parloir_protocol::ids::{ConversationId, WorkspaceId};
use parloir_protocol::query::search::Building;
use thiserror::Error;

use crate::locks::{locked, read_locked, write_locked};
use crate::log::{DiskFiles, Files, Log};
use crate::node::Node;
use crate::rebuild;
use crate::state::Applied;

use build::Build;
use catalogue::Catalogue;
use directory::Directory;
use folders::Folders;
use moments::Moments;
use pending::{Pending, Putter};
use putting::Catalogues;
use read::{Rows, Source};
use touched::Touch;

mod arena;
mod ask;
mod book;
mod budget;
mod build;
mod catalogue;
mod columns;
mod compare;
mod directory;
mod facets;
mod folders;
mod keeper;
mod known;
mod lists;
mod matching;
mod messages;
mod moments;
mod narrowed;
mod numbering;
mod offers;
mod pages;
mod pending;
mod people;
mod person;
mod position;
mod progress;
mod putting;
mod read;
mod record;
mod said;
mod sets;
mod shown;
mod spread;
#[cfg(test)]
mod tests;
mod tokens;
mod touched;
mod traces;
mod triples;
mod walk;
mod whereabouts;
mod zone;

pub use compare::{Differences, compare};
pub use pages::{conversations, conversations_at_once, failed, messages};

/// Bytes of the log read at a time.
const LOG_READ_BYTES: usize = 1 << 20;
/// Events up to which an index is built before anybody is let in.
const BUILT_AT_ONCE_MAX: u64 = 5_000;

/// Why the indexes cannot be used.
#[derive(Debug, Error)]
pub enum SearchError {
    #[error("the index failed: {0}")]
    Index(#[from] tantivy::TantivyError),
    #[error("the folder of the index failed: {0}")]
    Folder(#[from] std::io::Error),
    #[error("the log cannot be read: {0}")]
    Log(String),
    #[error("the index was found damaged while it was built")]
    GivenUp,
}

/// The indexes of a server, and what is on its way into them.
pub struct Search {
    folders: Folders,
    pending: Arc<Pending>,
    catalogues: RwLock<Catalogues>,
    /// Held by whoever builds.
    building: Mutex<()>,
    directories: DashMap<WorkspaceId, Arc<Directory>>,
    /// Held by whoever reads a directory and by whoever throws one away, so that no old one is kept.
    naming: Mutex<()>,
    /// How searches went that were tried where they were asked.
    moments: Moments,
    /// A catalogue has to be built.
    wanted: AtomicBool,
    /// Free space on the disk that is never written into.
    reserve_bytes: u64,
}

impl Search {
    /// Without an index yet; see [`Search::open`].
    pub fn new(folder: &Path) -> Self {
        Self {
            folders: Folders::in_folder(folder),
            pending: Arc::default(),
            catalogues: RwLock::default(),
            building: Mutex::default(),
            directories: DashMap::new(),
            naming: Mutex::default(),
            moments: Moments::default(),
            wanted: AtomicBool::new(true),
            reserve_bytes: 0,
        }
    }

    /// The same, writing nothing while the disk has no more than this left.
    #[must_use]
    pub fn with_reserve(self, reserve_bytes: u64) -> Self {
        Self { reserve_bytes, ..self }
    }

    /// Opens the newest index that can be used and brings it up to the log; otherwise one is built, beside
    /// service where that takes long. Whether there is one.
    ///
    /// # Errors
    /// [`SearchError`] when nothing can be kept at all.
    pub fn open(&self, node: &Arc<Node>) -> Result<bool, SearchError> {
        let opened = self.reopen(node)? || self.is_soon_built(node)?;
        keeper::start(node)?;
        Ok(opened)
    }

    /// Builds the index at once where there is little to read, as on a new server.
    fn is_soon_built(&self, node: &Node) -> Result<bool, SearchError> {
        let state = node.state.current();
        let events: u64 = state.workspaces().into_iter().map(|id| state.position(id).seq).sum();
        if events > BUILT_AT_ONCE_MAX {
            return Ok(false);
        }
        self.renew_if_wanted(node).map(|()| true)
    }

    /// Opens the newest index that can be used, and nothing else.
    fn reopen(&self, node: &Node) -> Result<bool, SearchError> {
        let _nobody_builds = locked(&self.building);
        self.pending.open();
        for folder in self.folders.all()? {
            match self.try_open(node, &folder) {
                Ok(true) => {
                    self.folders.keep_only(&folder)?;
                    self.wanted.store(false, Ordering::Release);
                    break;
                }
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, folder = %folder.display(), "search.not_opened"),
            }
        }
        Ok(!self.is_wanted())
    }

    fn try_open(&self, node: &Node, folder: &Path) -> Result<bool, SearchError> {
        let Some(catalogue) = Catalogue::open(folder)? else { return Ok(false) };
        if !catalogue.positions().iter().all(|(workspace, at)| rebuild::stands(&*node.log, *workspace, *at)) {
            return Ok(false);
        }
        self.catch_up(node, &catalogue)?;
        write_locked(&self.catalogues).current = Some(Arc::new(catalogue));
        Ok(true)
    }

    /// Puts what happened since the index was committed.
    fn catch_up(&self, node: &Node, catalogue: &Catalogue) -> Result<(), SearchError> {
        let state = node.state.current();
        let known: std::collections::BTreeMap<_, _> = catalogue.positions().into_iter().collect();
        for workspace in state.workspaces() {
            let at = known.get(&workspace).copied().unwrap_or(Applied::START);
            let reached = state.position(workspace);
            if at == reached {
                continue;
            }
            let mut touches = touches_after(&*node.log, workspace, at.seq)?;
            touches.extend(formerly_behind(catalogue, &touches));
            let source = Source { rows: Rows::InUse(&node.state), workspace, offers: None };
            catalogue.put(&self.pending, &source, &touches);
            catalogue.reach(workspace, reached);
        }
        Ok(())
    }

    /// Builds a catalogue from the state and puts it in the place of the current one, whose files go.
    /// Searching goes on with the old one; without one it goes on with what is built so far.
    ///
    /// # Errors
    /// [`SearchError`]; the current one stays.
    pub fn renew(&self, node: &Node) -> Result<(), SearchError> {
        let alone = locked(&self.building);
        self.build(node, &alone)
    }

    /// The same, unless somebody has built one meanwhile.
    fn renew_if_wanted(&self, node: &Node) -> Result<(), SearchError> {
        let alone = locked(&self.building);
        if self.is_wanted() { self.build(node, &alone) } else { Ok(()) }
    }

    fn build(&self, node: &Node, _alone: &MutexGuard<'_, ()>) -> Result<(), SearchError> {
        self.pending.open();
        let catalogue = Arc::new(Catalogue::create(&self.folders.next()?)?);
        self.begin(&catalogue);
        let built = catch_unwind(AssertUnwindSafe(|| Build::new(self, node, &catalogue).run()));
        let ended = self.end(&catalogue, matches!(built, Ok(Ok(()))));
        if ended.is_none() {
            // One build after another that fails would fill the disk.
            catalogue.close();
            self.folders.discard(catalogue.folder())?;
        }
        built.unwrap_or_else(|panic| resume_unwind(panic))?;
        let old = ended.ok_or(SearchError::GivenUp)?;
        old.iter().filter(|old| !Arc::ptr_eq(old, &catalogue)).for_each(|old| old.close());
        self.folders.keep_only(catalogue.folder())?;
        Ok(())
    }

    /// Puts and commits everything that was noted until now, so that a start has nothing to put.
    ///
    /// # Errors
    /// [`SearchError`]; a start puts what is missing.
    pub fn flush(&self, node: &Node) -> Result<(), SearchError> {
        self.drain(node, Putter::First);
        self.commit()
    }

    /// How much of the index is built; nothing once it is whole.
    pub fn building(&self) -> Option<Building> {
        match self.catalogue() {
            Some(catalogue) => catalogue.progress().building(),
            None => Some(Building { done: 0, total: progress::WHOLE }),
        }
    }

    /// Something failed on this catalogue. If its files are damaged another one is built from the state; if
    /// they are not, building would help nobody. Whether it is given up.
    fn give_up(&self, broken: &Arc<Catalogue>) -> bool {
        if !broken.is_damaged() {
            return false;
        }
        let mut catalogues = write_locked(&self.catalogues);
        if catalogues.is_current(broken) {
            catalogues.current = None;
            self.wanted.store(true, Ordering::Release);
        }
        true
    }

    /// Whether the disk has room beyond its reserve. What cannot be told is no reason to stop.
    fn has_room(&self) -> bool {
        let folder = self.folders.existing();
        DiskFiles.free_bytes(&folder).is_ok_and(|free| free > self.reserve_bytes)
    }

    fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Acquire)
    }

    fn catalogue(&self) -> Option<Arc<Catalogue>> {
        read_locked(&self.catalogues).current.clone()
    }

    fn waiting(&self) -> usize {
        self.catalogue().map_or(0, |catalogue| catalogue.waiting())
    }

    fn commit(&self) -> Result<(), SearchError> {
        match self.catalogue() {
            Some(catalogue) => Ok(catalogue.commit()?),
            None => Ok(()),
        }
    }

    /// Whether the disk has other segments than those that are searched.
    fn is_behind(&self) -> Result<bool, SearchError> {
        match self.catalogue() {
            Some(catalogue) => Ok(catalogue.is_behind()?),
            None => Ok(false),
        }
    }

    fn measure(&self) -> Result<(), SearchError> {
        match self.catalogue() {
            Some(catalogue) => Ok(catalogue.measure()?),
            None => Ok(()),
        }
    }

    fn known_directory(&self, workspace: WorkspaceId) -> Option<Arc<Directory>> {
        self.directories.get(&workspace).map(|known| Arc::clone(known.value()))
    }

    fn directory(&self, node: &Node, workspace: WorkspaceId) -> Arc<Directory> {
        if let Some(known) = self.known_directory(workspace) {
            return known;
        }
        let _nobody_throws_it_away = locked(&self.naming);
        let directory = Arc::new(Directory::of(&View::new(&*node.state.current(), workspace)));
        self.directories.insert(workspace, Arc::clone(&directory));
        directory
    }
}

/// What the log says was touched after a place.
fn touches_after(log: &dyn Log, workspace: WorkspaceId, seq: u64) -> Result<BTreeSet<Touch>, SearchError> {
    let (mut touches, mut after) = (BTreeSet::new(), seq);
    let unreadable = |error: &dyn std::fmt::Display| SearchError::Log(error.to_string());
    loop {
        let records = log.read(workspace, after, LOG_READ_BYTES);
        let records = records.map_err(|error| unreadable(&error))?;
        let Some(last) = records.last() else { return Ok(touches) };
        after = last.position().seq;
        for record in &records {
            let commits = crate::record::open(record).map_err(|error| unreadable(&error))?;
            touches.extend(commits.iter().flat_map(|opened| touched::by_events(&opened.commit)));
        }
    }
}

/// The conversations that were written with one of the touched contacts behind them: an address may have
/// left its card since.
fn formerly_behind(catalogue: &Catalogue, touches: &BTreeSet<Touch>) -> Vec<Touch> {
    let contact = |touch: &Touch| match touch {
        Touch::Contact(id) => Some(people::fingerprint(id.as_bytes())),
        Touch::Conversation(_)
        | Touch::Started(_)
        | Touch::Address(_)
        | Touch::Message(_)
        | Touch::Messages(_)
        | Touch::Names => None,
    };
    let contacts: HashSet<u64> = touches.iter().filter_map(contact).collect();
    if contacts.is_empty() {
        return Vec::new();
    }
    let written = catalogue.written_with(&contacts);
    written.into_iter().map(|id| Touch::Conversation(ConversationId::from_bytes(id.0))).collect()
}
