//! Free text as terms: words, and numbers where digits and phone punctuation stand together. It never fails.

use std::ops::Range;

use super::Term;
use crate::text::{Fragment, Words, is_phone_punctuation};

/// The terms of a text without quotation marks and qualifiers, each with its characters of that text.
pub(super) fn terms(text: &str) -> Vec<(Term, Range<usize>)> {
    let words = Words::of(text);
    let free = Free { text: &words.folded().text, spans: words.spans() };
    let mut terms = Vec::new();
    let mut next = 0;
    while next < free.spans.len() {
        let run = next..next + free.groups(next).max(1);
        next = run.end;
        let found = match free.number(run.clone()) {
            Some(number) => vec![(number, run)],
            None => free.words(run),
        };
        terms.extend(found.into_iter().map(|(term, run)| (term, words.folded().written(free.bytes(run)))));
    }
    terms
}

/// A folded text with its words.
struct Free<'a> {
    text: &'a str,
    spans: &'a [Range<usize>],
}

impl Free<'_> {
    /// How many words from `first` on are groups of digits with nothing but phone punctuation between them. A
    /// `+` begins another number.
    fn groups(&self, first: usize) -> usize {
        let is_group = |index: usize| self.word(index).bytes().all(|byte| byte.is_ascii_digit());
        let joined = |index: usize| self.gap(index).chars().all(|c| is_phone_punctuation(c) && c != '+');
        let follows = |index: &usize| is_group(*index) && (*index == first || joined(*index));
        (first..self.spans.len()).take_while(follows).count()
    }

    /// The run as one number with the punctuation around it; none where it is a word or has too many digits.
    fn number(&self, run: Range<usize>) -> Option<Term> {
        let before = self.gap(run.start);
        let after = self.gap(run.end);
        let from = before.trim_end_matches(is_phone_punctuation).len();
        let to = after.find(|c| !is_phone_punctuation(c) || c == '+').unwrap_or(after.len());
        let start = self.spans[run.start].start - (before.len() - from);
        let end = self.spans[run.end - 1].end + to;
        let fragment = Fragment::parse(&self.text[start..end])?;
        Some(Term::Number { fragment, words: run.map(|index| self.word(index).to_owned()).collect() })
    }

    fn words(&self, run: Range<usize>) -> Vec<(Term, Range<usize>)> {
        run.map(|index| (Term::Word(self.word(index).to_owned()), index..index + 1)).collect()
    }

    fn bytes(&self, run: Range<usize>) -> Range<usize> {
        self.spans[run.start].start..self.spans[run.end - 1].end
    }

    fn word(&self, index: usize) -> &str {
        &self.text[self.spans[index].clone()]
    }

    /// What stands between the word `index` and the one before it, or the ends of the text.
    fn gap(&self, index: usize) -> &str {
        let from = index.checked_sub(1).map_or(0, |before| self.spans[before].end);
        let to = self.spans.get(index).map_or(self.text.len(), |span| span.start);
        &self.text[from..to]
    }
}
