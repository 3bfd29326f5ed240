//! Frames from the server.

use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::codec::{Codec, Malformed};
use crate::cursor::{Cursor, Epoch};
use crate::entity::{Agent, Channel, Counters, Group, Row, Template, Workspace};
use crate::error::ErrorBody;
use crate::event::{Event, EventHead, Fact};
use crate::ids::{
    AgentId, ChannelId, CommandId, ContactId, ConversationId, GroupId, JobId, MessageId, NoteId, TemplateId,
    TokenId, WebhookId, WorkspaceId,
};
use crate::limits::Limits;
use crate::up::{Doing, ReplyTo};
use crate::watch::Change;

/// One frame from the server.
#[derive(Debug, Clone, PartialEq)]
pub enum Down {
    /// `welcome`: the answer to `hello`.
    Welcome(Box<Welcome>),
    /// `snapshot`: a part of what the client begins with.
    Snapshot(Box<Snapshot>),
    /// `event`: something happened.
    Event(Box<Event>),
    /// `reply`: the answer to a command or query; its content is read with [`read_ok`].
    Reply(Reply),
    /// `change`: the answer to a watch is another one now.
    Change(Box<Change>),
    /// `signal`: what a colleague is doing.
    Signal(Signal),
    /// `counters`: one group's counters changed.
    Counters(Counters),
    /// `checkpoint`: everything visible up to here was sent.
    Checkpoint(Checkpoint),
    /// `ping`: a sign of life, to be answered with `pong`.
    Ping(Ping),
    /// `reset`: forget everything; a snapshot follows, on this connection or on the next one.
    Reset(Reset),
    /// `goodbye`: the connection ends, and why.
    Goodbye(Goodbye),
    /// A type, or an event's name, that this client does not know yet.
    Unknown(UnknownFrame),
}

/// What a newer server says: nothing to be folded, but an event's place counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UnknownFrame {
    /// The type, or the event's name; cut to 64 characters.
    pub name: String,
    /// The place of an event in the log; nothing of another frame.
    pub seq: Option<u64>,
}

/// `welcome`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Welcome {
    /// The workspace and its settings.
    pub workspace: Workspace,
    /// Who the client is.
    pub agent: Agent,
    /// Of the log, for `expected`.
    pub epoch: Epoch,
    /// Where the client stands now.
    pub cursor: Cursor,
    /// The same as a number.
    pub seq: u64,
    /// Whether the missing events follow; a snapshot otherwise.
    pub resumed: bool,
    /// With `resumed`: whether the client keeps the signals that it knows, and what changed of them follows; otherwise
    /// it forgets them, and all that are so follow.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub signals_kept: bool,
    /// Every bound of this connection.
    pub limits: Limits,
    /// Name and version of the server.
    pub server: String,
}

/// `snapshot {part, last}`: any list may be missing from a part.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Snapshot {
    /// From 0.
    pub part: u32,
    /// Whether events follow now.
    pub last: bool,
    /// Events after this seq follow the last part.
    pub seq: u64,
    /// The first page of the view.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<Row>,
    /// How to ask for the second page; in the last part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The visible ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
    /// All.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub agents: Vec<Agent>,
    /// All.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// Those that can be sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<Template>,
    /// One per visible group.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counters: Vec<Counters>,
    /// Who is online, looks and types.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Signal>,
}

/// `reply`, without its content.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// What it answers.
    pub to: ReplyTo,
    /// Nothing when it was accepted.
    pub error: Option<ErrorBody>,
}

/// What an accepted command made, in the `ok` of its reply.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Done {
    /// The command's last event.
    pub seq: u64,
    /// The conversation it was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The message it made or was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<MessageId>,
    /// The contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    /// The group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<GroupId>,
    /// The agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<AgentId>,
    /// The channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<ChannelId>,
    /// The note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note_id: Option<NoteId>,
    /// The job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<JobId>,
    /// The template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_id: Option<TemplateId>,
    /// The token's handle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_id: Option<TokenId>,
    /// The webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_id: Option<WebhookId>,
    /// The workspace that `workspace.create` made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<WorkspaceId>,
    /// The secret of a new token: shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The secret that a webhook's deliveries are signed with from now on: shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

/// `signal {agent_id, conversation_id?, doing}`: without a conversation it tells whether the agent is
/// connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Signal {
    /// Who.
    pub agent_id: AgentId,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// What.
    pub doing: Presence,
}

/// What a colleague is seen doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Connected.
    Online,
    /// Not connected any more.
    Offline,
    /// Has the conversation on screen.
    Viewing,
    /// Writes.
    Typing,
    /// Writes and holds the lease: the others are warned.
    Leasing,
    /// Nothing any more in that conversation.
    Nothing,
}

impl From<Doing> for Presence {
    fn from(doing: Doing) -> Self {
        match doing {
            Doing::Viewing => Self::Viewing,
            Doing::Typing => Self::Typing,
            Doing::TakingOver => Self::Leasing,
            Doing::Nothing => Self::Nothing,
        }
    }
}

/// `checkpoint {seq, cursor}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Checkpoint {
    /// Everything visible up to here was sent.
    pub seq: u64,
    /// To resume from.
    pub cursor: Cursor,
}

/// `ping {cursor}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Ping {
    /// To resume from.
    pub cursor: Cursor,
}

/// `reset {reason}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Reset {
    /// Why.
    pub reason: ResetReason,
}

/// Why a client must begin anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ResetReason {
    /// The cursor is of another epoch or history, or was given to somebody else.
    UnknownCursor,
    /// What the agent may see changed.
    ScopeChanged,
    /// More was missed than is worth sending.
    TooOld,
    /// The server rebuilt what it serves from.
    Rebuilt,
}

/// `goodbye {code, reason, retry_after_ms}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Goodbye {
    /// The name of the close code.
    pub code: String,
    /// A sentence.
    pub reason: String,
    /// When to connect again at the earliest; nothing when not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Tagged<W, S, H, G, C, K, P, R, B> {
    Welcome(W),
    Snapshot(S),
    Change(H),
    Signal(G),
    Counters(C),
    Checkpoint(K),
    Ping(P),
    Reset(R),
    Goodbye(B),
}

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    name: Option<String>,
}

impl Down {
    /// Reads one frame. A type or event name that this client does not know is `Unknown`.
    ///
    /// # Errors
    /// [`Malformed`] with a sentence that says what is wrong.
    pub fn read(codec: Codec, bytes: &[u8]) -> Result<Self, Malformed> {
        let head: Head = codec.read(bytes)?;
        match head.kind.as_str() {
            "event" => read_event(codec, head.name.as_deref().unwrap_or_default(), bytes),
            "reply" => codec.read::<ReplyHead>(bytes).map(|reply| Self::Reply(reply.into())),
            "welcome" => codec.read(bytes).map(|frame| Self::Welcome(Box::new(frame))),
            "snapshot" => codec.read(bytes).map(|frame| Self::Snapshot(Box::new(frame))),
            "change" => codec.read(bytes).map(|frame| Self::Change(Box::new(frame))),
            "signal" => codec.read(bytes).map(Self::Signal),
            "counters" => codec.read(bytes).map(Self::Counters),
            "checkpoint" => codec.read(bytes).map(Self::Checkpoint),
            "ping" => codec.read(bytes).map(Self::Ping),
            "reset" => codec.read(bytes).map(Self::Reset),
            "goodbye" => codec.read(bytes).map(Self::Goodbye),
            other => Ok(Self::Unknown(UnknownFrame { name: other.chars().take(64).collect(), seq: None })),
        }
    }

    /// The bytes of this frame; an accepted reply is written by [`write_ok`].
    pub fn write(&self, codec: Codec) -> Vec<u8> {
        match self {
            Self::Event(event) => codec.write(event.as_ref()),
            Self::Reply(reply) => {
                codec.write(&ReplyFrame { to: reply.to, ok: None::<&()>, error: reply.error.as_ref() })
            }
            Self::Welcome(frame) => codec.write(&tagged(Tagged::Welcome(frame))),
            Self::Snapshot(frame) => codec.write(&tagged(Tagged::Snapshot(frame))),
            Self::Change(frame) => codec.write(&tagged(Tagged::Change(frame))),
            Self::Signal(frame) => codec.write(&tagged(Tagged::Signal(frame))),
            Self::Counters(frame) => codec.write(&tagged(Tagged::Counters(frame))),
            Self::Checkpoint(frame) => codec.write(&tagged(Tagged::Checkpoint(frame))),
            Self::Ping(frame) => codec.write(&tagged(Tagged::Ping(frame))),
            Self::Reset(frame) => codec.write(&tagged(Tagged::Reset(frame))),
            Self::Goodbye(frame) => codec.write(&tagged(Tagged::Goodbye(frame))),
            Self::Unknown(frame) => codec.write(&std::collections::BTreeMap::from([("type", &frame.name)])),
        }
    }
}

type TaggedRef<'a> = Tagged<
    &'a Welcome,
    &'a Snapshot,
    &'a Change,
    &'a Signal,
    &'a Counters,
    &'a Checkpoint,
    &'a Ping,
    &'a Reset,
    &'a Goodbye,
>;

fn tagged(frame: TaggedRef<'_>) -> TaggedRef<'_> {
    frame
}

fn read_event(codec: Codec, name: &str, bytes: &[u8]) -> Result<Down, Malformed> {
    let EventHead { seq, at, actor, command_id } = codec.read(bytes)?;
    match Fact::decode(codec, name, bytes) {
        None => Ok(Down::Unknown(UnknownFrame { name: name.chars().take(64).collect(), seq: Some(seq) })),
        Some(fact) => Ok(Down::Event(Box::new(Event { seq, at, actor, command_id, fact: fact? }))),
    }
}

#[derive(Deserialize)]
struct ReplyHead {
    #[serde(default)]
    command_id: Option<CommandId>,
    #[serde(default)]
    id: Option<u64>,
    #[serde(default)]
    error: Option<ErrorBody>,
}

impl From<ReplyHead> for Reply {
    fn from(head: ReplyHead) -> Self {
        let to = match (head.command_id, head.id) {
            (Some(command_id), _) => ReplyTo::Command(command_id),
            (None, Some(id)) => ReplyTo::Query(id),
            (None, None) => ReplyTo::Nothing,
        };
        Self { to, error: head.error }
    }
}

struct ReplyFrame<'a, T> {
    to: ReplyTo,
    ok: Option<&'a T>,
    error: Option<&'a ErrorBody>,
}

impl<T: Serialize> Serialize for ReplyFrame<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let named = usize::from(self.to != ReplyTo::Nothing);
        let content = usize::from(self.ok.is_some()) + usize::from(self.error.is_some());
        let mut map = serializer.serialize_map(Some(1 + named + content))?;
        map.serialize_entry("type", "reply")?;
        match self.to {
            ReplyTo::Command(command_id) => map.serialize_entry("command_id", &command_id)?,
            ReplyTo::Query(id) => map.serialize_entry("id", &id)?,
            ReplyTo::Nothing => {}
        }
        if let Some(ok) = self.ok {
            map.serialize_entry("ok", ok)?;
        }
        if let Some(error) = self.error {
            map.serialize_entry("error", error)?;
        }
        map.end()
    }
}

/// The bytes of a reply that accepts.
pub fn write_ok<T: Serialize>(codec: Codec, to: ReplyTo, ok: &T) -> Vec<u8> {
    codec.write(&ReplyFrame { to, ok: Some(ok), error: None })
}

/// The content of a reply that accepts.
///
/// # Errors
/// [`Malformed`] when it is of another shape.
pub fn read_ok<T: DeserializeOwned>(codec: Codec, bytes: &[u8]) -> Result<T, Malformed> {
    #[derive(Deserialize)]
    struct Accepted<T> {
        ok: T,
    }
    codec.read::<Accepted<T>>(bytes).map(|frame| frame.ok)
}
