//! The real server with one SMPP account and one channel, and what an admin does there.

use std::net::SocketAddr;
use std::process::{Command, Stdio};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Running, client, free_port, until};

/// The number of the channel, and of a phone.
pub(crate) const OURS: &str = "+33600000099";
pub(crate) const PHONE: &str = "+33639980123";

/// A server; it ends when it is dropped.
pub(crate) struct Parloir {
    _running: Running,
    folder: TempDir,
    address: SocketAddr,
    client: Client,
    admin: String,
    channel: String,
}

impl Parloir {
    /// Starts one whose account is at `smsc`.
    pub(crate) async fn start(smsc: u16) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = folder.path().join("parloir.toml");
        let table = format!(
            "reserve_bytes = 0\npublic_url = 'https://desk.example'\n[providers.operator]\nkind = 'smpp'\nbase_url = 'smpp://127.0.0.1:{smsc}'\n\
             username = 'desk'\npassword = 'hush'\nsmpp = {{ enquire_link_ms = 500 }}\n"
        );
        std::fs::write(&config, table).expect("written");
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let child = Command::new(env!("CARGO_BIN_EXE_parloir"))
            .env("PARLOIR_CONFIG", config)
            .args(["serve", "--listen", &address.to_string(), "--data-dir"])
            .arg(folder.path().join("data"))
            .stdout(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut parloir = Self {
            _running: Running(child),
            folder,
            address,
            client: client(),
            admin: String::new(),
            channel: String::new(),
        };
        until("the server listens", async || {
            let ready = parloir.client.get(format!("http://{address}/readyz")).send().await;
            ready.ok().filter(|ready| ready.status().is_success())
        })
        .await;
        parloir.found().await;
        parloir
    }

    async fn found(&mut self) {
        let operator = self.folder.path().join("data/operator.token");
        self.admin = std::fs::read_to_string(operator).expect("the operator has a token");
        let params = json!({ "name": "Desk", "country": "FR", "admin": "Ada" });
        self.admin = text(&self.act("workspace.create", params).await["token"]);
        let params = json!({
            "kind": "sms", "name": "Front", "provider": "operator",
            "address": { "kind": "e164", "value": OURS },
        });
        self.channel = text(&self.act("channel.create", params).await["channel_id"]);
    }

    /// How the account stands, in the words of the status page.
    pub(crate) async fn status(&self) -> String {
        let status = self.ask(Method::GET, "/status.json", None).await;
        let providers = status["providers"].as_array().expect("providers");
        let account = providers.iter().find(|provider| provider["name"] == "operator").expect("the account");
        text(&account["status"])
    }

    /// Sends a text to the phone; the message's id.
    pub(crate) async fn send(&self, words: &str) -> String {
        let params = json!({ "channel_id": self.channel, "address": { "kind": "e164", "value": PHONE } });
        let started = self.act("conversation.start", params).await;
        let params = json!({ "conversation_id": started["conversation_id"], "text": words });
        text(&self.act("message.send", params).await["message_id"])
    }

    /// Where a message is, when the log says it.
    pub(crate) async fn delivery(&self, message: &str) -> Option<String> {
        let changes = self.events("message.delivery_changed").await;
        let mut of_it = changes.into_iter().filter(|data| data["message_id"] == message);
        of_it.next_back().map(|data| text(&data["delivery"]))
    }

    /// The texts that phones wrote.
    pub(crate) async fn received(&self) -> Vec<String> {
        let received = self.events("message.received").await;
        received.iter().map(|data| text(&data["message"]["text"])).collect()
    }

    async fn events(&self, name: &str) -> Vec<Value> {
        let url = format!("http://{}/v1/log?after=0", self.address);
        let answer = self.client.get(url).bearer_auth(&self.admin).send().await.expect("an answer");
        let lines = answer.text().await.expect("it comes whole");
        let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"));
        let events = lines.flat_map(|line| line["events"].as_array().cloned().unwrap_or_default());
        events.filter(|event| event["name"] == name).map(|event| event["data"].clone()).collect()
    }

    async fn act(&self, name: &str, params: Value) -> Value {
        let id = uuid::Uuid::now_v7().to_string();
        let body = json!({ "command_id": id, "name": name, "params": params });
        let answer = self.ask(Method::POST, "/v1/commands", Some(body)).await;
        assert!(answer["ok"].is_object(), "{name}: {answer}");
        answer["ok"].clone()
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let url = format!("http://{}{path}", self.address);
        let request = self.client.request(method, url).bearer_auth(&self.admin);
        let request = match body {
            Some(body) => request.body(body.to_string()),
            None => request,
        };
        let answer = request.send().await.expect("an answer").bytes().await.expect("it comes whole");
        serde_json::from_slice(&answer).expect("JSON")
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text, not {value}")).to_owned()
}
