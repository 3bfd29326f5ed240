//! Characters as octets of a short message, and back: the network's own alphabet with one septet in each octet,
//! UCS-2, Latin-1. It knows no PDU.

use parloir_protocol::text::{BASIC, EXTENSION, Encoding};

/// Says that the next septet is of the extension table.
const ESCAPE: u8 = 0x1b;
/// The septets of the extension table, in the order of [`EXTENSION`].
const EXTENSION_SEPTETS: [u8; 10] = [0x0a, 0x14, 0x28, 0x29, 0x2f, 0x3c, 0x3d, 0x3e, 0x40, 0x65];
/// Stands for what no alphabet names.
const UNNAMED: char = '\u{fffd}';

/// How the octets of a message that came in are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Gsm,
    Latin1,
    Ucs2,
}

/// The script that a `data_coding` names; nothing when it is no text.
pub(super) fn script(data_coding: u8) -> Option<Script> {
    match data_coding {
        0x00 | 0xf0..=0xf3 => Some(Script::Gsm),
        // ASCII is a part of Latin-1.
        0x01 | 0x03 => Some(Script::Latin1),
        0x08 => Some(Script::Ucs2),
        // The general group of GSM 03.38: bits 3 and 2 are the alphabet.
        0x10..=0x1f | 0x40..=0x5f => match data_coding & 0x0c {
            0x00 => Some(Script::Gsm),
            0x08 => Some(Script::Ucs2),
            _ => None,
        },
        _ => None,
    }
}

/// A text whose characters the encoding has; others become `?`.
pub(super) fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Gsm7 => text.chars().flat_map(septets).collect(),
        Encoding::Ucs2 => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    }
}

/// The units that a character takes: septets, or UTF-16 code units.
pub(super) fn units(character: char, encoding: Encoding) -> usize {
    match encoding {
        Encoding::Gsm7 => septets(character).len(),
        Encoding::Ucs2 => character.len_utf16(),
    }
}

/// The text of octets. Whatever they are, it is a text.
pub(super) fn decoded(octets: &[u8], script: Script) -> String {
    match script {
        // Octets above 127 are no septets: whoever sends them means Latin-1.
        Script::Gsm if octets.is_ascii() => of_septets(octets),
        Script::Gsm | Script::Latin1 => octets.iter().map(|octet| char::from(*octet)).collect(),
        Script::Ucs2 => {
            let units = octets.chunks(2).map(|pair| match pair {
                [high, low] => u16::from_be_bytes([*high, *low]),
                odd => u16::from(odd.first().copied().unwrap_or_default()),
            });
            char::decode_utf16(units).map(|read| read.unwrap_or(UNNAMED)).collect()
        }
    }
}

fn septets(character: char) -> Vec<u8> {
    if let Some(place) = EXTENSION.chars().position(|known| known == character) {
        return vec![ESCAPE, EXTENSION_SEPTETS[place]];
    }
    vec![basic_septet(character).unwrap_or(b'?')]
}

/// The table without its escape, which is no character.
fn basic_septet(character: char) -> Option<u8> {
    let place = u8::try_from(BASIC.chars().position(|known| known == character)?).ok()?;
    Some(if place < ESCAPE { place } else { place + 1 })
}

fn of_septets(octets: &[u8]) -> String {
    let mut octets = octets.iter().copied();
    let mut text = String::new();
    while let Some(octet) = octets.next() {
        if octet != ESCAPE {
            text.push(basic(octet).unwrap_or(UNNAMED));
            continue;
        }
        let Some(second) = octets.next() else { break };
        let place = EXTENSION_SEPTETS.iter().position(|known| *known == second);
        // A phone that lacks an extension shows what the basic table has there.
        let character = place.and_then(|place| EXTENSION.chars().nth(place)).or_else(|| basic(second));
        text.push(character.unwrap_or(' '));
    }
    text
}

fn basic(septet: u8) -> Option<char> {
    let place = match septet {
        ESCAPE => return None,
        below if below < ESCAPE => below,
        above => above - 1,
    };
    BASIC.chars().nth(usize::from(place))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_septets_are_those_of_the_standard() {
        // GSM 03.38, from the table's corners.
        let table = [('@', 0x00), ('\n', 0x0a), ('_', 0x11), ('Ξ', 0x1a), ('Æ', 0x1c), (' ', 0x20)];
        let more = [('¤', 0x24), ('A', 0x41), ('§', 0x5f), ('¿', 0x60), ('z', 0x7a), ('à', 0x7f)];
        for (character, septet) in table.into_iter().chain(more) {
            assert_eq!(encoded(&character.to_string(), Encoding::Gsm7), [septet], "{character}");
        }
        assert_eq!(encoded("€]", Encoding::Gsm7), [0x1b, 0x65, 0x1b, 0x3e]);
        assert_eq!(encoded("É👋", Encoding::Ucs2), [0x00, 0xc9, 0xd8, 0x3d, 0xdc, 0x4b]);
    }

    #[test]
    fn every_character_of_the_alphabet_comes_back() {
        let all: String = BASIC.chars().chain(EXTENSION.chars()).collect();
        assert_eq!(decoded(&encoded(&all, Encoding::Gsm7), Script::Gsm), all);
        assert_eq!((BASIC.chars().count(), EXTENSION.chars().count()), (127, EXTENSION_SEPTETS.len()));
    }

    #[test]
    fn what_networks_send_all_the_same_is_read() {
        assert_eq!(decoded(b"\xe9t\xe9", Script::Gsm), "été");
        assert_eq!(decoded(b"a\x1b", Script::Gsm), "a");
        assert_eq!(decoded(b"\x1ba", Script::Gsm), "a");
        assert_eq!(decoded(&[0xd8, 0x3d], Script::Ucs2), "\u{fffd}");
        assert_eq!(decoded(&[0x00, 0x41, 0x42], Script::Ucs2), "AB");
        assert_eq!([script(0x02), script(0x04), script(0xf5), script(0x14)], [None; 4]);
        assert_eq!([script(0x00), script(0xf1), script(0x10)], [Some(Script::Gsm); 3]);
        assert_eq!([script(0x08), script(0x18)], [Some(Script::Ucs2); 2]);
    }

    proptest! {
        #[test]
        fn any_octets_are_a_text(octets: Vec<u8>) {
            for script in [Script::Gsm, Script::Latin1, Script::Ucs2] {
                decoded(&octets, script);
            }
        }

        #[test]
        fn any_text_comes_back_from_ucs2(text: String) {
            prop_assert_eq!(decoded(&encoded(&text, Encoding::Ucs2), Script::Ucs2), text);
        }
    }
}
