//! The network's names for messages, brought to one form: some networks answer in hexadecimal digits and write
//! receipts in decimal ones, or the other way round. What is no number of the form stays as it is.

use serde::Deserialize;

/// How one kind of PDU writes names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Form {
    #[default]
    Text,
    Decimal,
    Hexadecimal,
}

/// How a network writes names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Names {
    pub(super) answers: Form,
    pub(super) receipts: Form,
}

impl Names {
    /// A name as a `submit_sm_resp` carries it.
    pub(super) fn of_answer(self, name: &str) -> String {
        self.answers.plain(name)
    }

    /// A name as the words of a receipt carry it.
    pub(super) fn of_receipt(self, name: &str) -> String {
        self.receipts.plain(name)
    }
}

impl Form {
    fn plain(self, name: &str) -> String {
        let name = name.trim();
        let number = match self {
            Self::Text => None,
            Self::Decimal => name.parse::<u128>().ok(),
            Self::Hexadecimal => u128::from_str_radix(name, 16).ok(),
        };
        number.map_or_else(|| name.to_owned(), |number| number.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_on_both_sides() {
        let names = Names { answers: Form::Hexadecimal, receipts: Form::Decimal };
        assert_eq!(names.of_answer("0A1f"), names.of_receipt("0000002591"));
        assert_eq!(names.of_answer("a-b"), "a-b");
        let names = Names::default();
        assert_eq!((names.of_answer(" 007 "), names.of_receipt("007")), ("007".into(), "007".into()));
    }
}
