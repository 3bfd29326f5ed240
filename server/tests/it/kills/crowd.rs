//! Those who work while the server is killed: over sockets, over HTTP, and a provider's webhooks. Each asks
//! with the same id until it is answered, and writes down what it was told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use parloir_client::protocol::command::{Command, contact, conversation, group, message};
use parloir_client::protocol::entity::{Address, AddressKind};
use parloir_client::protocol::ids::CommandId;
use parloir_client::{Client, CommandError};
use serde_json::{Value, json};
use tokio::sync::watch;
use uuid::Uuid;

use crate::desk::{self, Desk, number};
use crate::dice::Dice;
use crate::http::fresh_id;

/// Numbers that write and are written to.
pub(super) const PHONES: u32 = 12;

/// What somebody was told was done: the command's id and the seq of its answer.
pub(super) type Acknowledged = BTreeMap<CommandId, u64>;

/// What each does at least.
const AT_LEAST: usize = 11;

/// How the work goes.
pub(super) struct Shift {
    done: watch::Sender<u64>,
    is_over: watch::Sender<bool>,
}

impl Shift {
    pub(super) fn begin() -> Arc<Self> {
        Arc::new(Self { done: watch::Sender::new(0), is_over: watch::Sender::new(false) })
    }

    /// Until one more thing was acknowledged to somebody.
    pub(super) async fn something_is_done(&self) {
        self.done.subscribe().changed().await.expect("the shift goes on");
    }

    pub(super) fn end(&self) {
        self.is_over.send_replace(true);
    }

    /// Whether somebody who was acknowledged so much has more to do.
    fn goes_on(&self, acknowledged: usize) -> bool {
        !*self.is_over.borrow() || acknowledged < AT_LEAST
    }

    fn done(&self) {
        self.done.send_modify(|done| *done += 1);
    }
}

/// What there is to work with.
pub(super) struct Things {
    pub(super) conversations: Vec<String>,
    pub(super) groups: Vec<String>,
}

/// Any command that a desk gets; some of them will be refused.
fn any_command(dice: &mut Dice, things: &Things, at: u64) -> Command {
    let conversation_id =
        things.conversations[dice.below(things.conversations.len())].parse().expect("an id");
    let group_id = things.groups[dice.below(things.groups.len())].parse().expect("an id");
    let text = format!("line {at}");
    match dice.below(9) {
        0 => Command::NoteAdd(message::AddNote { conversation_id, text, mentions: None }),
        1 => Command::MessageSend(message::Send::text(conversation_id, text)),
        2 => Command::ConversationClose(conversation::Close { conversation_id }),
        3 => Command::ConversationReopen(conversation::Reopen { conversation_id }),
        4 => {
            Command::ConversationMove(conversation::Move { conversation_id, group_id, expected_group: None })
        }
        5 => Command::ConversationMarkUnread(conversation::MarkUnread { conversation_id }),
        6 => Command::ConversationNext(conversation::Next { group_id: None }),
        7 => Command::GroupRename(group::Rename { group_id, name: text }),
        _ => Command::ContactSave(contact::Save {
            contact_id: None,
            name: Some(text),
            add_tags: None,
            remove_tags: None,
            properties: None,
            add_addresses: Some(vec![Address { kind: AddressKind::E164, value: any_phone(dice) }]),
            remove_addresses: None,
        }),
    }
}

/// Works until the shift is over; the client asks again by itself whatever happens to the server.
pub(super) async fn work(
    client: Client,
    mut dice: Dice,
    things: Arc<Things>,
    shift: Arc<Shift>,
) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    let mut at = 0;
    while shift.goes_on(acknowledged.len()) {
        let command = any_command(&mut dice, &things, at);
        let id = CommandId(Uuid::now_v7());
        match client.command_with(id, None, command).await {
            Ok(done) => {
                assert_eq!(acknowledged.insert(id, done.seq), None);
                shift.done();
            }
            Err(CommandError::Refused(_)) => {}
            Err(error) => panic!("{error}"),
        }
        at += 1;
    }
    acknowledged
}

/// A program without a socket: it asks with the same id until it is answered.
pub(super) async fn work_over_http(desk: Desk, things: Arc<Things>, shift: Arc<Shift>) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    let mut dice = Dice::new(99);
    while shift.goes_on(acknowledged.len()) {
        let id = fresh_id();
        let params = json!({ "conversation_id": things.conversations[dice.below(things.conversations.len())], "text": id });
        let body = json!({ "command_id": id, "name": "note.add", "params": params });
        let answer = insist(&desk, "/v1/commands", &body).await;
        let seq = answer["ok"]["seq"].as_u64().expect("a note is accepted");
        assert_eq!(acknowledged.insert(CommandId(id.parse().expect("an id")), seq), None);
        shift.done();
    }
    acknowledged
}

/// A provider: it says the same again until it is taken. The events that were.
pub(super) async fn hand_in(desk: Desk, shift: Arc<Shift>) -> BTreeSet<String> {
    let mut taken = BTreeSet::new();
    let mut dice = Dice::new(7);
    let path = format!("/v1/inbound/{}", desk.channel);
    while shift.goes_on(taken.len()) {
        let event = format!("event {}", taken.len());
        let from = any_phone(&mut dice);
        insist(&desk, &path, &desk::message(&event, &from, &event)).await;
        taken.insert(event);
        shift.done();
    }
    taken
}

/// Asks until there is an answer that is not about the server itself.
async fn insist(desk: &Desk, path: &str, body: &Value) -> Value {
    loop {
        let asked = desk.http.ask(hyper::Method::POST, path, Some(&desk.admin), body.to_string());
        match tokio::time::timeout(Duration::from_secs(2), asked).await {
            Ok(Ok(answer)) if answer.status == 200 => {
                return serde_json::from_slice(&answer.body).unwrap_or_default();
            }
            Ok(Ok(answer)) if answer.status == 503 => {}
            Ok(Ok(answer)) => panic!("{}", answer.text()),
            Ok(Err(_)) | Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

fn any_phone(dice: &mut Dice) -> String {
    number(u32::try_from(dice.below(PHONES as usize)).expect("they are few"))
}
