//! Bytes as text: UTF-8 where they are, otherwise the code page in which spreadsheets of Western Europe write.

/// What the bytes 0x80 to 0x9f are in Windows-1252; the five that have no meaning there stay control characters,
/// as the WHATWG's encoding standard has it.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text of one field. Deciding it field by field keeps one stray byte from changing the rest of a file.
pub fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
    }
}

fn windows_1252(byte: u8) -> char {
    let high = usize::from(byte).checked_sub(0x80).and_then(|at| WINDOWS_1252.get(at));
    high.copied().unwrap_or(char::from(byte))
}

/// `text` in one line, with single spaces and nothing around it.
pub fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `text` with one kind of line end and nothing around it.
pub fn lines(text: &str) -> String {
    text.trim().replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf8_is_what_a_spreadsheet_wrote() {
        assert_eq!(decode("Hélène €".as_bytes()), "Hélène €");
        assert_eq!(decode(b"H\xe9l\xe8ne \x80 \x9cuf \xff"), "Hélène € œuf ÿ");
        assert_eq!(decode(b"\x81\x00"), "\u{81}\0");
    }

    #[test]
    fn white_space_is_one_space_and_line_ends_are_one() {
        assert_eq!(line("  Ana\u{a0}\r\n  Moreau\t"), "Ana Moreau");
        assert_eq!(lines(" a\r\nb\rc\n\n"), "a\nb\nc");
    }
}
