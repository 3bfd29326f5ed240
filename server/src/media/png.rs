//! Whether a file is a PNG chunk by chunk, with nothing after its end, and what its header says of its size.

use super::hidden::refuse_markup;
use super::picture::Coding;
use super::{Frame, Refused, Source};

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";
const HEADER_BYTES: u64 = 13;
/// Length, name and checksum of a chunk.
const CHUNK_FRAME_BYTES: u64 = 12;
/// Chunks of one picture: 30 MB in the usual 8 KiB make 4,000.
const CHUNKS_MAX: usize = 65_536;

pub(super) fn check(source: &Source<'_>) -> Result<Frame, Refused> {
    if source.at(0, 8)? != SIGNATURE {
        return Err(Refused::found("a PNG without its signature"));
    }
    let frame = header(source)?;
    let mut at = 8;
    let mut has_pixels = false;
    for _ in 0..CHUNKS_MAX {
        let (length, name) = chunk(source, at)?;
        let end = at + CHUNK_FRAME_BYTES + length;
        if end > source.len {
            return Err(Refused::found("a PNG that is not whole"));
        }
        match &name {
            b"IEND" if end == source.len && has_pixels => return Ok(frame),
            b"IEND" => return Err(Refused::found("a PNG with something after its end")),
            b"IDAT" | b"fdAT" => has_pixels = true,
            _ => refuse_markup(source, at + 8, at + 8 + length, "a PNG")?,
        }
        at = end;
    }
    Err(Refused::found("a PNG of too many chunks"))
}

fn chunk(source: &Source<'_>, at: u64) -> Result<(u64, [u8; 4]), Refused> {
    let bytes = source.at(at, 8)?;
    let (length, name) =
        bytes.split_at_checked(4).ok_or_else(|| Refused::found("a PNG that is not whole"))?;
    let name: [u8; 4] = name.try_into().map_err(|_| Refused::found("a PNG that is not whole"))?;
    let length: [u8; 4] = length.try_into().map_err(|_| Refused::found("a PNG that is not whole"))?;
    if !name.iter().all(u8::is_ascii_alphabetic) {
        return Err(Refused::found("a PNG with a chunk without a name"));
    }
    Ok((u64::from(u32::from_be_bytes(length)), name))
}

fn header(source: &Source<'_>) -> Result<Frame, Refused> {
    let (length, name) = chunk(source, 8)?;
    let bytes = source.at(16, 10)?;
    let &[w0, w1, w2, w3, h0, h1, h2, h3, bits, colours] = bytes.as_slice() else {
        return Err(Refused::found("a PNG that is not whole"));
    };
    if &name != b"IHDR" || length != HEADER_BYTES {
        return Err(Refused::found("a PNG without a header"));
    }
    let channels = match colours {
        0 => 1,
        2 => 3,
        4 => 2,
        // A palette is decoded to colours with transparency.
        3 | 6 => 4,
        _ => return Err(Refused::found("a PNG of unknown colours")),
    };
    let width = u32::from_be_bytes([w0, w1, w2, w3]);
    let height = u32::from_be_bytes([h0, h1, h2, h3]);
    if width == 0 || height == 0 {
        return Err(Refused::found("a PNG without pixels"));
    }
    Ok(Frame { coding: Coding::Png, width, height, depth: channels * u64::from(bits).div_ceil(8) })
}
