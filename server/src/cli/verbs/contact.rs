//! Verbs about the person behind a conversation.

use anyhow::Context;
use clap::Args;
use parloir_client::Client;
use parloir_client::protocol::command::{Command, contact};
use parloir_client::protocol::entity::Row;
use parloir_client::protocol::query::conversation::Rows;

use super::give;
use crate::cli::connect::Access;
use crate::cli::find;

#[derive(Debug, Args)]
pub(crate) struct Save {
    #[command(flatten)]
    access: Access,
    /// The conversation's id, its number, or a part of its name.
    conversation: String,
    /// The person's name.
    name: String,
    /// A tag to add; may be given again.
    #[arg(long = "tag")]
    tags: Vec<String>,
}

impl Save {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        give(&self.access, async |client| {
            let row = row(client, &self.conversation).await?;
            let address = row.address.context("the person was erased")?;
            Ok(Command::ContactSave(contact::Save {
                contact_id: row.contact.map(|contact| contact.contact_id),
                name: Some(self.name),
                add_tags: (!self.tags.is_empty()).then_some(self.tags),
                remove_tags: None,
                properties: None,
                add_addresses: Some(vec![address]),
                remove_addresses: None,
            }))
        })
        .await
    }
}

#[derive(Debug, Args)]
pub(crate) struct Erase {
    #[command(flatten)]
    access: Access,
    /// The conversation's id, its number, or a part of its name.
    conversation: String,
}

impl Erase {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        give(&self.access, async |client| {
            let row = row(client, &self.conversation).await?;
            let contact_id = row.contact.context("nobody is saved there: save the person first")?.contact_id;
            Ok(Command::ContactErase(contact::Erase { contact_id }))
        })
        .await
    }
}

async fn row(client: &Client, word: &str) -> anyhow::Result<Row> {
    let id = find::conversation(client, word).await?;
    let answer = client.query(Rows { ids: vec![id] }).await?;
    answer.rows.into_iter().next().with_context(|| format!("there is no conversation '{word}'"))
}
