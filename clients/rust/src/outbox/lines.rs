//! Lines at the end of a file, of which each is there as a whole or not at all. What a failed write left is cut off before
//! anything follows it.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

/// Where lines are written: a file, or what a test makes fail.
pub(super) trait Medium {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// What was written outlives a loss of power.
    fn sync(&mut self) -> io::Result<()>;
    /// Only the first bytes stay, and the next ones follow them.
    fn cut(&mut self, bytes: u64) -> io::Result<()>;
}

impl Medium for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }

    fn cut(&mut self, bytes: u64) -> io::Result<()> {
        self.set_len(bytes)?;
        self.seek(SeekFrom::Start(bytes))?;
        self.sync_data()
    }
}

/// Whether a line must outlive a loss of power once it is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasting {
    Synced,
    Written,
}

#[derive(Debug)]
pub(super) struct Lines<M> {
    medium: M,
    /// Bytes that count.
    whole: u64,
    /// Whether there may be more than that.
    torn: bool,
}

impl<M: Medium> Lines<M> {
    /// Goes on after what `medium` has.
    pub(super) fn after(medium: M, whole: u64) -> Self {
        Self { medium, whole, torn: false }
    }

    /// Adds a line. After an error it is not there; where even that cannot be made sure now, nothing is added before it is.
    pub(super) fn add(&mut self, line: &[u8], lasting: Lasting) -> io::Result<()> {
        self.mend()?;
        self.torn = true;
        let added = self.medium.write(line).and_then(|()| match lasting {
            Lasting::Synced => self.medium.sync(),
            Lasting::Written => Ok(()),
        });
        if added.is_err() {
            // The next line tries it again.
            self.mend().ok();
            return added;
        }
        self.torn = false;
        self.whole += line.len() as u64;
        Ok(())
    }

    fn mend(&mut self) -> io::Result<()> {
        if self.torn {
            self.medium.cut(self.whole)?;
            self.torn = false;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Fails {
        Writing,
        Syncing,
        /// The next cut as well.
        WritingAndCutting,
    }

    /// Half of a write arrives when it fails.
    #[derive(Debug, Default)]
    struct Flaky {
        bytes: Vec<u8>,
        fails: Option<Fails>,
    }

    fn broken<T>() -> io::Result<T> {
        Err(io::Error::other("no room"))
    }

    impl Medium for Flaky {
        fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
            let fails = matches!(self.fails, Some(Fails::Writing | Fails::WritingAndCutting));
            self.bytes.extend(&bytes[..if fails { bytes.len() / 2 } else { bytes.len() }]);
            if fails { broken() } else { Ok(()) }
        }

        fn sync(&mut self) -> io::Result<()> {
            if self.fails == Some(Fails::Syncing) { broken() } else { Ok(()) }
        }

        fn cut(&mut self, bytes: u64) -> io::Result<()> {
            if self.fails == Some(Fails::WritingAndCutting) {
                return broken();
            }
            self.bytes.truncate(usize::try_from(bytes).expect("a small file"));
            Ok(())
        }
    }

    #[test]
    fn a_line_that_failed_is_not_there_and_those_around_it_are() {
        for fails in [Fails::Writing, Fails::Syncing, Fails::WritingAndCutting] {
            let mut lines = Lines::after(Flaky::default(), 0);
            lines.add(b"first\n", Lasting::Synced).expect("it is added");
            lines.medium.fails = Some(fails);
            lines.add(b"second\n", Lasting::Synced).expect_err("it failed");
            if fails != Fails::WritingAndCutting {
                assert_eq!(lines.medium.bytes, b"first\n", "{fails:?}");
            }
            lines.medium.fails = None;
            lines.add(b"third\n", Lasting::Synced).expect("it is added");
            assert_eq!(lines.medium.bytes, b"first\nthird\n", "{fails:?}");
        }
    }

    #[test]
    fn nothing_follows_half_a_line() {
        let mut lines = Lines::after(Flaky::default(), 0);
        lines.medium.fails = Some(Fails::WritingAndCutting);
        for _ in 0..2 {
            lines.add(b"line\n", Lasting::Written).expect_err("it failed");
        }
        assert_eq!(lines.medium.bytes, b"li");
    }
}
