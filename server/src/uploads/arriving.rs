//! A body while it arrives: gathered into small pieces, each written on a thread that may block. A slow, silent
//! or broken client costs one piece of memory and, after a while, nothing.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::sync::{OwnedMutexGuard, watch};
use tokio::time::{Instant, timeout_at};

use super::spool::Spool;
use super::{Upload, UploadError, Uploads};
use crate::blocking::blocking;

/// What is gathered before it is written: the memory that an upload takes.
const PIECE_BYTES: usize = 64 << 10;

type Held = OwnedMutexGuard<Spool>;

impl Uploads {
    /// Takes in what `body` brings, until it ends or this is no longer its turn. The spool comes back with it.
    pub(super) async fn take_in<E>(
        &self,
        upload: &Arc<Upload>,
        spool: Held,
        mut turn: watch::Receiver<u64>,
        mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> (Held, Result<(), UploadError>) {
        let last = Instant::now() + self.limits.body;
        let (mut spool, mut piece) = (spool, Vec::new());
        let ended = loop {
            let until = last.min(Instant::now() + self.limits.idle);
            let next = tokio::select! {
                biased;
                _ = turn.changed() => break Err(Stopped::TakenOver),
                next = timeout_at(until, body.next()) => next,
            };
            match next {
                Ok(Some(Ok(bytes))) => {
                    if spool.offset() + (piece.len() + bytes.len()) as u64 > upload.bytes() {
                        return (spool, Err(UploadError::TooLarge { max: self.limits.file_bytes }));
                    }
                    piece.extend_from_slice(&bytes);
                    if piece.len() >= PIECE_BYTES {
                        let written;
                        (spool, piece, written) = self.write(upload, spool, piece).await;
                        if let Err(error) = written {
                            return (spool, Err(error));
                        }
                    }
                }
                Ok(Some(Err(_))) => break Err(Stopped::Broken),
                Ok(None) => break Ok(()),
                Err(_) => break Err(Stopped::Stalled),
            }
        };
        let (spool, _, written) = self.write(upload, spool, piece).await;
        let (spool, rested) = self.rest(upload, spool).await;
        let offset = upload.offset();
        (spool, written.and(rested).and(ended.map_err(|stopped| stopped.at(offset))))
    }

    /// Writes a piece; it comes back empty.
    async fn write(
        &self,
        upload: &Arc<Upload>,
        mut spool: Held,
        mut piece: Vec<u8>,
    ) -> (Held, Vec<u8>, Result<(), UploadError>) {
        if piece.is_empty() {
            return (spool, piece, Ok(()));
        }
        let (space, upload) = (self.space.clone(), Arc::clone(upload));
        let _turn = self.writes.acquire().await;
        blocking(move || {
            let written = spool.write(&space, &piece).and_then(|()| {
                upload.set_offset(spool.offset());
                if spool.is_due() { note(&upload, &mut spool) } else { Ok(()) }
            });
            piece.clear();
            (spool, piece, written)
        })
        .await
    }

    /// Makes what arrived durable, unless the whole file is about to be.
    async fn rest(&self, upload: &Arc<Upload>, mut spool: Held) -> (Held, Result<(), UploadError>) {
        if upload.is_whole() {
            return (spool, Ok(()));
        }
        let upload = Arc::clone(upload);
        let _turn = self.writes.acquire().await;
        blocking(move || {
            let noted = note(&upload, &mut spool);
            (spool, noted)
        })
        .await
    }
}

fn note(upload: &Upload, spool: &mut Spool) -> Result<(), UploadError> {
    spool.sync()?;
    Ok(upload.note_synced(spool.synced())?)
}

/// Why a body ended early.
enum Stopped {
    TakenOver,
    Broken,
    Stalled,
}

impl Stopped {
    fn at(self, offset: u64) -> UploadError {
        match self {
            Self::TakenOver => UploadError::Offset { offset },
            Self::Broken => UploadError::Broken { offset },
            Self::Stalled => UploadError::Stalled { offset },
        }
    }
}
