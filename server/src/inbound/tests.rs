//! What comes in through the door of the providers, and what the simulator's numbers do.

use std::sync::Arc;

use parloir_desk::entity::{Channel, Delivery, Failure, Message};
use parloir_desk::event::Consent;
use parloir_protocol::error::ErrorBody;

use super::{find, take};
use crate::outbox;
use crate::stage::{Stage, number};

fn channel(stage: &Stage) -> Channel {
    stage.view(|view| view.channel(stage.channel)).expect("the channel")
}

async fn taken(stage: &Stage, body: &str) -> Result<(), ErrorBody> {
    take(&stage.node, stage.node.providers(), &stage.workspace, &channel(stage), body.as_bytes()).await
}

fn message(event: &str, kind: &str, from: &str) -> String {
    format!(
        r#"{{"event_id":"{event}","type":"message","from":{{"kind":"{kind}","value":"{from}"}},"text":"Bonjour"}}"#
    )
}

fn messages(stage: &Stage, from: &str) -> usize {
    let timeline = stage.view(|view| {
        let conversation = view.conversation_at(stage.channel, &number(from))?;
        Some(view.timeline(conversation, None, 100))
    });
    let is_message = |item: &parloir_desk::entity::TimelineItem| {
        matches!(item.item, parloir_desk::entity::Item::Message { .. })
    };
    timeline.map_or(0, |timeline| timeline.iter().filter(|item| is_message(item)).count())
}

#[tokio::test]
async fn a_message_handed_in_twice_happens_once() {
    let stage = Stage::with_phones().await;
    let body = message("e1", "e164", "06 39 98 01 23");
    assert_eq!(taken(&stage, &body).await, Ok(()));
    assert_eq!(taken(&stage, &body).await, Ok(()));
    assert_eq!(messages(&stage, "+33639980123"), 1);
    assert_eq!(taken(&stage, &message("e2", "e164", "+33639980123")).await, Ok(()));
    assert_eq!(messages(&stage, "+33639980123"), 2);
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_with_its_reason() {
    let stage = Stage::with_phones().await;
    let code = async |body: &str| taken(&stage, body).await.expect_err(body).code;
    assert_eq!(code("nothing").await, "invalid_params");
    assert_eq!(code(&message("e1", "e164", "call me")).await, "invalid_number");
    assert_eq!(code(&message("e1", "bsuid", " ")).await, "invalid_params");
    assert_eq!(taken(&stage, &message("e1", "e164", "+33639980123")).await, Ok(()));
    assert_eq!(code(&message("e1", "e164", "+33639980124")).await, "command_id_reused");
}

#[tokio::test]
async fn a_channel_is_found_by_its_id_alone() {
    let stage = Stage::with_phones().await;
    let (workspace, found) = find(&stage.node, stage.channel).expect("the channel");
    assert_eq!((workspace.id, found.id), (stage.workspace.id, stage.channel));
    let unknown = parloir_protocol::ids::ChannelId::from_bytes([9; 16]);
    assert!(find(&stage.node, unknown).is_none());
}

/// Sends to a number through the outbox and waits for what becomes of it.
async fn sent(stage: &Stage, to: &str, delivery: Delivery) -> Message {
    let conversation = stage.receive(to, None, "Bonjour").await;
    let id = stage.send(conversation, "Bonjour à vous").await;
    stage.until(|view| view.message(id).and_then(|message| message.delivery) == Some(delivery)).await;
    stage.message(id)
}

#[tokio::test]
async fn the_simulators_numbers_do_what_they_say() {
    let stage = Stage::with_phones().await;
    tokio::spawn(outbox::run(Arc::clone(&stage.node), Arc::clone(&stage.workspace)));
    let failed = sent(&stage, "+33639980000", Delivery::Failed).await;
    assert_eq!(failed.failure, Some(Failure::InvalidNumber));
    let unreachable = sent(&stage, "+33639980004", Delivery::Failed).await;
    assert_eq!(unreachable.failure, Some(Failure::Unreachable));
    for number in ["+33639980001", "+33639980002", "+33639980005"] {
        sent(&stage, number, Delivery::Read).await;
    }
    sent(&stage, "+33639980009", Delivery::Read).await;
    let stops = number("+33639980009");
    stage.until(|view| view.consent(stage.channel, &stops) == Some(Consent::OptedOut)).await;
}

#[tokio::test]
async fn a_stop_that_only_the_provider_heard_is_in_the_ledger() {
    let stage = Stage::new("sms-uk").await;
    let table = "[providers.sms-uk]\nkind = 'esendex'\naccount = 'EX1'\nusername = 'desk'\npassword = 'hush'\n\
                 webhook_secret = 'hush-hook'\n";
    stage.configure(table);
    let known = stage.receive("+447700900123", None, "Bonjour").await;
    assert_eq!(taken(&stage, &parloir_fixtures::text("providers/esendex/opt-out.xml")).await, Ok(()));
    let consent = |value| stage.view(|view| view.consent(stage.channel, &number(value)));
    assert_eq!(consent("+447700900123"), Some(Consent::OptedOut));
    let stranger = "<OptOut><Id>o2</Id><From>447700900124</From></OptOut>";
    assert_eq!(taken(&stage, stranger).await, Ok(()));
    assert_eq!(consent("+447700900124"), Some(Consent::OptedOut));
    let header = stage.view(|view| view.conversation(known)).expect("the thread").header;
    assert!(header.unread, "what was written before still waits");
    assert!(taken(&stage, "<OptOut><Id>o3</Id></OptOut>").await.is_err());
}
