//! Words as people type them: in any case, with accents where none belong and without where they do. What it
//! makes always folds to the word again.

use parloir_client::protocol::text::fold;

use crate::plan::Dice;

const ACCENTS: [(&str, &str); 12] = [
    ("oe", "œ"),
    ("ss", "ß"),
    ("ae", "æ"),
    ("e", "é"),
    ("e", "è"),
    ("e", "e\u{301}"),
    ("c", "ç"),
    ("a", "à"),
    ("o", "ö"),
    ("l", "ł"),
    ("n", "ñ"),
    ("u", "û"),
];

/// `word` in one of the ways in which it may be typed.
pub(super) fn typed(word: &str, dice: &mut Dice) -> String {
    let typed = match dice.roll(6) {
        0 => word.to_uppercase(),
        1 => capital(word),
        2 => accented(word, dice),
        3 => accented(&capital(word), dice),
        _ => word.to_owned(),
    };
    // Some letters have two small forms, and some accents would make another letter.
    if fold(&typed) == word { typed } else { word.to_owned() }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn accented(word: &str, dice: &mut Dice) -> String {
    let (plain, accent) = dice.one_of(&ACCENTS).copied().unwrap_or(("e", "é"));
    word.replacen(plain, accent, 1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_is_typed_folds_to_the_word() {
        let mut dice = Dice::new(1, 1);
        for word in ["coeur", "strasse", "helene", "χρηστοσ", "i", "lukasz"] {
            let typed: BTreeSet<String> = (0..200).map(|_| typed(word, &mut dice)).collect();
            assert!(typed.iter().all(|typed| fold(typed) == word), "{typed:?}");
            assert!(typed.len() > 1, "{typed:?}");
        }
    }
}
