//! `PROTOCOL.md` names everything that the wire has, with the right numbers, and its examples are frames. It
//! does not judge the sentences.

use std::collections::{BTreeMap, BTreeSet};

use parloir_protocol::codec::Codec;
use parloir_protocol::command::Command;
use parloir_protocol::down::Down;
use parloir_protocol::event::Fact;
use parloir_protocol::limits::Limits;
use parloir_protocol::query::Query;
use parloir_protocol::search::{
    Problem, QUALIFIERS, QUERY_CHARS_MAX, QUERY_FILTERS_MAX, QUERY_TERMS_MAX, SearchText,
};
use parloir_protocol::text::fold;
use parloir_protocol::up::Up;
use serde_json::Value;

const PAGE: &str = include_str!("../../PROTOCOL.md");
const ERRORS: &str = include_str!("../../registry/errors.json");
const CLOSES: &str = include_str!("../../registry/closes.json");

/// The types of frames, as their sections name them. A new frame stops the compiler in `up` or `down` first.
const UP: [&str; 8] = ["hello", "command", "query", "watch", "unwatch", "signal", "refresh", "pong"];
const DOWN: [&str; 11] = [
    "welcome",
    "snapshot",
    "event",
    "reply",
    "change",
    "signal",
    "counters",
    "checkpoint",
    "ping",
    "reset",
    "goodbye",
];

fn up(frame: &Up) -> &'static str {
    match frame {
        Up::Hello(_) => "hello",
        Up::Command(_) => "command",
        Up::Query(_) => "query",
        Up::Watch(_) => "watch",
        Up::Unwatch(_) => "unwatch",
        Up::Signal(_) => "signal",
        Up::Refresh(_) => "refresh",
        Up::Pong => "pong",
    }
}

fn down(frame: &Down) -> &'static str {
    match frame {
        Down::Welcome(_) => "welcome",
        Down::Snapshot(_) => "snapshot",
        Down::Event(_) => "event",
        Down::Reply(_) => "reply",
        Down::Change(_) => "change",
        Down::Signal(_) => "signal",
        Down::Counters(_) => "counters",
        Down::Checkpoint(_) => "checkpoint",
        Down::Ping(_) => "ping",
        Down::Reset(_) => "reset",
        Down::Goodbye(_) => "goodbye",
        Down::Unknown(frame) => panic!("'{}' is no frame of the server", frame.name),
    }
}

/// The text between two headings, the first of which begins with `heading`.
fn section(heading: &str) -> &'static str {
    let start = PAGE.find(heading).unwrap_or_else(|| panic!("there is no section '{heading}'"));
    let rest = &PAGE[start + heading.len()..];
    &rest[..rest.find("\n## ").unwrap_or(rest.len())]
}

/// The rows of a section's tables whose first cell names something, by that name.
fn rows(heading: &str) -> BTreeMap<&'static str, Vec<&'static str>> {
    let cells = |line: &'static str| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>();
    let named = |line| {
        let cells = cells(line);
        let name = cells.first()?.strip_prefix('`')?.split('`').next()?;
        Some((name, cells))
    };
    section(heading).lines().filter(|line| line.starts_with('|')).filter_map(named).collect()
}

/// The documents of the fences that open with `fence`.
fn examples(fence: &str) -> Vec<&'static str> {
    let opening = format!("\n```{fence}\n");
    let after = PAGE.split(opening.as_str()).skip(1);
    after.map(|rest| rest.split("\n```").next().expect("a fence ends")).collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text} is not JSON: {error}"))
}

fn field<'a>(row: &'a Value, name: &str) -> &'a Value {
    row.get(name).unwrap_or_else(|| panic!("{row} has no '{name}'"))
}

#[test]
fn every_command_query_and_event_has_its_row() {
    for (heading, names) in [
        ("\n## 8. Commands", Command::NAMES),
        ("\n## 9. Queries", Query::NAMES),
        ("\n## 10. Events", Fact::NAMES),
    ] {
        let rows = rows(heading);
        for name in names {
            assert!(rows.contains_key(name), "'{name}' has no row in {}", heading.trim());
        }
    }
}

#[test]
fn every_error_has_its_row_with_its_status() {
    let rows = rows("\n## 13. Errors");
    let registry = json(ERRORS);
    for error in registry.as_array().expect("a list") {
        let code = field(error, "code").as_str().expect("a text");
        let row = rows.get(code).unwrap_or_else(|| panic!("the error '{code}' has no row"));
        let temporary = if field(error, "temporary") == true { "yes" } else { "no" };
        assert_eq!(row[1..3], [field(error, "http").to_string().as_str(), temporary], "{code}");
    }
}

#[test]
fn every_close_code_has_its_row() {
    let registry = json(CLOSES);
    for close in registry.as_array().expect("a list") {
        let again = if field(close, "reconnect") == true { "yes" } else { "no" };
        let name = field(close, "name").as_str().expect("a text");
        let row = format!("\n| {} | `{name}` | {again} |", field(close, "code"));
        assert!(section("\n## 14. Close codes").contains(&row), "no row begins '{}'", row.trim());
    }
}

#[test]
fn every_limit_has_its_row_with_its_values() {
    let rows = rows("\n## 15. Limits");
    let profile = |limits: &Limits| serde_json::to_value(limits).expect("limits are JSON");
    let (standard, load) = (profile(&Limits::standard()), profile(&Limits::load()));
    for (name, value) in standard.as_object().expect("a map") {
        let row = rows.get(name.as_str()).unwrap_or_else(|| panic!("the limit '{name}' has no row"));
        let shown = [row[1].replace(',', ""), row[2].replace(',', "")];
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        assert_eq!(shown, [plain(value), plain(field(&load, name))], "{name}");
    }
}

#[test]
fn every_frame_up_has_its_section_and_an_example() {
    let mut shown = BTreeSet::new();
    for example in examples("json up") {
        let frame =
            Up::read(Codec::Json, example.as_bytes()).unwrap_or_else(|error| panic!("{example}: {error}"));
        let again = frame.write(Codec::Json);
        assert_eq!(json(std::str::from_utf8(&again).expect("JSON is text")), json(example));
        shown.insert(up(&frame));
    }
    assert_eq!(shown, BTreeSet::from(UP));
    for name in UP {
        assert!(section("\n## 4. Frames up").contains(&format!("\n### `{name}`")), "{name}");
    }
}

#[test]
fn every_frame_down_has_its_section_and_an_example() {
    let mut shown = BTreeSet::new();
    for example in examples("json down") {
        let frame =
            Down::read(Codec::Json, example.as_bytes()).unwrap_or_else(|error| panic!("{example}: {error}"));
        let again = frame.write(Codec::Json);
        assert_eq!(json(std::str::from_utf8(&again).expect("JSON is text")), json(example));
        shown.insert(down(&frame));
    }
    assert_eq!(shown, BTreeSet::from(DOWN));
    for name in DOWN {
        assert!(section("\n## 5. Frames down").contains(&format!("\n### `{name}`")), "{name}");
    }
}

#[test]
fn the_search_language_is_there_with_its_bounds() {
    let heading = "\n## 18. Search text";
    let (section, rows) = (section(heading), rows(heading));
    let folded = fold(section);
    for (name, _) in QUALIFIERS {
        assert!(folded.contains(&format!("`{name}:")), "'{name}:' is not named");
    }
    for code in Problem::CODES {
        assert!(rows.contains_key(code), "the problem '{code}' has no row");
    }
    for (what, max) in [
        ("characters", QUERY_CHARS_MAX),
        ("words, phrases and numbers", QUERY_TERMS_MAX),
        ("qualifiers", QUERY_FILTERS_MAX),
    ] {
        assert!(section.contains(&format!("\n| {what} of a search | {max} |\n")), "{what}");
    }
    for (text, _) in rows.iter().filter(|(text, _)| text.contains([':', ' '])) {
        assert!(SearchText::parse(text).is_ok_and(|search| !search.is_empty()), "'{text}' is not a search");
    }
}
