//! The section of messages: whom with, how old, from which side, and the words around what matched.

use std::collections::BTreeMap;

use parloir_client::protocol::entity::{Direction, MessageHit};
use parloir_client::protocol::ids::ConversationId;
use parloir_client::protocol::query::search::SearchMessagesOk;

use super::sheet::{AGE, NAME, Sheet};
use crate::cli::terminal::age;
use crate::cli::terminal::marked::Marked;

/// As wide as the mark of an unread conversation, so that both sections stand in line.
const INDENT: usize = 2;
const ARROW: usize = 2;
const GAPS: usize = 2;

pub(super) fn section(
    names: &BTreeMap<ConversationId, String>,
    found: &SearchMessagesOk,
    sheet: Sheet,
) -> String {
    let mut text = sheet.heading("Messages", found.hits.len(), found.total, found.building);
    for hit in &found.hits {
        let name = names.get(&hit.conversation_id).map_or("?", String::as_str);
        text.push_str(line(name, hit, sheet).trim_end());
        text.push('\n');
    }
    text
}

fn line(name: &str, hit: &MessageHit, sheet: Sheet) -> String {
    let arrow = match hit.direction {
        Direction::Inbound => "  ",
        Direction::Outbound => "→ ",
    };
    let name = Marked::bare(name).cell(NAME, sheet.paint);
    let old = Marked::bare(&age(sheet.now - hit.at.0)).cell(AGE, sheet.paint);
    let used = INDENT + NAME + AGE + ARROW + GAPS;
    let snippet = sheet.last(used, &Marked::new(&hit.snippet, &hit.ranges));
    format!("{:INDENT$}{name} {old} {arrow}{snippet}", "")
}

#[cfg(test)]
mod tests {
    use parloir_client::protocol::entity::Rank;
    use parloir_client::protocol::ids::MessageId;
    use parloir_client::protocol::query::search::Total;
    use parloir_client::protocol::time::Time;

    use super::*;

    #[test]
    fn a_message_shows_who_when_and_what_matched() {
        let conversation_id = ConversationId::from_bytes([1; 16]);
        let hit = |direction, snippet: &str, ranges: &[[usize; 2]]| MessageHit {
            rank: Rank::Word,
            message_id: MessageId::from_bytes([2; 16]),
            conversation_id,
            seq: 3,
            at: Time(0),
            direction,
            snippet: snippet.to_owned(),
            ranges: ranges.to_vec(),
        };
        let found = SearchMessagesOk {
            hits: vec![
                hit(Direction::Outbound, "un\ncolis \u{1b}[0mperdu", &[[3, 8], [13, 18]]),
                hit(Direction::Inbound, "colis", &[[0, 5]]),
            ],
            total: Some(Total { count: 1_000, capped: true }),
            ..SearchMessagesOk::default()
        };
        let names = BTreeMap::from([(conversation_id, "Zoé\u{7}".to_owned())]);
        let text = section(&names, &found, Sheet::with(None, 60_000));
        let text = text.replace("\x1b[1m", "[").replace("\x1b[22m", "]");
        assert_eq!(
            text,
            format!(
                "[Messages]  2 of 1,000+\n  {:NAME$} 1m   → un [colis] [0m[perdu]\n  {:NAME$} 1m     [colis]\n",
                "Zoé", "Zoé"
            )
        );
        assert!(section(&BTreeMap::new(), &found, Sheet::with(None, 0)).contains("  ?"));
    }
}
