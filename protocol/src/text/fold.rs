//! One folding for comparing texts: case, accents and compatibility forms disappear, ligatures open. It
//! never reorders words and keeps white space as it is.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// `text` without case and accents: `Hélène` and `HELENE` fold to `helene`, `œuvre` to `oeuvre`.
///
/// ```
/// assert_eq!(parloir_protocol::text::fold("Cœur À Vœux"), "coeur a voeux");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for plain in text.nfkd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)) {
        for lower in plain.to_lowercase().filter(|c| !is_combining_mark(*c)) {
            open_ligature(lower, &mut folded);
        }
    }
    folded
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

fn open_ligature(c: char, folded: &mut String) {
    match c {
        'œ' => folded.push_str("oe"),
        'æ' => folded.push_str("ae"),
        'ß' => folded.push_str("ss"),
        'ø' => folded.push('o'),
        'ł' => folded.push('l'),
        'đ' => folded.push('d'),
        'ı' => folded.push('i'),
        other => folded.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn accents_case_and_ligatures_disappear() {
        for (text, folded) in [
            ("ARRÊT", "arret"),
            ("He\u{301}le\u{300}ne", "helene"),
            ("ŒUVRE", "oeuvre"),
            ("Straße", "strasse"),
            ("İstanbul ılık", "istanbul ilik"),
            ("Ǆ ﬁn", "dz fin"),
            ("a\u{200b}b", "ab"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }
}
