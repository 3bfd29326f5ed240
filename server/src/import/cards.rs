//! The cards of a vCard file, one at a time and bounded: lines are unfolded, and only the properties that a
//! contact has are kept, so a photo costs nothing. What a card means is not decided here.

use std::io::{self, BufRead, BufReader, Read};

use super::limits::{CARD_BYTES_MAX, INPUT_BYTES, LINE_BYTES_MAX};
use super::own::{X_ADDRESS, X_PROPERTY};
use super::text::decode;

/// The properties that are kept.
const WANTED: [&str; 14] = [
    "VERSION",
    "FN",
    "N",
    "ORG",
    "TITLE",
    "TEL",
    "EMAIL",
    "ADR",
    "BDAY",
    "NOTE",
    "CATEGORIES",
    "UID",
    X_PROPERTY,
    X_ADDRESS,
];

/// One card, or why it is none that could be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A whole card with one property a line.
    Card(String),
    TooLong,
    /// The next card or the end came before its own end.
    Unterminated,
}

/// A reader of cards.
#[derive(Debug)]
pub struct Cards<R> {
    input: BufReader<R>,
    line: Vec<u8>,
    read: u64,
    /// The line that begins the next card was read already.
    begun: bool,
}

/// What is known of a card while it is read.
#[derive(Debug, Default)]
struct Open {
    lines: Vec<Vec<u8>>,
    bytes: usize,
    too_long: bool,
    /// The property whose lines are being read is not kept.
    passing: bool,
    /// That property holds another card.
    agent: bool,
    /// Cards inside this one that are open.
    depth: usize,
}

impl<R: Read> Cards<R> {
    pub fn new(input: R) -> Self {
        let input = BufReader::with_capacity(INPUT_BYTES, input);
        Self { input, line: Vec::new(), read: 0, begun: false }
    }

    /// Bytes of the input that are behind.
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// The next card; nothing at the end. What stands between cards is passed over.
    ///
    /// # Errors
    /// Those of the input.
    pub fn read_card(&mut self) -> io::Result<Option<Piece>> {
        while !self.begun {
            match self.read_line()? {
                Some(_) => self.begun = is(&self.line, "BEGIN:VCARD"),
                None => return Ok(None),
            }
        }
        self.begun = false;
        let mut open = Open::default();
        loop {
            let Some(cut) = self.read_line()? else { return Ok(Some(Piece::Unterminated)) };
            let is_new = !continues(&self.line);
            if is_new && is(&self.line, "BEGIN:VCARD") {
                if !open.agent {
                    self.begun = true;
                    return Ok(Some(Piece::Unterminated));
                }
                open.depth += 1;
            } else if is_new && is(&self.line, "END:VCARD") {
                let Some(depth) = open.depth.checked_sub(1) else { return Ok(Some(open.close())) };
                open.depth = depth;
            } else if open.depth == 0 {
                open.take(&self.line, cut);
            }
        }
    }

    /// Reads one line without its end, and whether it was cut; nothing at the end.
    fn read_line(&mut self) -> io::Result<Option<bool>> {
        self.line.clear();
        let (mut cut, mut any) = (false, false);
        loop {
            let input = match self.input.fill_buf() {
                Ok(input) => input,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if input.is_empty() {
                return Ok(any.then_some(cut));
            }
            any = true;
            let end = input.iter().position(|byte| *byte == b'\n');
            let part = &input[..end.unwrap_or(input.len())];
            let kept = part.len().min(LINE_BYTES_MAX.saturating_sub(self.line.len()));
            self.line.extend_from_slice(&part[..kept]);
            cut |= kept < part.len();
            let taken = part.len() + usize::from(end.is_some());
            self.input.consume(taken);
            self.read += taken as u64;
            if end.is_some() {
                while self.line.last() == Some(&b'\r') {
                    self.line.pop();
                }
                return Ok(Some(cut));
            }
        }
    }
}

impl Open {
    fn take(&mut self, line: &[u8], cut: bool) {
        let continues = continues(line);
        let soft = self.lines.last().is_some_and(|last| !self.passing && ends_softly(last));
        if continues || soft {
            if !self.passing {
                self.extend(if continues { &line[1..] } else { line }, cut);
            }
            return;
        }
        let name = property(line);
        self.passing = !WANTED.iter().any(|wanted| name.eq_ignore_ascii_case(wanted.as_bytes()));
        self.agent = name.eq_ignore_ascii_case(b"AGENT");
        if !self.passing {
            self.lines.push(Vec::new());
            self.extend(line, cut);
        }
    }

    /// Adds to the last property.
    fn extend(&mut self, part: &[u8], cut: bool) {
        self.bytes += part.len() + 1;
        self.too_long |= cut || self.bytes > CARD_BYTES_MAX;
        match self.lines.last_mut() {
            Some(last) if !self.too_long => {
                if ends_softly(last) {
                    last.pop();
                }
                last.extend_from_slice(part);
            }
            Some(_) | None => self.lines.clear(),
        }
    }

    fn close(self) -> Piece {
        if self.too_long {
            return Piece::TooLong;
        }
        let mut card = String::from("BEGIN:VCARD\n");
        for line in &self.lines {
            card.push_str(&decode(line));
            card.push('\n');
        }
        card.push_str("END:VCARD\n");
        Piece::Card(card)
    }
}

/// Bytes at the start of a line that are looked at for what is said of its value.
const HEAD_BYTES_MAX: usize = 1_024;

/// Whether a line belongs to the one before it, whatever it says.
fn continues(line: &[u8]) -> bool {
    matches!(line.first(), Some(b' ' | b'\t'))
}

/// Quoted-printable goes on in the next line after `=`.
fn ends_softly(line: &[u8]) -> bool {
    if !line.ends_with(b"=") {
        return false;
    }
    // A line grows with each that belongs to it: whatever is said of its value is said early.
    let start = line.get(..HEAD_BYTES_MAX).unwrap_or(line);
    let head = start.split(|byte| *byte == b':').next().unwrap_or_default();
    head.to_ascii_uppercase().windows(16).any(|part| part == b"QUOTED-PRINTABLE")
}

/// The name of a line's property, without its group.
fn property(line: &[u8]) -> &[u8] {
    let name = line.split(|byte| matches!(byte, b':' | b';')).next().unwrap_or_default();
    name.rsplit(|byte| *byte == b'.').next().unwrap_or_default()
}

fn is(line: &[u8], wanted: &str) -> bool {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    line.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<Piece> {
        let mut cards = Cards::new(text);
        let mut found = Vec::new();
        while let Some(piece) = cards.read_card().expect("it reads from memory") {
            found.push(piece);
        }
        assert_eq!(cards.bytes_read(), text.len() as u64);
        found
    }

    fn card(lines: &str) -> Piece {
        Piece::Card(format!("BEGIN:VCARD\n{lines}END:VCARD\n"))
    }

    #[test]
    fn lines_are_unfolded_before_they_are_text() {
        let folded = b"BEGIN:VCARD\r\nFN:H\xc3\r\n \xa9l\r\n\t\xc3\xa8ne\r\nEND:VCARD\r\n";
        assert_eq!(all(folded), [card("FN:Hélène\n")]);
        let within = b"BEGIN:VCARD\nNOTE:a\n END:VCARD\n BEGIN:VCARD\nEND:VCARD\n";
        assert_eq!(all(within), [card("NOTE:aEND:VCARDBEGIN:VCARD\n")]);
        let soft = b"begin:vcard\nitem1.NOTE;ENCODING=quoted-printable:a=\nEND=3A=\n=41\nN:x=\nend:vcard";
        assert_eq!(all(soft), [card("item1.NOTE;ENCODING=quoted-printable:aEND=3A=41\nN:x=\n")]);
    }

    #[test]
    fn a_photo_and_a_card_inside_are_left_out() {
        let photo = "x".repeat(9 * 1024 * 1024);
        let text = format!(
            "BEGIN:VCARD\nPHOTO;ENCODING=BASE64:\n AAAA\n {photo}\nBBBB==\n\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:B\n\
             END:VCARD\nX-A:1\n more\nTEL:1\nEND:VCARD\n"
        );
        assert_eq!(all(text.as_bytes()), [card("FN:A\nTEL:1\n")]);
    }

    #[test]
    fn a_card_that_does_not_end_costs_only_itself() {
        let text = "junk\nBEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\nEND:VCARD\nBEGIN:VCARD\nFN:C";
        assert_eq!(all(text.as_bytes()), [Piece::Unterminated, card("FN:B\n"), Piece::Unterminated]);
        assert_eq!(all(b""), []);
        assert_eq!(all(b"\nname,phone\n"), []);
    }

    #[test]
    fn a_card_that_is_too_long_costs_only_itself() {
        let line = format!("NOTE:{}", "x".repeat(LINE_BYTES_MAX));
        let many = "TEL:1\n".repeat(CARD_BYTES_MAX / 6 + 1);
        let text = format!(
            "BEGIN:VCARD\n{line}\nEND:VCARD\nBEGIN:VCARD\n{many}END:VCARD\nBEGIN:VCARD\nFN:C\nEND:VCARD\n"
        );
        assert_eq!(all(text.as_bytes()), [Piece::TooLong, Piece::TooLong, card("FN:C\n")]);
    }
}
