//! Whether a file is a JPEG from its first marker to its last, and what it says of its size. Cameras put more
//! pictures and films behind the last marker: these are let through, pages and scripts are not.

use std::io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom};

use super::hidden::refuse_markup;
use super::picture::Coding;
use super::{Frame, Refused, Source};

/// Segments of one picture: progressive ones have some dozens, large profiles and previews some hundreds.
const SEGMENTS_MAX: usize = 10_000;
const BUFFER_BYTES: usize = 64 << 10;

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const FIRST_APPLICATION: u8 = 0xe0;

pub(super) fn check(source: &Source<'_>) -> Result<Frame, Refused> {
    let mut file = source.file;
    file.seek(SeekFrom::Start(0))?;
    let mut walk = Walk { reader: BufReader::with_capacity(BUFFER_BYTES, file), at: 0, source, frame: None };
    match walk.pass() {
        Ok(()) => {}
        Err(Refused::File(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(Refused::found("a JPEG that is not whole"));
        }
        Err(error) => return Err(error),
    }
    let end = walk.at;
    let frame = walk.frame.ok_or_else(|| Refused::found("a JPEG without pixels"))?;
    refuse_markup(source, end, source.len, "a JPEG")?;
    Ok(frame)
}

struct Walk<'a> {
    reader: BufReader<&'a std::fs::File>,
    /// Bytes that were read.
    at: u64,
    source: &'a Source<'a>,
    frame: Option<Frame>,
}

impl Walk<'_> {
    /// Goes to behind the last marker.
    fn pass(&mut self) -> Result<(), Refused> {
        if self.bytes::<2>()? != [0xff, START] {
            return Err(Refused::found("a JPEG without a beginning"));
        }
        let mut marker = self.marker()?;
        for _ in 0..SEGMENTS_MAX {
            marker = match marker {
                END => return Ok(()),
                SCAN => {
                    self.segment(SCAN)?;
                    self.pixels()?
                }
                // Stand alone.
                0x01 | 0xd0..=0xd7 => self.marker()?,
                0x00 | START | 0xff => return Err(Refused::found("a JPEG with a wrong marker")),
                other => {
                    self.segment(other)?;
                    self.marker()?
                }
            };
        }
        Err(Refused::found("a JPEG of too many segments"))
    }

    fn marker(&mut self) -> Result<u8, Refused> {
        let [mut byte] = self.bytes()?;
        if byte != 0xff {
            return Err(Refused::found("a JPEG with something between its segments"));
        }
        while byte == 0xff {
            [byte] = self.bytes()?;
        }
        Ok(byte)
    }

    fn segment(&mut self, marker: u8) -> Result<(), Refused> {
        let length = u16::from_be_bytes(self.bytes()?);
        let content = length.checked_sub(2).ok_or_else(|| Refused::found("a JPEG with a wrong segment"))?;
        let (from, mut left) = (self.at, u64::from(content));
        if marker == FIRST_APPLICATION {
            left -= self.check_application(content)?;
        }
        if is_frame(marker) {
            left -= self.read_frame(content)?;
        }
        let passed = io::copy(&mut (&mut self.reader).take(left), &mut io::sink())?;
        self.at += passed;
        if passed < left {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        refuse_markup(self.source, from, from + u64::from(content), "a JPEG")
    }

    /// The first application segment is what a script in disguise needs: its length is made of letters.
    fn check_application(&mut self, content: u16) -> Result<u64, Refused> {
        if content < 5 {
            return Ok(0);
        }
        let name: [u8; 5] = self.bytes()?;
        if &name != b"JFIF\0" || content < 14 {
            return Ok(5);
        }
        let rest: [u8; 9] = self.bytes()?;
        let preview = 3 * u32::from(rest[7]) * u32::from(rest[8]);
        if u32::from(content) != 14 + preview {
            return Err(Refused::found("a JPEG whose header has a wrong length"));
        }
        Ok(14)
    }

    fn read_frame(&mut self, content: u16) -> Result<u64, Refused> {
        if content < 6 {
            return Err(Refused::found("a JPEG with a wrong frame"));
        }
        let [_, h0, h1, w0, w1, channels] = self.bytes()?;
        let (width, height) =
            (u32::from(u16::from_be_bytes([w0, w1])), u32::from(u16::from_be_bytes([h0, h1])));
        if width == 0 || height == 0 || self.frame.is_some() {
            return Err(Refused::found("a JPEG with a wrong frame"));
        }
        self.frame = Some(Frame { coding: Coding::Jpeg, width, height, depth: u64::from(channels) });
        Ok(6)
    }

    /// Goes through the pixels of a scan; the marker behind them.
    fn pixels(&mut self) -> Result<u8, Refused> {
        let mut after_ff = false;
        loop {
            let buffer = self.reader.fill_buf()?;
            if buffer.is_empty() {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            let found = marker_in(buffer, &mut after_ff);
            let used = found.map_or(buffer.len(), |(used, _)| used);
            self.reader.consume(used);
            self.at += used as u64;
            if let Some((_, marker)) = found {
                return Ok(marker);
            }
        }
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], Refused> {
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes)?;
        self.at += N as u64;
        Ok(bytes)
    }
}

/// The first marker that ends a scan, and how many bytes that took.
fn marker_in(buffer: &[u8], after_ff: &mut bool) -> Option<(usize, u8)> {
    for (index, &byte) in buffer.iter().enumerate() {
        match byte {
            0xff => *after_ff = true,
            // A stuffed byte, or a marker that pixels go on after.
            0x00 | 0xd0..=0xd7 => *after_ff = false,
            marker if *after_ff => return Some((index + 1, marker)),
            _ => {}
        }
    }
    None
}

/// The frames of all ways to code; not the tables that share their range.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}
