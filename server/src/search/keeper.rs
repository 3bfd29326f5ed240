//! The threads that keep the catalogue: one puts what was touched, as soon as it is; the other commits every now and
//! then, and builds a catalogue anew where there is none that can be used. They end with the node.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::pending::Putter;
use super::{Search, SearchError};
use crate::node::Node;

/// How often is committed while documents wait.
const COMMIT_EVERY: Duration = Duration::from_secs(1);
/// Documents that wait from which on nobody waits for that: every search glances at each of them.
const COMMIT_DOCUMENTS: usize = 1_500;
/// How often the sizes of fields are told.
const MEASURE_EVERY: Duration = Duration::from_secs(30);
/// How long after a failure it is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// How long the end of a node may stay unseen.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Sets both to work.
pub(super) fn start(node: &Arc<Node>) -> std::io::Result<()> {
    let (keeping, putting) = (Arc::downgrade(node), Arc::downgrade(node));
    let keeper = thread::Builder::new().name("search".to_owned()).spawn(move || keep(&keeping))?;
    let keeper = keeper.thread().clone();
    thread::Builder::new().name("search-puts".to_owned()).spawn(move || put(&putting, &keeper)).map(drop)
}

/// Puts what is touched, so that little is left for whoever searches.
fn put(node: &Weak<Node>, keeper: &Thread) {
    while let Some(node) = node.upgrade() {
        let not_put = node.search.drain(&node, Putter::Beside);
        not_put.iter().for_each(|workspace| tracing::error!(%workspace, "search.not_put"));
        if node.search.waiting() >= COMMIT_DOCUMENTS {
            keeper.unpark();
        }
        let pending = Arc::clone(&node.search.pending);
        drop(node);
        if not_put.is_empty() {
            pending.wait(LOOK_EVERY);
        } else {
            thread::sleep(RETRY_AFTER);
        }
    }
}

fn keep(node: &Weak<Node>) {
    let mut keeper = Keeper::default();
    while let Some(node) = node.upgrade() {
        // Whatever tantivy does on a damaged file: the index is given up, and the keeper lives on.
        let kept = catch_unwind(AssertUnwindSafe(|| keeper.step(&node))).unwrap_or_else(|_| {
            tracing::error!("search.panicked");
            node.search.catalogue().iter().for_each(|kept| _ = node.search.give_up(kept));
            Err(Failed)
        });
        metrics::gauge!("parloir_search_waiting_documents").set(node.search.waiting() as f64);
        drop(node);
        match kept {
            Ok(()) => thread::park_timeout(COMMIT_EVERY),
            Err(Failed) => thread::sleep(RETRY_AFTER),
        }
    }
}

/// When things were done last.
#[derive(Default)]
pub(super) struct Keeper {
    committed: Option<Instant>,
    measured: Option<Instant>,
}

/// Something has to be tried again later; it is logged.
#[derive(Debug)]
pub(super) struct Failed;

impl Keeper {
    pub(super) fn step(&mut self, node: &Node) -> Result<(), Failed> {
        let search = &node.search;
        if !search.has_room() {
            // The log takes nothing either then, so that little waits here.
            tracing::warn!("search.no_room");
            return Err(Failed);
        }
        // Looked at before a turn is waited for: a job may be building, and what waits is committed meanwhile.
        if search.is_wanted() {
            search.renew_if_wanted(node).map_err(|error| failed("search.not_built", &error))?;
            self.committed = None;
        }
        if self.is_due(search).map_err(|error| lost("search.not_looked_at", search, &error))? {
            // After a failure it is due as at the start: what waits does not count as waiting any more.
            self.committed = None;
            search.commit().map_err(|error| lost("search.not_committed", search, &error))?;
            self.committed = Some(Instant::now());
        }
        if self.measured.is_none_or(|at| at.elapsed() >= MEASURE_EVERY) {
            self.measured = Some(Instant::now());
            search.measure().map_err(|error| failed("search.not_measured", &error))?;
        }
        Ok(())
    }

    /// Whether to commit: what waits is written then, segments begin to be merged, and those that were are searched.
    fn is_due(&self, search: &Search) -> Result<bool, SearchError> {
        let waiting = search.waiting();
        // An index that was just opened has segments that nobody merges before something is committed.
        let Some(committed) = self.committed else { return Ok(true) };
        let is_time = committed.elapsed() >= COMMIT_EVERY;
        Ok(waiting >= COMMIT_DOCUMENTS || is_time && (waiting > 0 || search.is_behind()?))
    }
}

fn failed(what: &str, error: &SearchError) -> Failed {
    tracing::error!(%error, what, "search.failed");
    Failed
}

/// The same of an index that may be gone: where its newest commit cannot be read either, it is looked at as a whole.
fn lost(what: &str, search: &Search, error: &SearchError) -> Failed {
    if search.is_behind().is_err() {
        search.catalogue().iter().for_each(|kept| _ = search.give_up(kept));
    }
    failed(what, error)
}
