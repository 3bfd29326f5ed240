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
mod message;
mod timeline;

pub use agent::{Actor, Agent, AgentStatus, Availability, Right, Role, Token, Workspace};
pub use attachment::{Attachment, AttachmentKind, AttachmentState};
pub use channel::{Address, AddressKind, Channel, ChannelKind};
pub use contact::{Card, Contact, ContactRef};
pub use conversation::{AssigneeFilter, Header, LastLine, Order, Row, Status, View};
pub use counters::{AssigneeCounters, Counters};
pub use group::{Group, GroupStatus};
pub use hit::{Hit, HitConversation, HitId, Match, MatchField, MessageHit, Rank};
pub use job::{Job, JobKind, JobStatus};
pub use message::{Consent, Delivery, Direction, Failure, Message, Note};
pub use timeline::{Item, ReopenCause, TimelineItem};
