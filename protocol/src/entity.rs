//! The nouns as they stand in frames: each with the seq it was current at where a fold needs it.

mod agent;
mod attachment;
mod channel;
mod contact;
mod conversation;
mod counters;
mod group;
mod hit;
mod job;
mod ledger;
mod message;
mod place;
mod template;
mod timeline;
mod webhook;

pub use agent::{Actor, Agent, AgentStatus, Availability, Right, Role, Token, Workspace};
pub use attachment::{Attachment, AttachmentKind, AttachmentState};
pub use channel::{Address, AddressKind, Channel, ChannelKind};
pub use contact::{Card, Contact, ContactRef};
pub use conversation::{AssigneeFilter, Header, LastLine, Order, Row, Status, View};
pub use counters::{AssigneeCounters, Counters};
pub use group::{Group, GroupStatus};
pub use hit::{Hit, HitConversation, HitId, Match, MatchField, MessageHit, Rank};
pub use job::{Job, JobKind, JobStatus};
pub use ledger::ConsentEntry;
pub use message::{Carriage, Consent, Delivery, Direction, Failure, Message, MessageLink, Note, Reaction};
pub use place::{Degrees, Location};
pub use template::{
    Action, ActionKind, Approval, CardDraft, RichCard, Template, TemplateRef, TemplateStatus,
};
pub use timeline::{Item, ReopenCause, TimelineItem};
pub use webhook::{
    DeliveryOutcome, StopReason, Stopped, Webhook, WebhookDelivery, WebhookStanding, WebhookStatus,
};
