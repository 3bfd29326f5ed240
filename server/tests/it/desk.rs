//! A workspace with a channel on a running server, and what people and phones do in it.

use serde_json::{Value, json};

use super::http::Http;
use super::server::{House, Server};
use super::socket::Socket;

/// The own number of every channel.
const OWN: &str = "+33600000099";

/// A workspace. Its tokens outlive every process.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) http: Http,
    /// The first admin's token.
    pub(crate) admin: String,
    pub(crate) channel: String,
    pub(crate) group: String,
    address: std::net::SocketAddr,
}

/// Somebody who may come in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) token: String,
    pub(crate) token_id: String,
}

impl Desk {
    /// A fresh house with a running server and a workspace in it.
    pub(crate) async fn open() -> (House, Server, Self) {
        Self::open_in(House::new()).await
    }

    pub(crate) async fn open_in(house: House) -> (House, Server, Self) {
        let server = house.start().await;
        let desk = Self::found(&house).await;
        (house, server, desk)
    }

    /// One more workspace in a house whose server runs.
    pub(crate) async fn found(house: &House) -> Self {
        let http = Http::to(house.address());
        let params = json!({ "name": "Desk", "country": "FR", "admin": "Ada" });
        let made = http.command(&house.operator(), "workspace.create", params).await.ok();
        let admin = text(&made["token"]);
        let params = json!({
            "kind": "sms", "name": "Front", "address": phone(OWN), "provider": "simulator",
        });
        let channel = text(&http.command(&admin, "channel.create", params).await.ok()["channel_id"]);
        let settings = http.query(&admin, "workspace.get", json!({})).await.ok();
        let group = text(&settings["workspace"]["default_group"]);
        Self { http, admin, channel, group, address: house.address() }
    }

    /// The same workspace on a server that has a copy of it.
    pub(crate) fn at(&self, house: &House) -> Self {
        Self { http: Http::to(house.address()), address: house.address(), ..self.clone() }
    }

    /// A command of the admin's that must be accepted.
    pub(crate) async fn act(&self, name: &str, params: Value) -> Value {
        self.http.command(&self.admin, name, params).await.ok()
    }

    pub(crate) async fn ask(&self, name: &str, params: Value) -> Value {
        self.http.query(&self.admin, name, params).await.ok()
    }

    pub(crate) async fn new_group(&self, name: &str) -> String {
        text(&self.act("group.create", json!({ "name": name })).await["group_id"])
    }

    /// A colleague of this role who sees everything.
    pub(crate) async fn hire(&self, name: &str, role: &str) -> Person {
        self.hire_with(json!({ "name": name, "role": role })).await
    }

    /// A colleague who sees these groups only.
    pub(crate) async fn hire_for(&self, name: &str, groups: &[&str]) -> Person {
        self.hire_with(json!({ "name": name, "role": "agent", "groups": groups })).await
    }

    pub(crate) async fn hire_with(&self, params: Value) -> Person {
        let id = text(&self.act("agent.create", params).await["agent_id"]);
        let made = self.act("token.create", json!({ "agent_id": id })).await;
        Person { id, token: text(&made["token"]), token_id: text(&made["token_id"]) }
    }

    /// A thread with a number, which nobody has written in.
    pub(crate) async fn start(&self, number: &str) -> String {
        let params = json!({ "channel_id": self.channel, "address": phone(number) });
        text(&self.act("conversation.start", params).await["conversation_id"])
    }

    pub(crate) async fn note(&self, conversation: &str, text: &str) -> u64 {
        let params = json!({ "conversation_id": conversation, "text": text });
        self.act("note.add", params).await["seq"].as_u64().expect("a seq")
    }

    /// A phone writes; taken when the provider is told so.
    pub(crate) async fn phone_writes(&self, event_id: &str, number: &str, text: &str) {
        let answer = self.inbound(&message(event_id, number, text)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    pub(crate) async fn inbound(&self, body: &Value) -> super::http::Answer {
        self.http.post(&format!("/v1/inbound/{}", self.channel), Some(&self.admin), body).await
    }

    /// A connection that has said nothing yet.
    pub(crate) async fn socket(&self) -> Socket {
        Socket::open(self.address).await
    }

    /// A connection of somebody who came in, its snapshot taken.
    pub(crate) async fn enter(&self, token: &str) -> Socket {
        let mut socket = self.socket().await;
        socket.enter(token).await;
        socket
    }

    /// The seq of the newest event.
    pub(crate) async fn head(&self) -> u64 {
        let page = self.ask("queue.page", json!({ "view": {} })).await;
        page["seq"].as_u64().expect("a seq")
    }

    /// The conversation with a number, as it stands in the queue.
    pub(crate) async fn row_of(&self, number: &str) -> Value {
        let page = self.ask("queue.page", json!({ "view": {}, "limit": 200 })).await;
        let rows = page["rows"].as_array().expect("rows").iter();
        rows.clone().find(|row| row["address"]["value"] == number).expect("a thread with it").clone()
    }

    pub(crate) async fn conversation_of(&self, number: &str) -> String {
        text(&self.row_of(number).await["conversation"]["conversation_id"])
    }
}

/// The `n`th phone.
pub(crate) fn number(n: u32) -> String {
    format!("+3361{n:07}")
}

pub(crate) fn phone(number: &str) -> Value {
    json!({ "kind": "e164", "value": number })
}

pub(crate) fn message(event_id: &str, number: &str, text: &str) -> Value {
    json!({ "event_id": event_id, "type": "message", "from": phone(number), "text": text })
}

#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text, not {value}")).to_owned()
}
