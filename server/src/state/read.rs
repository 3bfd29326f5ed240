//! What is read of the state: the rows in memory over those of sled.

use std::collections::BTreeSet;

use parloir_desk::rows::{Row, Rows};
use parloir_protocol::ids::WorkspaceId;

use super::failure::{StateError, guard};
use super::position::{WORKSPACE_BYTES, is_of_the_rules, position_key};
use super::{Applied, State};

use crate::locks::read_locked;

impl State {
    /// The newest event that the rows of `workspace` include.
    pub fn position(&self, workspace: WorkspaceId) -> Applied {
        let young = read_locked(&self.memtable).position(workspace);
        let in_sled = || InSled(self).get(&position_key(workspace));
        let decode = |bytes: Vec<u8>| Applied::decode(&bytes).expect("the row of a position holds one");
        young.or_else(|| in_sled().map(decode)).unwrap_or(Applied::START)
    }

    /// The newest event of `workspace` that was ever applied here: its rows may be gone with a kill, and are in the log.
    pub fn reached(&self, workspace: WorkspaceId) -> Applied {
        self.reached.position(workspace).unwrap_or(Applied::START)
    }

    /// Every workspace that something was applied of, in order.
    pub fn workspaces(&self) -> Vec<WorkspaceId> {
        // Memory first: what is settled meanwhile is in sled then.
        let mut workspaces: BTreeSet<_> = read_locked(&self.memtable).workspaces().collect();
        workspaces.extend(self.reached.workspaces());
        let mut from = [0; WORKSPACE_BYTES];
        while let Some(id) = self.read("list workspaces", |db| first_workspace(db, from)).flatten() {
            workspaces.insert(WorkspaceId::from_bytes(id));
            match u128::from_be_bytes(id).checked_add(1) {
                Some(next) => from = next.to_be_bytes(),
                None => break,
            }
        }
        workspaces.into_iter().collect()
    }

    pub(super) fn read<T>(
        &self,
        doing: &'static str,
        ask: impl FnOnce(&sled::Db) -> sled::Result<T>,
    ) -> Option<T> {
        guard(doing, || ask(self.db())).inspect_err(|error| self.fail(error)).ok()
    }

    fn fail(&self, error: &StateError) {
        tracing::error!(%error, folder = %self.folder.display(), "state.unreadable");
        self.give_up();
        (self.options.on_failure)(&error.to_string());
    }
}

impl Rows for State {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        let young = read_locked(&self.memtable).get(key);
        young.unwrap_or_else(|| InSled(self).get(key))
    }

    /// Nothing is applied while a stretch is read, so that it is one of a single moment.
    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        let memtable = read_locked(&self.memtable);
        memtable.range(&InSled(self), from, to, limit)
    }
}

/// The rows that sled has.
struct InSled<'a>(&'a State);

impl Rows for InSled<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.0.read("read a row", |db| db.get(key)).flatten().map(|value| value.to_vec())
    }

    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        if from >= to {
            return Vec::new();
        }
        self.0.read("read rows", |db| rows_between(db, from, to, limit)).unwrap_or_default()
    }
}

fn rows_between(db: &sled::Db, from: &[u8], to: &[u8], limit: usize) -> sled::Result<Vec<Row>> {
    let rows = db.range(from..to).filter(|row| row.as_ref().map_or(true, |(key, _)| is_of_the_rules(key)));
    rows.take(limit).map(|row| row.map(|(key, value)| (key.to_vec(), value.to_vec()))).collect()
}

fn first_workspace(
    db: &sled::Db,
    from: [u8; WORKSPACE_BYTES],
) -> sled::Result<Option<[u8; WORKSPACE_BYTES]>> {
    let mut keys = db.range(from..).keys();
    let found = keys.find_map(|key| key.map(|key| key.first_chunk().copied()).transpose());
    found.transpose()
}
