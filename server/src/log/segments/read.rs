//! Reading records back: from mark to mark through the segments, beside the committer. Every batch is
//! checked against its CRC again.

use std::sync::RwLock;

use parloir_protocol::ids::WorkspaceId;

use super::batch::{self, Header};
use super::index::{Index, Stretch};
use crate::locks::read_locked;
use crate::log::{ReadError, Record};

/// Enough for the header of a batch that touches some seventy workspaces; more is read when needed.
const HEADER_BYTES_GUESS: u64 = 4 << 10;

/// What a read has come to.
struct Gathered {
    workspace: WorkspaceId,
    after: u64,
    tail: u64,
    bytes_left: usize,
    records: Vec<Record>,
}

pub(super) fn read(
    index: &RwLock<Index>,
    mark_bytes: u64,
    workspace: WorkspaceId,
    after: u64,
    max_bytes: usize,
) -> Result<Vec<Record>, ReadError> {
    let (tail, mut mark) = {
        let index = read_locked(index);
        (index.tail(workspace).seq, index.first_mark(workspace, after))
    };
    let mut gathered = Gathered { workspace, after, tail, bytes_left: max_bytes.max(1), records: Vec::new() };
    while !gathered.is_enough() {
        let Some(stretch) = read_locked(index).stretch(workspace, mark, mark_bytes) else { break };
        gathered.walk(&stretch)?;
        mark += 1;
    }
    Ok(gathered.records)
}

impl Gathered {
    fn is_enough(&self) -> bool {
        self.bytes_left == 0 || self.after >= self.tail
    }

    fn walk(&mut self, stretch: &Stretch) -> Result<(), ReadError> {
        let mut offset = stretch.from;
        while offset < stretch.to && !self.is_enough() {
            if let Some(end) = stretch.segment.holes.get(&offset) {
                offset = *end;
                continue;
            }
            let header = stretch.header(offset)?;
            if header.names(self.workspace) {
                self.take_batch(stretch, offset, &header)?;
            }
            offset += header.batch_bytes() as u64;
        }
        Ok(())
    }

    fn take_batch(&mut self, stretch: &Stretch, offset: u64, header: &Header) -> Result<(), ReadError> {
        let mut batch = vec![0; header.batch_bytes()];
        stretch.segment.file.read_at(&mut batch, offset).map_err(ReadError::Io)?;
        let body = header.body(&batch).ok_or_else(|| stretch.corrupt(offset))?;
        for bytes in batch::records(body) {
            let head = Record::decode_head(bytes).map_err(|_| stretch.corrupt(offset))?;
            let is_next = head.workspace == self.workspace && head.last_seq > self.after;
            if is_next && !self.is_enough() {
                self.after = head.last_seq;
                self.bytes_left = self.bytes_left.saturating_sub(bytes.len());
                self.records.push(Record::decode(bytes).map_err(|_| stretch.corrupt(offset))?);
            }
        }
        Ok(())
    }
}

impl Stretch {
    fn header(&self, offset: u64) -> Result<Header, ReadError> {
        let guess = HEADER_BYTES_GUESS.min(self.segment.len - offset);
        let mut bytes = self.bytes(offset, guess)?;
        let len = batch::header_bytes(&bytes).ok_or_else(|| self.corrupt(offset))? as u64;
        if len > guess {
            bytes = self.bytes(offset, len)?;
        }
        Header::decode(&bytes).ok_or_else(|| self.corrupt(offset))
    }

    fn bytes(&self, offset: u64, len: u64) -> Result<Vec<u8>, ReadError> {
        let len = usize::try_from(len).map_err(|_| self.corrupt(offset))?;
        let mut bytes = vec![0; len];
        self.segment.file.read_at(&mut bytes, offset).map_err(ReadError::Io)?;
        Ok(bytes)
    }

    fn corrupt(&self, offset: u64) -> ReadError {
        ReadError::Corrupt { segment: self.number, offset }
    }
}
