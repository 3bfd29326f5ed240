//! The mark in a payload: which message it is, and when it ought to have left. It is found in any server's bytes,
//! whatever stands around it, so that all are read by the same few lines. It knows no server.

use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use memchr::memmem;

/// Stands in no identifier, no base64 and no header of ours.
const SIGN: &[u8] = b"@~";
const NUMBER_DIGITS: usize = 8;
const MOMENT_DIGITS: usize = 14;
/// The length of a mark.
pub(crate) const MARK_BYTES: usize = SIGN.len() + NUMBER_DIGITS + MOMENT_DIGITS;
const TAIL_BYTES_MAX: usize = MARK_BYTES - 1;

/// Microseconds since 1970, which several processes of one machine share. It never goes back within one process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(crate) u64);

impl Moment {
    pub(crate) fn now() -> Self {
        static ANCHOR: OnceLock<(Instant, u64)> = OnceLock::new();
        let (instant, micros) = *ANCHOR.get_or_init(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            (Instant::now(), since.as_micros() as u64)
        });
        Self(micros + instant.elapsed().as_micros() as u64)
    }

    pub(crate) fn after(self, time: Duration) -> Self {
        Self(self.0 + time.as_micros() as u64)
    }

    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

/// One message of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) number: u32,
    pub(crate) due: Moment,
}

impl Mark {
    pub(crate) fn text(self) -> String {
        format!("@~{:08x}{:014x}", self.number, self.due.0)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let digits = bytes.get(SIGN.len()..MARK_BYTES)?;
        let (number, due) = digits.split_at(NUMBER_DIGITS);
        Some(Self { number: hexadecimal(number)? as u32, due: Moment(hexadecimal(due)?) })
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |value, digit| Some(value << 4 | u64::from((*digit as char).to_digit(16)?)))
}

/// Finds marks in bytes that come in pieces.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    /// The end of what was read, too short for a whole mark.
    tail: Vec<u8>,
}

impl Marks {
    pub(crate) fn read(&mut self, piece: &[u8], mut found: impl FnMut(Mark)) {
        if !self.tail.is_empty() {
            self.across(piece, &mut found);
        }
        let mut from = 0;
        while let Some(at) = memmem::find(&piece[from..], SIGN).map(|at| from + at) {
            match Mark::read(&piece[at..]) {
                Some(mark) => {
                    found(mark);
                    from = at + MARK_BYTES;
                }
                None if at + MARK_BYTES > piece.len() => {
                    from = at;
                    break;
                }
                None => from = at + 1,
            }
        }
        self.keep(piece, from);
    }

    /// A mark that begins in the tail and ends in `piece`.
    fn across(&mut self, piece: &[u8], found: &mut impl FnMut(Mark)) {
        let before = self.tail.len();
        self.tail.extend_from_slice(&piece[..piece.len().min(TAIL_BYTES_MAX)]);
        let starts = memmem::find_iter(&self.tail, SIGN).take_while(|at| *at < before);
        if let Some(mark) = starts.filter_map(|at| Mark::read(&self.tail[at..])).next() {
            found(mark);
            self.tail.clear();
        } else if piece.len() >= TAIL_BYTES_MAX {
            self.tail.clear();
        }
    }

    fn keep(&mut self, piece: &[u8], from: usize) {
        let end = piece.len().saturating_sub(TAIL_BYTES_MAX).max(from);
        let rest = &piece[end.min(piece.len())..];
        // A short piece that ended no mark has been added to the tail already.
        if self.tail.is_empty() {
            self.tail.extend_from_slice(rest.get(sign_at(rest)..).unwrap_or_default());
        } else {
            let surplus = self.tail.len().saturating_sub(TAIL_BYTES_MAX);
            self.tail.drain(..surplus);
        }
    }
}

/// Where a mark may begin; at the end when nowhere.
fn sign_at(rest: &[u8]) -> usize {
    memchr::memchr(SIGN[0], rest).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_wherever_the_bytes_are_cut() {
        let marks =
            [7, 8, 9].map(|number| Mark { number, due: Moment(1_790_000_000_000_000 + u64::from(number)) });
        let text = marks.map(|mark| format!("x@{}~@", mark.text())).concat();
        for size in 1..text.len() {
            let (mut reader, mut found) = (Marks::default(), Vec::new());
            for piece in text.as_bytes().chunks(size) {
                reader.read(piece, |mark| found.push(mark));
            }
            assert_eq!(found, marks, "in pieces of {size}");
        }
    }

    #[test]
    fn a_moment_never_goes_back() {
        let earlier = Moment::now();
        assert!(Moment::now() >= earlier);
        assert_eq!(earlier.after(Duration::from_millis(2)).since(earlier), Duration::from_millis(2));
    }
}
