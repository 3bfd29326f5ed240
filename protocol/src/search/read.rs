//! A search read from its first character to its last: where phrases, qualifiers and free text begin and end.
//! What a qualifier's value means is no matter of this file.

use std::ops::Range;

use super::filter::{Filter, Qualifier};
use super::problem::{Problem, SearchTextError};
use super::{QUERY_CHARS_MAX, QUERY_FILTERS_MAX, QUERY_TERMS_MAX, SearchText, Term, free};
use crate::text::words;

pub(super) fn read(text: &str) -> Result<SearchText, SearchTextError> {
    let count = text.chars().count();
    if count > QUERY_CHARS_MAX {
        return refuse(QUERY_CHARS_MAX..count, Problem::TooLong { max: QUERY_CHARS_MAX });
    }
    Reader { chars: text.chars().collect(), at: 0, free: 0, found: SearchText::default() }.read()
}

struct Reader {
    chars: Vec<char>,
    /// The next character to look at.
    at: usize,
    /// Where free text began that is not read yet.
    free: usize,
    found: SearchText,
}

impl Reader {
    fn read(mut self) -> Result<SearchText, SearchTextError> {
        while let Some(c) = self.chars.get(self.at) {
            if is_quote(*c) {
                self.phrase()?;
            } else if let Some((colon, qualifier)) = self.qualifier() {
                self.filter(colon, qualifier)?;
            } else {
                self.at += 1;
            }
        }
        self.end_free()?;
        Ok(self.found)
    }

    /// The qualifier whose name begins here, with the place of its colon. A name stands after white space, a
    /// closed quotation or nothing.
    fn qualifier(&self) -> Option<(usize, Qualifier)> {
        let begins = self.at == self.free || self.chars[self.at - 1].is_whitespace();
        let mut name = self.chars[self.at..].iter().take_while(|c| begins && !is_end(**c));
        let colon = self.at + name.position(|c| *c == ':')?;
        Qualifier::named(&self.text(self.at..colon)).map(|qualifier| (colon, qualifier))
    }

    fn filter(&mut self, colon: usize, qualifier: Qualifier) -> Result<(), SearchTextError> {
        self.end_free()?;
        let start = self.at;
        self.at = colon + 1;
        let value = self.value()?;
        self.free = self.at;
        let name = self.text(start..colon);
        let kind = match qualifier.filter(&name, &value) {
            Ok(kind) => kind,
            Err(problem @ Problem::UnknownValue { .. }) => return refuse(colon + 1..self.at, problem),
            Err(problem) => return refuse(start..self.at, problem),
        };
        if self.found.filters.len() == QUERY_FILTERS_MAX {
            return refuse(start..self.at, Problem::TooManyFilters { max: QUERY_FILTERS_MAX });
        }
        self.found.filters.push(Filter { kind, at: [start, self.at] });
        Ok(())
    }

    /// The value that begins here, up to white space outside quotation marks, which are left out.
    fn value(&mut self) -> Result<String, SearchTextError> {
        let mut value = String::new();
        while let Some(c) = self.chars.get(self.at).copied().filter(|c| !c.is_whitespace()) {
            if is_quote(c) {
                let inside = self.quoted()?;
                value.push_str(&self.text(inside));
            } else {
                value.push(c);
                self.at += 1;
            }
        }
        Ok(value)
    }

    fn phrase(&mut self) -> Result<(), SearchTextError> {
        self.end_free()?;
        let start = self.at;
        let inside = self.quoted()?;
        self.free = self.at;
        let words = words(&self.text(inside));
        if words.is_empty() { Ok(()) } else { self.term(Term::Phrase(words), start..self.at) }
    }

    /// Goes past the quotation that begins here and gives what stands between its marks.
    fn quoted(&mut self) -> Result<Range<usize>, SearchTextError> {
        let from = self.at + 1;
        let Some(length) = self.chars[from..].iter().position(|c| is_quote(*c)) else {
            return refuse(self.at..self.chars.len(), Problem::UnclosedQuote);
        };
        self.at = from + length + 1;
        Ok(from..from + length)
    }

    /// Makes terms of the free text up to here.
    fn end_free(&mut self) -> Result<(), SearchTextError> {
        let from = self.free;
        for (term, at) in free::terms(&self.text(from..self.at)) {
            self.term(term, from + at.start..from + at.end)?;
        }
        self.free = self.at;
        Ok(())
    }

    fn term(&mut self, term: Term, at: Range<usize>) -> Result<(), SearchTextError> {
        if self.found.terms.len() == QUERY_TERMS_MAX {
            return refuse(at, Problem::TooManyTerms { max: QUERY_TERMS_MAX });
        }
        self.found.terms.push(term);
        Ok(())
    }

    fn text(&self, range: Range<usize>) -> String {
        self.chars[range].iter().collect()
    }
}

/// What ends the name of a qualifier.
fn is_end(c: char) -> bool {
    c.is_whitespace() || is_quote(c)
}

/// Keyboards and systems write their own quotation marks; each of them opens, and each closes.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '«' | '»')
}

fn refuse<T>(at: Range<usize>, problem: Problem) -> Result<T, SearchTextError> {
    Err(SearchTextError { at: [at.start, at.end], problem })
}
