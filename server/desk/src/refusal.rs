//! Why the rules say no. One name per reason, each with the facts that a person needs to go on; the names in
//! snake case are the codes of `protocol/registry/errors.json`.

use parloir_protocol::ids::{AgentId, ContactId, ConversationId, GroupId};
use parloir_protocol::time::Time;

use serde::Serialize;

use crate::commit::Actor;
use crate::entity::{Approval, Country, Delivery};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Refusal {
    // who asks
    NotAllowed,
    AgentDeactivated,
    ConversationOutOfScope,

    // what is named does not exist here
    ConversationNotFound,
    MessageNotFound,
    ContactNotFound,
    GroupNotFound,
    AgentNotFound,
    ChannelNotFound,
    TokenNotFound,
    JobNotFound,
    TemplateNotFound,
    LinkNotFound,
    WebhookNotFound,

    // the command itself
    CommandIdReused,
    CommandIdTooOld,
    CommandIdInFuture,
    FieldTooLong { field: &'static str, max: usize, actual: usize },
    FieldEmpty { field: &'static str },
    TooMany { field: &'static str, max: usize },
    InvalidText { field: &'static str },

    // somebody was faster
    ConversationChanged { newest_seq: u64, by: Option<Actor> },
    StaleEpoch { epoch: u64 },
    AlreadyClaimed { by: AgentId },
    GroupChanged { group_id: GroupId },
    ContactChanged { contact_id: ContactId, version: u64 },
    NothingWaiting,

    // sending
    OwnNumber,
    OptedOut,
    SenderNotApproved { country: Country },
    AddressErased,
    NotRetryable { conversation_id: ConversationId },
    TemplateRequired,
    MessageEmpty,
    TemplateFieldsMissing { fields: Vec<String> },
    TemplateChanged { digest: String },
    TemplateNotApproved { approval: Approval },
    WindowClosed { until: Option<Time> },
    CardNotSupported,
    AttachmentTooLarge { max: u64 },
    UnsupportedFile { found: Option<String> },
    NotCancellable { delivery: Option<Delivery> },
    InvalidTime { field: &'static str, min: Time, max: Time },

    // webhooks
    InvalidSeq { field: &'static str, min: u64, max: u64 },

    // contacts
    AddressTaken { contact_id: ContactId },
    ContactErased,
    ContactMerged { survivor: ContactId },
    NotMerged,

    // groups and people
    NameTaken,
    DefaultGroup,
    GroupArchived,
    GroupNotEmpty { conversations: u64 },
    AgentOutsideGroup { agent_id: AgentId },
    LastAdmin,

    // workspace
    AlreadyProvisioned,
    JobRunning,
}
