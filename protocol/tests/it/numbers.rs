//! Parts of phone numbers: what finds which number, and that the forms say the same as the fit.

use parloir_protocol::text::{FRAGMENT_DIGITS_MAX, Fit, Form, Fragment, calling_code_digits, national};
use proptest::prelude::*;

use crate::texts::text;

const NUMBER: &str = "+33612345678";

fn fragment(text: &str) -> Fragment {
    Fragment::parse(text).unwrap_or_else(|| panic!("'{text}' is a part of a number"))
}

#[test]
fn any_writing_of_three_digits_or_more_finds_the_number() {
    for (text, fit, range) in [
        ("06 12 34", Fit::Start, [3, 8]),
        ("+33612", Fit::Start, [0, 6]),
        ("0033612", Fit::Start, [0, 6]),
        ("612-34", Fit::Inside, [3, 8]),
        ("5678", Fit::Inside, [8, 12]),
        ("06.12", Fit::Start, [3, 6]),
        ("0612", Fit::Start, [3, 6]),
        ("+33 6 12", Fit::Start, [0, 6]),
        ("+33 (0)6 12", Fit::Start, [0, 6]),
        ("+33 (0", Fit::Start, [0, 3]),
        ("0033 (0) 6", Fit::Start, [0, 4]),
        ("3361", Fit::Start, [1, 5]),
        ("(+33) 6‑12–34", Fit::Start, [0, 8]),
        ("٠٦١٢", Fit::Start, [3, 6]),
        ("\u{202a}+33\u{a0}6\u{202c}", Fit::Start, [0, 4]),
        ("06 12 34 56 78", Fit::Whole, [3, 12]),
        ("+33 6 12 34 56 78", Fit::Whole, [0, 12]),
        ("0033612345678", Fit::Whole, [0, 12]),
        ("33612345678", Fit::Whole, [1, 12]),
    ] {
        let fragment = fragment(text);
        assert_eq!((fragment.fit(NUMBER), fragment.range(NUMBER)), (Some(fit), Some(range)), "{text}");
    }
}

#[test]
fn one_or_two_digits_and_a_plus_find_the_start_only() {
    for (text, fit) in [
        ("3", Some(Fit::Start)),
        ("33", Some(Fit::Start)),
        ("06", Some(Fit::Start)),
        ("61", None),
        ("78", None),
        ("00", None),
        ("+612", None),
        ("+06", None),
        ("0712", None),
        ("336123456789", None),
    ] {
        assert_eq!(fragment(text).fit(NUMBER), fit, "{text}");
    }
    assert_eq!((fragment("0").fit(NUMBER), fragment("0").range(NUMBER)), (Some(Fit::Start), None));
}

#[test]
fn what_is_no_number_fits_nothing() {
    let many = "1".repeat(FRAGMENT_DIGITS_MAX);
    assert!(Fragment::parse(&many).is_some());
    for text in ["", " ", "+", "()", "lot12", "12,5", "06 x", "1:2", &(many + "1")] {
        assert_eq!(Fragment::parse(text), None, "{text}");
    }
    for address in ["", "+", "33612345678", "+33 6", "agent-33@rcs", "+33a"] {
        assert_eq!(fragment("33").fit(address), None, "{address}");
        assert_eq!(national(address), "", "{address}");
    }
}

#[test]
fn a_calling_code_has_one_two_or_three_digits() {
    for (number, code) in
        [("12025550123", 1), ("77012345678", 1), ("33612345678", 2), ("35212345", 3), ("", 0), ("3", 1)]
    {
        assert_eq!(calling_code_digits(number), code, "{number}");
    }
    let twos = (10..100).filter(|code| calling_code_digits(&format!("{code}0")) == 2);
    assert_eq!(twos.count(), 44);
    assert_eq!(national("+352621123456"), "0621123456");
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
