//! Parts of phone numbers as people type them, and which numbers they fit. It knows how long calling codes are
//! and nothing else of the numbering plans; whether a number exists is no matter of this file.

use std::ops::Range;

use super::fold::fold;
use super::words::Fit;

/// More digits than any phone number has, its prefixes included.
pub const FRAGMENT_DIGITS_MAX: usize = 20;

/// With fewer digits only the start of a number fits.
const INSIDE_DIGITS_MIN: usize = 3;

/// Digits that may stand in a phone number, in any writing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fragment {
    digits: String,
    writing: Writing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Writing {
    /// With `+`: the digits begin with a calling code.
    International,
    /// The digits may be of any part, in international or national writing.
    Any,
}

/// One way in which a fragment may stand in a number. Digits only, in ASCII.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Form {
    /// Anywhere in the international digits.
    Inside(String),
    /// At the start of the international digits.
    Start(String),
    /// At the start of the national writing, see [`national`].
    NationalStart(String),
}

impl Fragment {
    /// Reads a text of digits and phone punctuation: white space, `+ ( ) . - /` and all dashes. The text is
    /// folded first, so digits of any script count. A `(0)` after a calling code says nothing and is dropped.
    /// None when anything else stands there, and without digits or with more than [`FRAGMENT_DIGITS_MAX`].
    pub fn parse(text: &str) -> Option<Self> {
        let folded = fold(text);
        let mut fragment = Self { digits: String::new(), writing: Writing::Any };
        let mut rest = folded.as_str();
        while let Some(c) = rest.chars().next() {
            rest = match trunk_zero(rest).filter(|_| fragment.has_calling_code()) {
                Some(after) => after,
                None => {
                    fragment.push(c)?;
                    &rest[c.len_utf8()..]
                }
            };
        }
        (!fragment.digits.is_empty()).then_some(fragment)
    }

    /// The digits as they were written, without `+` and a dropped zero.
    pub fn digits(&self) -> &str {
        &self.digits
    }

    /// Every way in which the fragment may stand in a number: a number fits exactly when one of them holds.
    /// One or two digits stand at the start of a number only, as does whatever begins with `+`.
    pub fn forms(&self) -> Vec<Form> {
        let digits = &self.digits;
        if self.writing == Writing::International {
            return vec![Form::Start(digits.clone())];
        }
        let mut forms = Vec::new();
        if digits.len() < INSIDE_DIGITS_MIN {
            forms.push(Form::Start(digits.clone()));
        } else {
            forms.push(Form::Inside(digits.clone()));
        }
        if let Some(rest) = self.after_prefix() {
            forms.push(Form::Start(rest.to_owned()));
        }
        if digits.starts_with('0') {
            forms.push(Form::NationalStart(digits.clone()));
        }
        forms
    }

    /// How the fragment fits a number in E.164 writing (`+33612345678`): whole in one of its writings, at its
    /// start in one of them, or inside its international digits. Nothing fits a text of another form.
    ///
    /// ```
    /// use parloir_protocol::text::{Fit, Fragment};
    ///
    /// let fit = |text| Fragment::parse(text).and_then(|fragment| fragment.fit("+33612345678"));
    /// assert_eq!(fit("06 12 34 56 78"), Some(Fit::Whole));
    /// assert_eq!(fit("+33 (0)6 12"), Some(Fit::Start));
    /// assert_eq!(fit("5678"), Some(Fit::Inside));
    /// assert_eq!(fit("78"), None);
    /// ```
    pub fn fit(&self, e164: &str) -> Option<Fit> {
        self.place(e164).map(|(fit, _)| fit)
    }

    /// The characters of the E.164 text, with its `+`, that the fragment stands for. None where it does not
    /// fit, and for a lone `0`, which that text leaves out.
    pub fn range(&self, e164: &str) -> Option<[usize; 2]> {
        let (_, range) = self.place(e164)?;
        (!range.is_empty()).then_some([range.start, range.end])
    }

    /// The best fit with the bytes of `e164` that it is about.
    fn place(&self, e164: &str) -> Option<(Fit, Range<usize>)> {
        let number = international(e164)?;
        let at_start = |whole: &str, part: &str, range: Range<usize>| {
            let fit = if part.len() == whole.len() { Fit::Whole } else { Fit::Start };
            whole.starts_with(part).then_some((fit, range))
        };
        let digits = self.digits.as_str();
        if self.writing == Writing::International {
            return at_start(number, digits, 0..1 + digits.len());
        }
        let plain = at_start(number, digits, 1..1 + digits.len());
        let prefixed = || self.after_prefix().and_then(|rest| at_start(number, rest, 0..1 + rest.len()));
        let national = || {
            let code = calling_code_digits(number);
            let rest = digits.strip_prefix('0')?;
            at_start(&number[code..], rest, 1 + code..1 + code + rest.len())
        };
        let inside = || {
            let at = number.find(digits).filter(|_| digits.len() >= INSIDE_DIGITS_MIN)?;
            Some((Fit::Inside, 1 + at..1 + at + digits.len()))
        };
        plain.or_else(prefixed).or_else(national).or_else(inside)
    }

    /// What follows the international prefix `00`.
    fn after_prefix(&self) -> Option<&str> {
        self.digits.strip_prefix("00").filter(|rest| !rest.is_empty())
    }

    fn has_calling_code(&self) -> bool {
        match self.writing {
            Writing::International => !self.digits.is_empty(),
            Writing::Any => self.after_prefix().is_some(),
        }
    }

    /// Takes one more character, unless none of its kind may come. A `+` counts before the first digit only.
    fn push(&mut self, c: char) -> Option<()> {
        match c {
            '0'..='9' if self.digits.len() < FRAGMENT_DIGITS_MAX => self.digits.push(c),
            '+' if self.digits.is_empty() => self.writing = Writing::International,
            c if is_phone_punctuation(c) => {}
            _ => return None,
        }
        Some(())
    }
}

/// The number of digits of the calling code that international digits begin with, as E.164 assigns them.
pub fn calling_code_digits(digits: &str) -> usize {
    let first = |count: usize| digits.get(..count).and_then(|code| code.parse::<u8>().ok());
    let assigned = match (first(1), first(2)) {
        (Some(1 | 7), _) => 1,
        (_, Some(20 | 27 | 30..=34 | 36 | 39..=41 | 43..=49 | 51..=58 | 60..=66)) => 2,
        (_, Some(81 | 82 | 84 | 86 | 90..=95 | 98)) => 2,
        _ => 3,
    };
    assigned.min(digits.len())
}

/// The national writing of an E.164 number: `0` and what follows the calling code. Every number gets the zero,
/// since it only serves to find numbers that people write with one. Empty for a text of another form.
///
/// ```
/// assert_eq!(parloir_protocol::text::national("+33612345678"), "0612345678");
/// ```
pub fn national(e164: &str) -> String {
    international(e164)
        .map_or_else(String::new, |number| format!("0{}", &number[calling_code_digits(number)..]))
}

/// What may stand between digits of a phone number, once folded.
pub(crate) fn is_phone_punctuation(c: char) -> bool {
    c.is_whitespace() || matches!(c, '+' | '(' | ')' | '.' | '-' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// The digits of `e164`, when it is `+` and digits.
fn international(e164: &str) -> Option<&str> {
    let digits = e164.strip_prefix('+').filter(|digits| !digits.is_empty())?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
}

/// What follows `(0)`, or nothing when only `(0` has been typed so far.
fn trunk_zero(text: &str) -> Option<&str> {
    let after = text.strip_prefix('(')?.trim_start().strip_prefix('0')?.trim_start();
    if after.is_empty() { Some(after) } else { after.strip_prefix(')') }
}
