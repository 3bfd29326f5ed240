//! Snapshots and counters as they were encoded a moment ago. What is not asked for again within a second goes.

use std::sync::Arc;

use bytes::Bytes;
use parloir_desk::order::QueueQuery;
use parloir_protocol::codec::Codec;
use parloir_protocol::entity::View;
use parloir_session::Scope;

use super::Signals;
use super::recent::Recent;

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
    /// Whole frames.
    pub parts: Vec<Arc<[u8]>>,
}

/// Those of one workspace.
#[derive(Debug, Default)]
pub struct Snapshots {
    whole: Recent<Wanted, Encoded>,
    counters: Recent<(Scope, Codec), Bytes>,
}

impl Snapshots {
    /// The one that is still right after `seq`, when few signals changed since and each of them is still told.
    pub fn find(&self, wanted: &Wanted, seq: u64, signals: &Signals) -> Option<Arc<Encoded>> {
        self.whole.find(wanted, seq).filter(|encoded| signals.reaches(encoded.signals_version))
    }

    /// Keeps one for whoever wants the same next.
    pub fn keep(&self, wanted: Wanted, encoded: Arc<Encoded>) {
        self.whole.keep(wanted, encoded.seq, encoded);
    }

    /// The frames with all counters in sight as of `seq`, made by `make` unless somebody has asked for them.
    pub fn counters(&self, of: (&Scope, Codec), seq: u64, make: impl FnOnce() -> Vec<Bytes>) -> Bytes {
        let wanted = (of.0.clone(), of.1);
        if let Some(found) = self.counters.find(&wanted, seq) {
            return Bytes::clone(&found);
        }
        let made = Bytes::from(make().concat());
        self.counters.keep(wanted, seq, Arc::new(made.clone()));
        made
    }

    /// Forgets all of them.
    pub fn clear(&self) {
        self.whole.clear();
        self.counters.clear();
    }
}
