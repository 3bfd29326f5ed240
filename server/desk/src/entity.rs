//! The nouns that the rules keep: what stands in the state, one file each. They hold no rule beyond what
//! their own fields say.

pub use address::{Address, AddressKind, Country, Destination};
pub use agent::{Agent, AgentStatus, Availability, Purpose, Right, Role, Scope, Token};
pub use attachment::{Attachment, AttachmentKind, AttachmentState, Clean, FileFacts, InboundMedia, kind_of};
pub use channel::{Channel, ChannelKind};
pub use contact::{Card, Contact, ContactStatus};
pub use content::{
    Action, ActionKind, Carriage, LinkHash, LinkRow, Location, MessageCard, MessageLink, Reacted, Reaction,
    SentTemplate,
};
pub use conversation::{Conversation, Header, LastLine, Speaker, Status, Waiting};
pub use group::{Group, GroupStatus};
pub use job::{Job, JobKind, JobStatus};
pub use ledger::ConsentRow;
pub use message::{Attempt, Delivery, Direction, Failure, Message};
pub use personal::{Personal, SubjectId};
pub use template::{Approval, Template, TemplateStatus};
pub use timeline::{Item, TimelineItem};
pub use webhook::{PreviousSecret, StopReason, Stopped, Webhook, WebhookPosition, WebhookStatus};
pub use workspace::{LINK_DAYS, UnreadUntil, Workspace};

mod address;
mod agent;
mod attachment;
mod channel;
mod contact;
mod content;
mod conversation;
mod group;
mod job;
mod ledger;
mod message;
mod personal;
mod template;
mod timeline;
mod webhook;
mod workspace;
