//! Laws of folding and of words: for every character that there is, and for texts by chance. What single
//! texts become stands in the vectors of `fixtures/text`.

use parloir_protocol::text::{Fit, Folded, Words, fold, label, words};
use proptest::prelude::*;

use crate::texts::{part, text};

const EVERY_FIT: [Fit; 3] = [Fit::Whole, Fit::Start, Fit::Inside];

#[test]
fn every_character_folds_once_and_for_all() {
    for c in '\0'..=char::MAX {
        let folded = fold(c.encode_utf8(&mut [0; 4]));
        assert_eq!(fold(&folded), folded, "{c:?}");
    }
}

/// A part of a word of the text: what a search may ask for.
fn needle(text: &str, choice: &[prop::sample::Index; 3]) -> String {
    let words = words(text);
    if words.is_empty() {
        return String::new();
    }
    let letters: Vec<char> = choice[0].get(&words).chars().collect();
    let from = choice[1].index(letters.len());
    letters[from..=from + choice[2].index(letters.len() - from)].iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_folded_text_folds_to_itself(one in text(12), other in text(12)) {
        let folded = fold(&one);
        prop_assert_eq!(&fold(&folded), &folded);
        prop_assert_eq!(fold(&(one.clone() + &other)), folded.clone() + &fold(&other));
        prop_assert_eq!(&Folded::of(&one).text, &folded);
        prop_assert_eq!(words(&folded), words(&one));
        prop_assert_eq!(label(&one), words(&one).join(" "));
    }

    #[test]
    fn every_part_of_a_folded_text_was_written_somewhere(text in text(12), from in 0..99_usize, length in 0..99_usize) {
        let folded = Folded::of(&text);
        let written = folded.written(from..from + length);
        prop_assert!(written.start <= written.end && written.end <= text.chars().count());
        if let Some(asked) = folded.text.get(from..from + length) {
            let origin = part(&text, [written.start, written.end]);
            prop_assert!(fold(&origin).contains(asked), "{:?} of {:?} is not in {:?}", asked, folded.text, origin);
        }
    }

    #[test]
    fn what_fits_is_found_where_it_stands(text in text(12), choice in any::<[prop::sample::Index; 3]>()) {
        let (words, needle) = (Words::of(&text), needle(&text, &choice));
        prop_assert_eq!(words.fit(&needle).is_some(), !needle.is_empty());
        for how in EVERY_FIT {
            let ranges = words.ranges(&needle, how);
            prop_assert_eq!(words.fit(&needle).is_some_and(|fit| fit <= how), !ranges.is_empty());
            prop_assert!(ranges.windows(2).all(|pair| pair[0][1] <= pair[1][0]));
            for range in ranges {
                prop_assert!(range[0] < range[1] && range[1] <= text.chars().count());
                prop_assert!(fold(&part(&text, range)).contains(&needle));
            }
        }
    }

    #[test]
    fn words_side_by_side_are_a_phrase(text in text(16), from in any::<prop::sample::Index>(), count in 1..4_usize) {
        let all = words(&text);
        let from = if all.is_empty() { 0 } else { from.index(all.len()) };
        let phrase = all.get(from..from + count).unwrap_or_default();
        let found = Words::of(&text).phrase(phrase);
        prop_assert_eq!(found.is_empty(), phrase.is_empty());
        for range in found {
            let inside = words(&part(&text, range));
            prop_assert!(inside.windows(count).any(|words| words == phrase), "{:?} is not in {:?}", phrase, inside);
        }
    }
}
