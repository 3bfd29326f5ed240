//! The facts that can happen. An event carries results, never recipes: folding it needs no rule.

use std::collections::BTreeSet;

use parloir_protocol::ids::{
    AgentId, AttachmentId, ChannelId, ContactId, ConversationId, GroupId, JobId, MessageId, NoteId,
    TemplateId, TokenId, WebhookId, WorkspaceId,
};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use crate::commit::Digest;
use crate::entity::{
    Address, Agent, Attempt, Availability, Card, Carriage, Channel, Country, Delivery, Failure, FileFacts,
    Group, Header, InboundMedia, JobKind, LinkHash, Location, MessageCard, Personal, Reacted, Role, Scope,
    SentTemplate, StopReason, SubjectId, Template, Token, UnreadUntil, Webhook, Workspace,
};

/// Why a closed conversation is open again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReopenCause {
    Reply,
    Send,
    Agent,
}

/// Whether a person wants messages from a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Consent {
    OptedOut,
    OptedIn,
}

/// What a noted command found already done, so that its answer can name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum About {
    Nothing,
    Conversation(ConversationId),
    Message(MessageId),
    Contact(ContactId),
    Group(GroupId),
    Agent(AgentId),
    Job(JobId),
    Template(TemplateId),
    Webhook(WebhookId),
}

/// Who the other side of a new conversation is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counterpart {
    pub address: Address,
    pub profile_name: Option<String>,
}

/// What leaves, and to whom: fixed when the send was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outgoing {
    pub address: Address,
    /// Exactly what goes.
    pub text: String,
    pub files: Vec<FileFacts>,
    pub card: Option<MessageCard>,
    pub template: Option<SentTemplate>,
    pub carriage: Option<Carriage>,
    pub link: Option<LinkMade>,
}

/// A link that works from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkMade {
    pub hash: LinkHash,
    pub expires_at: Time,
    /// Where a provider fetches the file by itself; nothing where the link stands in the text.
    pub url: Option<String>,
}

/// What came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Incoming {
    pub text: String,
    pub files: Vec<IncomingFile>,
    pub location: Option<Location>,
    pub reaction: Option<Reacted>,
}

/// A file that is still with the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IncomingFile {
    pub id: AttachmentId,
    pub media: InboundMedia,
}

/// A fact, with `header` as it is after it wherever a conversation is touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Event {
    WorkspaceCreated {
        workspace: Workspace,
    },
    WorkspaceChanged {
        name: String,
        country: Country,
        unread_until: UnreadUntil,
        hold_ms: u32,
        link_days: u16,
    },
    /// In the workspace `sys`: another workspace exists.
    WorkspaceRegistered {
        workspace_id: WorkspaceId,
        name: String,
    },
    /// The first event of a new epoch after a restore or a loss: older send attempts are void.
    EpochStarted {
        epoch: u64,
    },
    /// An accepted command that changed nothing.
    Noted {
        about: About,
    },

    AgentCreated {
        agent: Agent,
    },
    AgentChanged {
        agent_id: AgentId,
        name: String,
        role: Role,
        scope: Scope,
    },
    AgentDeactivated {
        agent_id: AgentId,
    },
    AvailabilityChanged {
        agent_id: AgentId,
        availability: Availability,
    },
    TokenCreated {
        token: Token,
    },
    TokenRevoked {
        token_id: TokenId,
        hash: [u8; 32],
    },

    ChannelCreated {
        channel: Channel,
    },
    ChannelChanged {
        channel_id: ChannelId,
        name: String,
        approved_countries: Option<BTreeSet<Country>>,
    },

    GroupCreated {
        group: Group,
    },
    GroupRenamed {
        group_id: GroupId,
        name: String,
    },
    GroupArchived {
        group_id: GroupId,
    },
    /// Its conversations are being moved; it takes no new ones.
    GroupEmptying {
        group_id: GroupId,
        target: GroupId,
    },
    GroupDeleted {
        group_id: GroupId,
    },

    ConversationStarted {
        header: Header,
        channel_id: ChannelId,
        subject: SubjectId,
        country: Option<Country>,
        counterpart: Personal<Counterpart>,
    },
    /// The other side told its own name, or another one.
    ProfileNamed {
        header: Header,
        subject: SubjectId,
        profile_name: Personal<String>,
    },
    ConversationMoved {
        header: Header,
        from: GroupId,
    },
    ConversationClosed {
        header: Header,
    },
    ConversationReopened {
        header: Header,
        cause: ReopenCause,
    },
    /// Claimed, assigned, handed by `next`, released or dropped with its owner away.
    ConversationAssigned {
        header: Header,
        from: Option<AgentId>,
    },
    /// `agent_id` has read up to `up_to`; the header tells whether the shared mark is cleared.
    ConversationRead {
        header: Header,
        agent_id: AgentId,
        up_to: u64,
    },
    ConversationMarkedUnread {
        header: Header,
    },
    ConversationErased {
        header: Header,
    },

    MessageReceived {
        header: Header,
        message_id: MessageId,
        subject: SubjectId,
        incoming: Personal<Incoming>,
    },
    MessageQueued {
        header: Header,
        message_id: MessageId,
        subject: SubjectId,
        channel_id: ChannelId,
        outgoing: Personal<Outgoing>,
        seen_seq: Option<u64>,
        /// Who wrote it, where that is not who let it go.
        author: Option<AgentId>,
    },
    /// An agent wrote what goes later; the header is as it was.
    MessagePlanned {
        header: Header,
        message_id: MessageId,
        subject: SubjectId,
        channel_id: ChannelId,
        outgoing: Personal<Outgoing>,
        seen_seq: Option<u64>,
        delivery: Delivery,
        due_at: Option<Time>,
    },
    MessagePlanChanged {
        conversation_id: ConversationId,
        group_id: GroupId,
        message_id: MessageId,
        delivery: Delivery,
        due_at: Option<Time>,
    },
    MessageCancelled {
        conversation_id: ConversationId,
        group_id: GroupId,
        message_id: MessageId,
    },
    AttachmentStored {
        conversation_id: ConversationId,
        group_id: GroupId,
        message_id: MessageId,
        attachment_id: AttachmentId,
        subject: SubjectId,
        file: Personal<FileFacts>,
    },
    AttachmentMissing {
        conversation_id: ConversationId,
        group_id: GroupId,
        message_id: MessageId,
        attachment_id: AttachmentId,
    },
    LinkOpened {
        conversation_id: ConversationId,
        group_id: GroupId,
        message_id: MessageId,
    },
    LinkRevoked {
        conversation_id: ConversationId,
        group_id: GroupId,
        message_id: MessageId,
    },
    DeliveryChanged {
        conversation_id: ConversationId,
        group_id: GroupId,
        message_id: MessageId,
        attempt: Attempt,
        delivery: Delivery,
        failure: Option<Failure>,
        /// The provider's own id for the message, once it is known.
        provider_message: Option<Digest>,
    },
    /// A receipt that came before the provider's answer: kept until the answer names its message.
    ReceiptKept {
        channel_id: ChannelId,
        provider_message: Digest,
        delivery: Delivery,
        failure: Option<Failure>,
    },

    NoteAdded {
        header: Header,
        note_id: NoteId,
        subject: SubjectId,
        text: Personal<String>,
        mentions: Vec<AgentId>,
    },

    ConsentChanged {
        conversation_id: ConversationId,
        group_id: GroupId,
        channel_id: ChannelId,
        address: Digest,
        consent: Consent,
    },

    /// A template as it is now.
    TemplateSaved {
        template: Template,
    },
    TemplateDeleted {
        template_id: TemplateId,
    },

    /// A webhook as it is now.
    WebhookSaved {
        webhook: Webhook,
    },
    WebhookDeleted {
        webhook_id: WebhookId,
    },
    /// It goes on from another place.
    WebhookReplayed {
        webhook_id: WebhookId,
        from_seq: u64,
    },
    /// Its receiver has taken everything up to `position`.
    WebhookAdvanced {
        webhook_id: WebhookId,
        position: u64,
        step: u64,
        failing_since: Option<Time>,
    },
    /// Its receiver does not take an event.
    WebhookDisabled {
        webhook_id: WebhookId,
        step: u64,
        failed_seq: u64,
        reason: StopReason,
    },

    /// A contact as it is now. One address belongs to at most one contact, so whoever had it has lost it.
    ContactSaved {
        contact_id: ContactId,
        subject: SubjectId,
        card: Personal<Card>,
    },
    /// `merged`'s addresses are `survivor`'s now; `card` is the survivor's after it.
    ContactMerged {
        survivor: ContactId,
        merged: ContactId,
        subject: SubjectId,
        card: Personal<Card>,
    },
    /// `restored` is a contact of its own again; both cards follow, each in an event of its own.
    ContactUnmerged {
        survivor: ContactId,
        restored: ContactId,
    },
    ContactErased {
        contact_id: ContactId,
    },

    JobStarted {
        job_id: JobId,
        kind: JobKind,
        total: u64,
    },
    JobAdvanced {
        job_id: JobId,
        done: u64,
    },
    /// The rules are done; what is stored is being rewritten.
    JobRewriting {
        job_id: JobId,
    },
    JobDone {
        job_id: JobId,
    },
}
