//! What the log knows of itself in memory: where every workspace's records begin, how far each segment
//! is written, and who is read-only. Only durable batches get in.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use parloir_protocol::ids::WorkspaceId;

use super::files::StoredFile;
use crate::log::Position;

/// A place where records of a workspace begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// The last event before this place.
    pub(super) after: u64,
    pub(super) segment: u64,
    /// Where the batch begins.
    pub(super) offset: u64,
}

/// One workspace's run through the segments.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) tail: Position,
    /// In order; between two of them lie at most `mark_bytes` of one segment that are of interest.
    marks: Vec<Mark>,
}

/// A segment as far as it is durable.
#[derive(Clone)]
pub(super) struct Segment {
    pub(super) file: Arc<dyn StoredFile>,
    pub(super) len: u64,
    /// Where bad bytes begin and end.
    pub(super) holes: BTreeMap<u64, u64>,
}

/// Where a reader finds records, whole even when the segment is replaced meanwhile.
pub(super) struct Stretch {
    pub(super) number: u64,
    pub(super) segment: Segment,
    pub(super) from: u64,
    pub(super) to: u64,
}

#[derive(Default)]
pub(super) struct Index {
    pub(super) runs: HashMap<WorkspaceId, Run>,
    pub(super) segments: BTreeMap<u64, Segment>,
    pub(super) damaged: BTreeSet<WorkspaceId>,
    pub(super) all_damaged: bool,
}

impl Segment {
    pub(super) fn new(file: Arc<dyn StoredFile>, len: u64) -> Self {
        Self { file, len, holes: BTreeMap::new() }
    }
}

impl Index {
    pub(super) fn tail(&self, workspace: WorkspaceId) -> Position {
        self.runs.get(&workspace).map_or(Position::START, |run| run.tail)
    }

    pub(super) fn is_damaged(&self, workspace: WorkspaceId) -> bool {
        self.all_damaged || self.damaged.contains(&workspace)
    }

    /// Takes in that a batch at this place moved `workspace` to `tail`.
    pub(super) fn advance(
        &mut self,
        workspace: WorkspaceId,
        tail: Position,
        segment: u64,
        offset: u64,
        mark_bytes: u64,
    ) {
        let run = self.runs.entry(workspace).or_default();
        let is_near = |mark: &Mark| mark.segment == segment && offset - mark.offset < mark_bytes;
        if !run.marks.last().is_some_and(is_near) {
            run.marks.push(Mark { after: run.tail.seq, segment, offset });
        }
        run.tail = tail;
    }

    /// Number of the first mark from which a reader meets the event after `after`.
    pub(super) fn first_mark(&self, workspace: WorkspaceId, after: u64) -> usize {
        let later = |run: &Run| run.marks.partition_point(|mark| mark.after <= after);
        self.runs.get(&workspace).map_or(0, later).saturating_sub(1)
    }

    /// The bytes that belong to a mark.
    pub(super) fn stretch(&self, workspace: WorkspaceId, mark: usize, mark_bytes: u64) -> Option<Stretch> {
        let Mark { segment: number, offset, .. } = *self.runs.get(&workspace)?.marks.get(mark)?;
        let segment = self.segments.get(&number)?.clone();
        let to = segment.len.min(offset.saturating_add(mark_bytes));
        Some(Stretch { number, segment, from: offset, to })
    }

    /// The segments that hold records of `workspace`.
    pub(super) fn segments_of(&self, workspace: WorkspaceId) -> BTreeSet<u64> {
        self.runs.get(&workspace).into_iter().flat_map(|run| &run.marks).map(|mark| mark.segment).collect()
    }

    /// Puts a rewritten segment in the place of the old, given where each batch went.
    pub(super) fn replace(&mut self, number: u64, segment: Segment, moved: &BTreeMap<u64, u64>) {
        let marks = self.runs.values_mut().flat_map(|run| &mut run.marks);
        for mark in marks.filter(|mark| mark.segment == number) {
            mark.offset = moved[&mark.offset];
        }
        self.segments.insert(number, segment);
    }
}
