//! Who writes, one at a time: what waits becomes one batch, is written and synced once, then answered. Nothing is tried
//! again after an error, for nobody knows what the disk kept.

use std::collections::HashMap;
use std::io;
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, RwLock};
use std::thread;
use std::time::Instant;

use parloir_protocol::ids::WorkspaceId;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};

use super::batch::{self, ONE_RECORD_BYTES, Touched};
use super::folder::Folder;
use super::index::{Index, Segment};
use super::limits::SegmentLimits;
use crate::locks::{read_locked, write_locked};
use crate::log::{AppendError, Position};

/// Room is written in pieces of these.
static ZEROS: [u8; 256 << 10] = [0; 256 << 10];

/// Batches after which a slow disk is believed to be quick again.
pub(super) const BELIEVED_AFTER: u32 = 64;

/// What the log's thread is asked.
pub(super) enum Request {
    Append(Append),
    /// Close the current segment; the answer is whether that was done.
    Roll(SyncSender<bool>),
    /// Look after those who write on threads of this runtime.
    Watch(Handle),
}

/// An encoded record that waits.
pub(super) struct Append {
    pub(super) workspace: WorkspaceId,
    pub(super) expect: Position,
    /// Where the workspace stands after it.
    pub(super) position: Position,
    pub(super) bytes: Vec<u8>,
    pub(super) answer: oneshot::Sender<Result<Position, AppendError>>,
    /// Its place among those that wait, free again once it is dropped.
    pub(super) place: OwnedSemaphorePermit,
}

type Tails = HashMap<WorkspaceId, Position>;
type Answer = Result<Position, AppendError>;

pub(super) struct Committer {
    folder: Folder,
    limits: SegmentLimits,
    index: Arc<RwLock<Index>>,
    failed: watch::Sender<bool>,
    segment: Option<(u64, Segment)>,
    /// How long the current segment's file is, with the room behind its batches.
    file_bytes: u64,
    /// What was written in this life.
    written: u64,
    /// Number of the next batch.
    number: u64,
    buffer: Vec<u8>,
    /// Batches until the disk is believed to be quick.
    slow_for: u32,
}

impl Committer {
    /// A committer that goes on in the last segment of the index with batch `number`.
    pub(super) fn new(
        folder: Folder,
        limits: SegmentLimits,
        index: Arc<RwLock<Index>>,
        failed: watch::Sender<bool>,
        number: u64,
    ) -> Self {
        let last =
            read_locked(&index).segments.last_key_value().map(|(number, segment)| (*number, segment.clone()));
        // A file that does not tell its length has no room.
        let file_bytes =
            last.as_ref().map_or(0, |(_, segment)| segment.file.byte_len().unwrap_or(segment.len));
        Self {
            folder,
            limits,
            index,
            failed,
            segment: last,
            file_bytes,
            written: 0,
            number,
            buffer: Vec::new(),
            slow_for: 0,
        }
    }

    /// Commits a record with those that wait behind it; a request that is none, if it came to one.
    pub(super) fn commit_with(&mut self, first: Append, requests: &Receiver<Request>) -> Option<Request> {
        let mut bytes = first.bytes.len();
        let (mut appends, mut other) = (vec![first], None);
        while bytes < self.limits.batch_bytes && other.is_none() {
            match requests.try_recv() {
                Ok(Request::Append(next)) => {
                    bytes += next.bytes.len();
                    appends.push(next);
                }
                Ok(next) => other = Some(next),
                Err(_) => break,
            }
        }
        self.commit(appends);
        other
    }

    /// Whether a record of so many bytes fits into room that is there, on a disk that was quick of late.
    pub(super) fn is_quick_for(&self, bytes: usize) -> bool {
        let room = self.file_bytes.min(self.limits.segment_bytes);
        let fits = |segment: &Segment| segment.len + (ONE_RECORD_BYTES + bytes) as u64 <= room;
        self.slow_for == 0 && self.segment.as_ref().is_some_and(|(_, segment)| fits(segment))
    }

    /// Whoever holds this tells with it when they panic.
    pub(super) fn unfinished(&self) -> Unfinished {
        Unfinished(self.failed.clone())
    }

    /// Nobody writes any more.
    pub(super) fn end(&mut self) {
        if !*self.failed.borrow()
            && let Err(error) = self.give_room_back()
        {
            tracing::warn!(%error, "log.failed_at_its_end");
        }
    }

    /// Everybody is answered after the sync, so that a conflict never names a tail that is not durable.
    pub(super) fn commit(&mut self, appends: Vec<Append>) {
        let _unfinished = self.unfinished();
        let (answers, tails) = self.decide(&appends);
        let written = if tails.is_empty() { Ok(()) } else { self.write(&appends, &answers, &tails) };
        for (append, answer) in appends.into_iter().zip(answers) {
            let answer = written.clone().and(answer);
            drop(append.place);
            // Nobody waits for it any more; the log is the same.
            let _unheard = append.answer.send(answer).is_err();
        }
    }

    /// What each will be told once the batch is durable, and where the workspaces then stand.
    fn decide(&self, appends: &[Append]) -> (Vec<Answer>, Tails) {
        let index = read_locked(&self.index);
        let mut tails = Tails::new();
        let answers = appends.iter().map(|append| {
            let tail = tails.get(&append.workspace).copied().unwrap_or_else(|| index.tail(append.workspace));
            if index.is_damaged(append.workspace) {
                Err(AppendError::Damaged)
            } else if tail != append.expect {
                Err(AppendError::Conflict { tail })
            } else {
                tails.insert(append.workspace, append.position);
                Ok(append.position)
            }
        });
        (answers.collect(), tails)
    }

    fn write(&mut self, appends: &[Append], answers: &[Answer], tails: &Tails) -> Result<(), AppendError> {
        if *self.failed.borrow() {
            return Err(AppendError::Unavailable);
        }
        let touched: Vec<_> = tails.iter().map(|(workspace, tail)| touched(*workspace, tail)).collect();
        let admitted = appends.iter().zip(answers).filter(|(_, answer)| answer.is_ok());
        self.buffer.clear();
        batch::encode(self.number, &touched, admitted.map(|(append, _)| &*append.bytes), &mut self.buffer);
        let (began, file_bytes) = (Instant::now(), self.file_bytes);
        let written = self.write_buffer();
        // Room that is made takes its time on any disk.
        if self.file_bytes == file_bytes {
            let was_quick = began.elapsed() <= self.limits.quick;
            self.slow_for = if was_quick { self.slow_for.saturating_sub(1) } else { BELIEVED_AFTER };
        }
        match written {
            Ok(Some((segment, offset))) => {
                self.publish(tails, segment, offset);
                Ok(())
            }
            Ok(None) => Err(AppendError::Full),
            Err(error) => {
                self.fail(&error);
                Err(AppendError::Unknown)
            }
        }
    }

    /// One write, one sync. Returns where the batch begins; nothing when the disk is full.
    fn write_buffer(&mut self) -> io::Result<Option<(u64, u64)>> {
        let free = self.folder.files.free_bytes(&self.folder.dir)?;
        let bytes = self.buffer.len() as u64;
        let Some(left) = free.checked_sub(self.limits.reserve_bytes.saturating_add(bytes)) else {
            return Ok(None);
        };
        let is_full = |segment: &Segment| segment.len > 0 && segment.len + bytes > self.limits.segment_bytes;
        if self.segment.as_ref().is_none_or(|(_, segment)| is_full(segment)) {
            self.roll()?;
        }
        let (number, segment) = self.segment.as_mut().ok_or(io::ErrorKind::NotFound)?;
        let offset = segment.len;
        let end = offset + bytes;
        segment.file.write_at(&self.buffer, offset)?;
        if end > self.file_bytes {
            let room = self.limits.room(end, self.written, left);
            self.file_bytes = end + make_room(segment, end, room)?;
        }
        segment.file.sync_data()?;
        segment.len = end;
        self.written += bytes;
        Ok(Some((*number, offset)))
    }

    fn publish(&mut self, tails: &Tails, segment: u64, offset: u64) {
        let mut index = write_locked(&self.index);
        for (workspace, tail) in tails {
            index.advance(*workspace, *tail, segment, offset, self.limits.mark_bytes);
        }
        if let Some(segment) = index.segments.get_mut(&segment) {
            segment.len = offset + self.buffer.len() as u64;
        }
        self.number += 1;
    }

    pub(super) fn roll_asked(&mut self, answer: &SyncSender<bool>) {
        let _unfinished = self.unfinished();
        let is_empty = self.segment.as_ref().is_some_and(|(_, segment)| segment.len == 0);
        let has_failed = *self.failed.borrow();
        let rolled = if is_empty || has_failed { Ok(()) } else { self.roll() };
        if let Err(error) = &rolled {
            self.fail(error);
        }
        // The erasure that asked is gone with its thread.
        let _unheard = answer.try_send(rolled.is_ok() && !has_failed).is_err();
    }

    /// Goes on in a new segment, whose name is durable before it is used.
    fn roll(&mut self) -> io::Result<()> {
        self.give_room_back()?;
        let file = self.folder.create_segment(self.number)?;
        let segment = Segment::new(file, 0);
        write_locked(&self.index).segments.insert(self.number, segment.clone());
        (self.segment, self.file_bytes) = (Some((self.number, segment)), 0);
        Ok(())
    }

    /// Nothing more comes into the current segment. Room that stays, after a crash or where a file cannot be made
    /// shorter, does no harm.
    fn give_room_back(&mut self) -> io::Result<()> {
        let Some((_, segment)) = self.segment.as_ref().filter(|(_, it)| it.len < self.file_bytes) else {
            return Ok(());
        };
        if let Err(error) = segment.file.truncate(segment.len) {
            tracing::warn!(%error, "log.room_kept");
            return Ok(());
        }
        self.file_bytes = segment.len;
        segment.file.sync_data()
    }

    fn fail(&self, error: &io::Error) {
        if !self.failed.send_replace(true) {
            tracing::error!(%error, batch = self.number, "log.failed");
        }
    }
}

/// Whoever panics while writing leaves a log of which nobody knows what it holds.
pub(super) struct Unfinished(watch::Sender<bool>);

impl Drop for Unfinished {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.send_replace(true);
        }
    }
}

/// Zeros behind a batch, made durable with it; how many bytes. Where a quota lets none be written, the batch stands
/// without.
fn make_room(segment: &Segment, begin: u64, bytes: u64) -> io::Result<u64> {
    let end = begin + bytes;
    for offset in (begin..end).step_by(ZEROS.len()) {
        let piece = (end - offset).min(ZEROS.len() as u64);
        match segment.file.write_at(&ZEROS[..usize::try_from(piece).unwrap_or(0)], offset) {
            Err(error) if is_full(&error) => {
                return Ok(segment.file.byte_len().map_or(0, |length| length.saturating_sub(begin)));
            }
            written => written?,
        }
    }
    Ok(bytes)
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn touched(workspace: WorkspaceId, tail: &Position) -> Touched {
    Touched { workspace, last_seq: tail.seq, hash: tail.hash }
}
