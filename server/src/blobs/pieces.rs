//! A part of a local file as a stream of bounded pieces, each read on a thread that may block. It never holds
//! more than one piece.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use super::{BlobError, Pieces};

/// Bytes of one piece: what a reader who does not read holds in memory.
const PIECE_BYTES: u64 = 64 << 10;

pub(super) fn of(file: File, range: Range<u64>) -> Pieces {
    let file = Arc::new(file);
    stream::try_unfold(range, move |left| {
        let file = Arc::clone(&file);
        async move {
            if left.is_empty() {
                return Ok(None);
            }
            let until = left.end.min(left.start + PIECE_BYTES);
            let read = tokio::task::spawn_blocking(move || piece(&file, left.start..until)).await;
            let read = read.unwrap_or_else(|error| Err(io::Error::other(error)));
            Ok(Some((read.map_err(BlobError::File)?, until..left.end)))
        }
    })
    .boxed()
}

fn piece(file: &File, range: Range<u64>) -> io::Result<Bytes> {
    let bytes = usize::try_from(range.end - range.start).map_err(io::Error::other)?;
    let mut piece = vec![0; bytes];
    file.read_exact_at(&mut piece, range.start)?;
    Ok(piece.into())
}
