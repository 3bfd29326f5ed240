//! A search that cannot be understood: the sentence, the search, and a line under the place that is wrong.

use parloir_client::protocol::error::ErrorBody;

use crate::cli::terminal::{plain, width};

/// Columns of a search that are shown; more would wrap and set the line under something else.
const COLUMNS: usize = 76;

/// Characters that are shown before the place.
const BEFORE: usize = 24;

/// The error in several lines.
pub(super) fn shown(text: &str, body: &ErrorBody) -> String {
    let sentence = plain(&body.message);
    let place = body.details.get("at").and_then(|at| serde_json::from_value::<[usize; 2]>(at.clone()).ok());
    let Some([from, to]) = place else { return sentence };
    let chars: Vec<char> = text.chars().collect();
    let (from, to) = (from.min(chars.len()), to.min(chars.len()));
    let start = from.saturating_sub(BEFORE);
    let part = |range: std::ops::Range<usize>| plain(&chars[range].iter().collect::<String>());
    let lead = if start > 0 { "…" } else { "" };
    let before = format!("{lead}{}", part(start..from));
    let wrong = part(from..to.max(from));
    let mut line = format!("{before}{wrong}{}", part(to.max(from)..chars.len()));
    while width(&line) > COLUMNS {
        line.pop();
    }
    let room = COLUMNS.saturating_sub(width(&before)).max(1);
    let carets = "^".repeat(width(&wrong).clamp(1, room));
    format!("{sentence}\n  {line}\n  {}{carets}", " ".repeat(width(&before)))
}

#[cfg(test)]
mod tests {
    use parloir_client::protocol::error::Code;

    use super::*;

    fn lines(text: &str, at: [usize; 2]) -> Vec<String> {
        let body = ErrorBody::new(Code::InvalidQuery, "no\u{1b}").with("at", at.to_vec());
        shown(text, &body).lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_place_that_is_wrong_is_underlined() {
        assert_eq!(lines("hel status:opne", [11, 15]), ["no", "  hel status:opne", "             ^^^^"]);
        assert_eq!(lines("日本 \"rue", [3, 7]), ["no", "  日本 \"rue", "       ^^^^"]);
        assert_eq!(lines("a\u{202e}b\u{1b}c d", [6, 7]), ["no", "  abc d", "      ^"]);
        assert_eq!(lines("tag:", [4, 4]), ["no", "  tag:", "      ^"]);
        assert_eq!(lines("a", [90, 12]), ["no", "  a", "   ^"]);
    }

    #[test]
    fn a_long_search_is_shown_around_the_place() {
        let text = format!("{}status:opne {}", "x".repeat(200), "y".repeat(200));
        let shown = lines(&text, [207, 211]);
        assert!(shown[1].starts_with("  …x") && shown[1].contains("status:opne y"), "{shown:?}");
        let place = shown[2].find('^').expect("a line under it");
        assert_eq!(shown[1].chars().skip(place).take(4).collect::<String>(), "opne");
        let all = lines(&"x".repeat(400), [0, 400]);
        assert_eq!((all[1].len(), all[2].len()), (COLUMNS + 2, COLUMNS + 2));
        assert_eq!(shown[1].chars().count(), COLUMNS + 2);
    }

    #[test]
    fn an_error_that_names_no_place_is_a_sentence() {
        assert_eq!(shown("x", &ErrorBody::new(Code::InvalidQuery, "no")), "no");
        let odd = ErrorBody::new(Code::InvalidQuery, "no").with("at", "here");
        assert_eq!(shown("x", &odd), "no");
    }
}
