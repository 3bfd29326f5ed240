//! Frames from a client, and what is wrong with those that are none.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::codec::{Codec, Malformed};
use crate::command::{Command, CommandFrame, CommandHead};
use crate::cursor::Cursor;
use crate::entity::View;
use crate::error::Code;
use crate::ids::{CommandId, ConversationId};
use crate::query::{Query, QueryFrame, QueryHead};
use crate::watch::{Unwatch, Watch, WatchFrame, WatchHead};

/// One frame from a client.
#[derive(Debug, Clone, PartialEq)]
pub enum Up {
    /// `hello`: first, once.
    Hello(Hello),
    /// `command`: changes something; answered by `reply`.
    Command(CommandFrame),
    /// `query`: reads; answered by `reply`.
    Query(QueryFrame),
    /// `watch`: reads, and tells what changes in the answer; answered by `reply`.
    Watch(WatchFrame),
    /// `unwatch`: ends a watch; no answer.
    Unwatch(Unwatch),
    /// `signal`: typing or looking; no answer.
    Signal(SignalUp),
    /// `refresh`: another token for the same agent; answered by `reply`.
    Refresh(Refresh),
    /// `pong`: answers `ping`.
    Pong,
}

/// `hello {token?, client, resume?, view?}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Hello {
    /// The way in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Name and version of the program, for the operator.
    pub client: String,
    /// Where the client stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
    /// Whose first page the snapshot brings; open conversations without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<View>,
}

/// The last cursor that the client got.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Resume {
    /// From `welcome`, `checkpoint` or `ping`.
    pub cursor: Cursor,
}

/// What an agent is doing in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Has it on screen.
    Viewing,
    /// Writes; takes the lease when nobody has it.
    Typing,
    /// Writes and takes the lease from whoever has it.
    TakingOver,
    /// Nothing any more.
    Nothing,
}

/// `signal {conversation_id, doing}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct SignalUp {
    /// Where.
    pub conversation_id: ConversationId,
    /// What.
    pub doing: Doing,
}

/// `refresh {id, token}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Refresh {
    /// Made by the client; the answer carries it.
    pub id: u64,
    /// The new one.
    pub token: String,
}

/// What an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyTo {
    /// A command, by its id.
    Command(CommandId),
    /// A query, a watch or a refresh, by its id.
    Query(u64),
    /// A frame that carried no readable id.
    Nothing,
}

/// What of a frame this server does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// Its `type`.
    Type,
    /// The `name` of a command.
    Command,
    /// The `name` of a query or a watch.
    Query,
}

impl Unknown {
    /// The code of the error that answers it.
    pub const fn code(self) -> Code {
        match self {
            Self::Type => Code::UnknownType,
            Self::Command => Code::UnknownCommand,
            Self::Query => Code::UnknownQuery,
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Type => "type",
            Self::Command => "command",
            Self::Query => "query",
        })
    }
}

/// Why bytes are no frame of this protocol.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UpError {
    /// Not a document, or one without a type: the connection ends with `bad_frame`.
    #[error("not a frame: {0}")]
    Malformed(Malformed),
    /// A type, command or query that this server does not know.
    #[error("unknown {what} '{name}'")]
    Unknown {
        /// Which of them.
        what: Unknown,
        /// As given, cut to 64 characters.
        name: String,
        /// What an error answers.
        to: ReplyTo,
    },
    /// A known one whose fields are not right.
    #[error("{error}")]
    Params {
        /// Which field and why.
        error: Malformed,
        /// What an error answers.
        to: ReplyTo,
    },
}

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    name: Option<String>,
}

impl Up {
    /// Reads one frame.
    ///
    /// # Errors
    /// [`UpError`]; only `Malformed` is a reason to end the connection.
    pub fn read(codec: Codec, bytes: &[u8]) -> Result<Self, UpError> {
        let head: Head = codec.read(bytes).map_err(UpError::Malformed)?;
        let name = head.name.unwrap_or_default();
        match head.kind.as_str() {
            "hello" => codec.read(bytes).map(Self::Hello).map_err(|error| params(error, ReplyTo::Nothing)),
            "command" => read_command(codec, &name, bytes).map(Self::Command),
            "query" => read_query(codec, &name, bytes).map(Self::Query),
            "watch" => read_watch(codec, &name, bytes).map(Self::Watch),
            "unwatch" => {
                codec.read(bytes).map(Self::Unwatch).map_err(|error| params(error, ReplyTo::Nothing))
            }
            "signal" => codec.read(bytes).map(Self::Signal).map_err(|error| params(error, ReplyTo::Nothing)),
            "refresh" => {
                codec.read(bytes).map(Self::Refresh).map_err(|error| params(error, ReplyTo::Nothing))
            }
            "pong" => Ok(Self::Pong),
            other => Err(unknown(Unknown::Type, other, ReplyTo::Nothing)),
        }
    }

    /// The bytes of this frame.
    pub fn write(&self, codec: Codec) -> Vec<u8> {
        #[derive(Serialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        enum Tagged<'a> {
            Hello(&'a Hello),
            Signal(&'a SignalUp),
            Refresh(&'a Refresh),
            Unwatch(&'a Unwatch),
            Pong {},
        }
        match self {
            Self::Hello(hello) => codec.write(&Tagged::Hello(hello)),
            Self::Command(frame) => codec.write(frame),
            Self::Query(frame) => codec.write(frame),
            Self::Watch(frame) => codec.write(frame),
            Self::Unwatch(unwatch) => codec.write(&Tagged::Unwatch(unwatch)),
            Self::Signal(signal) => codec.write(&Tagged::Signal(signal)),
            Self::Refresh(refresh) => codec.write(&Tagged::Refresh(refresh)),
            Self::Pong => codec.write(&Tagged::Pong {}),
        }
    }
}

/// Reads the body of `POST /v1/commands`: a command frame whose `type` may be left out.
///
/// # Errors
/// As [`Up::read`].
pub fn read_command_body(codec: Codec, bytes: &[u8]) -> Result<CommandFrame, UpError> {
    let name = read_name(codec, bytes)?;
    read_command(codec, &name, bytes)
}

/// Reads the body of `POST /v1/queries`: a query frame whose `type` and `id` may be left out.
///
/// # Errors
/// As [`Up::read`].
pub fn read_query_body(codec: Codec, bytes: &[u8]) -> Result<QueryFrame, UpError> {
    let name = read_name(codec, bytes)?;
    read_query(codec, &name, bytes)
}

fn read_name(codec: Codec, bytes: &[u8]) -> Result<String, UpError> {
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    codec.read::<Named>(bytes).map(|named| named.name).map_err(UpError::Malformed)
}

fn read_command(codec: Codec, name: &str, bytes: &[u8]) -> Result<CommandFrame, UpError> {
    let head: CommandHead = codec.read(bytes).map_err(|error| params(error, ReplyTo::Nothing))?;
    let to = ReplyTo::Command(head.command_id);
    let command = Command::decode(codec, name, bytes).ok_or_else(|| unknown(Unknown::Command, name, to))?;
    let command = command.map_err(|error| params(error, to))?;
    Ok(CommandFrame { command_id: head.command_id, expected: head.expected, command })
}

fn read_query(codec: Codec, name: &str, bytes: &[u8]) -> Result<QueryFrame, UpError> {
    let head: QueryHead = codec.read(bytes).map_err(|error| params(error, ReplyTo::Nothing))?;
    let to = ReplyTo::Query(head.id);
    let query = Query::decode(codec, name, bytes).ok_or_else(|| unknown(Unknown::Query, name, to))?;
    let query = query.map_err(|error| params(error, to))?;
    Ok(QueryFrame { id: head.id, at_least: head.at_least, query })
}

fn read_watch(codec: Codec, name: &str, bytes: &[u8]) -> Result<WatchFrame, UpError> {
    let WatchHead { id } = codec.read(bytes).map_err(|error| params(error, ReplyTo::Nothing))?;
    let to = ReplyTo::Query(id);
    let watch = Watch::decode(codec, name, bytes).ok_or_else(|| unknown(Unknown::Query, name, to))?;
    let watch = watch.map_err(|error| params(error, to))?;
    Ok(WatchFrame { id, watch })
}

fn params(error: Malformed, to: ReplyTo) -> UpError {
    UpError::Params { error, to }
}

fn unknown(what: Unknown, name: &str, to: ReplyTo) -> UpError {
    UpError::Unknown { what, name: name.chars().take(64).collect(), to }
}
