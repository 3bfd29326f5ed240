//! The real server on a line to a message centre of the test: killed at each step of a send and of a delivery, it
//! loses nothing, says what may have left, and takes nothing twice.

use hyper::Method;
use parloir_fixtures::smsc::{Act, Smsc, part, receipt, text as mobile};
use serde_json::json;

use super::desk::{Desk, phone, text};
use super::server::{House, Server, soon};

const OURS: &str = "+33600000098";
const PHONE: &str = "+33639980123";

/// A server whose account `operator` is at a centre of the test, with a channel on it.
async fn open() -> (Smsc, House, Server, Desk, String) {
    let smsc = Smsc::open().await;
    let house = House::new().configured(&format!(
        "public_url = 'https://desk.example'\n[providers.operator]\nkind = 'smpp'\nbase_url = 'smpp://{}'\nusername = 'desk'\npassword = 'hush'\n\
         answer_ms = 1000\nsmpp = {{ enquire_link_ms = 60000 }}\n",
        smsc.address()
    ));
    let (house, server, desk) = Desk::open_in(house).await;
    let params = json!({ "kind": "sms", "name": "Line", "address": phone(OURS), "provider": "operator" });
    let channel = text(&desk.act("channel.create", params).await["channel_id"]);
    smsc.until_bound(1).await;
    (smsc, house, server, desk, channel)
}

async fn send(desk: &Desk, channel: &str, words: &str) -> (String, String) {
    let params = json!({ "channel_id": channel, "address": phone(PHONE) });
    let conversation = text(&desk.act("conversation.start", params).await["conversation_id"]);
    let id = super::http::fresh_id();
    let params = json!({ "conversation_id": conversation, "text": words });
    let body = json!({ "command_id": id, "name": "message.send", "params": params });
    // It is accepted before anything leaves, so its answer comes or is lost with the process.
    let _lost =
        desk.http.ask(Method::POST, "/v1/commands", Some(&desk.admin), body.to_string()).await.is_err();
    (id, conversation)
}

/// The message of a command that was asked before.
async fn asked_again(desk: &Desk, (id, conversation): (String, String), words: &str) -> String {
    let params = json!({ "conversation_id": conversation, "text": words });
    text(&desk.http.command_as(&desk.admin, &id, "message.send", params).await.ok()["message_id"])
}

async fn until_delivery(desk: &Desk, message: &str, wanted: &str) {
    soon(async {
        loop {
            let log = desk.http.log(&desk.admin, 0).await;
            let events = log.iter().flat_map(|line| line["events"].as_array().expect("events"));
            let mut of_it = events.filter(|event| {
                event["name"] == "message.delivery_changed" && event["data"]["message_id"] == message
            });
            if of_it.next_back().is_some_and(|event| event["data"]["delivery"] == wanted) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
}

async fn received(desk: &Desk) -> Vec<String> {
    let log = desk.http.log(&desk.admin, 0).await;
    let events = log.iter().flat_map(|line| line["events"].as_array().expect("events"));
    let received = events.filter(|event| event["name"] == "message.received");
    received.map(|event| text(&event["data"]["message"]["text"])).collect()
}

#[tokio::test]
async fn a_message_leaves_and_its_receipt_comes_even_before_its_answer() {
    let (smsc, _house, _server, desk, channel) = open().await;
    let message = asked_again(&desk, send(&desk, &channel, "Bonjour").await, "Bonjour").await;
    until_delivery(&desk, &message, "accepted").await;
    assert_eq!(smsc.deliver(receipt(PHONE, OURS, "n1", "DELIVRD")).await, Some(0));
    until_delivery(&desk, &message, "delivered").await;
    assert_eq!(smsc.deliver(receipt(PHONE, OURS, "n2", "UNDELIV")).await, Some(0));
    let message = asked_again(&desk, send(&desk, &channel, "Encore").await, "Encore").await;
    until_delivery(&desk, &message, "failed").await;
}

#[tokio::test]
async fn a_kill_at_each_step_of_a_send_sends_nothing_twice() {
    let (smsc, house, server, desk, channel) = open().await;
    server.stop().await;
    for (fault, wanted) in
        [("outbox.started", "unknown"), ("outbox.answered", "unknown"), ("outbox.recorded", "accepted")]
    {
        let (heard, bound) = (smsc.submitted().len(), smsc.binds().len());
        let server = house.spawn_with(Some(fault));
        server.listening().await;
        let sent = send(&desk, &channel, "un seul").await;
        server.ended().await;
        let server = house.start().await;
        let message = asked_again(&desk, sent, "un seul").await;
        until_delivery(&desk, &message, wanted).await;
        smsc.until_bound(bound + 2).await;
        assert_eq!(smsc.submitted().len() - heard, usize::from(fault != "outbox.started"), "{fault}");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_message_of_which_one_part_was_answered_is_doubtful_after_a_kill() {
    let (smsc, house, server, desk, channel) = open().await;
    smsc.behave(|nth, _| if nth == 0 { Act::Accept } else { Act::Silence });
    let words = "a".repeat(200);
    let sent = send(&desk, &channel, &words).await;
    smsc.until_heard(2).await;
    server.kill();
    let _server = house.start().await;
    let message = asked_again(&desk, sent, &words).await;
    until_delivery(&desk, &message, "unknown").await;
    assert_eq!(smsc.submitted().len(), 2);
}

#[tokio::test]
async fn what_was_taken_before_a_kill_is_not_taken_again() {
    let (smsc, house, server, desk, _) = open().await;
    server.stop().await;
    let bound = smsc.binds().len();
    let server = house.spawn_with(Some("inbound.taken"));
    server.listening().await;
    smsc.until_bound(bound + 1).await;
    assert_eq!(smsc.deliver(mobile(PHONE, OURS, "once")).await, None, "it died before its answer");
    server.ended().await;
    let _server = house.start().await;
    smsc.until_bound(bound + 2).await;
    for _ in 0..2 {
        assert_eq!(smsc.deliver(mobile(PHONE, OURS, "once")).await, Some(0));
    }
    assert_eq!(received(&desk).await, ["once", "once"], "the second time is said by the phone");
}

#[tokio::test]
async fn parts_that_were_answered_before_a_kill_are_there_after_it() {
    let (smsc, house, server, desk, _) = open().await;
    assert_eq!(smsc.deliver(part(PHONE, OURS, (5, 2, 2), "à demain")).await, Some(0));
    server.kill();
    let _server = house.start().await;
    smsc.until_bound(2).await;
    assert_eq!(smsc.deliver(part(PHONE, OURS, (5, 2, 1), "D'accord, ")).await, Some(0));
    assert_eq!(received(&desk).await, ["D'accord, à demain"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_aside_and_what_has_no_channel_is_not_taken() {
    let (smsc, _house, _server, desk, _) = open().await;
    assert_eq!(smsc.deliver(mobile("36180", OURS, "Votre code")).await, Some(0));
    assert_eq!(received(&desk).await, ["Votre code"]);
    assert_eq!(smsc.deliver(mobile("36", OURS, "De qui ?")).await, Some(0));
    let aside = desk.http.get("/v1/aside", Some(&desk.admin)).await.json();
    assert_eq!(aside["items"].as_array().map(Vec::len), Some(1), "{aside}");
    let params = json!({
        "kind": "sms", "name": "Other", "address": phone("+33600000097"), "provider": "operator",
    });
    desk.act("channel.create", params).await;
    assert_eq!(smsc.deliver(mobile(PHONE, "+33600000001", "Pour qui ?")).await, Some(0x64));
    assert_eq!(smsc.deliver(mobile(PHONE, "+33600000097", "Pour vous")).await, Some(0));
    assert_eq!(received(&desk).await, ["Votre code", "Pour vous"]);
}

#[tokio::test]
async fn a_line_that_is_down_shows_and_messages_wait_for_it() {
    let (smsc, _house, _server, desk, channel) = open().await;
    let status = async || {
        let status = desk.http.get("/status.json", None).await.json();
        let providers = status["providers"].as_array().expect("providers").clone();
        let account = providers.into_iter().find(|one| one["name"] == "operator").expect("the account");
        (text(&account["status"]), account["last_failure"]["failure"].clone())
    };
    smsc.answer_binds(0x0e);
    smsc.hang_up().await;
    soon(async {
        while status().await != ("down".to_owned(), json!("auth")) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
    let message = asked_again(&desk, send(&desk, &channel, "Bonjour").await, "Bonjour").await;
    assert_eq!(smsc.submitted().len(), 0);
    smsc.answer_binds(0);
    until_delivery(&desk, &message, "accepted").await;
    assert_eq!(status().await.0, "up");
    let page = desk.http.get("/status", None).await;
    assert!(page.text().contains("operator") && !page.text().contains("hush"), "{}", page.text());
}
