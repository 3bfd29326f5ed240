//! `kill -9` at each step of a send, and webhooks of real providers, against a provider that is a process's own
//! test: nothing is lost, and nothing leaves twice where the provider lets one know.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::desk::{Desk, number, phone, text};
use super::server::{House, Server, soon};

/// A provider that takes everything, and notes it.
struct Post {
    base: String,
    heard: Arc<Mutex<Vec<String>>>,
    count: watch::Receiver<usize>,
}

impl Post {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (heard, (counted, count)) = (Arc::<Mutex<Vec<String>>>::default(), watch::channel(0));
        let notes = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (notes, counted) = (Arc::clone(&notes), counted.clone());
                tokio::spawn(async move {
                    // The server may be killed at any moment.
                    let _gone = answer(stream, &notes, &counted).await.is_none();
                });
            }
        });
        Self { base, heard, count }
    }

    /// How often each message was handed over: by its id where it is ours.
    fn heard(&self) -> BTreeMap<String, usize> {
        let mut heard = BTreeMap::new();
        self.heard.lock().expect("no panic").iter().for_each(|id| *heard.entry(id.clone()).or_default() += 1);
        heard
    }
}

async fn answer(
    mut stream: TcpStream,
    notes: &Mutex<Vec<String>>,
    counted: &watch::Sender<usize>,
) -> Option<()> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() < length.unwrap_or(0) {
            continue;
        }
        let id = head.split_once("messageId=").and_then(|(_, rest)| rest.split(['&', ' ']).next());
        notes.lock().expect("no panic").push(id.unwrap_or("a form").to_owned());
        counted.send_modify(|count| *count += 1);
        let said = r#"{"sid":"SM1","name":"x"}"#;
        let answer = format!("HTTP/1.1 201 x\r\ncontent-length: {}\r\n\r\n{said}", said.len());
        stream.write_all(answer.as_bytes()).await.ok()?;
        bytes.clear();
    }
}

fn configured(post: &Post) -> House {
    House::new().configured(&format!(
        "public_url = 'https://desk.example'\n\
         [providers.rcs-test]\nkind = 'rcs'\nbase_url = '{base}'\nagent_id = 'desk'\ntoken = 'hush'\nwebhook_secret = 'hush-hook'\n\
         [providers.sms-test]\nkind = 'twilio'\nbase_url = '{base}'\naccount = 'AC1'\ntoken = 'hush'\n\
         [providers.xml-test]\nkind = 'esendex'\nbase_url = '{base}'\naccount = 'EX1'\nusername = 'u'\npassword = 'hush'\nwebhook_secret = 'hush-hook'\n",
        base = post.base
    ))
}

async fn channel(desk: &Desk, provider: &str) -> String {
    let kind = if provider.starts_with("rcs") { "rcs" } else { "sms" };
    let params =
        json!({ "kind": kind, "name": provider, "address": phone("+33600000098"), "provider": provider });
    text(&desk.act("channel.create", params).await["channel_id"])
}

async fn thread(desk: &Desk, channel: &str, number: &str) -> String {
    let params = json!({ "channel_id": channel, "address": phone(number) });
    text(&desk.act("conversation.start", params).await["conversation_id"])
}

/// Where an outbound message is; the log says it.
async fn delivery(desk: &Desk, message: &str) -> String {
    let mut delivery = "queued".to_owned();
    for line in desk.http.log(&desk.admin, 0).await {
        for event in line["events"].as_array().expect("events") {
            let data = &event["data"];
            if event["name"] == "message.delivery_changed" && data["message_id"] == message {
                delivery = text(&data["delivery"]);
            }
        }
    }
    delivery
}

async fn until_delivery(desk: &Desk, message: &str, wanted: &str) {
    soon(async {
        while delivery(desk, message).await != wanted {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await;
}

/// Starts a server that dies at `fault`, sends one message and waits for its end; then starts it again.
async fn interrupted(house: &House, desk: &Desk, channel: &str, fault: &str, n: u32) -> (Server, String) {
    let server = house.spawn_with(Some(fault));
    server.listening().await;
    let conversation = thread(desk, channel, &number(100 + n)).await;
    let params = json!({ "conversation_id": conversation, "text": "un seul" });
    // It is accepted before anything leaves, so its answer comes or is lost with the process.
    let id = super::http::fresh_id();
    let body = json!({ "command_id": id, "name": "message.send", "params": params });
    let _lost =
        desk.http.ask(Method::POST, "/v1/commands", Some(&desk.admin), body.to_string()).await.is_err();
    server.ended().await;
    let server = house.start().await;
    let again = desk.http.command_as(&desk.admin, &id, "message.send", params).await.ok();
    (server, text(&again["message_id"]))
}

#[tokio::test]
async fn a_kill_at_each_step_of_a_send_loses_nothing_and_sends_nothing_twice() {
    let post = Post::open().await;
    let (house, server, desk) = Desk::open_in(configured(&post)).await;
    let rcs = channel(&desk, "rcs-test").await;
    let sms = channel(&desk, "sms-test").await;
    server.stop().await;
    for (n, fault) in (0..).zip(["outbox.started", "outbox.answered", "outbox.recorded"]) {
        // The name of a message is ours: asking again is safe, and the provider knows one message.
        let before = post.heard();
        let (server, message) = interrupted(&house, &desk, &rcs, fault, 2 * n).await;
        until_delivery(&desk, &message, "accepted").await;
        let heard = post.heard();
        let new: Vec<_> = heard.keys().filter(|id| *id != "a form" && !before.contains_key(*id)).collect();
        assert_eq!(new.len(), 1, "{fault}: {heard:?}");
        server.stop().await;
        // Nobody can be asked: what may have left is said to be so, and does not leave again.
        let before = post.heard().get("a form").copied().unwrap_or(0);
        let (server, message) = interrupted(&house, &desk, &sms, fault, 2 * n + 1).await;
        let wanted = if fault == "outbox.recorded" { "accepted" } else { "unknown" };
        until_delivery(&desk, &message, wanted).await;
        let times = post.heard().get("a form").copied().unwrap_or(0) - before;
        assert_eq!(times, usize::from(fault != "outbox.started"), "{fault}");
        server.stop().await;
    }
    let total: usize = post.heard().values().sum();
    assert_eq!(*post.count.borrow(), total);
}

#[tokio::test]
async fn a_webhook_that_was_taken_before_a_kill_happens_once() {
    let post = Post::open().await;
    let (house, server, desk) = Desk::open_in(configured(&post)).await;
    let channel = channel(&desk, "xml-test").await;
    server.stop().await;
    let path = format!("/v1/inbound/{channel}/hush-hook");
    let body =
        "<InboundMessage><Id>1</Id><MessageText>once</MessageText><From>33639980123</From></InboundMessage>";
    let server = house.spawn_with(Some("inbound.taken"));
    server.listening().await;
    assert!(desk.http.ask(Method::POST, &path, None, body).await.is_err(), "it died before its answer");
    server.ended().await;
    let _server = house.start().await;
    for _ in 0..2 {
        assert_eq!(desk.http.ask(Method::POST, &path, None, body).await.expect("an answer").status, 200);
    }
    assert_eq!(received(&desk).await, ["once"]);
}

async fn received(desk: &Desk) -> Vec<String> {
    let log = desk.http.log(&desk.admin, 0).await;
    let events = log.iter().flat_map(|line| line["events"].as_array().expect("events"));
    let received = events.filter(|event| event["name"] == "message.received");
    received.map(|event: &Value| text(&event["data"]["message"]["text"])).collect()
}

#[tokio::test]
async fn a_webhook_proves_who_sends_it_and_what_cannot_be_read_is_kept_aside() {
    let post = Post::open().await;
    let (_house, _server, desk) = Desk::open_in(configured(&post)).await;
    let channel = channel(&desk, "xml-test").await;
    let ask = async |path: String, body: &'static str| {
        desk.http.ask(Method::POST, &path, None, body).await.expect("an answer").status
    };
    let good = "<InboundMessage><Id>7</Id><MessageText>Bonjour</MessageText><From>33639980123</From></InboundMessage>";
    assert_eq!(ask(format!("/v1/inbound/{channel}"), good).await, 401);
    assert_eq!(ask(format!("/v1/inbound/{channel}/guess"), good).await, 401);
    assert_eq!(ask(format!("/v1/inbound/{channel}/hush-hook"), good).await, 200);
    assert_eq!(ask(format!("/v1/inbound/{channel}/hush-hook"), "<What/>").await, 200);
    assert_eq!(ask(format!("/v1/inbound/{channel}/hush-hook"), "<What/>").await, 200);
    assert_eq!(received(&desk).await, ["Bonjour"]);

    let ana = desk.hire("Ana", "agent").await;
    assert_eq!(desk.http.get("/v1/aside", Some(&ana.token)).await.problem().0, 403);
    assert_eq!(desk.http.get("/v1/aside", None).await.problem().0, 401);
    let aside = desk.http.get("/v1/aside", Some(&desk.admin)).await.json();
    let items = aside["items"].as_array().expect("items");
    assert_eq!(items.len(), 1, "{aside}");
    assert!(text(&items[0]["reason"]).contains("What"), "{aside}");
    let path = format!("/v1/aside/{}/retry", text(&items[0]["id"]));
    let refused = desk.http.post(&path, Some(&desk.admin), &json!({})).await;
    assert_eq!(refused.problem().1, "invalid_params");
}

/// `parloir inbound` with the admin's token: what it says, when it succeeds.
async fn inbound_verb(desk: &Desk, house: &House, arguments: &[&str]) -> String {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_parloir"));
    command.arg("inbound").args(arguments);
    command.env("PARLOIR_URL", format!("http://{}", house.address())).env("PARLOIR_TOKEN", &desk.admin);
    let done = soon(tokio::task::spawn_blocking(move || command.output())).await.expect("no panic");
    let done = done.expect("the binary starts");
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("text")
}

/// Puts another body into what was kept aside, as if the server could read by now what it could not before.
fn replace_body(house: &House, id: &str, body: &str) {
    let path = house.data().join("poison").join(format!("{id}.json"));
    let mut kept: Value =
        serde_json::from_slice(&std::fs::read(&path).expect("it is kept")).expect("it is JSON");
    kept["body"] = json!(STANDARD.encode(body));
    std::fs::write(&path, kept.to_string()).expect("written");
}

#[tokio::test]
async fn what_was_kept_aside_comes_in_once_when_it_can_be_read() {
    let post = Post::open().await;
    let (house, _server, desk) = Desk::open_in(configured(&post)).await;
    let channel = channel(&desk, "xml-test").await;
    let path = format!("/v1/inbound/{channel}/hush-hook");
    let body =
        "<InboundMessage><Id>8</Id><MessageText>Tard</MessageText><From>33639980123</From></InboundMessage>";
    for odd in ["<One/>", "<Two/>"] {
        assert_eq!(desk.http.ask(Method::POST, &path, None, odd).await.expect("an answer").status, 200);
    }
    let aside = desk.http.get("/v1/aside", Some(&desk.admin)).await.json();
    let ids: Vec<String> =
        aside["items"].as_array().expect("items").iter().map(|item| text(&item["id"])).collect();
    assert_eq!(ids.len(), 2, "{aside}");
    ids.iter().for_each(|id| replace_body(&house, id, body));
    let listed = inbound_verb(&desk, &house, &["list"]).await;
    assert!(ids.iter().all(|id| listed.contains(id)), "{listed}");

    let taken = inbound_verb(&desk, &house, &["retry", &ids[0]]).await;
    assert_eq!(taken.trim(), format!("{} taken", ids[0]));
    assert_eq!(received(&desk).await, ["Tard"]);
    // The other one says the same: it goes too, and nothing comes twice.
    let taken = inbound_verb(&desk, &house, &["retry", "--all"]).await;
    assert_eq!(taken.trim(), format!("{} taken", ids[1]));
    assert_eq!(received(&desk).await, ["Tard"]);
    assert_eq!(inbound_verb(&desk, &house, &["list"]).await, "");
    let again = format!("/v1/aside/{}/retry", ids[0]);
    assert_eq!(desk.http.post(&again, Some(&desk.admin), &json!({})).await.problem().0, 404);
}

#[tokio::test]
async fn a_short_code_and_a_name_come_in_and_no_text_goes_to_a_name() {
    let post = Post::open().await;
    let (_house, _server, desk) = Desk::open_in(configured(&post)).await;
    let channel = channel(&desk, "xml-test").await;
    let path = format!("/v1/inbound/{channel}/hush-hook");
    for (n, from) in ["36180", "MaBanque"].into_iter().enumerate() {
        let body = format!(
            "<InboundMessage><Id>{n}</Id><MessageText>Code 1234</MessageText><From>{from}</From></InboundMessage>"
        );
        assert_eq!(desk.http.ask(Method::POST, &path, None, body).await.expect("an answer").status, 200);
        assert_eq!(desk.row_of(from).await["address"]["kind"], "bsuid");
    }
    assert_eq!(received(&desk).await, ["Code 1234"; 2]);
    let aside = desk.http.get("/v1/aside", Some(&desk.admin)).await.json();
    assert_eq!(aside["items"], json!([]));

    let conversation = desk.conversation_of("MaBanque").await;
    let sent = desk.act("message.send", json!({ "conversation_id": conversation, "text": "Merci" })).await;
    until_delivery(&desk, &text(&sent["message_id"]), "failed").await;
    assert_eq!(*post.count.borrow(), 0, "nobody can text a name");
    let conversation = desk.conversation_of("36180").await;
    let sent = desk.act("message.send", json!({ "conversation_id": conversation, "text": "STOP" })).await;
    soon(post.count.clone().wait_for(|count| *count == 1)).await.expect("it lives");
    assert!(text(&sent["message_id"]).starts_with("msg_"));
}

#[tokio::test]
async fn accounts_without_an_address_that_leads_here_are_no_start() {
    let account = "[providers.sms-test]\nkind = 'twilio'\naccount = 'AC1'\ntoken = 'hush'\n";
    let house = House::new().configured(account);
    let server = house.spawn();
    server.ended().await;
    assert!(server.words().contains("public_url"), "{}", server.words());
    let open = format!("open_simulator = true\n{account}");
    let _server = House::new().configured(&open).start().await;
}

#[tokio::test]
async fn how_providers_stand_is_shown_to_all() {
    let post = Post::open().await;
    let (_house, _server, desk) = Desk::open_in(configured(&post)).await;
    let status = desk.http.get("/status.json", None).await.json();
    assert_eq!(status["status"], "up", "{status}");
    let names: Vec<String> =
        status["providers"].as_array().expect("providers").iter().map(|one| text(&one["name"])).collect();
    assert_eq!(names, ["rcs-test", "simulator", "sms-test", "xml-test"]);
    let page = desk.http.get("/status", None).await;
    assert!(page.text().contains("sms-test") && !page.text().contains("hush"), "{}", page.text());
    let metrics = desk.http.get("/metrics", None).await.text();
    for line in [
        "parloir_outbox_waiting{provider=\"sms-test\"} 0",
        "parloir_files_waiting{provider=\"sms-test\"} 0",
        "parloir_provider_state{provider=\"sms-test\"} 0",
        "parloir_outbox_failed_total{provider=\"sms-test\"} 0",
        "parloir_files_given_up_total{provider=\"sms-test\"} 0",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
}
