//! What a word is, and where one stands in a text. Words are runs of letters, digits and pictographs; it knows
//! no language and no grammar.

use std::ops::Range;

use super::fold::fold;
use super::folded::Folded;

/// How well something asked for fits what is there, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fit {
    /// It is all of the word or number.
    Whole,
    /// The word or number begins with it.
    Start,
    /// It stands somewhere inside.
    Inside,
}

/// The folded words of a text, in their order.
///
/// ```
/// assert_eq!(parloir_protocol::text::words("Jean-Pierre O'Brien 🚕"), ["jean", "pierre", "o", "brien", "🚕"]);
/// ```
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    spans(&folded).map(|span| folded[span].to_owned()).collect()
}

/// The folded words of a text joined by one space: the form in which names of groups, tags and values are
/// compared as a whole.
pub fn label(text: &str) -> String {
    let folded = fold(text);
    let mut label = String::with_capacity(folded.len());
    for span in spans(&folded) {
        if !label.is_empty() {
            label.push(' ');
        }
        label.push_str(&folded[span]);
    }
    label
}

/// A text taken apart into its words, which knows where they were written. What is asked for is folded already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    folded: Folded,
    spans: Vec<Range<usize>>,
}

impl Words {
    /// Takes a text apart.
    pub fn of(text: &str) -> Self {
        let folded = Folded::of(text);
        let spans = spans(&folded.text).collect();
        Self { folded, spans }
    }

    /// The folded words in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.spans.iter().map(|span| &self.folded.text[span.clone()])
    }

    /// The best fit of `needle` in any word.
    pub fn fit(&self, needle: &str) -> Option<Fit> {
        let mut best = None;
        for found in self.iter().filter_map(|word| fit(word, needle)) {
            best = Some(best.map_or(found, |best: Fit| best.min(found)));
            if best == Some(Fit::Whole) {
                break;
            }
        }
        best
    }

    /// Where `needle` stands: as whole words, at the start of words (whole ones too), or anywhere in words.
    /// Ranges of characters of the original text, sorted; those that overlap are one.
    ///
    /// ```
    /// use parloir_protocol::text::{Fit, Words};
    ///
    /// let words = Words::of("Anne, Marianne");
    /// assert_eq!(words.ranges("anne", Fit::Whole), [[0, 4]]);
    /// assert_eq!(words.ranges("anne", Fit::Inside), [[0, 4], [10, 14]]);
    /// ```
    pub fn ranges(&self, needle: &str, how: Fit) -> Vec<[usize; 2]> {
        let mut ranges = Vec::new();
        if needle.is_empty() {
            return ranges;
        }
        for span in &self.spans {
            for at in places(&self.folded.text[span.clone()], needle, how) {
                let start = span.start + at;
                self.mark(start..start + needle.len(), &mut ranges);
            }
        }
        ranges
    }

    /// Where these whole words stand side by side in this order; a range is from the first to the last of them.
    pub fn phrase(&self, words: &[String]) -> Vec<[usize; 2]> {
        let mut ranges = Vec::new();
        if words.is_empty() {
            return ranges;
        }
        for spans in self.spans.windows(words.len()) {
            let same = spans.iter().zip(words).all(|(span, word)| self.folded.text[span.clone()] == **word);
            if let (true, [first, ..], [.., last]) = (same, spans, spans) {
                self.mark(first.start..last.end, &mut ranges);
            }
        }
        ranges
    }

    pub(crate) fn folded(&self) -> &Folded {
        &self.folded
    }

    pub(crate) fn spans(&self) -> &[Range<usize>] {
        &self.spans
    }

    /// Adds a range that begins no earlier than the last one.
    fn mark(&self, folded: Range<usize>, ranges: &mut Vec<[usize; 2]>) {
        let written = self.folded.written(folded);
        match ranges.last_mut() {
            Some(last) if written.start < last[1] => last[1] = last[1].max(written.end),
            Some(_) | None => ranges.push([written.start, written.end]),
        }
    }
}

fn fit(word: &str, needle: &str) -> Option<Fit> {
    if needle.is_empty() || needle.len() > word.len() {
        return None;
    }
    if word.starts_with(needle) {
        return Some(if word.len() == needle.len() { Fit::Whole } else { Fit::Start });
    }
    word.contains(needle).then_some(Fit::Inside)
}

/// The bytes of `word` where `needle` begins, overlapping ones too.
fn places<'a>(word: &'a str, needle: &'a str, how: Fit) -> impl Iterator<Item = usize> + 'a {
    let holds = match how {
        Fit::Whole => word == needle,
        Fit::Start => word.starts_with(needle),
        Fit::Inside => word.len() >= needle.len() && word.contains(needle),
    };
    let mut from = if holds { 0 } else { word.len() };
    std::iter::from_fn(move || {
        let at = from + word.get(from..)?.find(needle)?;
        from = match how {
            Fit::Whole | Fit::Start => word.len(),
            Fit::Inside => at + needle.chars().next().map_or(1, char::len_utf8),
        };
        Some(at)
    })
}

/// The bytes of each word of a folded text.
fn spans(folded: &str) -> impl Iterator<Item = Range<usize>> {
    let mut end = 0;
    let spans = folded.split_inclusive(is_break).map(move |piece| {
        let start = end;
        end += piece.len();
        start..start + piece.trim_end_matches(is_break).len()
    });
    spans.filter(|span| !span.is_empty())
}

/// Whatever is no letter, no number and no pictograph. Unicode counts some apostrophes among the letters.
fn is_break(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_alphanumeric();
    }
    matches!(c, '\u{2b9}'..='\u{2bf}') || !(c.is_alphanumeric() || is_pictograph(c))
}

/// Technical signs, symbols and dingbats, stars, emoji with their flags and shades.
fn is_pictograph(c: char) -> bool {
    matches!(
        c,
        '\u{2300}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1fbff}'
    )
}
