//! Verbs about one conversation.

use clap::Args;
use parloir_client::protocol::command::{Command, conversation as conv, message as msg};
use parloir_client::protocol::entity::{Address, AddressKind};

use super::give;
use crate::cli::connect::Access;
use crate::cli::find;

/// A verb whose command needs nothing but the conversation.
macro_rules! plain_verbs {
    ($($verb:ident => $variant:ident($params:ident);)*) => {$(
        #[derive(Debug, Args)]
        pub(crate) struct $verb {
            #[command(flatten)]
            access: Access,
            /// Its id, its number, or a part of its name.
            conversation: String,
        }

        impl $verb {
            pub(super) async fn run(self) -> anyhow::Result<()> {
                give(&self.access, async |client| {
                    let conversation_id = find::conversation(client, &self.conversation).await?;
                    Ok(Command::$variant(conv::$params { conversation_id }))
                })
                .await
            }
        }
    )*};
}

plain_verbs! {
    Close => ConversationClose(Close);
    Reopen => ConversationReopen(Reopen);
    Claim => ConversationClaim(Claim);
    Release => ConversationRelease(Release);
    Unread => ConversationMarkUnread(MarkUnread);
}

#[derive(Debug, Args)]
pub(crate) struct Send {
    #[command(flatten)]
    access: Access,
    /// Its id, its number, or a part of its name.
    conversation: String,
    /// At most 4,096 characters.
    text: String,
}

impl Send {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        give(&self.access, async |client| {
            let conversation_id = find::conversation(client, &self.conversation).await?;
            Ok(Command::MessageSend(msg::Send::text(conversation_id, self.text)))
        })
        .await
    }
}

#[derive(Debug, Args)]
pub(crate) struct Note {
    #[command(flatten)]
    access: Access,
    /// Its id, its number, or a part of its name.
    conversation: String,
    /// At most 4,096 characters.
    text: String,
}

impl Note {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        give(&self.access, async |client| {
            let conversation_id = find::conversation(client, &self.conversation).await?;
            Ok(Command::NoteAdd(msg::AddNote { conversation_id, text: self.text, mentions: None }))
        })
        .await
    }
}

#[derive(Debug, Args)]
pub(crate) struct Move {
    #[command(flatten)]
    access: Access,
    /// Its id, its number, or a part of its name.
    conversation: String,
    /// Its id, or a part of its name.
    group: String,
}

impl Move {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        give(&self.access, async |client| {
            let conversation_id = find::conversation(client, &self.conversation).await?;
            let group_id = find::group(client, &self.group)?;
            Ok(Command::ConversationMove(conv::Move { conversation_id, group_id, expected_group: None }))
        })
        .await
    }
}

#[derive(Debug, Args)]
pub(crate) struct Assign {
    #[command(flatten)]
    access: Access,
    /// Its id, its number, or a part of its name.
    conversation: String,
    /// Its id, or a part of its name; nobody without.
    agent: Option<String>,
}

impl Assign {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        give(&self.access, async |client| {
            let conversation_id = find::conversation(client, &self.conversation).await?;
            let agent_id = self.agent.map(|agent| find::agent(client, &agent)).transpose()?;
            Ok(Command::ConversationAssign(conv::Assign { conversation_id, agent_id }))
        })
        .await
    }
}

#[derive(Debug, Args)]
pub(crate) struct Read {
    #[command(flatten)]
    access: Access,
    /// Its id, its number, or a part of its name.
    conversation: String,
}

impl Read {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        give(&self.access, async |client| {
            let conversation_id = find::conversation(client, &self.conversation).await?;
            let up_to = client.read(parloir_client::Store::seq);
            Ok(Command::ConversationMarkRead(conv::MarkRead { conversation_id, up_to }))
        })
        .await
    }
}

#[derive(Debug, Args)]
pub(crate) struct Next {
    #[command(flatten)]
    access: Access,
    /// Only from this group: its id, or a part of its name.
    #[arg(long)]
    group: Option<String>,
}

impl Next {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        give(&self.access, async |client| {
            let group_id = self.group.map(|group| find::group(client, &group)).transpose()?;
            Ok(Command::ConversationNext(conv::Next { group_id }))
        })
        .await
    }
}

#[derive(Debug, Args)]
pub(crate) struct Start {
    #[command(flatten)]
    access: Access,
    /// Over which own sender: its id, or a part of its name.
    channel: String,
    /// In any writing.
    number: String,
    /// Where it goes: a group's id, or a part of its name.
    #[arg(long)]
    group: Option<String>,
}

impl Start {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        give(&self.access, async |client| {
            let channel_id = find::channel(client, &self.channel)?;
            let group_id = self.group.map(|group| find::group(client, &group)).transpose()?;
            let address = Address { kind: AddressKind::E164, value: self.number };
            Ok(Command::ConversationStart(conv::Start { channel_id, address, group_id }))
        })
        .await
    }
}
