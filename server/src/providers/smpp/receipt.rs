//! What a receipt says of a message: its name at the network, and where it is. The parameters win over the words,
//! which every network writes its own way.

use parloir_desk::entity::{Delivery, Failure};

use super::delivered::{Delivered, Kind};
use super::names::Names;

/// A receipt that names its message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) name: String,
    pub(super) delivery: Delivery,
    pub(super) failure: Option<Failure>,
}

/// The receipt in a `deliver_sm` that is one.
pub(super) fn read(delivered: &Delivered, names: Names) -> Result<Receipt, String> {
    let words = delivered.words();
    let name = match &delivered.name {
        // By the standard the parameter carries what the answer carried.
        Some(name) => names.of_answer(name),
        None => names.of_receipt(word(&words, "id").ok_or("the receipt names no message")?),
    };
    let state = delivered.state.and_then(of_state);
    let stated = state.or_else(|| word(&words, "stat").and_then(of_word));
    let (delivery, failure) = stated.ok_or("the receipt says nothing of its message")?;
    Ok(match (delivered.kind, delivery) {
        (Kind::Intermediate, Delivery::Failed) => Receipt { name, delivery: Delivery::Sent, failure: None },
        _ => Receipt { name, delivery, failure },
    })
}

/// The word behind `key:`, up to white space.
fn word<'a>(words: &'a str, key: &str) -> Option<&'a str> {
    let mut rest = words;
    loop {
        let at = find(rest, key)?;
        let is_a_word = rest[..at].chars().next_back().is_none_or(char::is_whitespace);
        rest = &rest[at + key.len() + 1..];
        if is_a_word {
            return rest.split_whitespace().next().filter(|_| !rest.starts_with(char::is_whitespace));
        }
    }
}

/// Where `key:` stands, in any case.
fn find(text: &str, key: &str) -> Option<usize> {
    let is_here = |at: &usize| {
        let here = text.as_bytes().get(*at..*at + key.len() + 1);
        here.is_some_and(|here| {
            here.ends_with(b":") && here[..key.len()].eq_ignore_ascii_case(key.as_bytes())
        })
    };
    (0..text.len()).find(is_here)
}

/// The values of `message_state`.
fn of_state(state: u8) -> Option<(Delivery, Option<Failure>)> {
    Some(match state {
        // Scheduled, under way, accepted.
        0 | 1 | 6 => (Delivery::Sent, None),
        2 => (Delivery::Delivered, None),
        3 => failed(Failure::Expired),
        5 => failed(Failure::Unreachable),
        8 => failed(Failure::RejectedContent),
        // Deleted, unknown, skipped.
        4 | 7 | 9 => failed(Failure::Unknown),
        _ => return None,
    })
}

fn of_word(word: &str) -> Option<(Delivery, Option<Failure>)> {
    let word = word.to_ascii_uppercase();
    Some(match word.as_str() {
        "ENROUTE" | "ACCEPTD" | "ACCEPTED" | "SCHEDULED" | "BUFFERED" | "ACKED" => (Delivery::Sent, None),
        "DELIVRD" | "DELIVERED" => (Delivery::Delivered, None),
        "EXPIRED" => failed(Failure::Expired),
        "UNDELIV" | "UNDELIVERABLE" => failed(Failure::Unreachable),
        "REJECTD" | "REJECTED" => failed(Failure::RejectedContent),
        "DELETED" | "UNKNOWN" | "SKIPPED" | "FAILED" => failed(Failure::Unknown),
        _ => return None,
    })
}

fn failed(failure: Failure) -> (Delivery, Option<Failure>) {
    (Delivery::Failed, Some(failure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_where_they_are_words() {
        let words = "id:7 sub:001 dlvrd:001 submit date:2611031010 done date:2611031011 stat:DELIVRD err:000";
        assert_eq!(word(words, "id"), Some("7"));
        assert_eq!(word(words, "stat"), Some("DELIVRD"));
        assert_eq!(word("ID:a-9 STAT:UNDELIV", "id"), Some("a-9"));
        assert_eq!(word("void:3 id: stat:DELIVRD", "id"), None);
        assert_eq!(word("void:3", "id"), None);
        assert_eq!(word("été id:3é", "id"), Some("3é"));
    }

    #[test]
    fn every_state_has_its_meaning() {
        for state in 0..=9 {
            assert!(of_state(state).is_some(), "{state}");
        }
        assert_eq!(of_state(10), None);
        assert_eq!(of_word("delivrd"), Some((Delivery::Delivered, None)));
        assert_eq!(of_word("PERHAPS"), None);
    }
}
