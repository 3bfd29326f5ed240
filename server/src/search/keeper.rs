//! The thread that keeps the catalogue: it puts what many touches wait for, commits every now and then, and
//! builds a catalogue anew where there is none that can be used. It ends with the node.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

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
    let mut committed = Instant::now();
    let mut measured = None;
    while let Some(node) = node.upgrade() {
        let search = &node.search;
        if search.is_wanted()
            && let Err(error) = search.renew(&node)
        {
            tracing::error!(%error, "search.not_built");
            pause(node, RETRY_AFTER);
            continue;
        }
        search.drain(&node);
        let waiting = search.waiting();
        let is_due = waiting > 0 && committed.elapsed() >= COMMIT_EVERY;
        if is_due || waiting >= COMMIT_DOCUMENTS {
            if let Err(error) = search.commit() {
                tracing::error!(%error, "search.not_committed");
                pause(node, RETRY_AFTER);
                continue;
            }
            committed = Instant::now();
        }
        if measured.is_none_or(|at: Instant| at.elapsed() >= MEASURE_EVERY) {
            measured = Some(Instant::now());
            if let Err(error) = search.measure() {
                tracing::warn!(%error, "search.not_measured");
            }
        }
        metrics::gauge!("parloir_search_waiting_documents").set(search.waiting() as f64);
        let pending = Arc::clone(&search.pending);
        drop(node);
        pending.wait(COMMIT_EVERY);
    }
}

/// Nobody may keep a stopped node alive.
fn pause(node: Arc<Node>, time: Duration) {
    drop(node);
    std::thread::sleep(time);
}
