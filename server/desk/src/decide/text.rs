//! Bounds of what people type: names, texts, and how many of something. It never changes what it checks.

use crate::refusal::Refusal;

/// Refuses more than `max` characters.
pub(crate) fn check_length(field: &'static str, text: &str, max: usize) -> Result<(), Refusal> {
    let actual = text.chars().count();
    if actual > max { Err(Refusal::FieldTooLong { field, max, actual }) } else { Ok(()) }
}

/// Refuses more than `max` of something.
pub(crate) fn check_count(field: &'static str, count: usize, max: usize) -> Result<(), Refusal> {
    if count > max { Err(Refusal::TooMany { field, max }) } else { Ok(()) }
}

/// Refuses a number above `max`.
pub(crate) fn check_at_most(field: &'static str, number: usize, max: usize) -> Result<(), Refusal> {
    if number > max { Err(Refusal::TooMany { field, max }) } else { Ok(()) }
}

/// A text of several lines: not blank, within its bound, without control characters but line ends and tabs.
pub(crate) fn check_text(field: &'static str, text: &str, max: usize) -> Result<(), Refusal> {
    check_filled(field, text, max, |c| c.is_control() && !matches!(c, '\n' | '\t'))
}

/// A text of one line: not blank, within its bound, without control characters.
pub(crate) fn check_name(field: &'static str, text: &str, max: usize) -> Result<(), Refusal> {
    check_filled(field, text, max, char::is_control)
}

fn check_filled(
    field: &'static str,
    text: &str,
    max: usize,
    forbidden: impl Fn(char) -> bool,
) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::FieldEmpty { field });
    }
    check_length(field, text, max)?;
    if text.chars().any(forbidden) { Err(Refusal::InvalidText { field }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_neither_blank_nor_too_long_nor_binary() {
        let field = "text";
        assert_eq!(check_text(field, "a\n\tb é", 6), Ok(()));
        assert_eq!(check_text(field, " \n ", 6), Err(Refusal::FieldEmpty { field }));
        assert_eq!(check_text(field, "ééé", 2), Err(Refusal::FieldTooLong { field, max: 2, actual: 3 }));
        assert_eq!(check_text(field, "a\u{0}", 6), Err(Refusal::InvalidText { field }));
        assert_eq!(check_name(field, "a\nb", 6), Err(Refusal::InvalidText { field }));
    }
}
