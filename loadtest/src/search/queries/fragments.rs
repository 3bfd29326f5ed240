//! Parts of numbers in the writings of PRODUCT.md: with a country or without, together or in groups. Each comes
//! with the digits that it means.

use super::super::question::Fragment;
use super::super::world::Number;
use crate::plan::Dice;

const DIGITS_MIN: u64 = 3;
const DIGITS_MAX: u64 = 9;
const BETWEEN: [&str; 4] = [" ", ".", "-", "/"];

/// A part of `number` in any writing.
pub(super) fn draw(number: &Number, dice: &mut Dice) -> (String, Fragment) {
    match dice.roll(7) {
        0 => with_plus(&start(&number.international, dice), dice),
        1 => together(format!("00{}", start(&number.international, dice))),
        2 => grouped(&start(&number.national, dice), dice),
        3 => grouped(&anywhere(&number.international, dice), dice),
        4 => with_bracket(&start(&number.international, dice)),
        _ => plain(number, dice),
    }
}

/// Digits from anywhere in `number`, written together.
pub(super) fn plain(number: &Number, dice: &mut Dice) -> (String, Fragment) {
    let part =
        if dice.roll(3) == 0 { start(&number.national, dice) } else { anywhere(&number.international, dice) };
    together(part)
}

/// Digits as one number.
pub(super) fn together(digits: String) -> (String, Fragment) {
    (digits.clone(), Fragment { digits: digits.clone(), has_plus: false, groups: vec![digits] })
}

fn anywhere(form: &str, dice: &mut Dice) -> String {
    let wanted = DIGITS_MIN + dice.roll(DIGITS_MAX + 1 - DIGITS_MIN);
    let begin = dice.roll((form.len() as u64 + 1).saturating_sub(wanted)) as usize;
    form.chars().skip(begin).take(wanted as usize).collect()
}

fn start(form: &str, dice: &mut Dice) -> String {
    let wanted = DIGITS_MIN + dice.roll(DIGITS_MAX + 1 - DIGITS_MIN);
    form.chars().take(wanted as usize).collect()
}

fn with_plus(digits: &str, dice: &mut Dice) -> (String, Fragment) {
    let (country, rest) = digits.split_at(2);
    let (text, groups) = if dice.roll(2) == 0 {
        (format!("+{country} {rest}"), vec![country.to_owned(), rest.to_owned()])
    } else {
        (format!("+{digits}"), vec![digits.to_owned()])
    };
    (text, Fragment { digits: digits.to_owned(), has_plus: true, groups })
}

/// As on business cards.
fn with_bracket(digits: &str) -> (String, Fragment) {
    let (country, rest) = digits.split_at(2);
    let groups = [country, "0", rest].map(str::to_owned).to_vec();
    (format!("+{country} (0){rest}"), Fragment { digits: digits.to_owned(), has_plus: true, groups })
}

/// In pairs, or cut once, as it is read aloud.
fn grouped(digits: &str, dice: &mut Dice) -> (String, Fragment) {
    let size = if dice.roll(2) == 0 { 2 } else { 1 + dice.roll(digits.len() as u64 - 1) as usize };
    let groups: Vec<String> =
        digits.as_bytes().chunks(size).map(|group| group.iter().copied().map(char::from).collect()).collect();
    let text = groups.join(dice.one_of(&BETWEEN).copied().unwrap_or(" "));
    (text, Fragment { digits: digits.to_owned(), has_plus: false, groups })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_fragment_is_a_part_of_its_number() {
        let number = Number { international: "33612345678".to_owned(), national: "0612345678".to_owned() };
        let mut dice = Dice::new(3, 1);
        let drawn: Vec<(String, Fragment)> = (0..400).map(|_| draw(&number, &mut dice)).collect();
        for (text, fragment) in &drawn {
            assert_eq!(text.starts_with('+'), fragment.has_plus, "{text}");
            let written: String = text.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(written, fragment.groups.concat(), "{text}");
            let digits = fragment.digits.strip_prefix("00").unwrap_or(&fragment.digits);
            assert!(digits.len() >= 3, "{text}");
            let forms = [&number.international, &number.national];
            assert!(forms.iter().any(|form| form.contains(digits)), "{text}");
            assert!(!fragment.has_plus || number.international.starts_with(digits), "{text}");
        }
        let texts: BTreeSet<&str> = drawn.iter().map(|(text, _)| text.as_str()).collect();
        for writing in ["+33 6", "0033612", "06 12", "33612", "+33 (0)6"] {
            assert!(texts.iter().any(|text| text.starts_with(writing)), "{writing}");
        }
    }
}
