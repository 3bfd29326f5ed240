//! Laws of what a text costs, for texts by chance, against another way of counting.

use parloir_protocol::text::{BASIC, EXTENSION, Encoding, LETTERS, Replacing, TYPOGRAPHIC, fitted, segments};
use proptest::prelude::*;

/// The units of each segment, filled one after the other.
fn filled(text: &str) -> (Encoding, Vec<usize>) {
    let short = text.chars().all(|c| BASIC.contains(c) || EXTENSION.contains(c));
    let encoding = if short { Encoding::Gsm7 } else { Encoding::Ucs2 };
    let units = |c: char| match encoding {
        Encoding::Gsm7 => 1 + usize::from(EXTENSION.contains(c)),
        Encoding::Ucs2 => c.len_utf16(),
    };
    let all: Vec<usize> = text.chars().map(units).collect();
    if all.iter().sum::<usize>() <= encoding.alone() {
        return (encoding, vec![all.iter().sum()].into_iter().filter(|sum| *sum > 0).collect());
    }
    let mut segments = vec![0];
    for units in all {
        match segments.last_mut() {
            Some(last) if *last + units <= encoding.joined() => *last += units,
            Some(_) | None => segments.push(units),
        }
    }
    (encoding, segments)
}

fn check(text: &str) {
    let (found, (encoding, filled)) = (segments(text), filled(text));
    assert_eq!((found.encoding, found.segments), (encoding, filled.len()), "{text:?}");
    assert_eq!(found.units, filled.iter().sum::<usize>(), "{text:?}");
    let room = if filled.len() > 1 { encoding.joined() } else { encoding.alone() };
    assert_eq!(found.units_left, room - filled.last().copied().unwrap_or(0), "{text:?}");
    for replacing in [Replacing::Typographic, Replacing::Letters] {
        if let Some(fitted) = fitted(text, replacing) {
            assert_eq!(segments(&fitted).encoding, Encoding::Gsm7, "{text:?}");
            assert_eq!(encoding, Encoding::Ucs2, "{text:?}");
        }
    }
}

/// Characters of every kind that counts differ by, and any other.
fn character() -> impl Strategy<Value = char> {
    let of = |text: String| proptest::sample::select(text.chars().collect::<Vec<_>>());
    let replaced: String = TYPOGRAPHIC.iter().chain(LETTERS).map(|(from, _)| *from).collect();
    prop_oneof![8 => of(BASIC.to_owned()), 2 => of(EXTENSION.to_owned()), 1 => of(replaced), 1 => any::<char>()]
}

proptest! {
    #[test]
    fn texts_by_chance_cost_what_filling_segments_says(text in prop::collection::vec(character(), 0..400)) {
        check(&text.into_iter().collect::<String>());
    }

    #[test]
    fn texts_of_the_short_alphabet_too(text in prop::collection::vec(prop::sample::select(vec!['a', '€', 'é']), 100..700)) {
        check(&text.into_iter().collect::<String>());
    }
}
