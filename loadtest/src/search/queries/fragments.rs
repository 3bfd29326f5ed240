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
    match dice.roll(6) {
        0 => begun("+", number, dice),
        1 => begun("00", number, dice),
        2 => grouped(&start(&number.national, dice), dice),
        3 => grouped(&anywhere(&number.international, dice), dice),
        _ => plain(number, dice),
    }
}

/// Digits from anywhere in `number`, written together.
pub(super) fn plain(number: &Number, dice: &mut Dice) -> (String, Fragment) {
    let form = if dice.roll(2) == 0 { &number.national } else { &number.international };
    let digits = anywhere(form, dice);
    (digits.clone(), Fragment { digits: digits.clone(), is_international: false, groups: vec![digits] })
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

/// From the country on, behind the mark that says so.
fn begun(mark: &str, number: &Number, dice: &mut Dice) -> (String, Fragment) {
    let digits = start(&number.international, dice);
    let (text, groups) = match (mark, dice.roll(2)) {
        ("+", 0) if digits.len() > 2 => {
            let (country, rest) = digits.split_at(2);
            (format!("+{country} {rest}"), vec![country.to_owned(), rest.to_owned()])
        }
        ("+", _) => (format!("+{digits}"), vec![digits.clone()]),
        _ => (format!("{mark}{digits}"), vec![format!("{mark}{digits}")]),
    };
    (text, Fragment { digits, is_international: true, groups })
}

/// In pairs, or cut once, as it is read aloud.
fn grouped(digits: &str, dice: &mut Dice) -> (String, Fragment) {
    let size = if dice.roll(2) == 0 { 2 } else { 1 + dice.roll(digits.len() as u64 - 1) as usize };
    let groups: Vec<String> =
        digits.as_bytes().chunks(size).map(|group| group.iter().copied().map(char::from).collect()).collect();
    let text = groups.join(dice.one_of(&BETWEEN).copied().unwrap_or(" "));
    (text, Fragment { digits: digits.to_owned(), is_international: false, groups })
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
            let written: String = text.chars().filter(char::is_ascii_digit).collect();
            assert!(written.ends_with(&fragment.digits) && fragment.digits.len() >= 3, "{text}");
            let forms = [&number.international, &number.national];
            assert!(forms.iter().any(|form| form.contains(&fragment.digits)), "{text}");
            assert!(!fragment.is_international || number.international.starts_with(&fragment.digits));
        }
        let texts: BTreeSet<&str> = drawn.iter().map(|(text, _)| text.as_str()).collect();
        for writing in ["+33 6", "0033612", "06 12", "33612"] {
            assert!(texts.iter().any(|text| text.starts_with(writing)), "{writing}");
        }
    }
}
