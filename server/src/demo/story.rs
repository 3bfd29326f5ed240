//! The demonstration's histories as they are written down: who wrote what to whom, and when. A story begins
//! with `== who / channel / group`; each line says when, who, and what:
//!
//! ```text
//! -3d < Bonjour          the customer, three days ago
//! +4m lea> Bonjour !     Léa answers four minutes later
//! +1m lea# À suivre      a note for colleagues
//! +2m lea! close         claim, close, read, unread
//! ```

use std::fmt;

/// One conversation's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Story {
    pub(super) who: Who,
    pub(super) channel: String,
    pub(super) group: String,
    pub(super) lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    /// By the name on their card.
    Saved(String),
    /// By number, and the name they gave themselves.
    Unsaved { address: String, profile_name: Option<String> },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Before now.
    pub(super) minutes_ago: i64,
    pub(super) deed: Deed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    Wrote(String),
    /// A worker by key, from here on.
    Replied(String, String),
    Noted(String, String),
    Acted(String, Action),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Claim,
    Close,
    Read,
    Unread,
}

/// A line that is none of the above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable(String);

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is no line of a story", self.0)
    }
}

/// All stories of a text.
pub(super) fn read(text: &str) -> Result<Vec<Story>, Unreadable> {
    let mut stories: Vec<Story> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let unreadable = || Unreadable(line.to_owned());
        match line.strip_prefix("== ") {
            Some(head) => stories.push(head_of(head).ok_or_else(unreadable)?),
            None => {
                let story = stories.last_mut().ok_or_else(unreadable)?;
                let before = story.lines.last().map(|line| line.minutes_ago);
                story.lines.push(line_of(line, before).ok_or_else(unreadable)?);
            }
        }
    }
    Ok(stories)
}

fn head_of(head: &str) -> Option<Story> {
    let mut parts = head.splitn(3, " / ").map(str::trim);
    let (who, channel, group) = (parts.next()?, parts.next()?, parts.next()?);
    let (channel, group) = (channel.to_owned(), group.to_owned());
    Some(Story { who: who_of(who), channel, group, lines: Vec::new() })
}

/// Whoever has a digit in their name is an address.
fn who_of(text: &str) -> Who {
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Who::Saved(text.to_owned());
    }
    let (address, profile_name) = match text.split_once(" ~") {
        Some((address, name)) => (address, Some(name.to_owned())),
        None => (text, None),
    };
    Who::Unsaved { address: address.to_owned(), profile_name }
}

fn line_of(line: &str, before: Option<i64>) -> Option<Line> {
    let (when, rest) = line.split_once(' ')?;
    let (mark, text) = rest.split_once(' ')?;
    let minutes_ago = match (when.split_at_checked(1)?, before) {
        (("-", ago), _) => minutes(ago)?,
        (("+", later), Some(before)) => before - minutes(later)?,
        _ => return None,
    };
    Some(Line { minutes_ago, deed: deed_of(mark, text.to_owned())? })
}

fn deed_of(mark: &str, text: String) -> Option<Deed> {
    if mark == "<" {
        return Some(Deed::Wrote(text));
    }
    let (worker, kind) = mark.split_at_checked(mark.len().checked_sub(1)?)?;
    let worker = worker.to_owned();
    match kind {
        ">" => Some(Deed::Replied(worker, text)),
        "#" => Some(Deed::Noted(worker, text)),
        "!" => Some(Deed::Acted(worker, action(&text)?)),
        _ => None,
    }
}

fn action(text: &str) -> Option<Action> {
    match text {
        "claim" => Some(Action::Claim),
        "close" => Some(Action::Close),
        "read" => Some(Action::Read),
        "unread" => Some(Action::Unread),
        _ => None,
    }
}

fn minutes(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: i64 = number.parse().ok()?;
    match unit {
        "m" => Some(number),
        "h" => Some(number * 60),
        "d" => Some(number * 24 * 60),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_is_read_line_by_line() {
        let text =
            "== Camille / sms / Accueil\n-1d < Bonjour !\n+4m lea> Oui ?\n+1m lea# note\n+1h lea! close\n";
        let lines = [
            (1_440, Deed::Wrote("Bonjour !".to_owned())),
            (1_436, Deed::Replied("lea".to_owned(), "Oui ?".to_owned())),
            (1_435, Deed::Noted("lea".to_owned(), "note".to_owned())),
            (1_375, Deed::Acted("lea".to_owned(), Action::Close)),
        ];
        let story = Story {
            who: Who::Saved("Camille".to_owned()),
            channel: "sms".to_owned(),
            group: "Accueil".to_owned(),
            lines: lines.into_iter().map(|(minutes_ago, deed)| Line { minutes_ago, deed }).collect(),
        };
        assert_eq!(read(text), Ok(vec![story]));
        let unsaved = Who::Unsaved { address: "+336".to_owned(), profile_name: Some("Ju".to_owned()) };
        assert_eq!(who_of("+336 ~Ju"), unsaved);
    }

    #[test]
    fn what_is_no_line_is_named() {
        for text in
            ["-1d < x", "== a / b / c\n+1m < x", "== a / b / c\n-1w < x", "== a / b / c\n-1d lea? x", "== a"]
        {
            let line = text.lines().last().expect("a line");
            assert_eq!(read(text), Err(Unreadable(line.to_owned())));
        }
    }
}
