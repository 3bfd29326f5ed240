//! Files for tests, made here byte by byte: good ones of every kind, and such as only look good.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageEncoder as _, Rgb, RgbImage, Rgba, RgbaImage};

/// A small PDF.
pub(crate) fn pdf() -> Vec<u8> {
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n".to_vec()
}

/// A PDF of exactly so many bytes.
pub(crate) fn pdf_of(bytes: usize) -> Vec<u8> {
    let mut pdf = pdf();
    let end = pdf.split_off(9);
    pdf.extend((0..bytes - pdf.len() - end.len()).map(|at| b'a' + u8::try_from(at % 23).expect("a letter")));
    pdf.extend(end);
    pdf
}

/// A JPEG of this size, left half dark.
pub(crate) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 { Rgb([20, 30, 40]) } else { Rgb([200, 150, 100]) }
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&image).expect("it can be written");
    bytes
}

/// The same with what a phone writes beside the pixels: upright only after a turn to the right, taken at a
/// place, with a comment.
pub(crate) fn jpeg_of_a_phone(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = jpeg(width, height);
    let mut tags = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
    tags.extend_from_slice(b"GPS 48.8584 N 2.2945 E");
    let comment = b"taken by Camille".to_vec();
    let segments = [(0xe1, tags), (0xfe, comment)].map(|(marker, content)| segment(marker, &content));
    bytes.splice(2..2, segments.concat());
    bytes
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("a short segment").to_be_bytes();
    [&[0xff, marker], length.as_slice(), content].concat()
}

/// A JPEG whose header is the beginning of a script, as in the attack of that name.
pub(crate) fn jpeg_and_script() -> Vec<u8> {
    let mut bytes = jpeg(16, 16);
    let rest = bytes.split_off(4);
    bytes.truncate(3);
    bytes.push(0xe0);
    bytes.extend_from_slice(b"\x2f\x2a");
    bytes.extend_from_slice(&rest[2..7]);
    bytes.resize(4 + 0x2f2a, 0);
    bytes.extend_from_slice(&segment(0xfe, b"*/=alert(1);/*"));
    bytes.extend_from_slice(&rest[16..]);
    bytes
}

/// A PNG of this size with a transparent corner.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    let image = RgbaImage::from_fn(width, height, |x, y| Rgba([100, 50, 200, if x == y { 0 } else { 255 }]));
    let mut bytes = Vec::new();
    DynamicImage::from(image).write_with_encoder(PngEncoder::new(&mut bytes)).expect("it can be written");
    bytes
}

/// A PNG of 16 bits a channel.
pub(crate) fn deep_png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = [0x12, 0x34].repeat(8 * 8 * 3);
    let encoder = PngEncoder::new(&mut bytes);
    encoder.write_image(&pixels, 8, 8, image::ExtendedColorType::Rgb16).expect("it can be written");
    bytes
}

/// A small file that claims to be a huge PNG.
pub(crate) fn pixel_bomb() -> Vec<u8> {
    let mut bytes = png(8, 8);
    bytes[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
    bytes
}

/// An MP4 with these bytes in its free space and so many in its film.
pub(crate) fn mp4(free: &[u8], film: usize) -> Vec<u8> {
    let brands = b"isom\0\0\x02\0isommp42";
    let parts: [(&[u8; 4], &[u8]); 4] =
        [(b"ftyp", brands), (b"free", free), (b"moov", &[0; 32]), (b"mdat", &vec![7; film])];
    parts.map(|(name, content)| outer_box(*name, content)).concat()
}

pub(crate) fn outer_box(name: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len() + 8).expect("a short box").to_be_bytes();
    [length.as_slice(), &name, content].concat()
}

/// The end of an archive with nothing in it.
pub(crate) fn archive_end() -> Vec<u8> {
    [b"PK\x05\x06".as_slice(), &[0; 18]].concat()
}
