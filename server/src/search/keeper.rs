//! The thread that keeps the catalogue: it puts what many touches wait for, commits every now and then, and
//! builds a catalogue anew where there is none that can be used. It ends with the node.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use super::SearchError;
use crate::node::Node;

/// How often is committed while documents wait.
const COMMIT_EVERY: Duration = Duration::from_secs(1);
/// Documents that wait from which on nobody waits for that: every search looks at each of them.
const COMMIT_DOCUMENTS: usize = 1_500;
/// How often the sizes of fields are told.
const MEASURE_EVERY: Duration = Duration::from_secs(30);
/// How long after a failed commit or build another one is tried.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Sets the keeper to work.
pub(super) fn start(node: &Arc<Node>) -> std::io::Result<()> {
    let node = Arc::downgrade(node);
    std::thread::Builder::new().name("search".to_owned()).spawn(move || keep(&node)).map(drop)
}

fn keep(node: &Weak<Node>) {
    let mut keeper = Keeper { committed: Instant::now(), measured: None };
    while let Some(node) = node.upgrade() {
        // Whatever tantivy does on a damaged file: the index is given up, and the keeper lives on.
        let kept = catch_unwind(AssertUnwindSafe(|| keeper.step(&node))).unwrap_or_else(|_| {
            tracing::error!("search.panicked");
            node.search.catalogue().iter().for_each(|kept| _ = node.search.give_up(kept));
            Err(Failed)
        });
        metrics::gauge!("parloir_search_waiting_documents").set(node.search.waiting() as f64);
        let pending = Arc::clone(&node.search.pending);
        drop(node);
        match kept {
            Ok(()) => pending.wait(COMMIT_EVERY),
            Err(Failed) => std::thread::sleep(RETRY_AFTER),
        }
    }
}

/// When things were done last.
struct Keeper {
    committed: Instant,
    measured: Option<Instant>,
}

/// Something has to be tried again later; it is logged.
struct Failed;

impl Keeper {
    fn step(&mut self, node: &Node) -> Result<(), Failed> {
        let search = &node.search;
        if !search.has_room() {
            // The log takes nothing either then, so that little waits here.
            tracing::warn!("search.no_room");
            return Err(Failed);
        }
        if search.is_wanted() {
            search.renew(node).map_err(|error| failed("search.not_built", &error))?;
        }
        search.drain(node);
        let waiting = search.waiting();
        let is_due = waiting > 0 && self.committed.elapsed() >= COMMIT_EVERY;
        if is_due || waiting >= COMMIT_DOCUMENTS {
            search.commit().map_err(|error| failed("search.not_committed", &error))?;
            self.committed = Instant::now();
        }
        if self.measured.is_none_or(|at| at.elapsed() >= MEASURE_EVERY) {
            self.measured = Some(Instant::now());
            search.measure().map_err(|error| failed("search.not_measured", &error))?;
        }
        Ok(())
    }
}

fn failed(what: &str, error: &SearchError) -> Failed {
    tracing::error!(%error, what, "search.failed");
    Failed
}
