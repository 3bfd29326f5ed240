//! `parloir search`: people and messages by any part of what is known of them, once or kept open. It only
//! looks; what a search means is the protocol's.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::time::Duration;

use clap::Args;
use parloir_client::protocol::error::Code;
use parloir_client::protocol::ids::ConversationId;
use parloir_client::protocol::query::conversation::Rows;
use parloir_client::protocol::query::search::{
    SearchConversations, SearchConversationsOk, SearchMessages, SearchMessagesOk,
};
use parloir_client::{Client, QueryError, Watching};
use serde_json::json;

use super::connect::Access;
use super::curtain::{Curtain, show, size};
use super::find;
use super::terminal::{cell, now_ms, plain};
use sheet::Sheet;

mod messages;
mod people;
mod problem;
mod sheet;

/// Hits of each section.
const LIMIT: u16 = 20;

/// More than a server gives at once, whatever its profile.
const LIMIT_MAX: i64 = 200;

/// An open search is drawn at most so often; ages move on by themselves.
const DRAW_EVERY: Duration = Duration::from_millis(100);
const AGE_EVERY: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(crate) struct Search {
    #[command(flatten)]
    access: Access,
    /// Words, numbers, "phrases" and qualifiers, as tag:vip or group:Support. Quotation marks are the shell's
    /// too: 'tag:"grand compte"'.
    #[arg(required = true)]
    text: Vec<String>,
    /// Only people: by name, number, group, tag or property.
    #[arg(long, conflicts_with = "messages")]
    people: bool,
    /// Only the text of messages.
    #[arg(long)]
    messages: bool,
    /// How many of each are shown.
    #[arg(long, default_value_t = LIMIT, value_parser = clap::value_parser!(u16).range(1..=LIMIT_MAX))]
    limit: u16,
    /// The server's answers as one JSON document.
    #[arg(long)]
    json: bool,
    /// Keep the search for people open and show it as it changes; Ctrl-C leaves.
    #[arg(long, conflicts_with_all = ["messages", "json"])]
    watch: bool,
}

impl Search {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let client = self.access.live().await?;
        let end = if self.watch { self.follow(&client).await } else { self.once(&client).await };
        client.leave().await;
        end
    }

    async fn once(&self, client: &Client) -> anyhow::Result<()> {
        let people =
            async { if self.messages { Ok(None) } else { client.query(self.for_people()).await.map(Some) } };
        let messages =
            async { if self.people { Ok(None) } else { client.query(self.for_messages()).await.map(Some) } };
        let (people, messages) = tokio::join!(people, messages);
        let (people, messages) = (self.told(people)?, self.told(messages)?);
        let text = if self.json {
            document(people.as_ref(), messages.as_ref())?
        } else {
            self.sheets(client, people.as_ref(), messages.as_ref()).await?
        };
        Ok(std::io::stdout().lock().write_all(text.as_bytes())?)
    }

    async fn sheets(
        &self,
        client: &Client,
        people: Option<&SearchConversationsOk>,
        messages: Option<&SearchMessagesOk>,
    ) -> anyhow::Result<String> {
        let sheet = Sheet::of_stdout(now_ms());
        let mut text = String::new();
        if let Some(found) = people {
            text.push_str(&client.read(|store| people::section(store, found, sheet)));
        }
        if let Some(found) = messages {
            let names = self.told(names(client, found).await)?;
            if people.is_some() {
                text.push('\n');
            }
            text.push_str(&messages::section(&names, found, sheet));
        }
        Ok(text)
    }

    async fn follow(&self, client: &Client) -> anyhow::Result<()> {
        let mut watching = self.told(client.watch(self.for_people()).await)?;
        let on_terminal = std::io::stdout().is_terminal();
        let curtain = on_terminal.then(Curtain::raise).transpose()?;
        let leaving = tokio::signal::ctrl_c();
        tokio::pin!(leaving);
        let end = loop {
            show(&self.drawn(client, &watching, on_terminal))?;
            tokio::select! {
                end = &mut leaving => break end.map_err(anyhow::Error::from),
                changed = watching.changed() => if let Err(error) = changed {
                    break self.told(Err(error));
                },
                () = tokio::time::sleep(AGE_EVERY), if on_terminal => {}
            }
            tokio::time::sleep(DRAW_EVERY).await;
        };
        drop(curtain);
        end
    }

    /// The list as it is now: over the whole screen, or behind what was written before.
    fn drawn(&self, client: &Client, watching: &Watching, on_terminal: bool) -> String {
        let hits = watching.hits();
        let found = SearchConversationsOk {
            hits: hits.list().to_vec(),
            next: None,
            total: hits.total(),
            building: hits.building(),
            seq: hits.seq(),
        };
        let section = client.read(|store| people::section(store, &found, Sheet::of_stdout(now_ms())));
        if !on_terminal {
            return format!("{section}\n");
        }
        let (columns, lines) = size();
        let mut text = format!("\x1b[H{}\x1b[K\r\n", cell(&self.text(), columns));
        for line in section.lines().take(lines.saturating_sub(2)) {
            text.push_str(line);
            text.push_str("\x1b[K\r\n");
        }
        text + "\x1b[J"
    }

    fn for_people(&self) -> SearchConversations {
        SearchConversations { text: self.text(), limit: Some(self.limit.into()), after: None, count: true }
    }

    fn for_messages(&self) -> SearchMessages {
        let limit = Some(self.limit.into());
        SearchMessages { text: self.text(), conversation_id: None, limit, after: None, count: true }
    }

    fn text(&self) -> String {
        self.text.join(" ")
    }

    /// An answer, or a sentence that shows where the search is wrong.
    fn told<T>(&self, answer: Result<T, QueryError>) -> anyhow::Result<T> {
        answer.map_err(|error| match &error {
            QueryError::Refused(body) if body.code == Code::InvalidQuery.as_str() => {
                anyhow::anyhow!(problem::shown(&self.text(), body))
            }
            QueryError::Refused(_)
            | QueryError::Unanswered
            | QueryError::Ended { .. }
            | QueryError::Malformed(_)
            | QueryError::Overtaken => anyhow::anyhow!(plain(&error.to_string())),
        })
    }
}

/// Whom the conversations of messages are with.
async fn names(
    client: &Client,
    found: &SearchMessagesOk,
) -> Result<BTreeMap<ConversationId, String>, QueryError> {
    let mut ids: Vec<ConversationId> = found.hits.iter().map(|hit| hit.conversation_id).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = client.query(Rows { ids }).await?.rows;
    Ok(rows.iter().map(|row| (row.conversation.conversation_id, find::name(row))).collect())
}

fn document(
    people: Option<&SearchConversationsOk>,
    messages: Option<&SearchMessagesOk>,
) -> anyhow::Result<String> {
    let answers = [
        ("conversations", people.map(|found| json!(found))),
        ("messages", messages.map(|found| json!(found))),
    ];
    let document: serde_json::Map<_, _> =
        answers.into_iter().filter_map(|(name, answer)| Some((name.to_owned(), answer?))).collect();
    Ok(serde_json::to_string(&document)? + "\n")
}
