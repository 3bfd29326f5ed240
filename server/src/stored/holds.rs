//! Contents that somebody is about to need: put and not named yet, or named by a command that is on its way.
//! Whoever deletes one asks here first. It knows neither the store nor who needs what.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use parloir_protocol::ids::WorkspaceId;
use tokio::sync;

use crate::blobs::BlobDigest;
use crate::locks::locked;

/// Contents put or deleted at the same moment; two that share a turn wait for each other.
const TURNS: usize = 64;

type Name = (WorkspaceId, BlobDigest);

/// What is held. Every hold belongs to a body, a fetch or a command, and there are only so many of those.
#[derive(Debug)]
pub(super) struct Holds {
    held: Mutex<BTreeMap<Name, usize>>,
    turns: [sync::Mutex<()>; TURNS],
}

/// Keeps some contents from being deleted for as long as it lives.
#[derive(Debug)]
pub struct Hold {
    holds: Arc<Holds>,
    names: Vec<Name>,
}

impl Holds {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { held: Mutex::default(), turns: std::array::from_fn(|_| sync::Mutex::new(())) })
    }

    pub(super) fn hold(
        self: &Arc<Self>,
        workspace: WorkspaceId,
        digests: impl Iterator<Item = BlobDigest>,
    ) -> Hold {
        let names: Vec<Name> = digests.map(|digest| (workspace, digest)).collect();
        let mut held = self.held();
        for name in &names {
            *held.entry(*name).or_default() += 1;
        }
        drop(held);
        Hold { holds: Arc::clone(self), names }
    }

    pub(super) fn is_held(&self, workspace: WorkspaceId, digest: BlobDigest) -> bool {
        self.held().contains_key(&(workspace, digest))
    }

    /// Whoever puts or deletes this content is alone with it.
    pub(super) async fn turn(&self, digest: BlobDigest) -> sync::MutexGuard<'_, ()> {
        self.turns[usize::from(digest.0[0]) % TURNS].lock().await
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<Name, usize>> {
        locked(&self.held)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut held = self.holds.held();
        for name in &self.names {
            let left = held.get(name).map_or(0, |times| times.saturating_sub(1));
            match left {
                0 => held.remove(name),
                left => held.insert(*name, left),
            };
        }
    }
}
