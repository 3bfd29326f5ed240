//! Which format a file has, told from how it begins.

use super::limits::HEAD_BYTES;

const BOM: &[u8] = b"\xef\xbb\xbf";
const DELIMITERS: [u8; 3] = *b",;\t";

/// The formats of address books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// One person a row, under a header.
    Csv,
    /// Cards, as phones export them.
    #[value(name = "vcard")]
    VCard,
}

/// What the beginning of a file says about the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub kind: Kind,
    /// The byte between two fields; of CSV only.
    pub delimiter: u8,
    /// Bytes before the first row: a byte order mark, the line in which a spreadsheet names its delimiter.
    pub skipped: usize,
    pub utf16: bool,
}

impl Head {
    /// Reads the first bytes of a file, at most [`HEAD_BYTES`], whose name ends in `extension`.
    pub fn of(bytes: &[u8], extension: Option<&str>) -> Self {
        let bytes = &bytes[..bytes.len().min(HEAD_BYTES)];
        let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        let bom = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
        let text = &bytes[bom..];
        let begins = text.trim_ascii_start().get(..11).unwrap_or_default();
        let is_card = begins.eq_ignore_ascii_case(b"BEGIN:VCARD");
        let named = extension.map(str::to_ascii_lowercase);
        let kind = if is_card || matches!(named.as_deref(), Some("vcf" | "vcard")) {
            Kind::VCard
        } else {
            Kind::Csv
        };
        let told = told_delimiter(text);
        let delimiter = told.map_or_else(|| likely_delimiter(text), |(delimiter, _)| delimiter);
        Self { kind, delimiter, skipped: bom + told.map_or(0, |(_, bytes)| bytes), utf16 }
    }
}

/// `sep=;` in a line of its own, and how long that line is.
fn told_delimiter(text: &[u8]) -> Option<(u8, usize)> {
    let rest = text.strip_prefix(b"sep=")?;
    let (&delimiter, end) = rest.split_first()?;
    let end_bytes = match end {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    Some((delimiter, b"sep=".len() + 1 + end_bytes))
}

/// The one that stands most often in the header outside quotes; the first of equals.
fn likely_delimiter(text: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in text.iter().skip_while(|byte| matches!(byte, b'\r' | b'\n')) {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            byte if !quoted => {
                if let Some(at) = DELIMITERS.iter().position(|delimiter| delimiter == byte) {
                    counts[at] += 1;
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().position(|count| *count == most).map_or(b',', |at| DELIMITERS[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(bytes: &[u8]) -> (char, usize) {
        let head = Head::of(bytes, Some("csv"));
        assert_eq!(head.kind, Kind::Csv);
        (char::from(head.delimiter), head.skipped)
    }

    #[test]
    fn the_delimiter_is_the_headers() {
        assert_eq!(csv(b"name,phone\n1;2;3;4"), (',', 0));
        assert_eq!(csv(b"\xef\xbb\xbfNom;\"a,b,c\";T\xe9l\r\n"), (';', 3));
        assert_eq!(csv(b"\n\nname\tphone"), ('\t', 0));
        assert_eq!(csv(b"name"), (',', 0));
        assert_eq!(csv(b""), (',', 0));
        assert_eq!(csv(b"sep=|\r\nname|phone"), ('|', 7));
        assert_eq!(csv(b"sep=;"), (';', 0));
        assert_eq!(csv(b"\"a;"), (',', 0));
    }

    #[test]
    fn a_card_is_told_from_its_first_line_or_its_name() {
        for bytes in ["BEGIN:VCARD\n", "\u{feff}\r\n begin:vcard"] {
            assert_eq!(Head::of(bytes.as_bytes(), Some("csv")).kind, Kind::VCard);
        }
        assert_eq!(Head::of(b"", Some("VCF")).kind, Kind::VCard);
        assert_eq!(Head::of(b"BEGIN", None).kind, Kind::Csv);
        assert!(Head::of(b"\xff\xfeN\0o\0m\0", None).utf16);
    }
}
