//! Webhooks of a real server: killed between what a receiver took and what is on record, refused where they may
//! not go, looked after by those who may, and worked from a terminal.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use hyper::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::desk::{Desk, message, number, text};
use super::server::{House, soon};

/// A receiver that takes everything, and notes it in the order in which it came.
struct Receiver {
    url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    count: watch::Receiver<usize>,
}

#[derive(Debug, Clone)]
struct Heard {
    id: String,
    seq: u64,
    conversation: Option<String>,
}

impl Receiver {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("it is bound"));
        let (heard, (counted, count)) = (Arc::<Mutex<Vec<Heard>>>::default(), watch::channel(0));
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
        Self { url, heard, count }
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("no panic").clone()
    }

    async fn until(&self, holds: impl Fn(&[Heard]) -> bool) {
        let mut count = self.count.clone();
        soon(async {
            while !holds(&self.heard()) {
                count.changed().await.expect("it lives");
            }
        })
        .await;
    }
}

async fn answer(
    mut stream: TcpStream,
    notes: &Mutex<Vec<Heard>>,
    counted: &watch::Sender<usize>,
) -> Option<()> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name).map(str::to_owned));
        let length = field("content-length: ")?.parse::<usize>().ok()?;
        if body.len() < length {
            continue;
        }
        let event: Value = serde_json::from_str(body).expect("JSON");
        notes.lock().expect("no panic").push(Heard {
            id: field("webhook-id: ").expect("an id"),
            seq: event["seq"].as_u64().expect("a seq"),
            conversation: event["data"]["conversation"]["conversation_id"].as_str().map(str::to_owned),
        });
        stream.write_all(b"HTTP/1.1 204 x\r\n\r\n").await.ok()?;
        counted.send_modify(|count| *count += 1);
        bytes.clear();
    }
}

fn house() -> House {
    House::new().configured("open_webhooks = true\n")
}

async fn hook(desk: &Desk, receiver: &Receiver) -> String {
    let params = json!({ "name": "Till", "url": receiver.url, "events": ["message.received"] });
    text(&desk.act("webhook.save", params).await["webhook_id"])
}

async fn standing(desk: &Desk, id: &str) -> Value {
    let listed = desk.ask("webhook.list", json!({})).await;
    let all = listed["webhooks"].as_array().expect("a list").clone();
    all.into_iter().find(|one| one["webhook"]["webhook_id"] == id).expect("it is listed")
}

async fn until_recorded(desk: &Desk, id: &str, seq: u64) {
    soon(async {
        while standing(desk, id).await["position"].as_u64().expect("a place") < seq {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_kill_leaves_unrecorded_is_sent_again_under_the_same_id() {
    let house = house();
    let server = house.spawn_with(Some("hook.taken"));
    server.listening().await;
    let desk = Desk::found(&house).await;
    let receiver = Receiver::open().await;
    let id = hook(&desk, &receiver).await;
    // It ends by itself when the receiver took the message and nothing of that is on record: maybe before it answers.
    let (path, body) = (format!("/v1/inbound/{}", desk.channel), message("e-1", &number(1), "Bonjour"));
    let _answered_or_not =
        desk.http.ask(Method::POST, &path, Some(&desk.admin), body.to_string()).await.is_ok();
    server.ended().await;
    drop(server);
    assert_eq!(receiver.heard().len(), 1);
    let server = house.start().await;
    receiver.until(|heard| heard.len() == 2).await;
    let heard = receiver.heard();
    assert_eq!((&heard[0].id, heard[0].seq), (&heard[1].id, heard[1].seq));
    until_recorded(&desk, &id, heard[1].seq).await;
    drop(server);
    let _server = house.start().await;
    desk.phone_writes("e-2", &number(1), "Encore").await;
    receiver.until(|heard| heard.len() == 3).await;
    assert!(receiver.heard()[2].seq > heard[1].seq, "what is on record is not sent again");
}

#[tokio::test]
async fn kills_lose_nothing_and_keep_the_order_of_each_conversation() {
    let house = house();
    let receiver = Receiver::open().await;
    let mut server = house.start().await;
    let desk = Desk::found(&house).await;
    hook(&desk, &receiver).await;
    for life in 0..6_u32 {
        for n in 0..5_u32 {
            desk.phone_writes(&format!("e-{life}-{n}"), &number(n % 3), "Bonjour").await;
        }
        // Somewhere between hearing, taking and recording.
        receiver.until(|heard| heard.len() > usize::try_from(life).expect("few")).await;
        server.kill();
        server = house.start().await;
    }
    receiver.until(|heard| heard.iter().map(|heard| heard.seq).collect::<BTreeSet<_>>().len() == 30).await;
    let mut ids = BTreeMap::new();
    let mut first: BTreeMap<Option<String>, Vec<u64>> = BTreeMap::new();
    for heard in receiver.heard() {
        assert_eq!(*ids.entry(heard.seq).or_insert_with(|| heard.id.clone()), heard.id);
        let seqs = first.entry(heard.conversation.clone()).or_default();
        if !seqs.contains(&heard.seq) {
            assert!(seqs.last().is_none_or(|last| *last < heard.seq), "{heard:?} after {seqs:?}");
            seqs.push(heard.seq);
        }
    }
    assert_eq!(first.len(), 3);
}

#[tokio::test]
async fn only_those_who_look_after_settings_see_and_change_webhooks() {
    let (_house, _server, desk) = Desk::open_in(house()).await;
    let receiver = Receiver::open().await;
    let id = hook(&desk, &receiver).await;
    let agent = desk.hire("Léa", "agent").await;
    let save = json!({ "name": "Mine", "url": receiver.url });
    for (name, params) in [
        ("webhook.save", save.clone()),
        ("webhook.delete", json!({ "webhook_id": id })),
        ("webhook.rotate", json!({ "webhook_id": id })),
        ("webhook.replay", json!({ "webhook_id": id, "from_seq": 1 })),
    ] {
        let refused = desk.http.command(&agent.token, name, params).await.problem();
        assert_eq!(refused, (403, "not_allowed".to_owned()), "{name}");
    }
    for (name, params) in [("webhook.list", json!({})), ("webhook.deliveries", json!({ "webhook_id": id }))] {
        let refused = desk.http.query(&agent.token, name, params).await.problem();
        assert_eq!(refused, (403, "not_allowed".to_owned()), "{name}");
    }
    let mut seen = desk.enter(&agent.token).await;
    let mut keeper = desk.enter(&desk.admin).await;
    let made = desk.act("webhook.save", json!({ "name": "Second", "url": receiver.url })).await;
    assert!(text(&made["secret"]).starts_with("whsec_"));
    desk.new_group("Retours").await;
    let head = desk.head().await;
    let names = |frames: Vec<Value>| -> Vec<String> {
        let events = frames.iter().filter(|frame| frame["type"] == "event");
        let names = events.map(|event| text(&event["name"]));
        // Those who come in are seen to be there.
        names.filter(|name| name != "agent.availability_changed").collect()
    };
    assert_eq!(names(keeper.until(head).await), ["webhook.saved", "group.created"]);
    assert_eq!(names(seen.until(head).await), ["group.created"]);
}

#[tokio::test]
async fn nothing_is_sent_to_where_it_may_not_go() {
    // This machine is no place for events unless its operator says so.
    let (_house, _server, desk) = Desk::open().await;
    let receiver = Receiver::open().await;
    for url in [
        receiver.url.as_str(),
        "http://hooks.example.com/",
        "https://hooks.example.com:8443/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::ffff:10.0.0.1]/",
        "https://0x7f000001/",
        "https://localhost./",
        "https://me:secret@hooks.example.com/",
        "ftp://hooks.example.com/",
    ] {
        let params = json!({ "name": "Till", "url": url });
        let refused = desk.http.command(&desk.admin, "webhook.save", params).await.problem();
        assert_eq!(refused, (422, "webhook_address".to_owned()), "{url}");
    }
    let params =
        json!({ "name": "Till", "url": "https://hooks.example.com/", "events": ["message.recieved"] });
    let refused = desk.http.command(&desk.admin, "webhook.save", params).await.problem();
    assert_eq!(refused, (400, "invalid_params".to_owned()));
    assert!(receiver.heard().is_empty());
}

/// `parloir webhook` as the admin: standard output.
async fn webhook(desk: &Desk, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parloir"));
    command.arg("webhook").args(arguments).stdin(Stdio::null());
    command.env("PARLOIR_URL", format!("http://{}", desk.http.address())).env("PARLOIR_TOKEN", &desk.admin);
    let output = soon(tokio::task::spawn_blocking(move || command.output())).await.expect("no panic");
    let output = output.expect("the binary starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

async fn status(desk: &Desk) -> Value {
    let answer = desk.http.raw(hyper::Method::GET, "/status.json", &[], bytes::Bytes::new());
    serde_json::from_slice::<Value>(soon(answer).await.body()).expect("JSON")["webhooks"].clone()
}

#[tokio::test]
async fn webhooks_are_worked_from_a_terminal() {
    let (house, server, desk) = Desk::open_in(house()).await;
    let receiver = Receiver::open().await;
    let added = webhook(&desk, &["add", "Till", &receiver.url, "--event", "message.received"]).await;
    assert!(added.contains("secret whsec_") && added.contains("webhook_id whk_"), "{added}");
    desk.phone_writes("e-1", &number(1), "Bonjour").await;
    receiver.until(|heard| heard.len() == 1).await;
    let seq = receiver.heard()[0].seq;
    assert!(webhook(&desk, &["list"]).await.contains("active"));
    assert_eq!(status(&desk).await, json!({ "active": 1, "failing": 0, "disabled": 0 }));
    webhook(&desk, &["replay", "till", &seq.to_string()]).await;
    receiver.until(|heard| heard.len() == 2).await;
    let rotated = webhook(&desk, &["rotate", "till"]).await;
    assert!(rotated.contains("secret whsec_") && secret(&rotated) != secret(&added), "{rotated}");
    webhook(&desk, &["disable", "till"]).await;
    assert!(webhook(&desk, &["list"]).await.contains("disabled"));
    desk.phone_writes("e-2", &number(1), "Encore").await;
    webhook(&desk, &["enable", "till"]).await;
    receiver.until(|heard| heard.len() >= 3).await;
    let id = text(&desk.ask("webhook.list", json!({})).await["webhooks"][0]["webhook"]["webhook_id"]);
    let newest = receiver.heard().iter().map(|heard| heard.seq).max().expect("some");
    until_recorded(&desk, &id, newest).await;
    let tried = webhook(&desk, &["deliveries", "till"]).await;
    assert!(tried.lines().count() >= 3 && tried.contains("message.received"), "{tried}");
    server.stop().await;
    let _server = house.start().await;
    let kept = webhook(&desk, &["deliveries", "till", "--seq", &newest.to_string()]).await;
    assert!(kept.contains("delivered"), "what was tried is known after a restart: {kept}");
    webhook(&desk, &["remove", "till"]).await;
    assert_eq!(webhook(&desk, &["list"]).await, "");
}

fn secret(said: &str) -> &str {
    said.lines().find_map(|line| line.strip_prefix("secret ")).expect("a secret")
}
