//! Documents that are newer than the index, in memory: the newest of each, and those that are gone.

use std::collections::HashMap;
use std::sync::Arc;

use crate::search::record::{Id, Record};
use crate::search::traces::{Needed, Traces};

/// Documents by their workspaces and ids: messages are named by whoever sends them, so that two workspaces may have one.
pub(in crate::search) struct Fresh<R> {
    entries: HashMap<(u32, Id), Entry<R>>,
}

/// What replaces a document.
pub(in crate::search) struct Entry<R> {
    /// Nothing takes it out of sight.
    pub(in crate::search) record: Option<Arc<R>>,
    /// Here, so that a record that cannot match is not even read.
    traces: Traces,
}

impl<R> Default for Fresh<R> {
    fn default() -> Self {
        Self { entries: HashMap::new() }
    }
}

impl<R> Clone for Entry<R> {
    fn clone(&self) -> Self {
        Self { record: self.record.clone(), traces: self.traces }
    }
}

impl<R> Clone for Fresh<R> {
    fn clone(&self) -> Self {
        Self { entries: self.entries.clone() }
    }
}

impl<R: Record> Fresh<R> {
    pub(super) fn put(&mut self, workspace: u32, id: Id, record: Option<Arc<R>>) {
        let traces = record.as_ref().map_or(Traces::none(), |record| record.traces());
        self.entries.insert((workspace, id), Entry { record, traces });
    }

    /// What `newer` has, and of the rest what is here.
    pub(super) fn under(&self, newer: &Self) -> Self {
        let mut all = self.clone();
        all.entries.extend(newer.entries.iter().map(|(key, entry)| (*key, entry.clone())));
        all
    }

    pub(in crate::search) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it knows better than the index.
    pub(in crate::search) fn has(&self, workspace: u32, id: Id) -> bool {
        self.entries.contains_key(&(workspace, id))
    }

    pub(super) fn named(&self) -> impl Iterator<Item = (u32, Id)> {
        self.entries.keys().copied()
    }

    /// The documents that are there, each with its workspace.
    pub(super) fn records(&self) -> impl Iterator<Item = (u32, &Arc<R>)> {
        self.entries.iter().filter_map(|((workspace, _), entry)| Some((*workspace, entry.record.as_ref()?)))
    }

    /// The documents of a workspace that are there.
    pub(in crate::search) fn of(&self, workspace: u32) -> impl Iterator<Item = &Arc<R>> {
        self.records().filter(move |(of, _)| *of == workspace).map(|(_, record)| record)
    }

    /// Those of them that may match.
    pub(in crate::search) fn like(&self, workspace: u32, needed: &Needed) -> impl Iterator<Item = &Arc<R>> {
        let ours = self.entries.iter().filter(move |((of, _), _)| *of == workspace).map(|(_, entry)| entry);
        let alike = ours.filter(|entry| needed.may_be_in(&entry.traces));
        alike.filter_map(|entry| entry.record.as_ref())
    }
}
