//! People and a provider who never rest: each asks, waits for the answer, writes it down as promised, and asks
//! again.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use parloir_client::protocol::command::{Command, contact, conversation, group, message};
use parloir_client::protocol::ids::CommandId;
use parloir_client::{Client, CommandError, Options};
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::desk::{Desk, PHONES, phone};
use super::http::Http;
use super::promises::Promises;

const CLIENTS: u32 = 2;
const HANDS_PER_CLIENT: u32 = 3;
const PROVIDERS: u32 = 2;

pub(crate) struct Workers(JoinSet<()>);

impl Workers {
    pub(crate) fn begin(desk: &Desk, server: SocketAddr, promises: &Arc<Promises>) -> Result<Self> {
        let mut workers = JoinSet::new();
        for _ in 0..CLIENTS {
            let client = Client::connect(Options::new(format!("http://{server}"), &desk.admin))?;
            for hand in 0..HANDS_PER_CLIENT {
                workers.spawn(command(client.clone(), desk.clone(), hand, Arc::clone(promises)));
            }
        }
        let http = Http::to(server);
        for _ in 0..PROVIDERS {
            workers.spawn(hand_in(http.clone(), desk.channel.clone(), Arc::clone(promises)));
        }
        Ok(Self(workers))
    }

    /// Nobody asks any more when it returns.
    pub(crate) async fn end(mut self) {
        self.0.abort_all();
        while let Some(ended) = self.0.join_next().await {
            assert!(!ended.is_err_and(|error| error.is_panic()), "a worker panicked");
        }
    }
}

async fn command(client: Client, desk: Desk, hand: u32, promises: Arc<Promises>) {
    for at in hand.. {
        let id = CommandId(Uuid::now_v7());
        match client.command_with(id, None, any_command(&desk, at)).await {
            Ok(_) => promises.put(id.to_string()),
            Err(CommandError::Refused(_)) => {}
            Err(CommandError::Unanswered(_) | CommandError::Ended { .. }) => return,
            Err(CommandError::Malformed(error)) => panic!("{error}"),
            Err(CommandError::NotKept(error)) => panic!("{error}"),
        }
    }
}

/// The `at`th command; some are refused.
fn any_command(desk: &Desk, at: u32) -> Command {
    let conversation_id = desk.conversations[at as usize % desk.conversations.len()];
    let text = format!("line {at}");
    match at % 7 {
        0 => Command::ConversationClose(conversation::Close { conversation_id }),
        1 => Command::ConversationReopen(conversation::Reopen { conversation_id }),
        2 => Command::ConversationMarkUnread(conversation::MarkUnread { conversation_id }),
        3 => Command::MessageSend(message::Send::text(conversation_id, text)),
        4 => Command::GroupRename(group::Rename { group_id: desk.group, name: text }),
        5 => Command::ContactSave(contact::Save {
            contact_id: None,
            name: Some(text),
            add_tags: None,
            remove_tags: None,
            properties: None,
            add_addresses: None,
            remove_addresses: None,
        }),
        _ => Command::NoteAdd(message::AddNote { conversation_id, text, mentions: None }),
    }
}

async fn hand_in(http: Http, channel: String, promises: Arc<Promises>) {
    for at in 0.. {
        let text = format!("inbound {}", Uuid::now_v7());
        let body = json!({ "event_id": text, "type": "message", "from": phone(at % PHONES), "text": text });
        if http.inbound(&channel, &body).await.is_err() {
            return;
        }
        promises.put(text);
    }
}
