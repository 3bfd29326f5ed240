//! Something planned goes when its time has come, once, after a restart too.

use std::sync::Arc;

use parloir_desk::command::{Command, SendMessage};
use parloir_desk::commit::{Actor, DeadlineKind, Key};
use parloir_desk::entity::Delivery;
use parloir_protocol::ids::{CommandId, MessageId};
use uuid::Uuid;

use super::run;
use crate::stage::Stage;

const SOON_MILLIS: u32 = 300;

async fn hold(stage: &Stage, text: &str) -> MessageId {
    let conversation_id = stage.receive("+33611111111", None, "Bonjour").await;
    let (hold_ms, nothing) = (Some(SOON_MILLIS), None);
    let change = Command::ChangeWorkspace {
        name: None,
        country: None,
        unread_until: nothing,
        hold_ms,
        link_days: None,
    };
    stage.ask(Actor::System, change).await;
    let send = Command::Send(Box::new(SendMessage::text(conversation_id, text)));
    let key = Key::Client(stage.admin, CommandId(Uuid::now_v7()));
    let answer = stage.workspace.ask(key, Actor::Agent(stage.admin), send, None).await;
    answer.expect("it is held").message_id.expect("a message")
}

fn delivery(stage: &Stage, id: MessageId) -> Option<Delivery> {
    stage.view(|view| view.message(id).and_then(|message| message.delivery))
}

#[tokio::test]
async fn a_held_message_goes_when_its_time_has_come() {
    let stage = Stage::new("nobody").await;
    tokio::spawn(run(Arc::clone(&stage.node), Arc::clone(&stage.workspace)));
    let id = hold(&stage, "Bonjour").await;
    assert_eq!(delivery(&stage, id), Some(Delivery::Held));
    stage.until(|view| view.message(id).is_some_and(|now| now.delivery == Some(Delivery::Queued))).await;
    assert!(stage.view(|view| view.due(10)).is_empty());
}

#[tokio::test]
async fn what_became_due_while_nobody_looked_goes_once() {
    let stage = Stage::new("nobody").await;
    let id = hold(&stage, "Bonjour").await;
    tokio::time::sleep(std::time::Duration::from_millis(u64::from(SOON_MILLIS) + 50)).await;
    for _ in 0..2 {
        tokio::spawn(run(Arc::clone(&stage.node), Arc::clone(&stage.workspace)));
    }
    stage.until(|view| view.message(id).is_some_and(|now| now.delivery == Some(Delivery::Queued))).await;
    assert_eq!(stage.view(|view| view.outbox(10)), [id]);
    assert_eq!(stage.view(|view| view.message(id).map(|message| message.author)), Some(Some(stage.admin)));
}

#[tokio::test]
async fn a_time_that_comes_twice_because_the_clock_was_set_back_is_kept_twice() {
    let stage = Stage::new("nobody").await;
    let id = hold(&stage, "Bonjour").await;
    let due = stage.message(id).due_at.expect("it has a time");
    // The message was elsewhere when its time came first, and was put back when the clock was.
    let elsewhere = due.plus_millis(10 * 60_000);
    let away = Command::RescheduleMessage { message_id: id, send_at: elsewhere };
    stage.ask(Actor::Agent(stage.admin), away).await;
    let key = Key::Deadline(DeadlineKind::Release, *id.as_bytes(), elsewhere.plus_millis(-1));
    let back = Command::ReleaseMessage { message_id: id };
    stage.workspace.ask(key, Actor::System, back, None).await.expect("it is noted");
    let again = Command::RescheduleMessage { message_id: id, send_at: elsewhere.plus_millis(-1) };
    stage.ask(Actor::Agent(stage.admin), again).await;
    assert_eq!(delivery(&stage, id), Some(Delivery::Scheduled));
    stage.node.clock.set_back(-11 * 60_000);
    tokio::spawn(run(Arc::clone(&stage.node), Arc::clone(&stage.workspace)));
    stage.until(|view| view.message(id).is_some_and(|now| now.delivery == Some(Delivery::Queued))).await;
}
