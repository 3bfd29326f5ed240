//! A text as the short messages that carry it, cut where `protocol::text::segments` counts. It knows no PDU.

use parloir_protocol::text::{Encoding, segments};

use super::characters::{encoded, units};
use super::header::Place;

/// Parts that the header which joins them can count.
pub(super) const PARTS_MAX: usize = 255;
/// The header's length, the element "concatenated, 8-bit reference" and its length.
const HEADER: [u8; 3] = [5, 0, 3];

/// A text on its way into PDUs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) encoding: Encoding,
    /// The octets of each, without a header.
    pub(super) bodies: Vec<Vec<u8>>,
}

/// The parts of a text; nothing when it is empty or has too many.
pub(super) fn of(text: &str) -> Option<Parts> {
    let cost = segments(text);
    let encoding = cost.encoding;
    if !(1..=PARTS_MAX).contains(&cost.segments) {
        return None;
    }
    let most = if cost.segments == 1 { encoding.alone() } else { encoding.joined() };
    let bodies = cut(text, encoding, most).into_iter().map(|part| encoded(part, encoding)).collect();
    Some(Parts { encoding, bodies })
}

/// The whole text as one body, for networks that cut it themselves.
pub(super) fn whole(text: &str) -> Option<Parts> {
    let Parts { encoding, bodies } = of(text)?;
    Some(Parts { encoding, bodies: vec![bodies.concat()] })
}

/// A part's body behind the header that joins it to the others.
pub(super) fn joined(body: &[u8], place: Place) -> Vec<u8> {
    let [_, reference] = place.reference.to_be_bytes();
    [&HEADER[..], &[reference, place.total, place.number], body].concat()
}

/// A character that takes two units stands in one part.
fn cut(text: &str, encoding: Encoding, most: usize) -> Vec<&str> {
    let (mut parts, mut start, mut left) = (Vec::new(), 0, most);
    for (at, character) in text.char_indices() {
        let units = units(character, encoding);
        if units > left {
            parts.push(&text[start..at]);
            (start, left) = (at, most);
        }
        left -= units;
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::characters::{Script, decoded};
    use super::*;

    fn read(parts: &Parts) -> String {
        let script = match parts.encoding {
            Encoding::Gsm7 => Script::Gsm,
            Encoding::Ucs2 => Script::Ucs2,
        };
        parts.bodies.iter().map(|body| decoded(body, script)).collect()
    }

    #[test]
    fn a_text_is_cut_where_it_is_counted() {
        let euros = "€".repeat(200);
        let waves = "👋".repeat(100);
        for text in ["Bonjour", euros.as_str(), waves.as_str(), &"a".repeat(161), &"é€".repeat(300)] {
            let parts = of(text).expect("it is not empty");
            assert_eq!(parts.bodies.len(), segments(text).segments, "{text}");
            assert_eq!(read(&parts), text);
            assert!(parts.bodies.iter().all(|body| body.len() <= 160), "{text}");
            assert_eq!(read(&whole(text).expect("it is not empty")), text);
        }
        assert_eq!(of(""), None);
        assert_eq!(of(&"a".repeat(PARTS_MAX * 153 + 1)), None);
        let place = Place::new(7, 2, 1).expect("there is one");
        assert_eq!(joined(b"hi", place), [5, 0, 3, 7, 2, 1, b'h', b'i']);
    }

    proptest! {
        #[test]
        fn no_character_is_lost(text in "[ -~€é\u{1f44b}]{1,500}") {
            let parts = of(&text).expect("it is not empty");
            prop_assert_eq!(parts.bodies.len(), segments(&text).segments);
            prop_assert_eq!(read(&parts), text);
        }
    }
}
