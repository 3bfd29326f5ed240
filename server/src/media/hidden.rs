//! What hides in a file beside what it claims to be: an archive behind its end, a page or a script in the parts
//! that viewers pass over. It knows no format of its own.

use std::io;

use super::{Refused, Source};

/// The end of an archive lies this far from the end of the file at most.
const ARCHIVE_END_BYTES: u64 = 65_557;
/// What begins the last record of a ZIP, and so of JAR, APK and office documents.
const ARCHIVE_END: &[u8] = b"PK\x05\x06";
const PIECE_BYTES: usize = 64 << 10;
/// What a browser would run, in lower case. Shorter ones would be met by chance.
const MARKUP: [&[u8]; 7] =
    [b"<html", b"<script", b"<!doctype", b"<?php", b"<iframe", b"<svg ", b"javascript:"];
const MARKUP_BYTES_MAX: usize = 11;

/// Something that is not part of what the file claims to be.
pub(super) struct Hidden(pub(super) &'static str);

/// An archive that ends where the file ends.
pub(super) fn archive(source: &Source<'_>) -> io::Result<Option<Hidden>> {
    let from = source.len.saturating_sub(ARCHIVE_END_BYTES);
    let tail = source.at(from, PIECE_BYTES + 64)?;
    let is_archive = tail.windows(ARCHIVE_END.len()).any(|window| window == ARCHIVE_END);
    Ok(is_archive.then_some(Hidden("an archive")))
}

/// Refuses markup between `from` and `until`.
pub(super) fn refuse_markup(source: &Source<'_>, from: u64, until: u64, where_: &str) -> Result<(), Refused> {
    let mut at = from;
    while at < until {
        let piece = PIECE_BYTES.min(usize::try_from(until - at).unwrap_or(PIECE_BYTES));
        let bytes = source.at(at, piece)?;
        if bytes.is_empty() {
            return Ok(());
        }
        if has_markup(&bytes) {
            return Err(Refused::found(format!("a page or a script inside {where_}")));
        }
        // Pieces overlap, so that nothing hides on a border.
        let step = piece.saturating_sub(MARKUP_BYTES_MAX).max(1) as u64;
        at += if at + piece as u64 >= until { piece as u64 } else { step };
    }
    Ok(())
}

fn has_markup(bytes: &[u8]) -> bool {
    let lower = bytes.to_ascii_lowercase();
    MARKUP.iter().any(|markup| memchr::memmem::find(&lower, markup).is_some())
}
