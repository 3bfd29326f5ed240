//! What a client can ask to be changed. Every command carries an id that the client made: the same id again
//! gives the same answer and happens once.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::cursor::Epoch;
use crate::ids::CommandId;
use crate::named::named;

pub mod agent;
pub mod contact;
pub mod conversation;
pub mod group;
pub mod message;
pub mod template;
pub mod webhook;
pub mod workspace;

named! {
    /// What is asked, by name.
    Command in "params" {
        "conversation.start" => ConversationStart(conversation::Start),
        "conversation.move" => ConversationMove(conversation::Move),
        "conversation.close" => ConversationClose(conversation::Close),
        "conversation.reopen" => ConversationReopen(conversation::Reopen),
        "conversation.assign" => ConversationAssign(conversation::Assign),
        "conversation.claim" => ConversationClaim(conversation::Claim),
        "conversation.release" => ConversationRelease(conversation::Release),
        "conversation.next" => ConversationNext(conversation::Next),
        "conversation.mark_read" => ConversationMarkRead(conversation::MarkRead),
        "conversation.mark_unread" => ConversationMarkUnread(conversation::MarkUnread),
        "message.send" => MessageSend(message::Send),
        "message.retry" => MessageRetry(message::Retry),
        "message.cancel" => MessageCancel(message::Cancel),
        "message.release" => MessageRelease(message::Release),
        "message.reschedule" => MessageReschedule(message::Reschedule),
        "link.revoke" => LinkRevoke(message::RevokeLink),
        "note.add" => NoteAdd(message::AddNote),
        "contact.save" => ContactSave(contact::Save),
        "contact.merge" => ContactMerge(contact::Merge),
        "contact.unmerge" => ContactUnmerge(contact::Unmerge),
        "contact.erase" => ContactErase(contact::Erase),
        "consent.change" => ConsentChange(conversation::ChangeConsent),
        "template.save" => TemplateSave(template::Save),
        "template.delete" => TemplateDelete(template::Delete),
        "group.create" => GroupCreate(group::Create),
        "group.rename" => GroupRename(group::Rename),
        "group.archive" => GroupArchive(group::Archive),
        "group.delete" => GroupDelete(group::Delete),
        "group.close" => GroupClose(group::Close),
        "agent.create" => AgentCreate(agent::Create),
        "agent.change" => AgentChange(agent::Change),
        "agent.deactivate" => AgentDeactivate(agent::Deactivate),
        "agent.invite" => AgentInvite(agent::Invite),
        "agent.set_availability" => AgentSetAvailability(agent::SetAvailability),
        "token.create" => TokenCreate(agent::CreateToken),
        "token.revoke" => TokenRevoke(agent::RevokeToken),
        "channel.create" => ChannelCreate(workspace::CreateChannel),
        "channel.change" => ChannelChange(workspace::ChangeChannel),
        "webhook.save" => WebhookSave(webhook::Save),
        "webhook.delete" => WebhookDelete(webhook::Delete),
        "webhook.rotate" => WebhookRotate(webhook::Rotate),
        "webhook.replay" => WebhookReplay(webhook::Replay),
        "workspace.change" => WorkspaceChange(workspace::Change),
        "workspace.create" => WorkspaceCreate(workspace::Create),
    }
}

/// The last seq of the conversation that the author had on screen: refused with `conversation_changed` when
/// somebody else wrote since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Expected {
    /// Of the log, as in `welcome`.
    pub epoch: Epoch,
    /// In the log.
    pub seq: u64,
}

/// A command with its id, as a frame and as the body of `POST /v1/commands`.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandFrame {
    /// A UUIDv7 made by the client.
    pub command_id: CommandId,
    /// See [`Expected`].
    pub expected: Option<Expected>,
    /// What is asked.
    pub command: Command,
}

/// The part of a command frame that does not depend on its name.
#[derive(Deserialize)]
pub(crate) struct CommandHead {
    pub(crate) command_id: CommandId,
    #[serde(default)]
    pub(crate) expected: Option<Expected>,
}

impl Serialize for CommandFrame {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4 + usize::from(self.expected.is_some())))?;
        map.serialize_entry("type", "command")?;
        map.serialize_entry("command_id", &self.command_id)?;
        if let Some(expected) = &self.expected {
            map.serialize_entry("expected", expected)?;
        }
        map.serialize_entry("name", self.command.name())?;
        self.command.serialize_content(&mut map)?;
        map.end()
    }
}
