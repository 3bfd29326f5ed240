//! What goes between the machine and its driver.

use std::sync::Arc;

use parloir_protocol::close::Close;
use parloir_protocol::command::CommandFrame;
use parloir_protocol::cursor::{Cursor, Epoch};
use parloir_protocol::down::ResetReason;
use parloir_protocol::entity::View;
use parloir_protocol::ids::AgentId;
use parloir_protocol::query::QueryFrame;
use parloir_protocol::up::{Refresh, SignalUp};
use parloir_protocol::watch::WatchFrame;

use crate::scope::Scope;

/// A place in a workspace's log, with what a cursor needs to be recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub epoch: Epoch,
    pub seq: u64,
    /// Of the record before the one that holds `seq`.
    pub hash_prefix: [u8; 8],
}

impl Mark {
    /// The cursor of who was told everything up to here, and of signals up to a version.
    pub fn cursor(&self, agent: AgentId, signals: Option<u64>) -> Cursor {
        Cursor { epoch: self.epoch, seq: self.seq, hash_prefix: self.hash_prefix, agent, signals }
    }
}

/// Who came in, and where they begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    pub agent: AgentId,
    pub scope: Scope,
    /// Where the client stands: events after it follow.
    pub mark: Mark,
    pub start: Start,
    /// The version of the signals that the client knows, or that the snapshot holds.
    pub signals: Option<u64>,
    /// Why the client's cursor was of no use: it is told before `welcome`.
    pub reset: Option<ResetReason>,
    /// `welcome`, as bytes.
    pub welcome: Vec<u8>,
}

/// How a connection begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The missing events follow.
    Resumed,
    /// These snapshot frames come first, each whole with its header.
    Snapshot(Vec<Arc<[u8]>>),
}

/// Why nobody came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    Unauthenticated,
    Revoked,
    /// The server cannot tell now.
    Unavailable,
}

/// What the driver does next. Frames are bytes in the connection's codec. Commands, queries and watches are in
/// boxes: an idle connection keeps places for outputs.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Find out who this is; answer with `handle_admission`.
    Admit { token: Option<String>, resume: Option<Cursor>, view: View },
    /// Decide it; answer with `handle_reply`.
    Command(Box<CommandFrame>),
    /// Read it; answer with `handle_reply`.
    Query(Box<QueryFrame>),
    /// Keep it open; answer with `handle_watched`, then tell changes with `handle_change`.
    Watch(Box<WatchFrame>),
    /// Forget this watch; one that was not answered yet is answered all the same.
    Unwatch { id: u64 },
    /// Check the new token; answer with `handle_reply` or `handle_revoked`.
    Refresh(Refresh),
    /// Tell the colleagues.
    Signal(SignalUp),
    /// Write these bytes as one frame.
    Send(Vec<u8>),
    /// Write this whole frame, which others are sent too.
    SendShared(Arc<[u8]>),
    /// Write the visible events after `after`, as far as there are, and tell with `handle_sent` how far.
    Events { after: u64 },
    /// Write what is left, then end the connection.
    Close(Close, String),
}

/// An answer that is to be written once the connection has passed `after`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub after: u64,
    pub frame: Vec<u8>,
}
