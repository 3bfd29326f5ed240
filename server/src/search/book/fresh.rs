//! Documents that are newer than the index, in memory: the newest of each, and those that are gone.

use std::collections::{HashMap, hash_map};
use std::sync::Arc;

use crate::search::pending::Turn;
use crate::search::record::{Id, Record};
use crate::search::traces::{Needed, Traces};

/// Documents by their workspaces and ids: messages are named by whoever sends them, so that two workspaces may have one.
pub(in crate::search) struct Fresh<R> {
    entries: HashMap<(u32, Id), Entry<R>>,
    /// The newest turn of those whose documents were taken away from here.
    before: Turn,
    /// The newest turn of all.
    newest: Turn,
}

/// What replaces a document.
pub(in crate::search) struct Entry<R> {
    /// Nothing takes it out of sight.
    pub(in crate::search) record: Option<Arc<R>>,
    /// Here, so that a record that cannot match is not even read.
    traces: Traces,
    /// Before it was read.
    turn: Turn,
}

impl<R: Record> Entry<R> {
    pub(super) fn of(turn: Turn, record: Option<R>) -> Self {
        let traces = record.as_ref().map_or(Traces::none(), Record::traces);
        Self { record: record.map(Arc::new), traces, turn }
    }
}

impl<R> Default for Fresh<R> {
    fn default() -> Self {
        Self { entries: HashMap::new(), before: Turn::default(), newest: Turn::default() }
    }
}

impl<R> Clone for Entry<R> {
    fn clone(&self) -> Self {
        Self { record: self.record.clone(), traces: self.traces, turn: self.turn }
    }
}

impl<R> Clone for Fresh<R> {
    fn clone(&self) -> Self {
        Self { entries: self.entries.clone(), before: self.before, newest: self.newest }
    }
}

impl<R: Record> Fresh<R> {
    /// What is put from here on, when this is taken away.
    pub(super) fn following(&self) -> Self {
        Self { entries: HashMap::new(), before: self.newest, newest: self.newest }
    }

    /// Whether a newer document than one of this turn may have been taken away.
    pub(super) fn is_too_late(&self, turn: Turn) -> bool {
        turn < self.before
    }

    /// Puts documents of one turn, but none in the place of one of a later turn.
    pub(super) fn put(&mut self, turn: Turn, entries: Vec<((u32, Id), Entry<R>)>) {
        self.newest = self.newest.max(turn);
        for (named, entry) in entries {
            match self.entries.entry(named) {
                hash_map::Entry::Occupied(known) if known.get().turn > turn => {}
                place => _ = place.insert_entry(entry),
            }
        }
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

    /// Of a workspace, with nothing for those that are gone.
    pub(in crate::search) fn entries(&self, workspace: u32) -> impl Iterator<Item = (Id, Option<&Arc<R>>)> {
        let ours = self.entries.iter().filter(move |((of, _), _)| *of == workspace);
        ours.map(|((_, id), entry)| (*id, entry.record.as_ref()))
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
