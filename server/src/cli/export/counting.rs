//! How many contacts a file of the server's holds, counted as it comes.

use crate::import::kind::Kind;

const CARD: &[u8] = b"END:VCARD";

/// What was seen so far.
pub(super) struct Counting {
    kind: Kind,
    quoted: bool,
    /// The beginning of the line that is read, as far as it may tell what it is.
    line: Vec<u8>,
    lines: u64,
}

impl Counting {
    pub(super) fn of(kind: Kind) -> Self {
        Self { kind, quoted: false, line: Vec::new(), lines: 0 }
    }

    pub(super) fn take(&mut self, piece: &[u8]) {
        for byte in piece {
            match (self.kind, byte) {
                (Kind::Csv, b'"') => self.quoted = !self.quoted,
                (Kind::Csv, b'\n') => self.lines += u64::from(!self.quoted),
                (Kind::VCard, b'\n') => {
                    self.lines += u64::from(self.line.starts_with(CARD));
                    self.line.clear();
                }
                (Kind::VCard, byte) if self.line.len() < CARD.len() => self.line.push(*byte),
                (Kind::Csv | Kind::VCard, _) => {}
            }
        }
    }

    /// Without the header.
    pub(super) fn people(&self) -> u64 {
        match self.kind {
            Kind::Csv => self.lines.saturating_sub(1),
            Kind::VCard => self.lines,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(kind: Kind, text: &str) -> u64 {
        let mut counting = Counting::of(kind);
        text.as_bytes().chunks(3).for_each(|piece| counting.take(piece));
        counting.people()
    }

    #[test]
    fn people_are_counted_whatever_they_are_called() {
        assert_eq!(people(Kind::Csv, "name,note\r\nAna,\"a\n\"\"b\n\"\r\nBo,\r\n"), 2);
        assert_eq!(people(Kind::Csv, ""), 0);
        let card = "BEGIN:VCARD\r\nFN:END:VCARD\r\nNOTE:END:V\r\n CARD\r\nEND:VCARD\r\n";
        assert_eq!(people(Kind::VCard, &card.repeat(3)), 3);
    }
}
