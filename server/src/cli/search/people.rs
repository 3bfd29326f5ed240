//! The section of people: one line each, what matched marked wherever it stands.

use parloir_client::Store;
use parloir_client::protocol::entity::{Hit, Match, MatchField, Status};
use parloir_client::protocol::query::search::SearchConversationsOk;

use super::sheet::{AGE, NAME, Sheet};
use crate::cli::terminal::age;
use crate::cli::terminal::marked::{Marked, Paint};

const MARK: usize = 2;
const NUMBER: usize = 18;
const STATUS: usize = 7;
const GROUP: usize = 14;
const GAPS: usize = 5;

pub(super) fn section(store: &Store, found: &SearchConversationsOk, sheet: Sheet) -> String {
    let mut text = sheet.heading("People", found.hits.len(), found.total, found.building);
    for hit in &found.hits {
        let group = hit.conversation.as_ref().and_then(|found| store.directory().group_name(found.group_id));
        text.push_str(line(hit, group.unwrap_or("-"), sheet).trim_end());
        text.push('\n');
    }
    text
}

fn line(hit: &Hit, group: &str, sheet: Sheet) -> String {
    let unread = hit.conversation.as_ref().is_some_and(|found| found.unread);
    let mark = match (unread, sheet.paint) {
        (false, _) => "  ",
        (true, Paint::Bold) => "\x1b[35m■\x1b[39m ",
        (true, Paint::Nothing) => "■ ",
    };
    let status = hit.conversation.as_ref().map_or("contact", |found| match found.status {
        Status::Open => "open",
        Status::Closed => "closed",
    });
    let old = hit
        .conversation
        .as_ref()
        .map_or_else(|| "-".to_owned(), |found| age(sheet.now - found.activity_at.0));
    let group = matched(hit, MatchField::Group).map_or_else(|| Marked::bare(group), marked);
    let cells = [
        name(hit).cell(NAME, sheet.paint),
        address(hit).cell(NUMBER, sheet.paint),
        Marked::bare(status).cell(STATUS, sheet.paint),
        group.cell(GROUP, sheet.paint),
        Marked::bare(&old).cell(AGE, sheet.paint),
    ];
    let used = MARK + NAME + NUMBER + STATUS + GROUP + AGE + GAPS;
    format!("{mark}{} {}", cells.join(" "), sheet.last(used, &why(hit)))
}

/// The saved name, the name they gave themselves, or the number.
fn name(hit: &Hit) -> Marked {
    let found = matched(hit, MatchField::Name).map(marked);
    let saved = hit.name.as_deref().filter(|name| !name.is_empty());
    match (saved, &hit.profile_name) {
        (Some(name), _) => found.unwrap_or_else(|| Marked::bare(name)),
        (None, Some(name)) => found.unwrap_or_else(|| Marked::bare(name)).after("~"),
        (None, None) => address(hit),
    }
}

/// The address that matched, or the first.
fn address(hit: &Hit) -> Marked {
    let found = matched(hit, MatchField::Address).map(marked);
    let first =
        || hit.addresses.first().map_or_else(|| Marked::bare("-"), |address| Marked::bare(&address.value));
    found.unwrap_or_else(first).grouped()
}

/// Properties and tags that matched, then the other tags.
fn why(hit: &Hit) -> Marked {
    let of = |field: MatchField| hit.matched.iter().filter(move |found| found.field == field);
    let properties = of(MatchField::Property)
        .map(|found| marked(found).after(&format!("{}: ", found.key.as_deref().unwrap_or("?"))));
    let tags = of(MatchField::Tag).map(|found| marked(found).after("#"));
    let others = hit.tags.iter().filter(|tag| !of(MatchField::Tag).any(|found| found.text == **tag));
    let others = others.map(|tag| Marked::bare(tag).after("#"));
    Marked::joined(properties.chain(tags).chain(others).collect(), "  ")
}

fn matched(hit: &Hit, field: MatchField) -> Option<&Match> {
    hit.matched.iter().find(|found| found.field == field)
}

fn marked(found: &Match) -> Marked {
    Marked::new(&found.text, &found.ranges)
}

#[cfg(test)]
mod tests {
    use parloir_client::protocol::entity::{Address, AddressKind, HitConversation, Rank};
    use parloir_client::protocol::ids::{ChannelId, ContactId, ConversationId, GroupId};
    use parloir_client::protocol::time::Time;

    use super::*;

    const NOW: i64 = 10_000_000;

    fn found(field: MatchField, key: Option<&str>, text: &str, ranges: &[[usize; 2]]) -> Match {
        Match { field, key: key.map(str::to_owned), text: text.to_owned(), ranges: ranges.to_vec() }
    }

    fn hit(name: Option<&str>, tags: &[&str], matched: Vec<Match>) -> Hit {
        let address = |value: &str| Address { kind: AddressKind::E164, value: value.to_owned() };
        Hit {
            rank: Rank::Start,
            conversation: Some(HitConversation {
                conversation_id: ConversationId::from_bytes([1; 16]),
                status: Status::Open,
                unread: true,
                group_id: GroupId::from_bytes([2; 16]),
                channel_id: ChannelId::from_bytes([3; 16]),
                assignee: None,
                activity_seq: 4,
                activity_at: Time(NOW - 7_200_000),
            }),
            contact_id: None,
            name: name.map(str::to_owned),
            profile_name: Some("Lélé \u{1b}[31m🎈".to_owned()),
            addresses: vec![address("+33612345678"), address("+33639980001")],
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            matched,
        }
    }

    /// Marks in brackets, without what fills the columns.
    fn shown(hit: &Hit, columns: Option<usize>) -> String {
        let line = line(hit, "Livraisons", Sheet::with(columns, NOW));
        let line = line.replace("\x1b[1m", "[").replace("\x1b[22m", "]");
        assert!(!line.replace("\x1b[35m", "").replace("\x1b[39m", "").contains('\x1b'), "{line:?}");
        line.replace("\x1b[35m■\x1b[39m", "■").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_matched_is_marked_where_it_stands() {
        let matches = vec![
            found(MatchField::Name, None, "Hélène Œuvrard", &[[0, 3], [7, 9]]),
            found(MatchField::Address, None, "+33639980001", &[[3, 6]]),
            found(MatchField::Group, None, "Livraisons", &[[0, 4]]),
            found(MatchField::Tag, None, "vip", &[[0, 3]]),
            found(MatchField::Property, Some("city"), "Helsinki", &[[0, 3]]),
        ];
        assert_eq!(
            shown(&hit(Some("Hélène Œuvrard"), &["ami", "vip"], matches), None),
            "■ [Hél]ène [Œu]vrard +33 [6 39] 98 00 01 open [Livr]aisons 2h city: [Hel]sinki #[vip] #ami"
        );
    }

    #[test]
    fn who_is_not_saved_has_the_own_name_behind_a_wave_or_the_number() {
        let wave =
            hit(None, &[], vec![found(MatchField::Name, None, "Lélé \u{1b}[31m🎈", &[[2, 3], [10, 11]])]);
        assert_eq!(shown(&wave, None), "■ ~Lé[l]é [31m[🎈] +33 6 12 34 56 78 open Livraisons 2h");
        let bare = Hit {
            conversation: None,
            contact_id: Some(ContactId::from_bytes([9; 16])),
            profile_name: None,
            addresses: Vec::new(),
            ..hit(None, &["a\u{202e}b"], Vec::new())
        };
        assert_eq!(shown(&bare, None), "- - contact Livraisons - #ab");
    }

    #[test]
    fn a_line_is_not_wider_than_its_terminal() {
        let long = "日本語".repeat(300);
        let matches = vec![found(MatchField::Property, Some("note"), &long, &[[899, 900]])];
        let hit = hit(Some(&long), &["x"], matches);
        let line = line(&hit, &long, Sheet::with(Some(100), NOW));
        let plain = ["\x1b[1m", "\x1b[22m", "\x1b[35m", "\x1b[39m"]
            .iter()
            .fold(line, |line, code| line.replace(code, ""));
        let wide = plain.chars().filter(|c| "日本語".contains(*c)).count();
        assert!(plain.chars().count() + wide <= 100, "{plain}");
        assert!(shown(&hit, Some(100)).contains("[語]"), "{plain}");
    }
}
