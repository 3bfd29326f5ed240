//! Opening: every byte is read, every chain followed, the index rebuilt, a torn tail cut off and the batch
//! before it made durable. It never changes anything else but what a crash left unfinished.

use std::collections::BTreeSet;
use std::io;

use parloir_protocol::ids::WorkspaceId;
use thiserror::Error;

use super::batch::Header;
use super::damage::Chains;
use super::folder::Folder;
use super::gather::{Gathered, Link, gather};
use super::index::{Index, Segment};
use super::limits::SegmentLimits;
use super::scan::Found;
use crate::log::RecordError;

/// Number of the first batch of a log.
pub(super) const FIRST_BATCH: u64 = 1;

/// Why a log cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The file system failed.
    #[error("the log's folder cannot be used: {0}")]
    Io(#[source] io::Error),
    /// Another process has it.
    #[error("the log in '{dir}' is in use by another process")]
    Locked {
        /// The folder.
        dir: String,
    },
    /// Whole bytes that this version cannot read.
    #[error("batch {batch} of segment {segment} holds a record that cannot be read: {source}")]
    Record {
        /// The segment's first batch number.
        segment: u64,
        /// The batch's number.
        batch: u64,
        /// What is wrong with it.
        #[source]
        source: RecordError,
    },
}

/// What opening met.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenReport {
    /// Segments, the current one included.
    pub segments: usize,
    /// Whole batches.
    pub batches: u64,
    /// Records that continue their workspace's chain.
    pub records: u64,
    /// The unacknowledged end that was cut off.
    pub torn: Option<TornTail>,
    /// Bad bytes before good ones.
    pub holes: Vec<Hole>,
    /// Workspaces that lost records and are read-only.
    pub damaged: BTreeSet<WorkspaceId>,
    /// It cannot be told who lost records: all are read-only.
    pub all_damaged: bool,
    pub(super) batches_end: u64,
}

/// Bytes of a batch that was never acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TornTail {
    /// The segment's first batch number.
    pub segment: u64,
    /// Where the bytes began.
    pub offset: u64,
    /// How many they were.
    pub bytes: u64,
}

/// Acknowledged batches that can no longer be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hole {
    /// The segment's first batch number.
    pub segment: u64,
    /// Where the bad bytes begin.
    pub offset: u64,
    /// How many they are; none when the batches are missing.
    pub bytes: u64,
    /// How many batches are lost.
    pub batches: u64,
}

pub(super) fn lock(folder: &Folder) -> Result<Box<dyn Send + Sync>, OpenError> {
    folder.files.create_dir(&folder.dir).map_err(OpenError::Io)?;
    folder.files.lock(&folder.dir).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => OpenError::Locked { dir: folder.dir.display().to_string() },
        _ => OpenError::Io(error),
    })
}

/// Reads the log in `folder` and makes it ready to be written.
pub(super) fn open(folder: &Folder, limits: &SegmentLimits) -> Result<(Index, OpenReport), OpenError> {
    folder.clean().map_err(OpenError::Io)?;
    let mut opening = Opening {
        folder,
        limits,
        index: Index::default(),
        chains: Chains::default(),
        report: OpenReport::default(),
    };
    opening.report.batches_end = FIRST_BATCH;
    let numbers = folder.segments().map_err(OpenError::Io)?;
    opening.missing_before(numbers.first().copied());
    gather(folder, &numbers, |gathered| opening.segment(gathered))?;
    if numbers.is_empty() {
        let file = folder.create_segment(FIRST_BATCH).map_err(OpenError::Io)?;
        opening.index.segments.insert(FIRST_BATCH, Segment::new(file, 0));
    }
    Ok(opening.finish())
}

struct Opening<'a> {
    folder: &'a Folder,
    limits: &'a SegmentLimits,
    index: Index,
    chains: Chains,
    report: OpenReport,
}

impl Opening<'_> {
    fn missing_before(&mut self, first: Option<u64>) {
        if let Some(first) = first.filter(|first| *first > FIRST_BATCH) {
            let hole = Hole { segment: FIRST_BATCH, offset: 0, bytes: 0, batches: first - FIRST_BATCH };
            self.report.holes.push(hole);
            self.chains.lose(None);
        }
    }

    fn segment(&mut self, gathered: Gathered) -> Result<(), OpenError> {
        let Gathered { number, file, bytes, found, newest } = gathered;
        let mut segment = Segment::new(file, bytes);
        self.report.batches_end = number;
        for (found, links) in found {
            match found {
                Found::Batch { offset, header } => self.batch(number, offset as u64, &header, links?),
                Found::Hole { offset, end, from, until, header } => {
                    segment.holes.insert(offset as u64, end as u64);
                    self.lose(number, offset..end, until - from, header.as_ref());
                }
                Found::Torn { offset } => self.cut(number, &mut segment, offset as u64)?,
            }
        }
        if let Some((offset, batch)) = newest {
            self.settle(&segment, offset, &batch).map_err(OpenError::Io)?;
        }
        self.index.segments.insert(number, segment);
        Ok(())
    }

    /// Makes the newest batch durable. It may be seen and yet not be on the disk: its sync did not come
    /// or failed, and after a failed one only a new write makes the system write it again.
    fn settle(&self, segment: &Segment, offset: u64, batch: &[u8]) -> io::Result<()> {
        segment.file.write_at(batch, offset)?;
        segment.file.sync_data()?;
        self.folder.files.sync_dir(&self.folder.dir)
    }

    fn batch(&mut self, segment: u64, offset: u64, header: &Header, links: Vec<Link>) {
        self.report.batches += 1;
        self.report.batches_end = header.number + 1;
        for link in links {
            if self.chains.take(&link) {
                self.report.records += 1;
                let mark_bytes = self.limits.mark_bytes;
                self.index.advance(link.workspace, link.position, segment, offset, mark_bytes);
            }
        }
    }

    fn lose(&mut self, segment: u64, bytes: std::ops::Range<usize>, batches: u64, header: Option<&Header>) {
        self.chains.lose(header);
        self.report.batches_end += batches;
        self.report.holes.push(Hole {
            segment,
            offset: bytes.start as u64,
            bytes: bytes.len() as u64,
            batches,
        });
    }

    fn cut(&mut self, number: u64, segment: &mut Segment, offset: u64) -> Result<(), OpenError> {
        segment.file.truncate(offset).and_then(|()| segment.file.sync_data()).map_err(OpenError::Io)?;
        self.report.torn = Some(TornTail { segment: number, offset, bytes: segment.len - offset });
        segment.len = offset;
        Ok(())
    }

    fn finish(mut self) -> (Index, OpenReport) {
        let (damaged, all_damaged) = self.chains.finish();
        self.index.damaged.clone_from(&damaged);
        self.index.all_damaged = all_damaged;
        self.report.segments = self.index.segments.len();
        (self.index, OpenReport { damaged, all_damaged, ..self.report })
    }
}
