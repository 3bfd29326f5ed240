//! Rules of text that every side shares: the index, the queries, the rules and the SDKs. Nothing here knows
//! what a text is about.

mod fold;
mod folded;
mod number;
mod segments;
mod template;
mod words;

pub use fold::fold;
pub use folded::Folded;
pub(crate) use number::is_phone_punctuation;
pub use number::{FRAGMENT_DIGITS_MAX, Form, Fragment, calling_code_digits, national};
pub use segments::{
    BASIC, COSTLY_MAX, Costly, EXTENSION, Encoding, LETTERS, Replacing, Segments, TYPOGRAPHIC, fitted,
    segments,
};
pub use template::{FIELD_CHARS_MAX, Unfilled, field_key, fields, fill, has_loose_braces};
pub use words::{Fit, Words, label, words};
