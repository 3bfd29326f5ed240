//! Ids of another workspace: in every command and query they are what a random id is, and no more.

use serde_json::{Value, json};
use uuid::Uuid;

use super::desk::{Desk, number, phone, text};
use super::http::Answer;

/// One id of every noun.
struct Ids {
    conversation: String,
    message: String,
    contact: String,
    group: String,
    agent: String,
    channel: String,
    token: String,
    job: String,
    webhook: String,
}

impl Ids {
    /// Those of a workspace in which there is everything.
    async fn of(desk: &Desk) -> Self {
        desk.phone_writes("in-1", &number(1), "hello").await;
        let conversation = desk.conversation_of(&number(1)).await;
        let said = desk.act("message.send", json!({ "conversation_id": conversation, "text": "hi" })).await;
        let saved = json!({ "name": "Karl", "add_addresses": [phone(&number(1))] });
        let saved = desk.act("contact.save", saved).await;
        let agent = desk.hire("Ana", "agent").await;
        let group = desk.new_group("north").await;
        let full = desk.start(&number(2)).await;
        desk.act("conversation.move", json!({ "conversation_id": full, "group_id": group })).await;
        let job = desk.act("group.close", json!({ "group_id": group })).await;
        let hook = json!({ "name": "Till", "url": "https://h.example/", "status": "disabled" });
        let hook = desk.act("webhook.save", hook).await;
        Self {
            message: text(&said["message_id"]),
            contact: text(&saved["contact_id"]),
            job: text(&job["job_id"]),
            webhook: text(&hook["webhook_id"]),
            channel: desk.channel.clone(),
            agent: agent.id,
            token: agent.token_id,
            conversation,
            group,
        }
    }

    /// Ids that nothing has.
    fn random() -> Self {
        let id = |prefix: &str| format!("{prefix}_{}", Uuid::now_v7());
        Self {
            conversation: id("cnv"),
            message: id("msg"),
            contact: id("con"),
            group: id("grp"),
            agent: id("agt"),
            channel: id("chn"),
            token: id("tok"),
            job: id("job"),
            webhook: id("whk"),
        }
    }
}

/// Every command that takes an id, with `ids` in one place and `own` in the others.
fn commands(ids: &Ids, own: &Ids) -> Vec<(&'static str, Value)> {
    let Ids { conversation, message, contact, group, agent, channel, token, .. } = ids;
    let here = &own.conversation;
    let mut all: Vec<_> = [
        "conversation.close",
        "conversation.reopen",
        "conversation.assign",
        "conversation.claim",
        "conversation.release",
        "conversation.mark_unread",
    ]
    .map(|name| (name, json!({ "conversation_id": conversation })))
    .to_vec();
    all.extend([
        ("conversation.start", json!({ "channel_id": channel, "address": phone(&number(5)) })),
        (
            "conversation.start",
            json!({ "channel_id": own.channel, "address": phone(&number(5)), "group_id": group }),
        ),
        ("conversation.move", json!({ "conversation_id": conversation, "group_id": own.group })),
        ("conversation.move", json!({ "conversation_id": here, "group_id": group })),
        (
            "conversation.move",
            json!({ "conversation_id": here, "group_id": own.group, "expected_group": group }),
        ),
        ("conversation.assign", json!({ "conversation_id": here, "agent_id": agent })),
        ("conversation.next", json!({ "group_id": group })),
        ("conversation.mark_read", json!({ "conversation_id": conversation, "up_to": 1 })),
        ("message.send", json!({ "conversation_id": conversation, "text": "x" })),
        ("message.retry", json!({ "message_id": message })),
        ("note.add", json!({ "conversation_id": conversation, "text": "x" })),
        ("note.add", json!({ "conversation_id": here, "text": "x", "mentions": [agent] })),
        ("contact.save", json!({ "contact_id": contact, "name": "x" })),
        (
            "contact.merge",
            json!({ "survivor": own.contact, "survivor_version": 1, "merged": contact, "merged_version": 1 }),
        ),
        (
            "contact.merge",
            json!({ "survivor": contact, "survivor_version": 1, "merged": own.contact, "merged_version": 1 }),
        ),
        ("contact.unmerge", json!({ "survivor": own.contact, "merged": contact })),
        ("contact.erase", json!({ "contact_id": contact })),
        ("group.rename", json!({ "group_id": group, "name": "x" })),
        ("group.archive", json!({ "group_id": group })),
        ("group.delete", json!({ "group_id": group })),
        ("group.delete", json!({ "group_id": own.group, "target": group })),
        ("group.close", json!({ "group_id": group })),
        ("agent.create", json!({ "name": "x", "role": "agent", "groups": [group] })),
        ("agent.change", json!({ "agent_id": agent, "name": "x" })),
        ("agent.change", json!({ "agent_id": own.agent, "groups": [group] })),
        ("agent.deactivate", json!({ "agent_id": agent })),
        ("token.create", json!({ "agent_id": agent })),
        ("token.revoke", json!({ "token_id": token })),
        ("channel.change", json!({ "channel_id": channel, "name": "x" })),
    ]);
    all.extend(of_webhooks(ids));
    all
}

fn of_webhooks(ids: &Ids) -> [(&'static str, Value); 5] {
    let Ids { webhook, group, .. } = ids;
    let url = "https://h.example/";
    [
        ("webhook.save", json!({ "webhook_id": webhook, "name": "x", "url": url })),
        ("webhook.save", json!({ "name": "x", "url": url, "groups": [group] })),
        ("webhook.delete", json!({ "webhook_id": webhook })),
        ("webhook.rotate", json!({ "webhook_id": webhook })),
        ("webhook.replay", json!({ "webhook_id": webhook, "from_seq": 1 })),
    ]
}

fn queries(ids: &Ids) -> Vec<(&'static str, Value)> {
    let view = |name: &str, value: Value| json!({ "view": { name: value } });
    vec![
        ("conversation.rows", json!({ "ids": [ids.conversation] })),
        ("conversation.timeline", json!({ "conversation_id": ids.conversation })),
        ("contact.get", json!({ "contact_id": ids.contact })),
        ("job.get", json!({ "job_id": ids.job })),
        ("webhook.deliveries", json!({ "webhook_id": ids.webhook })),
        ("search.messages", json!({ "text": "hello", "conversation_id": ids.conversation })),
        ("queue.page", view("group_id", json!(ids.group))),
        ("queue.page", view("channel_id", json!(ids.channel))),
        ("queue.page", view("assignee", json!({ "agent": ids.agent }))),
    ]
}

/// What an answer says, without what is always another.
fn said(answer: &Answer, ids: &Ids) -> Value {
    let Ids { conversation, message, contact, group, agent, channel, token, job, webhook } = ids;
    let mut text = answer.text();
    for id in [conversation, message, contact, group, agent, channel, token, job, webhook] {
        text = text.replace(id.as_str(), "<id>");
    }
    let mut document: Value = serde_json::from_str(&text).expect("JSON");
    if let Some(ok) = document["ok"].as_object_mut() {
        ok.remove("seq");
    }
    json!([answer.status, document])
}

/// The ids of all commands that people gave in a workspace.
async fn asked_in(desk: &Desk) -> Vec<Value> {
    let log = desk.http.log(&desk.admin, 0).await;
    log.iter().map(|line| line["command_id"].clone()).filter(Value::is_string).collect()
}

#[tokio::test]
async fn an_id_of_another_workspace_is_answered_as_a_random_one() {
    let (house, _server, desk) = Desk::open().await;
    let other = Desk::found(&house).await;
    let (own, foreign) = (Ids::of(&desk).await, Ids::of(&other).await);
    let asked = asked_in(&other).await;
    let random = Ids::random();
    for ((name, theirs), (_, nobodys)) in commands(&foreign, &own).into_iter().zip(commands(&random, &own)) {
        let theirs_said = said(&desk.http.command(&desk.admin, name, theirs.clone()).await, &foreign);
        let nobodys_said = said(&desk.http.command(&desk.admin, name, nobodys).await, &random);
        assert_eq!(theirs_said, nobodys_said, "{name} {theirs}");
        assert_ne!(theirs_said[0], 200, "{name} {theirs}");
    }
    for ((name, theirs), (_, nobodys)) in queries(&foreign).into_iter().zip(queries(&random)) {
        let theirs_said = said(&desk.http.query(&desk.admin, name, theirs.clone()).await, &foreign);
        let nobodys_said = said(&desk.http.query(&desk.admin, name, nobodys).await, &random);
        assert_eq!(theirs_said, nobodys_said, "{name} {theirs}");
    }
    assert_eq!(asked_in(&other).await, asked, "nothing happened over there");
}

#[tokio::test]
async fn a_webhook_of_another_workspace_is_not_found() {
    let (house, _server, desk) = Desk::open().await;
    let other = Desk::found(&house).await;
    let body = super::desk::message("in-1", &number(1), "hello");
    for channel in [other.channel.clone(), format!("chn_{}", Uuid::now_v7()), "x".to_owned()] {
        let path = format!("/v1/inbound/{channel}");
        let answer = desk.http.post(&path, Some(&desk.admin), &body).await;
        assert_eq!(answer.problem(), (404, "channel_not_found".to_owned()));
    }
}
