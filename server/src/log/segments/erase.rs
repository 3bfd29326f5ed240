//! Erasing payloads: every segment that holds some is written anew without them and takes the place of
//! the old one. Batch numbers, positions and hashes stay as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::sync_channel;

use parloir_protocol::ids::WorkspaceId;

use super::SegmentLog;
use super::batch::{self, Header};
use super::committer::Request;
use super::files::read_all;
use super::index::Segment;
use super::scan::{Found, scan};
use crate::locks::{read_locked, write_locked};
use crate::log::{EraseError, Erased, Record, SubjectId};

/// A segment written anew.
struct Rewritten {
    bytes: Vec<u8>,
    /// Where each batch began, and where it begins now.
    moved: BTreeMap<u64, u64>,
    erased: Erased,
}

/// Whose payloads go.
struct Wanted<'a> {
    workspace: WorkspaceId,
    subjects: &'a BTreeSet<SubjectId>,
}

impl SegmentLog {
    /// One erasure at a time: two would undo each other's segments.
    pub(super) fn erase_alone(
        &self,
        workspace: WorkspaceId,
        subjects: &BTreeSet<SubjectId>,
    ) -> Result<Erased, EraseError> {
        self.refuse_unreadable()?;
        let numbers = read_locked(&self.index).segments_of(workspace);
        self.close(&numbers)?;
        let wanted = Wanted { workspace, subjects };
        let mut erased = Erased::default();
        for number in numbers {
            let one = self.erase_in(number, &wanted)?;
            erased.records += one.records;
            erased.payloads += one.payloads;
        }
        Ok(erased)
    }

    /// Nothing may be called erased that bytes nobody can read may still hold.
    fn refuse_unreadable(&self) -> Result<(), EraseError> {
        if let Some(file) = self.folder.set_aside().map_err(EraseError::Io)?.pop() {
            return Err(EraseError::SetAside { file });
        }
        let has_holes = read_locked(&self.index).segments.values().any(|segment| !segment.holes.is_empty());
        if has_holes { Err(EraseError::Damaged) } else { Ok(()) }
    }

    /// Has the committer leave the current segment when it is one of these.
    fn close(&self, numbers: &BTreeSet<u64>) -> Result<(), EraseError> {
        let current = read_locked(&self.index).segments.last_key_value().map(|(number, _)| *number);
        if !current.is_some_and(|current| numbers.contains(&current)) {
            return Ok(());
        }
        let (answer, answered) = sync_channel(1);
        self.request(Request::Roll(answer)).map_err(|()| EraseError::Unavailable)?;
        match answered.recv() {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(EraseError::Unavailable),
        }
    }

    fn erase_in(&self, number: u64, wanted: &Wanted<'_>) -> Result<Erased, EraseError> {
        let file = self.folder.open_segment(number).map_err(EraseError::Io)?;
        let bytes = read_all(&*file).map_err(EraseError::Io)?;
        let rewritten = rewrite(&bytes, number, wanted)?;
        if rewritten.erased.records > 0 {
            let file = self.folder.replace_segment(number, &rewritten.bytes).map_err(EraseError::Io)?;
            let segment = Segment::new(file, rewritten.bytes.len() as u64);
            write_locked(&self.index).replace(number, segment, &rewritten.moved);
        }
        Ok(rewritten.erased)
    }
}

fn rewrite(bytes: &[u8], number: u64, wanted: &Wanted<'_>) -> Result<Rewritten, EraseError> {
    let mut rewritten = Rewritten {
        bytes: Vec::with_capacity(bytes.len()),
        moved: BTreeMap::new(),
        erased: Erased::default(),
    };
    for found in scan(bytes, number, None) {
        match found {
            Found::Batch { offset, header } => {
                rewritten.moved.insert(offset as u64, rewritten.bytes.len() as u64);
                rewritten.take(&bytes[offset..offset + header.batch_bytes()], &header, wanted)?;
            }
            Found::Hole { .. } | Found::Torn { .. } => return Err(EraseError::Damaged),
        }
    }
    Ok(rewritten)
}

impl Rewritten {
    fn take(&mut self, batch: &[u8], header: &Header, wanted: &Wanted<'_>) -> Result<(), EraseError> {
        if !header.names(wanted.workspace) {
            self.bytes.extend_from_slice(batch);
            return Ok(());
        }
        let mut records = Vec::new();
        for encoded in batch::records(header.body(batch).unwrap_or_default()) {
            let record = Record::decode(encoded).map_err(|_| EraseError::Damaged)?;
            let without = Some(&record).filter(|record| record.workspace == wanted.workspace);
            match without.and_then(|record| record.without(wanted.subjects)) {
                Some(without) => {
                    self.erased.count(&record, &without);
                    records.push(without.encode());
                }
                None => records.push(encoded.to_vec()),
            }
        }
        batch::encode(header.number, &header.touched, records.iter().map(Vec::as_slice), &mut self.bytes);
        Ok(())
    }
}
