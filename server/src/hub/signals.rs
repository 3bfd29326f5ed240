//! Who is online, looks and types: the newest value per agent and conversation, bounded by those keys and
//! not by traffic, never logged. Readers ask what changed after the version they know.

use std::sync::Mutex;

use parloir_protocol::down::{Presence, Signal};
use parloir_protocol::ids::{AgentId, ConversationId, GroupId};
use parloir_session::Millis;
use tokio::sync::watch;

use table::{GONE_MS, Table, is_gone};

use crate::locks::locked;

mod table;
#[cfg(test)]
mod tests;

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
    changed: watch::Sender<u64>,
}

impl Default for Signals {
    fn default() -> Self {
        Self { table: Mutex::new(Table::default()), changed: watch::Sender::new(0) }
    }
}

impl Signals {
    /// Word of each new version.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// An agent comes or goes.
    pub fn set_online(&self, agent_id: AgentId, doing: Presence, now: Millis) {
        let gone = is_gone(doing);
        self.change(|table| {
            if gone {
                table.end_all(agent_id, now);
            }
            let expires = gone.then_some(Millis(now.0 + GONE_MS));
            table.put(SignalKey { agent_id, conversation_id: None }, doing, None, expires);
        });
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

    /// What changed after `version`, with who may see it, and the version to ask after next.
    pub fn since(&self, version: u64) -> (Vec<(Signal, Option<GroupId>)>, u64) {
        self.with(|table| (table.since(version).collect(), table.version))
    }

    /// Everything that is so now, for a snapshot.
    pub fn current(&self) -> (Vec<(Signal, Option<GroupId>)>, u64) {
        let (mut all, version) = self.since(0);
        all.retain(|(signal, _)| !is_gone(signal.doing));
        (all, version)
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
