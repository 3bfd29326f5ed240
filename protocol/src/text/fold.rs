//! One folding for comparing texts: case, accents and compatibility forms disappear, ligatures open, what is
//! not seen goes. It looks at one character at a time, so it never reorders words, and it keeps white space.

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// `text` without case and accents: `Hélène` and `HELENE` fold to `helene`, `œuvre` to `oeuvre`. A folded
/// text folds to itself. `PROTOCOL.md`, section 18, has the steps.
///
/// ```
/// assert_eq!(parloir_protocol::text::fold("Cœur À Vœux"), "coeur a voeux");
/// ```
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        fold_into(c, &mut folded);
    }
    folded
}

/// Adds what becomes of one character, which may be nothing.
pub(super) fn fold_into(c: char, folded: &mut String) {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
        return;
    }
    decompose_compatible(c, |part| {
        if !is_dropped(part) {
            part.to_lowercase().for_each(|lower| plain(lower, folded));
        }
    });
}

/// Whether the character belongs to the one before it: an accent, the choice of a form, the tags of a flag.
pub(super) fn is_attached(c: char) -> bool {
    is_combining_mark(c) || matches!(c, '\u{e0020}'..='\u{e007f}')
}

fn is_dropped(c: char) -> bool {
    !c.is_ascii() && (is_invisible(c) || is_combining_mark(c))
}

/// What Unicode calls `Default_Ignorable_Code_Point`, and the Arabic stroke that only stretches a word.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{640}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// A letter in lower case as people type it on a keyboard that lacks it, and any digit as an ASCII one.
fn plain(c: char, folded: &mut String) {
    match c {
        'æ' => folded.push_str("ae"),
        'œ' => folded.push_str("oe"),
        'ß' => folded.push_str("ss"),
        'þ' => folded.push_str("th"),
        'ɓ' => folded.push('b'),
        'đ' | 'ð' | 'ɖ' | 'ɗ' => folded.push('d'),
        'ə' | 'ǝ' | 'ɛ' => folded.push('e'),
        'ǥ' => folded.push('g'),
        'ħ' => folded.push('h'),
        'ı' => folded.push('i'),
        'ƙ' => folded.push('k'),
        'ł' => folded.push('l'),
        'ŋ' | 'ɲ' => folded.push('n'),
        'ø' | 'ɔ' => folded.push('o'),
        'ŧ' => folded.push('t'),
        'ƴ' => folded.push('y'),
        'ς' => folded.push('σ'),
        other => folded.push(ascii_digit(other).unwrap_or(other)),
    }
}

/// The zeros of the scripts in use whose digits are their own; the nine others follow each.
const ZEROS: [char; 17] = [
    '\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}', '\u{be6}', '\u{c66}',
    '\u{ce6}', '\u{d66}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}', '\u{17e0}', '\u{1810}',
];

fn ascii_digit(c: char) -> Option<char> {
    if !c.is_numeric() {
        return None;
    }
    let value = |zero: &char| u32::from(c).checked_sub(u32::from(*zero)).filter(|value| *value < 10);
    ZEROS.iter().find_map(value).and_then(|value| char::from_digit(value, 10))
}
