//! The workspace that lives through the cuts: how it is founded, and its log read as an outside checker reads
//! it.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use parloir_client::protocol::ids::{ConversationId, GroupId};
use serde_json::{Value, json};

use super::http::Http;
use super::server::Home;

/// Phones that write, numbered from 0; the desk's own number is the next.
pub(crate) const PHONES: u32 = 8;

#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) admin: String,
    pub(crate) channel: String,
    pub(crate) group: GroupId,
    pub(crate) conversations: Vec<ConversationId>,
}

impl Desk {
    pub(crate) async fn found(server: SocketAddr, home: &Home) -> Result<Self> {
        let http = Http::to(server);
        let params = json!({ "name": "Desk", "country": "FR", "admin": "Ada" });
        let made = http.command(&home.operator()?, "workspace.create", params).await?;
        let admin = text(&made["token"])?;
        let params = json!({
            "kind": "sms", "name": "Front", "address": phone(PHONES), "provider": "simulator",
        });
        let channel = text(&http.command(&admin, "channel.create", params).await?["channel_id"])?;
        let group = http.command(&admin, "group.create", json!({ "name": "Night" })).await?;
        let mut conversations = Vec::new();
        for n in 0..PHONES {
            let params = json!({ "channel_id": channel, "address": phone(n) });
            let started = http.command(&admin, "conversation.start", params).await?;
            conversations.push(text(&started["conversation_id"])?.parse()?);
        }
        Ok(Self { admin, channel, group: text(&group["group_id"])?.parse()?, conversations })
    }

    /// The commits of its log, in order.
    pub(crate) async fn log(&self, server: SocketAddr) -> Result<Vec<Value>> {
        let lines = Http::to(server).get("/v1/log", &self.admin).await?;
        let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).context("a line is JSON")).collect()
    }
}

/// The number of a phone.
pub(crate) fn phone(n: u32) -> Value {
    json!({ "kind": "e164", "value": format!("+3361{n:07}") })
}

fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).with_context(|| format!("a text, not {value}"))
}
