//! One thing that is told to everyone who may see it, encoded at most once per codec and form however many
//! connections read it.

use std::sync::OnceLock;

use bytes::Bytes;
use parloir_protocol::codec::Codec;
use parloir_protocol::down::Down;
use parloir_protocol::entity::{Counters, Row};
use parloir_protocol::event::conversation::{Entered, Left};
use parloir_protocol::event::{Event, Fact};
use parloir_protocol::ids::{AgentId, GroupId, TokenId};
use parloir_session::{Audience, Form, Office, Scope};

use super::frame::{framed, place_of};

/// What an entry means to the connections of one agent or token, beyond its frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The agent's name, role or scope changed.
    AgentChanged(AgentId),
    /// The agent may not come in any more.
    Deactivated(AgentId),
    /// The token does not work any more.
    TokenRevoked(TokenId),
}

/// What is told.
#[derive(Debug)]
pub enum Content {
    /// An event; the row goes to those for whom the conversation enters their sight.
    Event { event: Box<Event>, entered: Option<Box<Row>> },
    /// A group's counters after a batch.
    Counters(Box<Counters>),
    /// Nothing: only the notice matters.
    Silent,
}

/// One entry of the ring.
#[derive(Debug)]
pub struct Entry {
    /// The event's seq; for counters that of the batch's last event.
    pub seq: u64,
    /// Of the record before the one that holds `seq`.
    pub hash_prefix: [u8; 8],
    pub audience: Audience,
    pub notice: Option<Notice>,
    content: Content,
    frames: [[OnceLock<Bytes>; FORMS]; Codec::ALL.len()],
}

const FORMS: usize = 3;

/// What an entry takes beside its content, roughly.
const ENTRY_BYTES: usize = 512;

/// How often an entry holds its content: as such, and as a frame.
const COPIES: usize = 2;

impl Entry {
    pub fn new(
        seq: u64,
        hash_prefix: [u8; 8],
        audience: Audience,
        notice: Option<Notice>,
        content: Content,
    ) -> Self {
        Self { seq, hash_prefix, audience, notice, content, frames: Default::default() }
    }

    /// The frame, header included; nothing when this form tells nothing.
    fn frame(&self, codec: Codec, form: Form) -> Option<Bytes> {
        let place = match form {
            Form::Whole => 0,
            Form::Entered => 1,
            Form::Left => 2,
            Form::Hidden => return None,
        };
        let down = || self.down(form).map(|down| framed(codec, &down.write(codec)));
        let cell = &self.frames[place_of(codec)][place];
        if cell.get().is_none() {
            let frame = down()?;
            return Some(cell.get_or_init(|| frame).clone());
        }
        cell.get().cloned()
    }

    /// The frame for one connection; nothing when it may not be told. A conversation that came into sight
    /// and has left it since would show what happened to it out of sight.
    pub fn frame_for(&self, agent: AgentId, office: Office, scope: &Scope, codec: Codec) -> Option<Bytes> {
        self.frame(codec, self.form_for(scope.form(agent, office, self.audience), scope))
    }

    /// The event for something that has a scope and is nobody.
    pub fn event_for(&self, scope: &Scope) -> Option<Event> {
        let nobody = AgentId::from_bytes([0; 16]);
        match self.down(self.form_for(scope.form(nobody, Office::None, self.audience), scope))? {
            Down::Event(event) => Some(*event),
            _ => None,
        }
    }

    fn form_for(&self, form: Form, scope: &Scope) -> Form {
        match (form, self.entered_group()) {
            (Form::Entered, Some(group)) if !scope.sees(group) => Form::Hidden,
            (form, _) => form,
        }
    }

    /// What it takes in memory, roughly, when so many bytes of its record are its own. Only what the record does not
    /// hold is made into a frame for that: whoever writes has more to do than those who read.
    pub fn weigh(&self, own_bytes: usize) -> usize {
        let beside = match &self.content {
            Content::Event { entered: Some(_), .. } => self.frame(Codec::Msgpack, Form::Entered),
            Content::Counters(_) => self.frame(Codec::Msgpack, Form::Whole),
            Content::Event { entered: None, .. } | Content::Silent => None,
        };
        ENTRY_BYTES + COPIES * (own_bytes + beside.map_or(0, |frame| frame.len()))
    }

    /// Where the conversation of the row is that goes to those for whom it enters.
    fn entered_group(&self) -> Option<GroupId> {
        match &self.content {
            Content::Event { entered, .. } => entered.as_ref().map(|row| row.conversation.group_id),
            Content::Counters(_) | Content::Silent => None,
        }
    }

    fn down(&self, form: Form) -> Option<Down> {
        match (&self.content, form) {
            (Content::Event { event, .. }, Form::Whole) => Some(Down::Event(event.clone())),
            (Content::Event { event, entered }, Form::Entered) => {
                let row = entered.as_ref()?.as_ref().clone();
                Some(other_fact(event, Fact::ConversationEntered(Entered { row })))
            }
            (Content::Event { event, .. }, Form::Left) => {
                let conversation_id = moved_conversation(event)?;
                Some(other_fact(event, Fact::ConversationLeft(Left { conversation_id })))
            }
            (Content::Counters(counters), Form::Whole) => Some(Down::Counters(counters.as_ref().clone())),
            (Content::Counters(_), Form::Entered | Form::Left) | (Content::Silent, _) | (_, Form::Hidden) => {
                None
            }
        }
    }
}

fn other_fact(event: &Event, fact: Fact) -> Down {
    let (seq, at, actor, command_id) = (event.seq, event.at, event.actor, event.command_id);
    Down::Event(Box::new(Event { seq, at, actor, command_id, fact }))
}

fn moved_conversation(event: &Event) -> Option<parloir_protocol::ids::ConversationId> {
    match &event.fact {
        Fact::ConversationMoved(moved) => Some(moved.conversation.conversation_id),
        _ => None,
    }
}
