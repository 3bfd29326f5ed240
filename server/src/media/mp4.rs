//! Whether a file is an MP4 film box by box, to its last byte. Only names and lengths of the outer boxes are
//! read; what films hold is never decoded.

use super::hidden::refuse_markup;
use super::{Refused, Source};

/// What phones and programs call films that everyone plays.
const BRANDS: [&[u8; 4]; 6] = [b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4V "];
/// Later versions of the same, which name one of those among their compatible brands.
const LATER: [&[u8; 4]; 8] = [b"iso3", b"iso4", b"iso5", b"iso6", b"iso8", b"iso9", b"dash", b"MSNV"];
/// What stands side by side in a film.
const BOXES: [&[u8; 4]; 15] = [
    b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"uuid", b"moof", b"mfra", b"sidx", b"styp",
    b"udta", b"meta", b"pdin", b"emsg",
];
/// Boxes whose content players pass over.
const PASSED_OVER: [&[u8; 4]; 6] = [b"free", b"skip", b"wide", b"uuid", b"udta", b"meta"];
/// Boxes of one film: long recordings in pieces have some thousands.
const BOXES_MAX: usize = 65_536;

/// Whether a file that begins so is a film, and not a sound or a picture in the same wrapping.
pub(super) fn is_video(head: &[u8]) -> bool {
    let Some((major, compatible)) = brands(head) else { return false };
    let is_ours = |brand: &[u8]| BRANDS.iter().any(|ours| *ours == brand);
    let is_later = LATER.iter().any(|later| *later == major);
    is_ours(major) || (is_later && compatible.chunks_exact(4).any(is_ours))
}

pub(super) fn check_brands(head: &[u8]) -> Result<(), Refused> {
    if is_video(head) { Ok(()) } else { Err(Refused::found("an MP4 that is no film")) }
}

fn brands(head: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = head.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let rest = rest.strip_prefix(b"ftyp")?;
    let major = rest.get(..4)?;
    let compatible = rest.get(8..length.checked_sub(8)?.min(rest.len())).unwrap_or_default();
    Some((major, compatible))
}

pub(super) fn check(source: &Source<'_>) -> Result<(), Refused> {
    let (mut at, mut has_film) = (0, false);
    for _ in 0..BOXES_MAX {
        if at == source.len {
            return if has_film { Ok(()) } else { Err(Refused::found("an MP4 without a film")) };
        }
        let found = outer_box(source, at)?;
        if PASSED_OVER.contains(&&found.name) {
            refuse_markup(source, at, found.end, "an MP4")?;
        }
        has_film |= &found.name == b"moov";
        at = found.end;
    }
    Err(Refused::found("an MP4 of too many boxes"))
}

struct Outer {
    name: [u8; 4],
    end: u64,
}

fn outer_box(source: &Source<'_>, at: u64) -> Result<Outer, Refused> {
    let broken = || Refused::found("an MP4 that is not whole");
    let bytes = source.at(at, 16)?;
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or_else(broken)?;
    let (name, rest) = rest.split_first_chunk::<4>().ok_or_else(broken)?;
    let (length, least) = match u32::from_be_bytes(*length) {
        0 => (source.len - at, 8),
        1 => (u64::from_be_bytes(*rest.first_chunk::<8>().ok_or_else(broken)?), 16),
        length => (u64::from(length), 8),
    };
    let end =
        at.checked_add(length).filter(|end| length >= least && *end <= source.len).ok_or_else(broken)?;
    if !BOXES.contains(&name) {
        return Err(Refused::found("an MP4 with an unknown part"));
    }
    Ok(Outer { name: *name, end })
}
