//! What a file is, from its content alone: a name and what a sender says of it never count. Of what agents send
//! four kinds are let through, and only where nothing else hides in them; of what is received everything is kept,
//! as what it is. It moves no file.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use thiserror::Error;

use hidden::Hidden;
pub use picture::{Picture, PictureError};

mod hidden;
mod jpeg;
mod mp4;
mod pdf;
mod picture;
mod png;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

/// What is read of a file to tell what it claims to be.
pub const HEAD_BYTES: usize = 64;

/// The four kinds that agents may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Pdf,
    Jpeg,
    Png,
    Mp4,
}

impl Format {
    /// Its name on the web.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Mp4 => "video/mp4",
        }
    }

    /// What is named by `media_type`.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        [Self::Pdf, Self::Jpeg, Self::Png, Self::Mp4].into_iter().find(|one| one.media_type() == media_type)
    }
}

/// A file as it was looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    pub media_type: String,
    /// For pictures.
    pub picture: Option<Picture>,
}

/// Why a file is not let through.
#[derive(Debug, Error)]
pub enum Refused {
    /// Another kind, or one of the four that is not whole or holds something else.
    #[error("a PDF, JPEG, PNG or MP4 is needed, and this is {found}")]
    Unsupported { found: String },
    #[error("the picture has {pixels} pixels, and {max} are the most")]
    TooManyPixels { pixels: u64, max: u64 },
    #[error("the file cannot be read")]
    File(#[from] io::Error),
}

impl Refused {
    fn found(found: impl Into<String>) -> Self {
        Self::Unsupported { found: found.into() }
    }
}

/// What a file that begins with `head` claims to be, before the rest is there.
///
/// # Errors
/// [`Refused::Unsupported`]: nothing that begins so is let through.
pub fn claimed(head: &[u8]) -> Result<Format, Refused> {
    let found = sniffed(head);
    match Format::of_media_type(found) {
        Some(Format::Mp4) => mp4::check_brands(head).map(|()| Format::Mp4),
        Some(format) => Ok(format),
        None => Err(Refused::found(found)),
    }
}

/// The media type of a file that begins with `head`; `application/octet-stream` when nobody knows.
pub fn sniffed(head: &[u8]) -> &'static str {
    if head.starts_with(b"%PDF-") {
        return "application/pdf";
    }
    if mp4::is_video(head) {
        return "video/mp4";
    }
    infer::get(head).map_or("application/octet-stream", |kind| kind.mime_type())
}

/// Looks into a file that an agent wants to send. It blocks, and holds one decoded picture at most.
///
/// # Errors
/// [`Refused`].
pub fn outbound(path: &Path) -> Result<Examined, Refused> {
    let file = File::open(path)?;
    let format = claimed(&head(&file)?)?;
    let source = Source { len: file.metadata()?.len(), file: &file };
    let frame = whole(format, &source)?;
    let picture = frame.map(|frame| Picture::of(path, &frame)).transpose()?;
    Ok(Examined { media_type: format.media_type().to_owned(), picture })
}

/// Looks into a file that was received. Whatever is strange about it is only kept as bytes. It blocks.
///
/// # Errors
/// When the file cannot be read.
pub fn inbound(path: &Path) -> io::Result<Examined> {
    match outbound(path) {
        Ok(examined) => Ok(examined),
        Err(Refused::File(error)) => Err(error),
        Err(Refused::Unsupported { .. } | Refused::TooManyPixels { .. }) => {
            let sniffed = sniffed(&head(&File::open(path)?)?);
            // One of the four that is not what it says is nothing that a browser should open.
            let is_safe = Format::of_media_type(sniffed).is_none() && is_inert(sniffed);
            let media_type = if is_safe { sniffed } else { "application/octet-stream" };
            Ok(Examined { media_type: media_type.to_owned(), picture: None })
        }
    }
}

/// Whether a browser never runs what is of this type.
fn is_inert(media_type: &str) -> bool {
    !["text/", "image/svg", "application/xhtml", "application/xml", "application/javascript"]
        .iter()
        .any(|active| media_type.starts_with(active))
}

/// A picture's size and how much memory it takes, from its header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Frame {
    coding: picture::Coding,
    width: u32,
    height: u32,
    /// Bytes of a pixel when it is decoded.
    depth: u64,
}

/// Whether the file is whole and nothing else; a picture's frame.
fn whole(format: Format, source: &Source<'_>) -> Result<Option<Frame>, Refused> {
    if let Some(Hidden(what)) = hidden::archive(source)? {
        return Err(Refused::found(format!("{what} behind {}", format.media_type())));
    }
    match format {
        Format::Pdf => pdf::check(source).map(|()| None),
        Format::Mp4 => mp4::check(source).map(|()| None),
        Format::Jpeg => jpeg::check(source).map(Some),
        Format::Png => png::check(source).map(Some),
    }
}

fn head(file: &File) -> io::Result<Vec<u8>> {
    let source = Source { len: file.metadata()?.len(), file };
    source.at(0, HEAD_BYTES)
}

/// A file that is read at any place, a bounded piece at a time.
struct Source<'a> {
    file: &'a File,
    len: u64,
}

impl Source<'_> {
    /// Up to `bytes` from `offset`; fewer only at the end.
    fn at(&self, offset: u64, bytes: usize) -> io::Result<Vec<u8>> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut piece = vec![0; bytes.min(left)];
        self.file.read_exact_at(&mut piece, offset)?;
        Ok(piece)
    }
}
