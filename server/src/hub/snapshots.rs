//! Snapshots as they were encoded a moment ago. When everybody signs in at once most begin with the same one; what
//! is not asked for again within a second goes.

use std::sync::{Arc, Mutex};

use parloir_desk::order::QueueQuery;
use parloir_protocol::codec::Codec;
use parloir_protocol::entity::View;
use parloir_session::Scope;

use super::Signals;
use crate::locks::locked;

/// Different ones that are kept at once, as of the same seq.
const KEPT_MAX: usize = 8;

/// What a snapshot depends on beside its moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub scope: Scope,
    pub view: View,
    /// The view as one agent means it.
    pub query: QueueQuery,
    pub codec: Codec,
}

/// An encoded snapshot.
#[derive(Debug)]
pub struct Encoded {
    /// After which events follow.
    pub seq: u64,
    /// The version of the signals in it, or an earlier one.
    pub signals_version: u64,
    pub parts: Vec<Arc<[u8]>>,
}

/// Those of one workspace.
#[derive(Debug, Default)]
pub struct Snapshots(Mutex<Vec<(Wanted, Arc<Encoded>)>>);

impl Snapshots {
    /// The one that is still right after `seq`, when few signals changed since and each of them is still told.
    pub fn find(&self, wanted: &Wanted, seq: u64, signals: &Signals) -> Option<Arc<Encoded>> {
        let kept = locked(&self.0);
        let found = kept.iter().find(|(of, encoded)| of == wanted && encoded.seq == seq)?;
        let encoded = Arc::clone(&found.1);
        drop(kept);
        signals.reaches(encoded.signals_version).then_some(encoded)
    }

    /// Keeps it in the place of what was kept for the same, and of all that is older; not behind a newer one.
    pub fn keep(&self, wanted: Wanted, encoded: Arc<Encoded>) {
        let mut kept = locked(&self.0);
        if kept.iter().any(|(_, other)| other.seq > encoded.seq) {
            return;
        }
        kept.retain(|(of, other)| other.seq == encoded.seq && *of != wanted);
        if kept.len() < KEPT_MAX {
            kept.push((wanted, encoded));
        }
    }

    /// Forgets all of them.
    pub fn clear(&self) {
        *locked(&self.0) = Vec::new();
    }
}
