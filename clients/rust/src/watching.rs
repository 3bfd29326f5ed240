//! The handle on an open search: its newest list, and word of each change. The search ends with the handle.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use crate::connection::Call;
use crate::errors::QueryError;
use crate::hits::Hits;

/// Where an open search stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Stand {
    /// Nothing before the first reply.
    pub(crate) hits: Option<Arc<Hits>>,
    /// Why there will be no other list.
    pub(crate) end: Option<QueryError>,
}

/// An open search. Its list is the newest there is, also after the connection was lost and came back; dropping
/// this ends the search.
#[derive(Debug)]
pub struct Watching {
    stand: watch::Receiver<Stand>,
    /// After what it speaks of: rung when that is gone.
    _bell: Bell,
}

/// Tells the connection's task that a handle is gone.
#[derive(Debug)]
struct Bell(mpsc::Sender<Call>);

impl Drop for Bell {
    fn drop(&mut self) {
        // With no room now the task finds out at its next step.
        self.0.try_send(Call::Unwatch).ok();
    }
}

impl Watching {
    pub(crate) fn new(stand: watch::Receiver<Stand>, calls: mpsc::Sender<Call>) -> Self {
        Self { stand, _bell: Bell(calls) }
    }

    /// The newest list.
    pub fn hits(&self) -> Arc<Hits> {
        self.stand.borrow().hits.clone().unwrap_or_default()
    }

    /// Waits for another list than the one that was looked at last.
    ///
    /// # Errors
    /// When there will be none: the connection is over, or the server does not take the search any more.
    pub async fn changed(&mut self) -> Result<(), QueryError> {
        let is_there = self.stand.changed().await.is_ok();
        match &self.stand.borrow_and_update().end {
            Some(end) => Err(end.clone()),
            None if is_there => Ok(()),
            None => Err(QueryError::Unanswered),
        }
    }

    /// Waits for the first list.
    pub(crate) async fn begun(&mut self) -> Result<(), QueryError> {
        while self.stand.borrow_and_update().hits.is_none() {
            self.changed().await?;
        }
        Ok(())
    }
}
