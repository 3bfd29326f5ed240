//! What a text costs as an SMS: which of the two alphabets it needs, how many messages of the network carry
//! it, and which characters are to blame. It never changes a text unless it is asked for another one.

use std::ops::Range;

mod alphabet;

pub use alphabet::{BASIC, EXTENSION, LETTERS, TYPOGRAPHIC};

/// Characters named in [`Segments::costly`]; a text in another script would name all of its own.
pub const COSTLY_MAX: usize = 100;

/// The alphabet that a text travels in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// GSM 03.38: septets; its extension characters take two.
    Gsm7,
    /// UTF-16 code units; characters beyond the basic plane take two.
    Ucs2,
}

impl Encoding {
    /// The name on the wire: `gsm7` or `ucs2`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gsm7 => "gsm7",
            Self::Ucs2 => "ucs2",
        }
    }

    /// Units of a text that one message carries.
    pub const fn alone(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// Units of one of several messages: six bytes go to the header that joins them.
    pub const fn joined(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    fn units(self, c: char) -> usize {
        match self {
            Self::Gsm7 if EXTENSION.contains(c) => 2,
            Self::Gsm7 => 1,
            Self::Ucs2 => c.len_utf16(),
        }
    }
}

/// A character that the short alphabet lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Costly {
    /// Where it stands, in characters of the text.
    pub range: Range<usize>,
    /// It.
    pub character: char,
    /// What says the same in the short alphabet, by either list; nothing when nothing does.
    pub replacement: Option<&'static str>,
}

/// What a text costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segments {
    /// Which alphabet it needs.
    pub encoding: Encoding,
    /// Messages of the network; 0 for no text.
    pub segments: usize,
    /// Unicode scalar values.
    pub characters: usize,
    /// Septets or UTF-16 code units, without what is left empty between two segments.
    pub units: usize,
    /// Units that the last segment still takes; all of one message for no text.
    pub units_left: usize,
    /// The first [`COSTLY_MAX`] characters that the short alphabet lacks, in their order.
    pub costly: Vec<Costly>,
}

/// Which characters a fit may replace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replacing {
    /// Only those of [`TYPOGRAPHIC`]: quotation marks, dashes, spaces, ligatures. The words stay as they are.
    Typographic,
    /// Those of [`LETTERS`] as well: letters lose accents that the short alphabet lacks.
    Letters,
}

/// Counts a text. `PROTOCOL.md`, section 19, has the rules.
///
/// ```
/// use parloir_protocol::text::{Encoding, segments};
///
/// assert_eq!(segments("Bonjour").units_left, 153);
/// assert_eq!(segments("Ça coûte 5 €").encoding, Encoding::Ucs2);
/// ```
pub fn segments(text: &str) -> Segments {
    let costly = costly(text);
    let encoding = if costly.is_empty() { Encoding::Gsm7 } else { Encoding::Ucs2 };
    let units = text.chars().map(|c| encoding.units(c)).sum();
    let (segments, units_left) = match units {
        0 => (0, encoding.alone()),
        few if few <= encoding.alone() => (1, encoding.alone() - few),
        _ => joined(text, encoding),
    };
    Segments { encoding, segments, characters: text.chars().count(), units, units_left, costly }
}

/// The same text in the short alphabet, by the lists of `replacing`. Nothing when it is in it already, and
/// when a character stays that has no replacement: a fit that saves nothing is none.
///
/// ```
/// use parloir_protocol::text::{Replacing, fitted};
///
/// assert_eq!(fitted("L’été…", Replacing::Typographic).as_deref(), Some("L'été..."));
/// assert_eq!(fitted("Fenêtre", Replacing::Typographic), None);
/// assert_eq!(fitted("Fenêtre", Replacing::Letters).as_deref(), Some("Fenetre"));
/// ```
pub fn fitted(text: &str, replacing: Replacing) -> Option<String> {
    let mut fitted = String::with_capacity(text.len());
    for c in text.chars() {
        if is_short(c) {
            fitted.push(c);
        } else {
            fitted.push_str(replacement(c, replacing)?);
        }
    }
    (fitted != text).then_some(fitted)
}

/// Whether the short alphabet has a character.
fn is_short(c: char) -> bool {
    BASIC.contains(c) || EXTENSION.contains(c)
}

fn costly(text: &str) -> Vec<Costly> {
    let places = text.chars().enumerate().filter(|(_, c)| !is_short(*c)).take(COSTLY_MAX);
    let named = |(at, character)| Costly {
        range: at..at + 1,
        character,
        replacement: replacement(character, Replacing::Letters),
    };
    places.map(named).collect()
}

fn replacement(c: char, replacing: Replacing) -> Option<&'static str> {
    let letters: &[(&str, &str)] = match replacing {
        Replacing::Typographic => &[],
        Replacing::Letters => LETTERS,
    };
    let mut lists = TYPOGRAPHIC.iter().chain(letters);
    lists.find(|(from, _)| from.contains(c)).map(|(_, to)| *to)
}

/// Segments, and what is left in the last one: a character that takes two units stands in one segment.
fn joined(text: &str, encoding: Encoding) -> (usize, usize) {
    let (mut segments, mut left) = (1, encoding.joined());
    for c in text.chars() {
        let units = encoding.units(c);
        if units > left {
            segments += 1;
            left = encoding.joined();
        }
        left -= units;
    }
    (segments, left)
}
