//! What waits of one workspace: what was noted last, and the pieces that were cut off it before, each of which stays
//! until somebody has put it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::Putter;
use crate::search::touched::Touch;
use crate::state::Applied;

/// Touches that are put in a moment: where rows come from the state's file two took a quarter of a millisecond at the
/// median, eight more than one.
const TOUCHES_IN_A_MOMENT_MAX: usize = 2;
/// Touches of a piece when it is cut: what two are at is read twice.
const PIECE_TOUCHES: usize = 32;

/// Counts all pieces, in the order in which they were cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::search) struct Number(u64);

#[derive(Default)]
pub(super) struct Backlog {
    noted: Option<Noted>,
    /// In the order in which they were cut.
    pieces: VecDeque<Piece>,
    /// Where the log stands after everything here.
    position: Option<Applied>,
}

/// What is in no piece yet.
struct Noted {
    touches: BTreeSet<Touch>,
    /// Where the log stood before it, where that is known.
    before: Option<Applied>,
}

struct Piece {
    number: Number,
    touches: Arc<BTreeSet<Touch>>,
    before: Option<Applied>,
    /// How many are at it.
    takers: usize,
}

/// What there is to be put.
pub(super) enum Found {
    Piece(Number, Arc<BTreeSet<Touch>>),
    /// Others are at the first piece, and two would be no sooner done with it.
    LongWork,
}

/// Whether a touch is left to one, and to nobody in a hurry: it stands for as many documents as there may be, or for
/// names, which somebody may be reading.
fn is_long(touch: &Touch) -> bool {
    matches!(touch, Touch::Messages(_) | Touch::Names)
}

impl Backlog {
    /// Notes what a record touched that ends at `position`; whether that is the first which nobody has cut off.
    pub(super) fn note(&mut self, position: Applied, touches: impl Iterator<Item = Touch>) -> bool {
        let before = self.position.replace(position);
        let noted = self.noted.get_or_insert_with(|| Noted { touches: BTreeSet::new(), before });
        let was_empty = noted.touches.is_empty();
        noted.touches.extend(touches);
        was_empty && !noted.touches.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.noted.is_none() && self.pieces.is_empty()
    }

    /// Whether something waits that nobody is at.
    pub(super) fn is_idle(&self) -> bool {
        let is_idle = |piece: &Piece| piece.takers == 0;
        self.noted.as_ref().is_some_and(|noted| !noted.touches.is_empty()) || self.pieces.iter().any(is_idle)
    }

    /// Whether so much waits that it is not put in a moment.
    pub(super) fn is_much(&self) -> bool {
        let cut = self.pieces.iter().flat_map(|piece| piece.touches.iter());
        let mut all = cut.chain(self.noted.iter().flat_map(|noted| &noted.touches)).enumerate();
        all.any(|(nth, touch)| nth >= TOUCHES_IN_A_MOMENT_MAX || is_long(touch))
    }

    /// Cuts off what was noted, in pieces that follow `last`; the newest piece there is.
    pub(super) fn cut(&mut self, last: &mut Number) -> Option<Number> {
        if let Some(Noted { touches, before }) = self.noted.take() {
            self.cut_off(touches, before, last);
        }
        self.pieces.back().map(|piece| piece.number)
    }

    fn cut_off(&mut self, touches: BTreeSet<Touch>, before: Option<Applied>, last: &mut Number) {
        let mut rest = touches;
        loop {
            let behind = rest.iter().nth(PIECE_TOUCHES).cloned();
            let behind = behind.map(|first| rest.split_off(&first));
            last.0 += 1;
            let touches = Arc::new(rest);
            self.pieces.push_back(Piece { number: *last, touches, before, takers: 0 });
            match behind {
                Some(behind) => rest = behind,
                None => return,
            }
        }
    }

    /// The first piece up to `until` that nobody is at, or else the first, which somebody is at.
    pub(super) fn take(&mut self, until: Number, putter: Putter) -> Option<Found> {
        let mut wanted = self.pieces.iter_mut().take_while(|piece| piece.number <= until);
        let first = wanted.next()?;
        let piece =
            if first.takers == 0 { first } else { wanted.find(|piece| piece.takers == 0).unwrap_or(first) };
        // Such touches come last.
        let is_long = piece.touches.last().is_some_and(is_long);
        let is_much = is_long || piece.touches.len() > TOUCHES_IN_A_MOMENT_MAX;
        match putter {
            Putter::Beside if piece.takers > 0 => return None,
            // Since it was cut it may have become one with others.
            Putter::InAMoment if is_much => return None,
            Putter::First if is_long && piece.takers > 0 => return Some(Found::LongWork),
            Putter::Beside | Putter::InAMoment | Putter::First => {}
        }
        piece.takers += 1;
        Some(Found::Piece(piece.number, Arc::clone(&piece.touches)))
    }

    /// Whether nothing is left up to `until`.
    pub(super) fn is_put(&self, until: Number) -> bool {
        self.pieces.front().is_none_or(|first| first.number > until)
    }

    /// A piece was put; up to where everything was, where that is known.
    pub(super) fn done(&mut self, number: Number) -> Option<Applied> {
        self.pieces.retain(|piece| piece.number != number);
        match (self.pieces.front(), &self.noted) {
            (Some(first), _) => first.before,
            (None, Some(noted)) => noted.before,
            (None, None) => self.position,
        }
    }

    /// A piece could not be put. Unless others are at it still, all that nobody is at becomes one piece: a row that is
    /// damaged would fail each of them.
    pub(super) fn failed(&mut self, number: Number) {
        if !self.pieces.iter().any(|piece| piece.number == number && piece.takers == 1) {
            return;
        }
        let lies = |piece: &Piece| piece.takers == 0 || piece.number == number;
        for piece in std::mem::take(&mut self.pieces) {
            match self.pieces.iter_mut().find(|earlier| lies(earlier)) {
                Some(first) if lies(&piece) => {
                    Arc::make_mut(&mut first.touches).extend(Arc::unwrap_or_clone(piece.touches));
                }
                _ => self.pieces.push_back(piece),
            }
        }
    }

    /// One who was at a piece is no more.
    pub(super) fn leave(&mut self, number: Number) {
        if let Some(piece) = self.pieces.iter_mut().find(|piece| piece.number == number) {
            piece.takers -= 1;
        }
    }
}
