//! Text of others on a terminal: without anything that could steer it, and as wide as its column.

use std::time::{SystemTime, UNIX_EPOCH};

pub(super) mod marked;

/// `text` without control characters and marks that turn the direction of writing.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter_map(plain_char).collect()
}

/// What stands for a character in one line; nothing for one that could steer the terminal.
fn plain_char(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\t' => Some(' '),
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        c => (!c.is_control()).then_some(c),
    }
}

/// `text`, plain and exactly `width` columns wide: cut with an ellipsis, or filled with spaces.
pub(super) fn cell(text: &str, width: usize) -> String {
    let text = plain(text);
    let mut fitted = String::with_capacity(width);
    let whole = self::width(&text);
    let (room, cut) = if whole > width { (width.saturating_sub(1), width > 0) } else { (width, false) };
    let mut used = 0;
    for c in text.chars() {
        if used + columns(c) > room {
            break;
        }
        used += columns(c);
        fitted.push(c);
    }
    if cut {
        fitted.push('…');
        used += 1;
    }
    fitted.extend(std::iter::repeat_n(' ', width.saturating_sub(used)));
    fitted
}

/// The columns that plain `text` takes.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// East Asian wide characters and emoji take two columns, marks none.
fn columns(c: char) -> usize {
    match c {
        '\u{0300}'..='\u{036f}' | '\u{200b}'..='\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// A number in groups, for people; anything else as it is.
pub(super) fn number(value: &str) -> String {
    let Some(national) = value.strip_prefix("+33").filter(|rest| rest.len() == 9 && rest.is_ascii()) else {
        return value.to_owned();
    };
    let pairs: Vec<&str> = (1..9).step_by(2).filter_map(|at| national.get(at..at + 2)).collect();
    format!("+33 {} {}", &national[..1], pairs.join(" "))
}

/// A count with its thousands apart.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Time since something, in its largest unit.
pub(super) fn age(millis: i64) -> String {
    let seconds = (millis / 1_000).max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

/// Milliseconds since 1970, by this machine's clock.
pub(super) fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_left_out() {
        assert_eq!(plain("a\u{1b}[2Jb\u{202e}c\nd\u{9b}e"), "a[2Jbc de");
    }

    #[test]
    fn a_cell_is_exactly_as_wide_as_its_column() {
        assert_eq!(cell("abc", 5), "abc  ");
        assert_eq!(cell("abcdef", 5), "abcd…");
        assert_eq!(cell("日本語テキスト", 6), "日本… ");
        assert_eq!(cell("e\u{301}te\u{301}", 4), "e\u{301}te\u{301} ");
        assert_eq!(cell("abc", 0), "");
    }

    #[test]
    fn a_french_number_is_written_in_pairs() {
        assert_eq!(number("+33612345678"), "+33 6 12 34 56 78");
        assert_eq!(number("+4479"), "+4479");
    }

    #[test]
    fn thousands_stand_apart() {
        let counts = [0, 999, 1_000, 20_000, 1_234_567].map(count);
        assert_eq!(counts, ["0", "999", "1,000", "20,000", "1,234,567"]);
    }

    #[test]
    fn an_age_is_said_in_its_largest_unit() {
        let ages = [-5, 59_999, 60_000, 7_200_000, 172_800_000].map(age);
        assert_eq!(ages, ["0s", "59s", "1m", "2h", "2d"]);
    }
}
