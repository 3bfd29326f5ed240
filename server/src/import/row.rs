//! One row of an address book: where it stands, what it held, and what is to be saved because of it.

use parloir_protocol::command::contact::Save;

/// Why a row cannot be imported, with a code for programs and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub code: String,
    pub message: String,
}

impl Fault {
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

/// What a row asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Person(Box<Save>),
    /// All of its fields are empty.
    Blank,
    Fault(Fault),
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// 1 for the first that holds a person; without gaps.
    pub place: u64,
    /// As people count: a header is row 1.
    pub number: u64,
    /// As they are meant, in the order of the book's header; empty where the row could not be read.
    pub fields: Vec<String>,
    pub content: Content,
}

/// The last digits of a number tell whether two rows may be about one person.
const SAME_DIGITS: usize = 8;

/// What tells the numbers of a row from those of others, in whatever writing they are.
pub fn digits(save: &Save) -> Vec<String> {
    let numbers = save.add_addresses.iter().flatten();
    numbers
        .map(|address| {
            let digits: Vec<char> = address.value.chars().filter(char::is_ascii_digit).collect();
            digits[digits.len().saturating_sub(SAME_DIGITS)..].iter().collect()
        })
        .filter(|digits: &String| !digits.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::draft::Draft;
    use super::*;

    #[test]
    fn one_number_has_the_same_last_digits_in_every_writing() {
        let of = |cell: &str| {
            let mut draft = Draft { name: "Ana".to_owned(), ..Draft::default() };
            draft.add_numbers(cell);
            let Content::Person(save) = draft.content() else { panic!("a person") };
            digits(&save)
        };
        for writing in ["06 12 34 56 78", "+33612345678", "0033 (0)6-12-34-56-78"] {
            assert_eq!(of(writing), ["12345678"], "{writing}");
        }
        assert_eq!(of("12 | call me |"), ["12"]);
        assert!(of("").is_empty());
    }
}
