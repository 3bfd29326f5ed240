//! Laws of parts of phone numbers: the forms say the same as the fit, and every part of every writing fits. What
//! single texts find stands in the vectors of `fixtures/text`.

use parloir_protocol::text::{FRAGMENT_DIGITS_MAX, Fit, Form, Fragment, calling_code_digits, national};
use proptest::prelude::*;

use crate::texts::text;

#[test]
fn a_calling_code_has_one_two_or_three_digits() {
    let twos = (10..100).filter(|code| calling_code_digits(&format!("{code}0")) == 2);
    assert_eq!(twos.count(), 44);
    assert_eq!((10..100).filter(|code| calling_code_digits(&format!("{code}0")) == 1).count(), 20);
}

fn holds(form: &Form, e164: &str) -> bool {
    match form {
        Form::Inside(digits) => e164[1..].contains(digits.as_str()),
        Form::Start(digits) => e164[1..].starts_with(digits.as_str()),
        Form::NationalStart(digits) => national(e164).starts_with(digits.as_str()),
    }
}

/// Digits that look like a part of a number, so that chance often meets one.
fn digits() -> impl Strategy<Value = String> {
    "[+]?(00)?(33|39|1|352)?( ?[(]0[)])?[0-36]{0,5}".prop_map(|text| text)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_number_fits_exactly_when_a_form_holds(text in digits(), number in "[+](33|39|1|352)[0-36]{2,8}") {
        let Some(fragment) = Fragment::parse(&text) else {
            prop_assert!(!text.contains(|c: char| c.is_ascii_digit()));
            return Ok(());
        };
        let forms = fragment.forms();
        prop_assert_eq!(fragment.fit(&number).is_some(), forms.iter().any(|form| holds(form, &number)), "{:?}", forms);
        if let Some([from, to]) = fragment.range(&number) {
            prop_assert!(from < to && to <= number.len());
            let shown = number[from..to].trim_start_matches('+');
            prop_assert!(fragment.digits().ends_with(shown), "'{}' is not the end of '{}'", shown, fragment.digits());
        }
    }

    #[test]
    fn any_part_of_any_writing_fits(number in "[+](33|1|352)[1-9][0-9]{5,9}", from in 0..8_usize, length in 3..12_usize) {
        let international = &number[1..];
        for writing in [national(&number), format!("00{international}"), number.clone()] {
            for end in 1..=writing.len() {
                let start = &writing[..end];
                let fit = Fragment::parse(start).map(|fragment| fragment.fit(&number));
                let bare = matches!(start, "+" | "00");
                let expected = if end == writing.len() { Fit::Whole } else { Fit::Start };
                prop_assert!(bare || fit == Some(Some(expected)), "'{}': {:?}", start, fit);
            }
        }
        if let Some(part) = international.get(from..from + length) {
            prop_assert!(Fragment::parse(part).is_some_and(|part| part.fit(&number).is_some()));
        }
    }

    #[test]
    fn no_text_is_too_strange(text in text(8)) {
        if let Some(fragment) = Fragment::parse(&text) {
            let digits = fragment.digits();
            prop_assert!((1..=FRAGMENT_DIGITS_MAX).contains(&digits.len()));
            prop_assert!(digits.bytes().all(|byte| byte.is_ascii_digit()));
            prop_assert_eq!(fragment.forms().is_empty(), false);
        }
    }
}
