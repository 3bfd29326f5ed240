//! Every card that the rules let through, up to their bounds, has a shape at each provider that carries cards,
//! and the shape keeps to the bounds that the provider itself has.

use parloir_desk::entity::{Action, ActionKind, ChannelKind, MessageCard};
use parloir_desk::limits::Limits;
use parloir_desk::plan::{ChannelLimits, File, Wish, check};
use serde_json::Value;

use super::super::{self as providers, Card, CardAction, Content, FileRef, Outgoing, rcs, whatsapp};
use super::kinds::picture;
use super::{outgoing, subjects};

/// Lengths that the bounds of the rules are among.
const LENGTHS: [usize; 6] = [1, 60, 200, 963, 1_024, 2_000];
const NOWHERE: &str = "http://127.0.0.1:9";

type Shaped = fn(&Outgoing) -> Option<Value>;
type Fits = fn(&Value) -> bool;

/// What providers that carry cards make of one, and whether that is within what they take.
const SHAPES: [(ChannelKind, Shaped, Fits); 2] =
    [(ChannelKind::Whatsapp, whatsapp::shaped, fits_whatsapp), (ChannelKind::Rcs, rcs::shaped, fits_rcs)];

fn texts() -> Vec<Option<String>> {
    let some = LENGTHS.map(|length| Some("é".repeat(length)));
    some.into_iter().chain([None]).collect()
}

/// One of each button, and as many replies as anybody takes.
fn rows_of_buttons() -> Vec<Vec<Action>> {
    let action = |kind, label: String, value: String| Action { kind, label, value };
    let replies = |count: usize, label: usize, value: usize| -> Vec<Action> {
        let long = |n: usize, length: usize| format!("{n}{}", "x".repeat(length - 1));
        (0..count).map(|n| action(ActionKind::Reply, long(n, label), long(n, value))).collect()
    };
    let link = action(ActionKind::Link, "Voir".into(), format!("https://a.example/{}", "x".repeat(1_900)));
    let call = action(ActionKind::Call, "Appeler".into(), "+33100000000".into());
    let twice = [replies(1, 5, 5), replies(1, 5, 5)].concat();
    let mut rows =
        vec![vec![], vec![link.clone()], vec![call], vec![link, replies(1, 5, 5).remove(0)], twice];
    for count in [1, 3, 4] {
        rows.extend(
            [(20, 256), (25, 256), (20, 257), (25, 2_000)].map(|(label, value)| replies(count, label, value)),
        );
    }
    rows
}

/// Every card of these that the rules let leave over a channel of this kind.
fn cards(kind: ChannelKind) -> Vec<(MessageCard, Option<&'static str>)> {
    let (limits, mut all) = (Limits::DEFAULT, Vec::new());
    let allowed = ChannelLimits::of(kind, &limits);
    for (title, text) in
        texts().into_iter().flat_map(|title| texts().into_iter().map(move |text| (title.clone(), text)))
    {
        for media_type in [None, Some("image/png"), Some("video/mp4")] {
            for actions in rows_of_buttons() {
                let card = MessageCard { title: title.clone(), text: text.clone(), media: None, actions };
                let file = media_type.map(|media_type| File { media_type, bytes: 12 });
                let wish = Wish { card: Some(&card), file, ..Wish::default() };
                if check(kind, &wish, &allowed, &limits).is_ok() {
                    all.push((card, media_type));
                }
            }
        }
    }
    all
}

fn content(card: &MessageCard, media_type: Option<&str>) -> Content {
    let action = |action: &Action| CardAction {
        kind: match action.kind {
            ActionKind::Reply => providers::ActionKind::Reply,
            ActionKind::Link => providers::ActionKind::Link,
            ActionKind::Call => providers::ActionKind::Call,
        },
        label: action.label.clone(),
        value: action.value.clone(),
    };
    Content::Card(Card {
        title: card.title.clone(),
        text: card.text.clone(),
        media: media_type.map(|media_type| FileRef { media_type: media_type.to_owned(), ..picture() }),
        actions: card.actions.iter().map(action).collect(),
    })
}

fn chars(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.chars().count())
}

/// The documented bounds of the Cloud API.
fn fits_whatsapp(said: &Value) -> bool {
    let interactive = &said["interactive"];
    let buttons = interactive["action"]["buttons"].as_array().map_or(&[][..], Vec::as_slice);
    match said["type"].as_str() {
        Some("text") => (1..=4_096).contains(&chars(&said["text"]["body"])),
        Some(kind @ ("image" | "video")) => {
            said[kind]["id"].is_string() && chars(&said[kind]["caption"]) <= 1_024
        }
        Some("interactive") => {
            let replies = buttons.iter().map(|button| &button["reply"]);
            (1..=1_024).contains(&chars(&interactive["body"]["text"]))
                && buttons.len() <= 3
                && replies.clone().all(|reply| chars(&reply["id"]) <= 256 && chars(&reply["title"]) <= 20)
                && replies
                    .clone()
                    .enumerate()
                    .all(|(n, one)| replies.clone().skip(n + 1).all(|two| one["id"] != two["id"]))
        }
        _ => false,
    }
}

/// Those of RCS Business Messaging.
fn fits_rcs(said: &Value) -> bool {
    let content = &said["contentMessage"]["richCard"]["standaloneCard"]["cardContent"];
    let suggestions = content["suggestions"].as_array().map_or(&[][..], Vec::as_slice);
    let of = |suggestion: &Value| {
        ["reply", "action"].iter().map(|kind| suggestion[kind].clone()).find(Value::is_object)
    };
    let is_filled = ["title", "description", "media"].iter().any(|part| !content[part].is_null());
    is_filled
        && chars(&content["title"]) <= 200
        && chars(&content["description"]) <= 2_000
        && suggestions.len() <= 4
        && suggestions
            .iter()
            .filter_map(of)
            .all(|one| chars(&one["text"]) <= 25 && chars(&one["postbackData"]) <= 2_048)
}

#[test]
fn every_card_that_the_rules_let_leave_has_a_shape_within_its_providers_bounds() {
    let carriers = subjects().into_iter().filter(|subject| subject.provider(NOWHERE).capabilities().cards);
    assert_eq!(carriers.map(|subject| subject.folder).collect::<Vec<_>>(), ["whatsapp", "rcs"]);
    for (kind, shaped, fits) in SHAPES {
        let cards = cards(kind);
        assert!(cards.len() > 100, "{kind:?}: {} cards", cards.len());
        for (card, media_type) in cards {
            let said = shaped(&outgoing(kind, content(&card, media_type)));
            assert!(said.as_ref().is_some_and(fits), "{kind:?} {media_type:?} {card:?}: {said:?}");
        }
    }
}
