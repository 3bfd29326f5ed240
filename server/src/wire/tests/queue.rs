//! A row and a timeline, from rows that `apply` made of logged events.

use parloir_desk::apply::apply;
use parloir_desk::consent::address_digest;
use parloir_desk::entity::{Header, Personal, Workspace};
use parloir_desk::event::{Consent, Event};
use parloir_desk::order::{AssigneeFilter, Order};
use parloir_desk::rows::MemoryRows;
use parloir_desk::view::View;
use parloir_protocol::entity as wire;
use serde_json::{Value, json};

use crate::samples::{self, AGENT, AT, CHANNEL, CONTACT, CONVERSATION, SUBJECT, WORKSPACE};
use crate::wire::queue::{query, row, timeline};

/// Of the first event.
const FIRST_SEQ: u64 = 40;

fn desk(events: Vec<Event>) -> MemoryRows {
    let mut rows = MemoryRows::default();
    let commit = parloir_desk::commit::Commit { events, ..samples::commits().remove(0) };
    let changes = apply(&rows, WORKSPACE, &commit, FIRST_SEQ, AT, 7);
    rows.apply(&changes);
    rows
}

fn story(workspace: &Workspace) -> Vec<Event> {
    let mut events: Vec<Event> = vec![
        Event::WorkspaceCreated { workspace: workspace.clone() },
        Event::GroupCreated { group: samples::group() },
        Event::ContactSaved {
            contact_id: CONTACT,
            subject: SUBJECT,
            card: Personal::Known(samples::card("saved")),
        },
    ];
    let named = |event: &Event| {
        matches!(
            event,
            Event::ConversationStarted { .. } | Event::MessageReceived { .. } | Event::NoteAdded { .. }
        )
    };
    for event in samples::events().into_iter().filter(named) {
        let seq = FIRST_SEQ + events.len() as u64;
        events.push(match event {
            Event::MessageReceived { header, message_id, subject, incoming } => Event::MessageReceived {
                header: Header { activity_seq: seq, ..header },
                message_id,
                subject,
                incoming,
            },
            other => other,
        });
    }
    events.push(Event::ConsentChanged {
        conversation_id: CONVERSATION,
        group_id: samples::GROUP,
        channel_id: CHANNEL,
        address: address_digest(workspace, &samples::address()),
        consent: Consent::OptedOut,
    });
    events
}

#[test]
fn a_row_names_the_contact_of_its_address() {
    let rows = desk(story(&samples::workspace()));
    let view = View::new(&rows, WORKSPACE);
    let conversation = view.conversation(CONVERSATION).expect("it was started");
    let row = serde_json::to_value(row(&view, &conversation)).expect("a row is JSON");
    assert_eq!(row["contact"], json!({"contact_id": CONTACT, "name": "canary-saved", "seq": 42}));
    assert_eq!(row["address"]["value"], "+33-canary-address");
    assert_eq!(row["profile_name"], "canary-profile");
    assert_eq!(row["opted_out"], true);
    assert_eq!((&row["last"]["text"], &row["last"]["direction"]), (&json!("canary-in"), &json!("inbound")));
    assert_eq!(row["conversation"]["conversation_id"], json!(CONVERSATION));
}

#[test]
fn an_unknown_address_has_no_contact() {
    let mut events = story(&samples::workspace());
    events.retain(|event| !matches!(event, Event::ContactSaved { .. } | Event::ConsentChanged { .. }));
    let rows = desk(events);
    let view = View::new(&rows, WORKSPACE);
    let row = row(&view, &view.conversation(CONVERSATION).expect("it was started"));
    assert_eq!((row.contact, row.opted_out), (None, false));
}

#[test]
fn a_timeline_joins_its_messages() {
    let rows = desk(story(&samples::workspace()));
    let view = View::new(&rows, WORKSPACE);
    let items = timeline(&view, &view.timeline(CONVERSATION, None, 10));
    let items: Vec<Value> =
        items.iter().map(|item| serde_json::to_value(&item.item).expect("JSON")).collect();
    let kinds: Vec<&Value> = items.iter().map(|item| &item["kind"]).collect();
    assert_eq!(kinds, ["consent_changed", "message", "note", "message", "started"]);
    assert_eq!(items[2]["note"]["text"], "canary-note");
    assert_eq!(items[3]["message"]["text"], "canary-in");
}

#[test]
fn mine_are_those_of_whoever_asks() {
    let view = wire::View { assignee: Some(wire::AssigneeFilter::Me), ..wire::View::open() };
    let query = query(&view, AGENT);
    assert_eq!(query.assignee, AssigneeFilter::Agent(AGENT));
    assert_eq!((query.order, query.group, query.unread), (Order::Activity, None, None));
}
