//! What a commit says of itself: by which version, whether the build was done, and how far into each log it
//! reaches.

use std::collections::BTreeMap;

use parloir_protocol::ids::WorkspaceId;
use serde::{Deserialize, Serialize};

use crate::state::Applied;

/// The version of what is written into the indexes, folding included: another one is built anew.
const VERSION: u32 = 3;

/// A workspace as the indexes know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    /// Stands for the workspace in every token and place.
    pub(super) number: u32,
    pub(super) position: Applied,
}

/// Whether a commit holds everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Extent {
    Whole,
    /// It is still being built.
    Part,
}

/// The payload of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Payload {
    version: u32,
    extent: Extent,
    workspaces: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Row {
    id: WorkspaceId,
    number: u32,
    epoch: u64,
    seq: u64,
    hash: [u8; 32],
}

impl Payload {
    pub(super) fn of(workspaces: &BTreeMap<WorkspaceId, Kept>, extent: Extent) -> Self {
        let row = |(id, kept): (&WorkspaceId, &Kept)| {
            let Applied { epoch, seq, hash } = kept.position;
            Row { id: *id, number: kept.number, epoch, seq, hash }
        };
        Self { version: VERSION, extent, workspaces: workspaces.iter().map(row).collect() }
    }

    pub(super) fn text(&self) -> String {
        serde_json::to_string(self).expect("a position can be written")
    }

    /// The payload of a whole index of this version.
    pub(super) fn read(text: &str) -> Option<Self> {
        let is_whole = |payload: &Self| payload.extent == Extent::Whole && payload.version == VERSION;
        serde_json::from_str(text).ok().filter(is_whole)
    }

    /// How far both indexes reach; nothing when they do not belong together.
    pub(super) fn earliest(self, other: Self) -> Option<BTreeMap<WorkspaceId, Kept>> {
        let (one, mut other) = (self.kept(), other.kept());
        let both = one.into_iter().map(|(id, kept)| {
            // A workspace that only one of them knows was first met by its last commit.
            let theirs = other.remove(&id).unwrap_or(Kept { position: Applied::START, ..kept });
            let earlier = if kept.position.seq <= theirs.position.seq { kept } else { theirs };
            (kept.number == theirs.number).then_some((id, earlier))
        });
        let both: BTreeMap<_, _> = both.collect::<Option<_>>()?;
        other.is_empty().then_some(both)
    }

    fn kept(self) -> BTreeMap<WorkspaceId, Kept> {
        let kept = |row: Row| {
            let position = Applied { epoch: row.epoch, seq: row.seq, hash: row.hash };
            (row.id, Kept { number: row.number, position })
        };
        self.workspaces.into_iter().map(kept).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(number: u32, seq: u64) -> Kept {
        Kept { number, position: Applied { epoch: u64::MAX, seq, hash: [7; 32] } }
    }

    fn payload(rows: &[(u8, u32, u64)], extent: Extent) -> Payload {
        let rows =
            rows.iter().map(|(id, number, seq)| (WorkspaceId::from_bytes([*id; 16]), kept(*number, *seq)));
        Payload::of(&rows.collect(), extent)
    }

    #[test]
    fn a_position_is_read_back_when_it_is_whole() {
        let whole = payload(&[(1, 0, 9)], Extent::Whole);
        assert_eq!(Payload::read(&whole.text()), Some(whole));
        assert_eq!(Payload::read(&payload(&[(1, 0, 9)], Extent::Part).text()), None);
        assert_eq!(Payload::read("{}"), None);
    }

    #[test]
    fn what_another_version_wrote_is_not_read() {
        let written = |version| Payload { version, ..payload(&[(1, 0, 9)], Extent::Whole) };
        assert_eq!(Payload::read(&written(VERSION).text()), Some(written(VERSION)));
        assert_eq!(
            [VERSION - 1, VERSION + 1].map(|version| Payload::read(&written(version).text())),
            [None, None]
        );
    }

    #[test]
    fn two_indexes_reach_as_far_as_the_one_behind() {
        let earliest =
            |one: &[_], other: &[_]| payload(one, Extent::Whole).earliest(payload(other, Extent::Whole));
        let seqs = |found: Option<BTreeMap<_, Kept>>| {
            found.map(|kept| kept.values().map(|kept| kept.position.seq).collect::<Vec<_>>())
        };
        assert_eq!(seqs(earliest(&[(1, 0, 9), (2, 1, 5)], &[(1, 0, 7), (2, 1, 6)])), Some(vec![7, 5]));
        assert_eq!(seqs(earliest(&[(1, 0, 9), (2, 1, 5)], &[(1, 0, 9)])), Some(vec![9, 0]));
        assert_eq!(seqs(earliest(&[(1, 0, 9)], &[(1, 1, 9)])), None, "they count differently");
        assert_eq!(seqs(earliest(&[], &[(1, 0, 9)])), None, "the second one is never ahead");
    }
}
