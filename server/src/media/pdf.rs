//! Whether a file is a PDF from its first byte to its end, as far as that shows without reading it: what is
//! inside is never parsed here.

use super::hidden::refuse_markup;
use super::{Refused, Source};

/// Where viewers look for the beginning, and where a browser would look for a page.
const BEGINNING_BYTES: u64 = 1_024;
/// Where the end mark stands.
const END_BYTES: u64 = 2_048;

pub(super) fn check(source: &Source<'_>) -> Result<(), Refused> {
    let beginning = source.at(0, 8)?;
    if !(beginning.starts_with(b"%PDF-") && beginning.get(5).is_some_and(u8::is_ascii_digit)) {
        return Err(Refused::found("a PDF without a version"));
    }
    refuse_markup(source, 0, BEGINNING_BYTES.min(source.len), "a PDF")?;
    let tail = source.at(source.len.saturating_sub(END_BYTES), 2_048)?;
    if memchr::memmem::find(&tail, b"%%EOF").is_none() {
        return Err(Refused::found("a PDF that is not whole"));
    }
    Ok(())
}
