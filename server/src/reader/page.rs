//! What is new, read once for all who stand at the same place and put into bytes once for all who see the same.

use bytes::{Bytes, BytesMut};
use parloir_protocol::codec::Codec;
use parloir_session::{Audience, Mark, Office, Scope};

use super::{Chunk, Reader, Sight};
use crate::hub::{Batch, Entry, Hub, Place};

/// Places at once: who does not stand with the others has read by himself a moment ago.
const PLACES_MAX: usize = 4;
/// Different sights at one place.
const PIECES_MAX: usize = 16;

/// One pass over those who stand still.
pub struct Page<'a> {
    hub: &'a Hub,
    open: Vec<Opened>,
    signals: Vec<Signals>,
    /// Frames that were taken.
    pub delivered: u64,
}

/// What follows a place.
struct Opened {
    place: Place,
    batch: Batch,
    /// It ends where the hub's head was, and not where so much was read.
    is_all: bool,
    /// Nothing of it concerns one agent or token alone.
    is_for_all: bool,
    pieces: Vec<(Office, Scope, Codec, Piece)>,
}

struct Signals {
    since: Option<u64>,
    scope: Scope,
    codec: Codec,
    told: (Bytes, u64),
}

/// Frames one after the other.
#[derive(Debug, Clone, Default)]
struct Piece {
    bytes: Bytes,
    frames: u64,
}

/// What one who stands still takes.
#[derive(Debug)]
pub enum Next {
    /// These bytes, and everything visible up to the mark is in them or before them. Unless that is all that was there,
    /// he has to read on by himself; of what is published later he is told again.
    Bytes { bytes: Bytes, mark: Mark, is_all: bool },
    /// He has to read by himself: in the log, or because something concerns him alone.
    Elsewhere,
}

impl<'a> Page<'a> {
    pub fn new(hub: &'a Hub) -> Self {
        Self { hub, open: Vec::new(), signals: Vec::new(), delivered: 0 }
    }

    /// What somebody is told of signals after a version, and the version to ask after next.
    pub fn signals(&mut self, since: Option<u64>, sight: &Sight) -> (Bytes, u64) {
        let Sight { scope, codec, .. } = sight;
        let is_it = |told: &&Signals| told.since == since && told.codec == *codec && told.scope == *scope;
        if let Some(found) = self.signals.iter().find(is_it) {
            return found.told.clone();
        }
        let (frames, version) = self.hub.signals.frames_since(since, scope, *codec);
        let told = (joined(frames).bytes, version);
        if self.signals.len() < PIECES_MAX {
            self.signals.push(Signals { since, scope: scope.clone(), codec: *codec, told: told.clone() });
        }
        told
    }

    /// What follows a place at which everything up to `seq` is known, if that is still in the ring. What was opened
    /// before may end sooner: a record of which nobody is told moves the seq and not the place.
    fn open(&mut self, place: Place, seq: u64) -> Option<&mut Opened> {
        let is_it = |opened: &Opened| opened.place == place && opened.batch.mark.seq >= seq;
        if let Some(at) = self.open.iter().position(is_it) {
            return self.open.get_mut(at);
        }
        let head = self.hub.head().seq;
        let batch = self.hub.read(place)?;
        let is_all = batch.mark.seq >= head;
        let is_for_all = batch.entries.iter().all(|entry| is_for_all(entry));
        self.open.truncate(PLACES_MAX - 1);
        self.open.insert(0, Opened { place, batch, is_all, is_for_all, pieces: Vec::new() });
        self.open.first_mut()
    }
}

impl Opened {
    fn piece(&mut self, sight: &Sight) -> Piece {
        let is_it = |(office, scope, codec, _): &&(Office, Scope, Codec, Piece)| {
            *office == sight.office && *codec == sight.codec && *scope == sight.scope
        };
        if let Some((.., piece)) = self.pieces.iter().find(is_it) {
            return piece.clone();
        }
        let frames = self.batch.entries.iter().filter_map(|entry| sight.frame(entry));
        let piece = joined(frames.collect());
        if self.pieces.len() < PIECES_MAX {
            self.pieces.push((sight.office, sight.scope.clone(), sight.codec, piece.clone()));
        }
        piece
    }
}

impl Reader {
    /// Reads on as far as `page` has it at hand.
    pub fn read_on(&mut self, page: &mut Page<'_>) -> Next {
        let Some(opened) = page.open(self.place, self.seq) else { return Next::Elsewhere };
        let (mark, next, is_all) = (opened.batch.mark, opened.batch.next, opened.is_all);
        let piece = if opened.is_for_all {
            opened.piece(&self.sight)
        } else {
            let Chunk { frames, notice, .. } = self.chunk(&opened.batch.entries, mark);
            if notice.is_some() {
                return Next::Elsewhere;
            }
            joined(frames)
        };
        self.move_to(next, mark);
        page.delivered += piece.frames;
        Next::Bytes { bytes: piece.bytes, mark, is_all }
    }
}

fn is_for_all(entry: &Entry) -> bool {
    entry.notice.is_none() && !matches!(entry.audience, Audience::Agent(_))
}

fn joined(frames: Vec<Bytes>) -> Piece {
    let count = frames.len() as u64;
    let bytes = match <[Bytes; 1]>::try_from(frames) {
        Ok([only]) => only,
        Err(frames) => {
            let mut all = BytesMut::with_capacity(frames.iter().map(Bytes::len).sum());
            frames.iter().for_each(|frame| all.extend_from_slice(frame));
            all.freeze()
        }
    };
    Piece { bytes, frames: count }
}
