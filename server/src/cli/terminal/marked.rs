//! Text of others in which parts are marked. The places of the marks count the characters of the text as it
//! came: what is left out of it for the terminal's sake moves none of them.

use std::io::IsTerminal;

use super::{columns, number, plain_char};

const BOLD: &str = "\x1b[1m";
const NOT_BOLD: &str = "\x1b[22m";

/// How marks are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Paint {
    Bold,
    Nothing,
}

impl Paint {
    /// Bold on a terminal, unless whoever sits at it wants no colours (no-color.org).
    pub(in crate::cli) fn of_stdout() -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if std::io::stdout().is_terminal() && !refused { Self::Bold } else { Self::Nothing }
    }

    /// All of `text`, which is of this program.
    pub(in crate::cli) fn heading(self, text: &str) -> String {
        match self {
            Self::Bold => format!("{BOLD}{text}{NOT_BOLD}"),
            Self::Nothing => text.to_owned(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Hit,
    Rest,
}

/// One line of plain text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Marked(Vec<(char, Mark)>);

impl Marked {
    /// `text` made plain, marked where `ranges` of its characters are. A range beyond the end marks nothing.
    pub(in crate::cli) fn new(text: &str, ranges: &[[usize; 2]]) -> Self {
        let mark = |at: usize| {
            let hit = ranges.iter().any(|[from, to]| (*from..*to).contains(&at));
            if hit { Mark::Hit } else { Mark::Rest }
        };
        let chars = text.chars().enumerate();
        Self(chars.filter_map(|(at, c)| plain_char(c).map(|c| (c, mark(at)))).collect())
    }

    /// `text` without marks.
    pub(in crate::cli) fn bare(text: &str) -> Self {
        Self::new(text, &[])
    }

    /// All parts, with `between` between them.
    pub(in crate::cli) fn joined(parts: Vec<Self>, between: &str) -> Self {
        let mut joined = Self::default();
        for (at, part) in parts.into_iter().enumerate() {
            if at > 0 {
                joined.0.extend(Self::bare(between).0);
            }
            joined.0.extend(part.0);
        }
        joined
    }

    /// The same behind `text`.
    pub(in crate::cli) fn after(self, text: &str) -> Self {
        Self::joined(vec![Self::bare(text), self], "")
    }

    /// A number in groups, for people. A gap inside what is marked is marked.
    pub(in crate::cli) fn grouped(self) -> Self {
        let raw: String = self.0.iter().map(|(c, _)| c).collect();
        let grouped = number(&raw);
        if grouped.chars().filter(|c| *c != ' ').ne(raw.chars()) {
            return self;
        }
        let mut digits = self.0.iter().copied().peekable();
        let mut before = Mark::Rest;
        let placed = grouped.chars().map(|c| {
            if c == ' ' {
                let next = digits.peek().map_or(Mark::Rest, |(_, mark)| *mark);
                return (c, if before == next { next } else { Mark::Rest });
            }
            let (_, mark) = digits.next().unwrap_or((c, Mark::Rest));
            before = mark;
            (c, mark)
        });
        Self(placed.collect())
    }

    /// Exactly `width` columns: cut with an ellipsis, or filled with spaces.
    pub(in crate::cli) fn cell(&self, width: usize, paint: Paint) -> String {
        let cut = self.cut(0, width);
        let used: usize = cut.iter().map(|(c, _)| columns(*c)).sum();
        let mut text = painted(&cut, paint);
        text.extend(std::iter::repeat_n(' ', width.saturating_sub(used)));
        text
    }

    /// At most `width` columns with the first mark among them. It begins with the text where that leaves the
    /// mark in its first two thirds, otherwise a third of the width before the mark.
    pub(in crate::cli) fn around(&self, width: usize, paint: Paint) -> String {
        let wide = |part: &[(char, Mark)]| part.iter().map(|(c, _)| columns(*c)).sum::<usize>();
        let first = self.0.iter().position(|(_, mark)| *mark == Mark::Hit).unwrap_or(0);
        let marked = self.0[first..].iter().take_while(|(_, mark)| *mark == Mark::Hit).count();
        let mut start = 0;
        if wide(&self.0) > width && wide(&self.0[..first + marked]) > width * 2 / 3 {
            let mut before = wide(&self.0[..first]);
            while start < first && (before > width / 3 || columns(self.0[start].0) == 0) {
                before -= columns(self.0[start].0);
                start += 1;
            }
        }
        painted(&self.cut(start, width), paint)
    }

    /// From `start` on, at most `width` columns, with an ellipsis where something is left out.
    fn cut(&self, start: usize, width: usize) -> Vec<(char, Mark)> {
        let ellipsis = ('…', Mark::Rest);
        let mut cut: Vec<(char, Mark)> = if start > 0 { vec![ellipsis] } else { Vec::new() };
        let rest = &self.0[start..];
        let whole: usize = cut.len() + rest.iter().map(|(c, _)| columns(*c)).sum::<usize>();
        if whole <= width {
            cut.extend(rest);
            return cut;
        }
        let mut used = cut.len();
        for (c, mark) in rest {
            if used + columns(*c) >= width {
                break;
            }
            used += columns(*c);
            cut.push((*c, *mark));
        }
        if used < width {
            cut.push(ellipsis);
        }
        cut.truncate(if width == 0 { 0 } else { cut.len() });
        cut
    }

    /// All of it.
    pub(in crate::cli) fn whole(&self, paint: Paint) -> String {
        painted(&self.0, paint)
    }
}

fn painted(chars: &[(char, Mark)], paint: Paint) -> String {
    let mut text = String::with_capacity(chars.len());
    let mut now = Mark::Rest;
    for (c, mark) in chars {
        if *mark != now && paint == Paint::Bold {
            text.push_str(if *mark == Mark::Hit { BOLD } else { NOT_BOLD });
        }
        now = *mark;
        text.push(*c);
    }
    if now == Mark::Hit && paint == Paint::Bold {
        text.push_str(NOT_BOLD);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks in brackets.
    fn shown(text: &str) -> String {
        text.replace(BOLD, "[").replace(NOT_BOLD, "]")
    }

    fn whole(text: &str, ranges: &[[usize; 2]]) -> String {
        shown(&Marked::new(text, ranges).whole(Paint::Bold))
    }

    #[test]
    fn marks_stand_where_they_stood_in_the_text_as_it_came() {
        assert_eq!(whole("Hélène Œuvrard", &[[0, 3], [7, 9]]), "[Hél]ène [Œu]vrard");
        assert_eq!(whole("\u{1b}[2Ja\u{202e}bc", &[[5, 7]]), "[2Ja[b]c");
        assert_eq!(whole("\u{202e}\u{0}ab\u{9b}cd", &[[2, 4], [5, 6]]), "[abc]d");
        assert_eq!(whole("a\nb\tc", &[[1, 4]]), "a[ b ]c");
        assert_eq!(whole("日本語", &[[1, 2]]), "日[本]語");
        assert_eq!(whole("e\u{301}te", &[[0, 2]]), "[e\u{301}]te");
        assert_eq!(whole("אבג", &[[0, 1]]), "[א]בג");
    }

    #[test]
    fn a_range_that_is_none_marks_nothing() {
        assert_eq!(whole("abc", &[[1, 1], [2, 1], [9, 12]]), "abc");
        assert_eq!(whole("abc", &[[2, usize::MAX]]), "ab[c]");
        assert_eq!(whole("", &[[0, 1]]), "");
    }

    #[test]
    fn without_paint_there_is_only_the_text() {
        let marked = Marked::new("a\u{1b}bc", &[[0, 3]]);
        assert_eq!(marked.whole(Paint::Nothing), "abc");
        assert_eq!(marked.cell(5, Paint::Nothing), "abc  ");
        assert_eq!(Paint::Nothing.heading("x"), "x");
    }

    #[test]
    fn a_cell_is_as_wide_as_its_column_whatever_is_marked() {
        let cell = |text: &str, ranges: &[[usize; 2]], width: usize| {
            shown(&Marked::new(text, ranges).cell(width, Paint::Bold))
        };
        assert_eq!(cell("abcdef", &[[1, 6]], 5), "a[bcd]…");
        assert_eq!(cell("abc", &[[2, 3]], 5), "ab[c]  ");
        assert_eq!(cell("日本語テキスト", &[[0, 7]], 6), "[日本]… ");
        assert_eq!(cell("abc", &[], 0), "");
        assert_eq!(cell("abc", &[], 1), "…");
    }

    #[test]
    fn what_matched_is_in_sight() {
        let around = |text: &str, ranges: &[[usize; 2]], width: usize| {
            shown(&Marked::new(text, ranges).around(width, Paint::Bold))
        };
        let long = format!("{}needle{}", "x".repeat(50), "y".repeat(50));
        assert_eq!(around(&long, &[[50, 56]], 20), "…xxxxxx[needle]yyyyyy…");
        assert_eq!(around("short", &[[0, 5]], 20), "[short]");
        assert_eq!(around("not far from its needle, which is", &[[8, 12]], 20), "not far [from] its ne…");
        assert_eq!(around(&long, &[], 10), "xxxxxxxxx…");
        assert_eq!(around(&"e\u{301}".repeat(20), &[[30, 32]], 6), "…e\u{301}e\u{301}[e\u{301}]e\u{301}…");
        assert_eq!(around(&long, &[[50, 56]], 0), "");
        assert_eq!(around(&"本".repeat(30), &[[20, 21]], 9), "…本[本]本…");
    }

    #[test]
    fn a_number_is_grouped_under_its_marks() {
        let grouped =
            |ranges: &[[usize; 2]]| shown(&Marked::new("+33612345678", ranges).grouped().whole(Paint::Bold));
        assert_eq!(grouped(&[[3, 6]]), "+33 [6 12] 34 56 78");
        assert_eq!(grouped(&[[0, 12]]), "[+33 6 12 34 56 78]");
        assert_eq!(Marked::bare("+4479").grouped(), Marked::bare("+4479"));
        assert_eq!(Marked::bare("FR.9").after("~").whole(Paint::Bold), "~FR.9");
    }

    #[test]
    fn parts_keep_their_marks() {
        let parts = vec![Marked::new("ab", &[[1, 2]]), Marked::bare("c")];
        assert_eq!(shown(&Marked::joined(parts, "  ").whole(Paint::Bold)), "a[b]  c");
    }
}
