//! Phone numbers as people type them, brought to their one normal form. The only file that knows the
//! metadata of the world's numbering plans; it decides nothing about who may be written to.

use std::ops::RangeInclusive;

use parloir_desk::entity::Country;
use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region};
use thiserror::Error;

/// More than any writing of a number needs.
const CHARS_MAX: usize = 64;

/// Characters of a sender's name: an SMS has no room for more.
const SENDER_NAME_CHARS_MAX: usize = 11;
/// Digits of a number that networks dial without its country.
const SHORT_CODE_DIGITS: RangeInclusive<usize> = 3..=8;

/// What stands between digits in some country's writing.
const PUNCTUATION: [char; 9] = [' ', '+', '(', ')', '.', '-', '/', '\u{2010}', '\u{2011}'];

/// `+` and digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct E164(pub String);

/// Why a text is no number that could be called from abroad.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is no phone number: type it with its country, as +33 6 12 34 56 78")]
pub struct InvalidNumber(pub String);

/// The number that `text` means in `country`, and the country it belongs to where the number tells it.
///
/// # Errors
/// [`InvalidNumber`] for letters, short codes, and lengths that no number of its country has. A number of
/// a possible length is accepted, since plans grow faster than metadata.
pub fn normalise(text: &str, country: Country) -> Result<(E164, Option<Country>), InvalidNumber> {
    let refused = || InvalidNumber(text.chars().take(CHARS_MAX).collect());
    let plain: String = text.chars().take(CHARS_MAX).filter(|c| !is_invisible(*c)).map(plain).collect();
    if text.chars().nth(CHARS_MAX).is_some() || !plain.chars().all(is_in_number) {
        return Err(refused());
    }
    let number = PhoneNumber::parse(&plain, region(country)).map_err(|_| refused())?;
    match number.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => {
            Ok((E164(number.format_as(PhoneNumberFormat::E164).into_owned()), home(&number)))
        }
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(_) => Err(refused()),
    }
}

/// The short code or the name that an SMS came from instead of a number; nothing when `text` is neither.
pub fn sender_name(text: &str) -> Option<&str> {
    let name = text.trim();
    let is_short_code = SHORT_CODE_DIGITS.contains(&name.len()) && name.chars().all(|c| c.is_ascii_digit());
    let is_name = name.chars().count() <= SENDER_NAME_CHARS_MAX
        && name.chars().any(char::is_alphabetic)
        && !name.starts_with('+')
        && !name.contains(char::is_control);
    (is_short_code || is_name).then_some(name)
}

/// The country of a number. One that no plan has (yet) belongs to the main country of its calling code: a sender
/// must not get through because its country is not known.
fn home(number: &PhoneNumber) -> Option<Country> {
    let main = || PHONE_NUMBER_UTIL.get_region_for_country_code(number.country_code);
    number.get_region_code().or_else(main).and_then(|region| Country::parse(&region.as_region_str()))
}

/// The country with these two letters in any case, when it has phones.
pub fn country(letters: &str) -> Option<Country> {
    let country = Country::parse(&letters.trim().to_ascii_uppercase())?;
    let plan = region(country).and_then(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(region));
    plan.map(|_| country)
}

fn plain(character: char) -> char {
    if character.is_whitespace() { ' ' } else { character }
}

/// Marks of direction and joints, which copying from an address book brings along.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn is_in_number(character: char) -> bool {
    character.is_ascii_digit() || PUNCTUATION.contains(&character)
}

fn region(country: Country) -> Option<Region> {
    country.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn e164(text: &str) -> Option<String> {
        normalise(text, Country::FRANCE).ok().map(|(number, _)| number.0)
    }

    #[test]
    fn every_writing_of_a_number_is_one_number() {
        let writings = [
            "06 12 34 56 78",
            "0612345678",
            "06.12.34.56.78",
            "+33612345678",
            "+33 (0)6 12 34 56 78",
            "0033 6 12 34 56 78",
            "06\u{a0}12\u{202f}34\u{a0}56\u{a0}78",
            "  06-12-34-56-78 ",
            "\u{202a}+33 6 12 34 56 78\u{202c}",
        ];
        for text in writings {
            assert_eq!(e164(text).as_deref(), Some("+33612345678"), "{text}");
        }
    }

    #[test]
    fn a_number_tells_its_country() {
        let cases = [("07400 123456", "GB", "+447400123456"), ("+44 7400 123456", "FR", "+447400123456")];
        for (text, at, number) in cases {
            let at = country(at).expect("a country");
            assert_eq!(normalise(text, at), Ok((E164(number.into()), country("GB"))));
        }
        let drama = normalise("+44 7700 900123", Country::FRANCE).map(|(_, home)| home);
        assert_eq!(drama, Ok(country("GB")), "a number that no plan has");
        assert_eq!(normalise("+883 5100 0000 0000", Country::FRANCE).map(|(_, home)| home), Ok(None));
    }

    #[test]
    fn what_cannot_be_called_is_refused() {
        let long = format!("+336{}", " ".repeat(CHARS_MAX));
        let nothing = ["", " ", "+", "3631", "36180", "112", "12 34", "+33", "0 800 FLOWERS", "call me"];
        let wrong =
            ["06 12 34 56 78 ext. 9", "+999123456789", "+3361234567899", "tel:+33612345678", "٠٦١٢٣٤٥٦٧٨"];
        for text in nothing.into_iter().chain(wrong).chain([long.as_str()]) {
            assert_eq!(e164(text), None, "{text}");
        }
        let InvalidNumber(kept) = normalise(&"9".repeat(10_000), Country::FRANCE).expect_err("too long");
        assert_eq!(kept.len(), CHARS_MAX);
    }

    #[test]
    fn a_possible_number_is_accepted() {
        assert_eq!(e164("+33 8 99 99 99 99").as_deref(), Some("+33899999999"));
        assert_eq!(e164("+1 555 010 0199").as_deref(), Some("+15550100199"));
    }

    #[test]
    fn a_short_code_and_a_name_are_senders_and_garbage_is_not() {
        for name in ["36180", "112", "MaBanque", "La Poste", "B&You", " 38200 ", "12345678"] {
            assert_eq!(sender_name(name), Some(name.trim()), "{name}");
        }
        for garbage in ["", "12", "123456789", "+3312", "+33abc", "a name that is too long", "a\nb", "--"] {
            assert_eq!(sender_name(garbage), None, "{garbage}");
        }
    }

    #[test]
    fn a_country_has_phones() {
        assert_eq!(country("fr"), Some(Country::FRANCE));
        assert_eq!([country("UK"), country("ZZ"), country("France"), country("001")], [None; 4]);
    }
}
