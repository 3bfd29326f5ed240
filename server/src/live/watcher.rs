//! One connection's part in an open search: the marks of the list that it was told last, and the change to the
//! newest one when the connection can write it. It keeps no hits and queues nothing.

use std::sync::Arc;

use parloir_protocol::query::search::{Building, SearchConversationsOk, Total};
use parloir_protocol::watch::{Change, Placed};
use tokio::sync::watch;

use super::difference::Difference;
use super::listing::{Listing, Mark};

/// Who compares.
#[derive(Debug)]
pub struct Watcher {
    newest: watch::Receiver<Arc<Listing>>,
    marks: Vec<Mark>,
    seq: u64,
    total: Option<Total>,
    building: Option<Building>,
}

impl Watcher {
    /// Somebody who is told of `listing` by a reply.
    pub(super) fn new(listing: &Listing, mut newest: watch::Receiver<Arc<Listing>>) -> Self {
        let SearchConversationsOk { seq, total, building, .. } = listing.found;
        // There may be a newer list already.
        newest.mark_changed();
        Self { newest, marks: listing.marks.clone(), seq, total, building }
    }

    /// Waits until there may be a change.
    pub async fn changed(&mut self) {
        if self.newest.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// The change from what was told last to what is found now, which counts as told from here on.
    pub fn change(&mut self, id: u64) -> Option<Change> {
        let newest = Arc::clone(&self.newest.borrow_and_update());
        let found = &newest.found;
        let is_news = found.seq > self.seq || (found.seq == self.seq && self.building.is_some());
        if !is_news {
            return None;
        }
        let difference = Difference::between(&self.marks, &newest.marks);
        let same = difference.is_nothing() && self.total == found.total && self.building == found.building;
        self.marks.clone_from(&newest.marks);
        (self.seq, self.total, self.building) = (found.seq, found.total, found.building);
        (!same).then(|| told(id, difference, found))
    }
}

fn told(id: u64, difference: Difference, found: &SearchConversationsOk) -> Change {
    let placed = |places: Vec<usize>| {
        places.into_iter().map(|at| Placed { at, hit: found.hits[at].clone() }).collect()
    };
    Change {
        id,
        seq: found.seq,
        added: placed(difference.added),
        moved: placed(difference.moved),
        removed: difference.removed,
        total: found.total,
        building: found.building,
    }
}
