//! Who is online, looks and types: the newest value per agent and conversation, bounded by those keys and
//! not by traffic, never logged. Readers ask what changed after the version they know. Versions begin anywhere, so that
//! those of another life of the server are recognised.

use std::sync::Mutex;

use bytes::Bytes;
use parloir_protocol::codec::Codec;
use parloir_protocol::down::{Presence, Signal};
use parloir_protocol::ids::{AgentId, ConversationId, GroupId};
use parloir_session::{Millis, Scope};
use tokio::sync::watch;

use table::{GONE_MS, Table, is_gone};

use super::frame::place_of;
use crate::locks::locked;

mod table;
#[cfg(test)]
mod tests;
mod told;

/// What a signal is about; without a conversation, the agent's being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignalKey {
    pub agent_id: AgentId,
    pub conversation_id: Option<ConversationId>,
}

/// The signals of one workspace.
#[derive(Debug)]
pub struct Signals {
    table: Mutex<Table>,
    crowds: Mutex<[Crowd; Codec::ALL.len()]>,
    changed: watch::Sender<u64>,
}

/// The frames that say who is there, one after the other, as of a version.
#[derive(Debug, Clone, Default)]
struct Crowd {
    frames: Bytes,
    version: u64,
}

/// How long who left may come back before colleagues are told: a connection that breaks off and resumes is no news.
const LEAVING_MS: u64 = 2_000;

/// What one reader is told, and the version that it knows with it.
type Since = (Vec<Bytes>, u64);

impl Signals {
    /// None yet; the first change has the version after this.
    pub fn after(version: u64) -> Self {
        Self {
            table: Mutex::new(Table::after(version)),
            crowds: Mutex::default(),
            changed: watch::Sender::new(version),
        }
    }

    /// Word of each new version.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// An agent's first connection comes. Who was back before colleagues were told is not told again; what he did
    /// goes on if he resumes, and has ended if he begins anew.
    pub fn come(&self, agent_id: AgentId, is_resumed: bool, now: Millis) {
        self.change(|table| {
            if !is_resumed {
                table.end_all(agent_id, now);
            }
            table.come(SignalKey { agent_id, conversation_id: None });
        });
    }

    /// An agent's last connection went: what he is seen doing ends with his being there, unless he is back by then.
    pub fn leave(&self, agent_id: AgentId, now: Millis) {
        let until = Millis(now.0 + LEAVING_MS);
        self.change(|table| table.last_until(SignalKey { agent_id, conversation_id: None }, until));
    }

    /// An agent looks, types or stops in a conversation of a group, for `lasting_ms` unless renewed. Who
    /// types where nobody holds the lease takes it; who takes over takes it from whoever has it.
    pub fn set_doing(&self, key: SignalKey, doing: Presence, group: GroupId, now: Millis, lasting_ms: u64) {
        let lasting_ms = if is_gone(doing) { GONE_MS } else { lasting_ms };
        let until = Millis(now.0 + lasting_ms);
        self.change(|table| {
            table.expire(now);
            let doing = table.leased(key, doing);
            if !table.renew(key, doing, group, until) {
                table.make_room(key, now);
                table.put(key, doing, Some(group), Some(until));
            }
        });
    }

    /// Lets what was not renewed go.
    pub fn expire(&self, now: Millis) {
        self.change(|table| table.expire(now));
    }

    /// The newest version.
    pub fn version(&self) -> u64 {
        self.with(|table| table.version)
    }

    /// Whether who knows what was so at `version` learns the rest from few changes.
    pub fn reaches(&self, version: u64) -> bool {
        self.with(|table| table.reaches(version))
    }

    /// What who sees `scope` is told after `version`, and the version to ask after next; everything that is so after
    /// none at all.
    pub fn frames_since(&self, version: Option<u64>, scope: &Scope, codec: Codec) -> Since {
        let Some(version) = version else { return self.all_frames(scope, codec) };
        let (changed, version) = self.with(|table| (table.since(version, scope), table.version));
        (changed.iter().map(|told| told.frame(codec)).collect(), version)
    }

    /// Everything that is so now, for a snapshot.
    pub fn current(&self, scope: &Scope) -> Vec<Signal> {
        let (there, within) = self.with(|table| (table.there(), table.within(scope)));
        there.iter().chain(&within).map(|told| told.signal.clone()).collect()
    }

    /// Who is there comes as one piece that is made for all who ask, anew when too much changed since; the piece and
    /// what changed since are of one look at the table.
    fn all_frames(&self, scope: &Scope, codec: Codec) -> Since {
        let mut crowds = locked(&self.crowds);
        let crowd = &mut crowds[place_of(codec)];
        let (there, later, version) = self.with(|table| {
            let there = (!table.follows(crowd.version)).then(|| table.there());
            let since = if there.is_some() { table.version } else { crowd.version };
            (there, table.later(since, scope), table.version)
        });
        if let Some(there) = there {
            let frames: Vec<Bytes> = there.iter().map(|told| told.frame(codec)).collect();
            *crowd = Crowd { frames: frames.concat().into(), version };
        }
        let crowd = Some(crowd.frames.clone()).filter(|frames| !frames.is_empty());
        drop(crowds);
        (crowd.into_iter().chain(later.iter().map(|told| told.frame(codec))).collect(), version)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Table) -> T) -> T {
        work(&mut locked(&self.table))
    }

    /// Changes the table, and tells when something of it is new.
    fn change(&self, work: impl FnOnce(&mut Table)) {
        let newer = self.with(|table| {
            let before = table.version;
            work(table);
            (table.version != before).then_some(table.version)
        });
        if let Some(version) = newer {
            self.changed.send_replace(version);
        }
    }
}
