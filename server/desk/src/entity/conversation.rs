//! The one thread for a channel and an address. It lives forever and is open or closed.

use parloir_protocol::ids::{AgentId, ChannelId, ConversationId, GroupId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use super::{Address, Country, Direction, Personal, SubjectId};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Status {
    Open,
    Closed,
}

/// Since when the other side waits for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The seq of the message that began the wait: the order key.
    pub seq: u64,
    pub since: Time,
}

/// Everything about a conversation that orders, counts or filters it. Each event that touches a
/// conversation carries the header after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub conversation_id: ConversationId,
    pub status: Status,
    pub unread: bool,
    pub group_id: GroupId,
    pub assignee: Option<AgentId>,
    /// The seq of the newest message, or of the start: the order key of "newest activity".
    pub activity_seq: u64,
    pub activity_at: Time,
    pub waiting: Option<Waiting>,
    /// How often it was opened; the first opening is 1.
    pub episode: u32,
    /// On WhatsApp: until when anything may be written.
    pub window_until: Option<Time>,
}

/// The one line that a queue shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastLine {
    pub seq: u64,
    pub at: Time,
    pub direction: Direction,
    /// At most `limits.last_line_chars` characters.
    pub text: Personal<String>,
}

/// Who wrote in a conversation, as compare-and-send tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Speaker {
    Contact,
    Agent(AgentId),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    pub header: Header,
    pub channel_id: ChannelId,
    #[serde(with = "crate::bytes")]
    pub subject: SubjectId,
    pub address: Personal<Address>,
    pub country: Option<Country>,
    /// The name that the other side gave itself; never a saved name.
    pub profile_name: Option<Personal<String>>,
    pub last: Option<LastLine>,
    /// The newest message and its author.
    pub newest: Option<(u64, Speaker)>,
    /// The newest message by another author than `newest`'s: with `newest` it tells anyone what somebody
    /// else wrote last.
    pub newest_by_other: Option<(u64, Speaker)>,
    /// The seq of the event that last set the unread mark: whoever has read less far does not clear it.
    pub unread_seq: u64,
    /// The seq of the event that last changed this row.
    pub seq: u64,
}

impl Conversation {
    /// The newest message by anyone but `reader`, and its author.
    pub fn newest_by_anyone_but(&self, reader: Option<Speaker>) -> Option<(u64, Speaker)> {
        let newest = [self.newest, self.newest_by_other].into_iter().flatten();
        newest.filter(|(_, by)| Some(*by) != reader).max_by_key(|(seq, _)| *seq)
    }
}
