//! Pictures made small and clean. The size is read before anything is decoded, so that a bomb costs nothing;
//! what leaves has its pixels upright and nothing of what a camera wrote beside them. The original is not
//! touched.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageError, Limits};
use thiserror::Error;

use super::{Frame, Refused};

/// More than any phone's camera gives by default.
const PIXELS_MAX: u64 = 40_000_000;
/// The pixels in memory.
const DECODED_BYTES_MAX: u64 = 160_000_000;
/// What a decoder may take beside them.
const DECODER_BYTES_MAX: u64 = 320_000_000;
/// The longer side of a thumbnail.
const THUMBNAIL_SIDE: u32 = 320;
const QUALITY: u8 = 88;
const THUMBNAIL_QUALITY: u8 = 80;
/// Larger profiles hold more than colours.
const PROFILE_BYTES_MAX: usize = 64 << 10;

/// How a picture is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Jpeg,
    Png,
}

/// What is made of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Upright.
    pub width: u32,
    pub height: u32,
    /// Of the same format.
    pub thumbnail: Vec<u8>,
    /// The same picture without anything but its pixels and a small colour profile.
    pub clean: Vec<u8>,
}

/// Why a picture was not made.
#[derive(Debug, Error)]
pub enum PictureError {
    #[error("the picture is damaged: {0}")]
    Damaged(#[from] ImageError),
    #[error("the picture cannot be read: {0}")]
    File(#[from] std::io::Error),
}

impl From<PictureError> for Refused {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::Damaged(error) => Self::found(format!("a damaged picture ({error})")),
            PictureError::File(error) => Self::File(error),
        }
    }
}

impl Picture {
    /// Decodes the picture at `path`, whose header says what `frame` says.
    pub(super) fn of(path: &Path, frame: &Frame) -> Result<Self, Refused> {
        let pixels = u64::from(frame.width) * u64::from(frame.height);
        let max = PIXELS_MAX.min(DECODED_BYTES_MAX / frame.depth.max(1));
        if pixels > max {
            return Err(Refused::TooManyPixels { pixels, max });
        }
        Ok(Self::made(path, frame.coding)?)
    }

    fn made(path: &Path, coding: Coding) -> Result<Self, PictureError> {
        let (image, profile) = decoded(path, coding)?;
        let clean = encoded(&image, coding, QUALITY, profile.clone())?;
        let small = image.thumbnail(THUMBNAIL_SIDE.min(image.width()), THUMBNAIL_SIDE.min(image.height()));
        let thumbnail = encoded(&small, coding, THUMBNAIL_QUALITY, profile)?;
        Ok(Self { width: image.width(), height: image.height(), thumbnail, clean })
    }
}

type Profile = Option<Vec<u8>>;

fn decoded(path: &Path, coding: Coding) -> Result<(DynamicImage, Profile), PictureError> {
    let reader = BufReader::new(File::open(path)?);
    match coding {
        Coding::Png => upright(PngDecoder::with_limits(reader, limits())?),
        Coding::Jpeg => upright(JpegDecoder::new(reader)?),
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_BYTES_MAX);
    limits
}

fn upright(mut decoder: impl ImageDecoder) -> Result<(DynamicImage, Profile), PictureError> {
    decoder.set_limits(limits())?;
    let orientation = decoder.orientation()?;
    let profile = decoder.icc_profile()?.filter(|profile| profile.len() <= PROFILE_BYTES_MAX);
    let mut image = in_bytes(DynamicImage::from_decoder(decoder)?);
    image.apply_orientation(orientation);
    Ok((image, profile))
}

/// With one byte a channel.
fn in_bytes(image: DynamicImage) -> DynamicImage {
    match image {
        DynamicImage::ImageLuma16(_) => image.into_luma8().into(),
        DynamicImage::ImageLumaA16(_) => image.into_luma_alpha8().into(),
        DynamicImage::ImageRgb16(_) => image.into_rgb8().into(),
        DynamicImage::ImageRgba16(_) => image.into_rgba8().into(),
        image => image,
    }
}

fn encoded(
    image: &DynamicImage,
    coding: Coding,
    quality: u8,
    profile: Profile,
) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    match coding {
        Coding::Png => {
            let encoder =
                PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
            written(image, encoder, profile)?;
        }
        Coding::Jpeg => {
            written(image, JpegEncoder::new_with_quality(&mut bytes, quality), profile)?;
        }
    }
    Ok(bytes)
}

fn written(
    image: &DynamicImage,
    mut encoder: impl ImageEncoder,
    profile: Profile,
) -> Result<(), PictureError> {
    if let Some(profile) = profile {
        // A format without room for one shows the picture in the usual colours.
        let _without = encoder.set_icc_profile(profile).is_err();
    }
    Ok(image.write_with_encoder(encoder)?)
}
