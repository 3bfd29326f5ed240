//! What can be asked of the rules, already parsed: numbers are in their normal form, ids are typed, texts
//! are within their limits' reach. Whether it is allowed and possible is for `decide`.

use std::collections::{BTreeMap, BTreeSet};

use parloir_protocol::ids::{
    AgentId, AttachmentId, ChannelId, ContactId, ConversationId, GroupId, JobId, MessageId, NoteId,
    TemplateId, TokenId, WebhookId, WorkspaceId,
};
use parloir_protocol::time::Time;
use serde::Serialize;

use crate::commit::{Actor, Digest, Key};
use crate::entity::{
    Action, Address, Approval, Attempt, Availability, ChannelKind, Country, Delivery, Destination, Failure,
    FileFacts, LinkHash, Purpose, Right, Role, Scope, StopReason, SubjectId, UnreadUntil, WebhookPosition,
    WebhookStatus,
};
use crate::event::Consent;

pub use asked::Asked;
pub use message::{Inbound, LinkSecret, Outcome, SendMessage, TemplateUse};

mod asked;
mod message;

/// One thing asked, with everything that makes deciding repeatable.
#[derive(Debug, Clone)]
pub struct Ask {
    pub key: Key,
    pub actor: Actor,
    pub command: Asked,
    /// The last seq of the conversation that the author had on screen; refused when somebody else wrote since.
    pub expected: Option<Expected>,
    /// The record's time.
    pub at: Time,
    /// The clock, which ages of command ids are measured by.
    pub clock: Time,
    pub ids: Ids,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Expected {
    pub epoch: u64,
    pub seq: u64,
}

/// Ids made before deciding, so that deciding again gives the same ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ids {
    /// A UUIDv7 for whatever entity the command makes; of each noun a command makes at most one.
    pub entity: [u8; 16],
    /// Random, for the subject of personal values.
    pub subject: SubjectId,
}

macro_rules! nouns {
    ($($name:ident: $id:ident = $noun:literal;)*) => {
        /// Each noun's id is the entity's with another last byte, so that one command may make one of each.
        impl Ids {
            $(pub fn $name(&self) -> $id {
                let mut bytes = self.entity;
                bytes[15] ^= $noun;
                $id::from_bytes(bytes)
            })*
        }
    };
}

nouns! {
    message_id: MessageId = 0;
    conversation_id: ConversationId = 1;
    contact_id: ContactId = 2;
    group_id: GroupId = 3;
    agent_id: AgentId = 4;
    channel_id: ChannelId = 5;
    note_id: NoteId = 6;
    job_id: JobId = 7;
    token_id: TokenId = 8;
    template_id: TemplateId = 9;
    webhook_id: WebhookId = 10;
}

impl Ids {
    /// The id of the file at `index` of the message that a command makes; fewer than 128.
    pub fn attachment_id(&self, index: u8) -> AttachmentId {
        let mut bytes = self.entity;
        bytes[15] ^= 0x80 | index;
        AttachmentId::from_bytes(bytes)
    }
}

/// A template as it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TemplateDraft {
    pub template_id: Option<TemplateId>,
    pub name: String,
    pub language: String,
    pub body: String,
    pub header: Option<String>,
    pub footer: Option<String>,
    pub buttons: Vec<Action>,
    pub provider_name: Option<String>,
    pub approval: Option<Approval>,
}

/// A webhook as it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebhookDraft {
    pub webhook_id: Option<WebhookId>,
    pub name: String,
    /// In its normal form.
    pub url: String,
    /// Names of the wire's events; none, or an empty set, means all.
    pub events: Option<BTreeSet<String>>,
    pub scope: Scope,
    pub status: Option<WebhookStatus>,
    /// For a new one.
    pub salt: WebhookSalt,
}

/// Changes to a contact, merged field by field.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CardChange {
    pub name: Option<String>,
    pub add_tags: BTreeSet<String>,
    pub remove_tags: BTreeSet<String>,
    /// Nothing as the value removes the property.
    pub properties: BTreeMap<String, Option<String>>,
    pub add_addresses: BTreeSet<Address>,
    pub remove_addresses: BTreeSet<Address>,
}

/// A way in to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenDraft {
    pub agent_id: AgentId,
    pub hash: TokenHash,
    pub expires_at: Option<Time>,
    pub purpose: Purpose,
    /// The token that it ends with.
    pub made_from: Option<TokenId>,
}

/// Everything that can be asked, by noun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Command {
    // conversation
    Start {
        channel_id: ChannelId,
        to: Destination,
        group_id: Option<GroupId>,
    },
    Receive(Inbound),
    Move {
        conversation_id: ConversationId,
        group_id: GroupId,
        expected_group: Option<GroupId>,
    },
    Close {
        conversation_id: ConversationId,
    },
    Reopen {
        conversation_id: ConversationId,
    },
    /// Nobody as the agent releases it whoever had it.
    Assign {
        conversation_id: ConversationId,
        agent_id: Option<AgentId>,
    },
    /// For oneself; refused when somebody else has it.
    Claim {
        conversation_id: ConversationId,
    },
    /// One's own; releasing what one does not have is noted.
    Release {
        conversation_id: ConversationId,
    },
    /// The longest waiting open, unassigned, visible conversation, claimed.
    Next {
        group_id: Option<GroupId>,
    },
    MarkRead {
        conversation_id: ConversationId,
        up_to: u64,
    },
    MarkUnread {
        conversation_id: ConversationId,
    },

    // message
    Send(Box<SendMessage>),
    /// A failed or unknown message once more, as a new attempt.
    Retry {
        message_id: MessageId,
    },
    /// Takes back what has not left.
    CancelMessage {
        message_id: MessageId,
    },
    /// A planned message goes now: somebody asks, or its time has come.
    ReleaseMessage {
        message_id: MessageId,
    },
    /// A planned message goes at another time.
    RescheduleMessage {
        message_id: MessageId,
        send_at: Time,
    },
    /// A file that came in is here.
    StoreMedia {
        message_id: MessageId,
        index: u32,
        facts: FileFacts,
    },
    /// The provider does not give it out.
    GiveUpMedia {
        message_id: MessageId,
        index: u32,
    },
    /// Somebody opened the page behind a link.
    OpenLink {
        hash: LinkHash,
    },
    RevokeLink {
        message_id: MessageId,
    },
    /// The outbox is about to call the provider.
    Dispatch {
        message_id: MessageId,
        attempt: Attempt,
    },
    /// The provider's answer to that call.
    Answered {
        message_id: MessageId,
        attempt: Attempt,
        outcome: Outcome,
    },
    /// A receipt, perhaps before the answer, perhaps twice.
    Receipt {
        channel_id: ChannelId,
        provider_message: Digest,
        delivery: Delivery,
        failure: Option<Failure>,
    },
    /// Somebody told the provider, not us, that there shall be no more.
    OptOut {
        channel_id: ChannelId,
        from: Destination,
    },

    /// What somebody said elsewhere.
    ChangeConsent {
        conversation_id: ConversationId,
        consent: Consent,
    },

    // template
    SaveTemplate(Box<TemplateDraft>),
    DeleteTemplate {
        template_id: TemplateId,
    },

    // webhook
    SaveWebhook(Box<WebhookDraft>),
    DeleteWebhook {
        webhook_id: WebhookId,
    },
    RotateWebhook {
        webhook_id: WebhookId,
        salt: WebhookSalt,
        keep_ms: u32,
    },
    ReplayWebhook {
        webhook_id: WebhookId,
        from_seq: u64,
    },
    /// How far the driver is; the step is the one after the last.
    AdvanceWebhook {
        webhook_id: WebhookId,
        to: WebhookPosition,
    },
    /// The driver gives up on an event.
    DisableWebhook {
        webhook_id: WebhookId,
        step: u64,
        failed_seq: u64,
        reason: StopReason,
    },

    AddNote {
        conversation_id: ConversationId,
        text: String,
        mentions: BTreeSet<AgentId>,
    },

    // contact
    /// Without a contact: the one that has any of the added addresses, else a new one.
    SaveContact {
        contact_id: Option<ContactId>,
        change: CardChange,
    },
    /// Carries the version (the contact's seq) of both.
    MergeContacts {
        survivor: ContactId,
        survivor_version: u64,
        merged: ContactId,
        merged_version: u64,
    },
    UnmergeContacts {
        survivor: ContactId,
        merged: ContactId,
    },
    EraseContact {
        contact_id: ContactId,
    },

    // group
    CreateGroup {
        name: String,
    },
    RenameGroup {
        group_id: GroupId,
        name: String,
    },
    ArchiveGroup {
        group_id: GroupId,
    },
    DeleteGroup {
        group_id: GroupId,
        target: Option<GroupId>,
    },
    CloseGroup {
        group_id: GroupId,
    },

    // people
    CreateAgent {
        name: String,
        role: Role,
        scope: Scope,
        rights: BTreeSet<Right>,
    },
    ChangeAgent {
        agent_id: AgentId,
        name: Option<String>,
        role: Option<Role>,
        scope: Option<Scope>,
    },
    DeactivateAgent {
        agent_id: AgentId,
    },
    /// A first connection, or two minutes after the last one.
    SetAvailability {
        agent_id: AgentId,
        availability: Availability,
    },
    CreateToken(TokenDraft),
    /// An invitation given for a session, once.
    Redeem {
        invitation: [u8; 32],
        hash: TokenHash,
        expires_at: Time,
    },
    RevokeToken {
        token_id: TokenId,
    },

    // workspace
    CreateChannel {
        kind: ChannelKind,
        name: String,
        address: Address,
        provider: String,
        approved_countries: Option<BTreeSet<Country>>,
    },
    ChangeChannel {
        channel_id: ChannelId,
        name: Option<String>,
        approved_countries: Option<Option<BTreeSet<Country>>>,
    },
    ChangeWorkspace {
        name: Option<String>,
        country: Option<Country>,
        unread_until: Option<UnreadUntil>,
        hold_ms: Option<u32>,
        link_days: Option<u16>,
    },
    /// The first commit of a workspace: settings, the default group, one admin and the way in.
    Provision {
        workspace_id: WorkspaceId,
        name: String,
        country: Country,
        digest_key: DigestKey,
        admin: String,
        hash: TokenHash,
    },
    /// In the workspace `sys`.
    RegisterWorkspace {
        workspace_id: WorkspaceId,
        name: String,
    },
    BeginEpoch {
        epoch: u64,
    },

    /// Begins to save the people of a file that was uploaded.
    ImportContacts {
        attachment_id: AttachmentId,
        bytes: u64,
    },
    /// How much of its file an import has gone through.
    AdvanceImport {
        job_id: JobId,
        done: u64,
    },
    /// One bounded step of a job.
    StepJob {
        job_id: JobId,
    },
    /// What is stored has been rewritten without the person.
    FinishJob {
        job_id: JobId,
    },
}

/// The hash of a token's secret. It is no part of what was asked, so a repeat with another secret is the
/// same command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

impl Serialize for TokenHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// A new workspace's key for digests, made at random; no part of what was asked either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DigestKey(pub [u8; 32]);

impl Serialize for DigestKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

/// What a webhook's next secret is made of, at random; no part of what was asked either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookSalt(pub [u8; 32]);

impl Serialize for WebhookSalt {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}
