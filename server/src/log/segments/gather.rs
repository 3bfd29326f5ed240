//! Reading segments before anybody judges them: what stands in each, and every record's place in its chain. That is
//! nearly all the work of opening, and a segment's part of it needs no other, so several are read at once.

use std::io;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use parloir_protocol::ids::WorkspaceId;

use super::batch::{self, Header};
use super::files::{StoredFile, read_all};
use super::folder::Folder;
use super::open::OpenError;
use super::scan::{Found, scan, without_room};
use crate::log::{Hash, Position, Record};

/// Segments read at once, whatever the cores: each is held in memory whole.
const AT_ONCE_MAX: usize = 4;

/// What stands in one segment.
pub(super) struct Gathered {
    pub(super) number: u64,
    pub(super) file: Arc<dyn StoredFile>,
    /// Without the room behind them.
    pub(super) bytes: u64,
    /// In order; batches with their records, unless one of them cannot be read.
    pub(super) found: Vec<(Found, Result<Vec<Link>, OpenError>)>,
    /// Of the newest segment: its last batch, and where that begins.
    pub(super) newest: Option<(u64, Vec<u8>)>,
}

/// A record's place in its chain.
pub(super) struct Link {
    pub(super) workspace: WorkspaceId,
    pub(super) position: Position,
    prev_hash: Hash,
    first_seq: u64,
}

impl Link {
    fn of(record: &Record) -> Self {
        let Record { workspace, prev_hash, first_seq, .. } = *record;
        Self { workspace, position: record.position(), prev_hash, first_seq }
    }

    /// As [`Record::follows`].
    pub(super) fn follows(&self, position: Position) -> bool {
        self.prev_hash == position.hash && position.seq.checked_add(1) == Some(self.first_seq)
    }
}

/// Reads these segments of `folder`, and gives each to `take` in order.
pub(super) fn gather(
    folder: &Folder,
    numbers: &[u64],
    mut take: impl FnMut(Gathered) -> Result<(), OpenError>,
) -> Result<(), OpenError> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let spans: Vec<_> =
        numbers.iter().enumerate().map(|(at, number)| (*number, numbers.get(at + 1))).collect();
    for some in spans.chunks(cores.min(AT_ONCE_MAX)) {
        let read = thread::scope(|scope| {
            let readers: Vec<_> = some
                .iter()
                .map(|(number, until)| scope.spawn(|| segment(folder, *number, until.copied())))
                .collect();
            let joined =
                readers.into_iter().map(|reader| reader.join().unwrap_or_else(|panic| resume_unwind(panic)));
            joined.collect::<Vec<_>>()
        });
        for gathered in read {
            take(gathered.map_err(OpenError::Io)?)?;
        }
    }
    Ok(())
}

fn segment(folder: &Folder, number: u64, until: Option<u64>) -> io::Result<Gathered> {
    let file = folder.open_segment(number)?;
    let bytes = read_all(&*file)?;
    let (mut last, mut end) = (0..0, 0);
    let mut found = Vec::new();
    for part in scan(&bytes, number, until) {
        let links = match &part {
            Found::Batch { offset, header } => {
                last = *offset..offset + header.batch_bytes();
                end = last.end;
                links(number, header, &bytes[last.clone()])
            }
            Found::Hole { end: hole_end, .. } => {
                end = *hole_end;
                Ok(Vec::new())
            }
            Found::Torn { offset } => {
                end = without_room(&bytes).max(*offset);
                Ok(Vec::new())
            }
        };
        found.push((part, links));
    }
    let newest = until.is_none().then(|| (last.start as u64, bytes[last].to_vec()));
    Ok(Gathered { number, file, bytes: end as u64, found, newest })
}

fn links(segment: u64, header: &Header, batch: &[u8]) -> Result<Vec<Link>, OpenError> {
    let unreadable = |source| OpenError::Record { segment, batch: header.number, source };
    let records = batch::records(header.body(batch).unwrap_or_default());
    records
        .map(|encoded| Record::decode(encoded).map(|record| Link::of(&record)).map_err(unreadable))
        .collect()
}
