//! Repairing a damaged log: each damaged workspace ends with its last good record, each hole becomes
//! empty batches. Every segment it changes is kept aside whole first.

use std::collections::BTreeSet;

use parloir_protocol::ids::WorkspaceId;

use super::batch::{self, Header};
use super::files::read_all;
use super::folder::Folder;
use super::index::Index;
use super::limits::SegmentLimits;
use super::open::{self, FIRST_BATCH, OpenError};
use super::scan::{Found, is_room, scan};
use crate::log::{Head, Record};

/// What a repair did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repaired {
    /// Workspaces that lost records: each needs a new epoch.
    pub damaged: BTreeSet<WorkspaceId>,
    /// Others may have lost records too: every workspace needs a new epoch.
    pub all_damaged: bool,
    /// Records that were whole but no longer continue anything.
    pub dropped: u64,
    /// Files in the log's folder that keep the changed segments as they were.
    pub set_aside: Vec<String>,
}

/// Goes from the newest segment to the oldest, so that a hole is there until all behind it is done and
/// a crash only means to repair again.
pub(super) fn repair(folder: &Folder, limits: &SegmentLimits) -> Result<Repaired, OpenError> {
    let (index, report) = open::open(folder, limits)?;
    let mut repaired =
        Repaired { damaged: report.damaged, all_damaged: report.all_damaged, ..Repaired::default() };
    let numbers: Vec<_> = index.segments.keys().copied().collect();
    for (at, number) in numbers.iter().enumerate().rev() {
        mend(folder, &index, *number, numbers.get(at + 1).copied(), &mut repaired)?;
    }
    if let Some(first) = numbers.first().filter(|first| **first > FIRST_BATCH) {
        folder.replace_segment(FIRST_BATCH, &empty(FIRST_BATCH, *first)).map_err(OpenError::Io)?;
    }
    Ok(repaired)
}

fn mend(
    folder: &Folder,
    index: &Index,
    number: u64,
    until: Option<u64>,
    repaired: &mut Repaired,
) -> Result<(), OpenError> {
    let file = folder.open_segment(number).map_err(OpenError::Io)?;
    let bytes = read_all(&*file).map_err(OpenError::Io)?;
    let mended = mended(index, &bytes, scan(&bytes, number, until), &mut repaired.dropped);
    if !bytes.strip_prefix(&*mended).is_some_and(is_room) {
        repaired.set_aside.push(folder.keep_aside(number, &bytes).map_err(OpenError::Io)?);
        folder.replace_segment(number, &mended).map_err(OpenError::Io)?;
    }
    Ok(())
}

fn mended(index: &Index, bytes: &[u8], found: Vec<Found>, dropped: &mut u64) -> Vec<u8> {
    let mut mended = Vec::with_capacity(bytes.len());
    for found in found {
        match found {
            Found::Batch { offset, header } => {
                let batch = &bytes[offset..offset + header.batch_bytes()];
                mended.extend_from_slice(&without_lost(index, batch, &header, dropped));
            }
            Found::Hole { from, until, .. } => mended.extend_from_slice(&empty(from, until)),
            Found::Torn { .. } => {}
        }
    }
    mended
}

/// The batch without the records that came after a damaged workspace's last good one.
fn without_lost(index: &Index, batch: &[u8], header: &Header, dropped: &mut u64) -> Vec<u8> {
    let is_lost = |head: &Head| {
        index.damaged.contains(&head.workspace) && head.last_seq > index.tail(head.workspace).seq
    };
    let records: Vec<_> = batch::records(header.body(batch).unwrap_or_default()).collect();
    let is_kept = |record: &&[u8]| Record::decode_head(record).is_ok_and(|head| !is_lost(&head));
    let kept: Vec<_> = records.iter().copied().filter(is_kept).collect();
    if kept.len() == records.len() {
        return batch.to_vec();
    }
    *dropped += (records.len() - kept.len()) as u64;
    let mut touched = header.touched.clone();
    touched.retain(|touched| touched.last_seq <= index.tail(touched.workspace).seq);
    let mut out = Vec::with_capacity(batch.len());
    batch::encode(header.number, &touched, kept, &mut out);
    out
}

/// Batches without records in the place of those that are lost.
fn empty(from: u64, until: u64) -> Vec<u8> {
    let mut out = Vec::new();
    (from..until).for_each(|number| batch::encode(number, &[], [], &mut out));
    out
}
