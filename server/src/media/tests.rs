//! Every disguise that we know of is refused by what it is; what people send is let through and made clean.

use std::time::{Duration, Instant};

use super::samples::{
    archive_end, deep_png, jpeg, jpeg_and_script, jpeg_of_a_phone, mp4, outer_box, pdf, pdf_of, pixel_bomb,
    png,
};
use super::*;

fn with<T>(bytes: &[u8], look: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    std::fs::write(&path, bytes).expect("written");
    look(&path)
}

#[track_caller]
fn let_through(bytes: &[u8]) -> Examined {
    with(bytes, outbound).unwrap_or_else(|refused| panic!("{refused}"))
}

#[track_caller]
fn refused(bytes: &[u8]) -> String {
    match with(bytes, outbound) {
        Err(refused) => refused.to_string(),
        Ok(examined) => panic!("it was let through as {}", examined.media_type),
    }
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = memchr::memmem::find(bytes, from).expect("it is there");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

#[test]
fn the_four_kinds_are_let_through() {
    assert_eq!(let_through(&pdf()).media_type, "application/pdf");
    assert_eq!(let_through(&pdf_of(100_000)).media_type, "application/pdf");
    assert_eq!(let_through(&jpeg(40, 30)).media_type, "image/jpeg");
    assert_eq!(let_through(&png(40, 30)).media_type, "image/png");
    assert_eq!(let_through(&mp4(b"", 1_000)).media_type, "video/mp4");
}

#[test]
fn what_is_none_of_them_is_refused_by_what_it_is() {
    assert!(refused(b"").contains("application/octet-stream"));
    assert!(refused(b"<html><script>alert(1)</script>").contains("text/html"));
    assert!(
        refused(b"<svg xmlns='http://www.w3.org/2000/svg'/>").contains("a PDF, JPEG, PNG or MP4 is needed")
    );
    assert!(refused(b"PK\x03\x04\x14\0\0\0\x08\0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").contains("application/zip"));
    assert!(refused(b"GIF89a\x01\0\x01\0\0\0\0;").contains("image/gif"));
    assert!(refused(b"\x1aE\xdf\xa3aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").contains("needed"));
    assert!(refused(b"#EXTM3U\n#EXT-X-VERSION:3\n").contains("needed"));
    let heic = outer_box(*b"ftyp", b"heic\0\0\0\0mif1heic");
    assert!(refused(&heic).contains("image/heif"), "{}", refused(&heic));
    let sound = outer_box(*b"ftyp", b"M4A \0\0\0\0isommp42");
    assert!(
        refused(&sound).contains("audio/m4a") || refused(&sound).contains("no film"),
        "{}",
        refused(&sound)
    );
}

#[test]
fn a_page_or_a_script_in_disguise_is_refused() {
    assert!(refused(&jpeg_and_script()).contains("wrong length"), "{}", refused(&jpeg_and_script()));
    let page = [b"%PDF-1.4\n<HTML><body>".as_slice(), &pdf()].concat();
    assert!(refused(&page).contains("a page or a script inside a PDF"));
    let late = [vec![b' '; 1_000], pdf()].concat();
    assert!(refused(&late).contains("needed"));
    assert!(refused(&mp4(b"<html><script>alert(1)</script>", 10)).contains("inside an MP4"));
    let comment = replaced(&jpeg_of_a_phone(40, 30), b"taken by Camille", b"<script>alert(1)");
    assert!(refused(&comment).contains("inside a JPEG"));
    let behind = [jpeg(40, 30), b"<html>".to_vec()].concat();
    assert!(refused(&behind).contains("inside a JPEG"));
}

#[test]
fn an_archive_behind_a_file_is_refused() {
    for file in [pdf(), jpeg(8, 8), png(8, 8), mp4(b"", 10)] {
        let both = [file, archive_end()].concat();
        assert!(refused(&both).contains("an archive behind"), "{}", refused(&both));
    }
}

#[test]
fn nothing_stands_behind_the_end_of_a_png() {
    assert!(refused(&[png(8, 8), b"x".to_vec()].concat()).contains("after its end"));
    let text = [b"tEXt".as_slice(), b"<script>alert(1)"].concat();
    let chunk = [&16_u32.to_be_bytes()[..], &text, &[0; 4]].concat();
    let mut picture = png(8, 8);
    picture.splice(33..33, chunk);
    assert!(refused(&picture).contains("inside a PNG"));
}

#[test]
fn what_is_cut_off_is_not_whole() {
    for file in [pdf(), jpeg(64, 64), png(64, 64), mp4(b"", 100)] {
        let cut = &file[..file.len() - 8];
        assert!(refused(cut).contains("not whole"), "{}", refused(cut));
    }
    let film = mp4(b"", 10);
    assert!(refused(&replaced(&film, b"moov", b"skip")).contains("without a film"));
    assert!(refused(&replaced(&film, b"moov", b"evil")).contains("unknown part"));
    let mut damaged = png(64, 64);
    damaged[60] ^= 0xff;
    assert!(refused(&damaged).contains("damaged"), "{}", refused(&damaged));
}

#[test]
fn a_bomb_of_pixels_costs_nothing() {
    let began = Instant::now();
    let refused = with(&pixel_bomb(), outbound).expect_err("it is refused");
    assert!(
        matches!(refused, Refused::TooManyPixels { pixels: 4_294_836_225, max: 40_000_000 }),
        "{refused}"
    );
    assert!(began.elapsed() < Duration::from_millis(200));
    let mut large = jpeg(16, 16);
    let frame = memchr::memmem::find(&large, b"\xff\xc0").expect("a frame");
    large[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert!(matches!(with(&large, outbound), Err(Refused::TooManyPixels { .. })));
}

#[test]
fn a_picture_leaves_upright_and_says_nothing_of_its_phone() {
    let original = jpeg_of_a_phone(400, 200);
    let picture = let_through(&original).picture.expect("a picture");
    assert_eq!((picture.width, picture.height), (200, 400), "it is turned");
    for bytes in [&picture.clean, &picture.thumbnail] {
        for secret in [b"Exif".as_slice(), b"GPS", b"Camille"] {
            assert!(memchr::memmem::find(bytes, secret).is_none());
        }
    }
    let clean = image::load_from_memory(&picture.clean).expect("a picture").into_rgb8();
    assert_eq!(clean.dimensions(), (200, 400));
    assert!(clean.get_pixel(100, 50)[0] < 60, "what was left is above");
    let thumbnail = image::load_from_memory(&picture.thumbnail).expect("a picture");
    assert!(thumbnail.width() <= 320 && thumbnail.height() <= 320);
    assert!(let_through(&picture.clean).picture.is_some(), "what leaves would be let in");
}

#[test]
fn pngs_keep_what_is_transparent_and_lose_what_nobody_sees() {
    let picture = let_through(&png(600, 500)).picture.expect("a picture");
    let thumbnail = image::load_from_memory(&picture.thumbnail).expect("a picture");
    assert!(thumbnail.color().has_alpha());
    let picture = let_through(&deep_png()).picture.expect("a picture");
    let clean = image::load_from_memory(&picture.clean).expect("a picture");
    assert_eq!(clean.color(), image::ColorType::Rgb8);
}

#[test]
fn whatever_is_received_is_kept_as_what_it_is() {
    let received = |bytes: &[u8]| with(bytes, inbound).expect("it can be read").media_type;
    assert_eq!(received(&jpeg(8, 8)), "image/jpeg");
    assert_eq!(received(b"OggS\0\x02aaaaaaaaaaaaaaaaaaaaaaOpusHead"), "audio/opus");
    assert_eq!(received(b"RIFF\x24\0\0\0WEBPVP8 aaaaaaaaaaaaaaaa"), "image/webp");
    assert_eq!(received(b"hello"), "application/octet-stream");
    assert_eq!(received(b"<html><script>alert(1)</script>"), "application/octet-stream");
    assert_eq!(received(&jpeg_and_script()), "application/octet-stream");
    assert_eq!(received(&pixel_bomb()), "application/octet-stream");
    assert_eq!(received(b""), "application/octet-stream");
}
