//! Finding the batches in the bytes of one segment, whole ones and holes. It reads no file and judges
//! no chain.

use super::batch::{Header, MAGIC};

/// What stands in a segment, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A whole batch.
    Batch { offset: usize, header: Header },
    /// Bad or missing bytes where batches `from..until` should be. The header is that of the one batch
    /// missing, when it can still be read.
    Hole { offset: usize, end: usize, from: u64, until: u64, header: Option<Header> },
    /// Bad bytes at the end of the newest segment, after which nothing was ever synced.
    Torn { offset: usize },
}

/// What stands in `bytes`, which should hold the batches from `first` until `until`; the newest segment
/// holds as many as it does. Nothing but zeros up to the end is room that was made and not used.
pub(super) fn scan(mut bytes: &[u8], first: u64, until: Option<u64>) -> Vec<Found> {
    let mut found = Vec::new();
    let (mut offset, mut number) = (0, first);
    while offset < bytes.len() || until.is_some_and(|until| number < until) {
        let batch = at(bytes, offset, number);
        if batch.is_none() && offset < bytes.len() && is_room(&bytes[offset..]) {
            bytes = &bytes[..offset];
            continue;
        }
        let next = batch.unwrap_or_else(|| hole(bytes, offset, number, until));
        match &next {
            Found::Batch { header, .. } => {
                offset += header.batch_bytes();
                number += 1;
            }
            Found::Hole { end, until, .. } => (offset, number) = (*end, *until),
            Found::Torn { .. } => offset = bytes.len(),
        }
        found.push(next);
    }
    found
}

/// Whether nothing was ever written here.
pub(super) fn is_room(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}

/// How many bytes at the beginning are not room.
pub(super) fn without_room(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)
}

fn at(bytes: &[u8], offset: usize, number: u64) -> Option<Found> {
    let header = Header::decode(&bytes[offset..]).filter(|header| header.number == number)?;
    header.body(&bytes[offset..])?;
    Some(Found::Batch { offset, header })
}

fn hole(bytes: &[u8], offset: usize, from: u64, until: Option<u64>) -> Found {
    let later = later(bytes, offset + 1, from);
    let (end, until) = match (later, until) {
        (Some((end, number)), _) => (end, number),
        (None, Some(until)) => (bytes.len(), until.max(from)),
        (None, None) => return Found::Torn { offset },
    };
    let header = bytes.get(offset..).and_then(Header::decode).filter(|header| header.number == from);
    match header {
        Some(header) if until > from => {
            let end = end.min(offset + header.batch_bytes());
            Found::Hole { offset, end, from, until: from + 1, header: Some(header) }
        }
        header => Found::Hole { offset, end, from, until, header },
    }
}

/// Where the first batch after `number` has a header whose CRC holds.
fn later(bytes: &[u8], from: usize, number: u64) -> Option<(usize, u64)> {
    let start = from.min(bytes.len());
    let begins = bytes[start..].windows(MAGIC.len()).enumerate().filter(|(_, window)| *window == MAGIC);
    let headers =
        begins.filter_map(|(at, _)| Header::decode(&bytes[start + at..]).map(|header| (start + at, header)));
    headers.map(|(at, header)| (at, header.number)).find(|(_, later)| *later > number)
}
