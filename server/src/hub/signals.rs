//! Who is online, looks and types: the newest value per agent and conversation, bounded by those keys and
//! not by traffic, never logged. Readers ask what changed after the version they know.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use parloir_protocol::down::{Presence, Signal};
use parloir_protocol::ids::{AgentId, ConversationId, GroupId};
use parloir_session::Millis;
use tokio::sync::watch;

/// What a signal is about; without a conversation, the agent's being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignalKey {
    pub agent_id: AgentId,
    pub conversation_id: Option<ConversationId>,
}

#[derive(Debug, Clone, Copy)]
struct Value {
    doing: Presence,
    /// Who may see it; nothing means the workspace.
    group: Option<GroupId>,
    version: u64,
    expires: Option<Millis>,
}

#[derive(Debug, Default)]
struct Table {
    values: BTreeMap<SignalKey, Value>,
    by_version: BTreeMap<u64, SignalKey>,
    version: u64,
}

/// How long a value that says "nothing any more" is kept, so that every reader comes by.
const GONE_MS: u64 = 30_000;

/// Conversations that one agent can be seen in at once; the oldest gives way.
const PER_AGENT_MAX: usize = 16;

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
        let mut table = self.table();
        if doing == Presence::Offline {
            for key in table.of(agent_id) {
                table.put(key, Presence::Nothing, None, Some(now.0 + GONE_MS));
            }
        }
        let expires = (doing == Presence::Offline).then_some(now.0 + GONE_MS);
        table.put(SignalKey { agent_id, conversation_id: None }, doing, None, expires);
        self.tell(table);
    }

    /// An agent looks, types or stops in a conversation of a group, for `lasting_ms` unless renewed. Who
    /// types where nobody holds the lease takes it; who takes over takes it from whoever has it.
    pub fn set_doing(&self, key: SignalKey, doing: Presence, group: GroupId, now: Millis, lasting_ms: u64) {
        let mut table = self.table();
        table.expire(now);
        let doing = table.leased(key, doing);
        if table.renew(key, doing, now.0 + lasting_ms) {
            return;
        }
        table.make_room(key, now);
        let lasting_ms = if doing == Presence::Nothing { GONE_MS } else { lasting_ms };
        table.put(key, doing, Some(group), Some(now.0 + lasting_ms));
        self.tell(table);
    }

    /// Lets what was not renewed go.
    pub fn expire(&self, now: Millis) {
        let mut table = self.table();
        if table.expire(now) {
            self.tell(table);
        }
    }

    /// What changed after `version`, with who may see it, and the version to ask after next.
    pub fn since(&self, version: u64) -> (Vec<(Signal, Option<GroupId>)>, u64) {
        let table = self.table();
        let changed = table.by_version.range(version + 1..).filter_map(|(_, key)| table.signal(*key));
        (changed.collect(), table.version)
    }

    /// Everything that is so now, for a snapshot.
    pub fn current(&self) -> (Vec<(Signal, Option<GroupId>)>, u64) {
        let (all, version) = self.since(0);
        let gone = |doing| matches!(doing, Presence::Nothing | Presence::Offline);
        (all.into_iter().filter(|(signal, _)| !gone(signal.doing)).collect(), version)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, table: MutexGuard<'_, Table>) {
        let version = table.version;
        drop(table);
        self.changed.send_replace(version);
    }
}

impl Table {
    fn put(&mut self, key: SignalKey, doing: Presence, group: Option<GroupId>, expires: Option<u64>) {
        self.version += 1;
        let value = Value { doing, group, version: self.version, expires: expires.map(Millis) };
        if let Some(old) = self.values.insert(key, value) {
            self.by_version.remove(&old.version);
        }
        self.by_version.insert(self.version, key);
    }

    fn remove(&mut self, key: SignalKey) {
        if let Some(old) = self.values.remove(&key) {
            self.by_version.remove(&old.version);
        }
    }

    /// The same thing again only lasts longer: nobody needs to be told.
    fn renew(&mut self, key: SignalKey, doing: Presence, until: u64) -> bool {
        match self.values.get_mut(&key) {
            Some(value) if value.doing == doing && doing != Presence::Nothing => {
                value.expires = Some(Millis(until));
                true
            }
            Some(_) => false,
            None => doing == Presence::Nothing,
        }
    }

    /// What `doing` amounts to, given who holds the conversation's lease.
    fn leased(&mut self, key: SignalKey, doing: Presence) -> Presence {
        let holder = self.values.iter().find(|(other, value)| {
            other.conversation_id == key.conversation_id && value.doing == Presence::Leasing
        });
        let holder = holder.map(|(other, value)| (*other, *value));
        match (doing, holder) {
            (Presence::Typing, None) => Presence::Leasing,
            (Presence::Typing, Some((other, _))) if other == key => Presence::Leasing,
            (Presence::Leasing, Some((other, value))) if other != key => {
                let expires = value.expires.map(|at| at.0);
                self.put(other, Presence::Typing, value.group, expires);
                Presence::Leasing
            }
            (doing, _) => doing,
        }
    }

    /// What was not renewed becomes "nothing any more", and that goes in its turn.
    fn expire(&mut self, now: Millis) -> bool {
        let late = self.values.iter().filter(|(_, value)| value.expires.is_some_and(|at| at <= now));
        let late: Vec<_> = late.map(|(key, value)| (*key, *value)).collect();
        for (key, value) in &late {
            match value.doing {
                Presence::Nothing | Presence::Offline => self.remove(*key),
                Presence::Online | Presence::Viewing | Presence::Typing | Presence::Leasing => {
                    self.put(*key, Presence::Nothing, value.group, Some(now.0 + GONE_MS));
                }
            }
        }
        !late.is_empty()
    }

    fn make_room(&mut self, key: SignalKey, now: Millis) {
        let own = self.of(key.agent_id);
        if own.len() >= PER_AGENT_MAX && !own.contains(&key) {
            let oldest = own.into_iter().min_by_key(|key| self.values.get(key).map(|value| value.version));
            if let Some(oldest) = oldest {
                self.put(oldest, Presence::Nothing, None, Some(now.0));
            }
        }
    }

    /// The conversations an agent is seen in.
    fn of(&self, agent_id: AgentId) -> Vec<SignalKey> {
        let from = SignalKey { agent_id, conversation_id: None };
        let own = self.values.range(from..).take_while(|(key, _)| key.agent_id == agent_id);
        own.map(|(key, _)| *key).filter(|key| key.conversation_id.is_some()).collect()
    }

    fn signal(&self, key: SignalKey) -> Option<(Signal, Option<GroupId>)> {
        let value = self.values.get(&key)?;
        let signal = Signal { agent_id: key.agent_id, conversation_id: key.conversation_id, doing: value.doing };
        Some((signal, value.group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(agent: u8, conversation: u8) -> SignalKey {
        SignalKey {
            agent_id: AgentId::from_bytes([agent; 16]),
            conversation_id: Some(ConversationId::from_bytes([conversation; 16])),
        }
    }

    fn seen(signals: &Signals) -> Vec<(u8, Presence)> {
        signals.current().0.iter().map(|(signal, _)| (signal.agent_id.as_bytes()[0], signal.doing)).collect()
    }

    const GROUP: [u8; 16] = [7; 16];

    fn doing(signals: &Signals, agent: u8, doing: Presence, at: u64) {
        signals.set_doing(key(agent, 1), doing, GroupId::from_bytes(GROUP), Millis(at), 20_000);
    }

    #[test]
    fn the_first_who_types_holds_the_lease_until_it_is_taken() {
        let signals = Signals::default();
        doing(&signals, 1, Presence::Typing, 0);
        doing(&signals, 2, Presence::Typing, 0);
        assert_eq!(seen(&signals), [(1, Presence::Leasing), (2, Presence::Typing)]);
        doing(&signals, 2, Presence::Leasing, 1);
        assert_eq!(seen(&signals), [(1, Presence::Typing), (2, Presence::Leasing)]);
    }

    #[test]
    fn a_signal_that_is_not_renewed_goes_and_every_reader_learns_it() {
        let signals = Signals::default();
        doing(&signals, 1, Presence::Viewing, 0);
        let (_, version) = signals.since(0);
        doing(&signals, 1, Presence::Viewing, 15_000);
        assert_eq!(signals.since(version), (vec![], version));
        signals.expire(Millis(34_999));
        assert_eq!(seen(&signals), [(1, Presence::Viewing)]);
        signals.expire(Millis(35_000));
        let (changed, _) = signals.since(version);
        assert_eq!(changed.len(), 1);
        assert_eq!(changed[0].0.doing, Presence::Nothing);
        signals.expire(Millis(35_000 + GONE_MS));
        assert_eq!(signals.since(0).0, vec![]);
    }

    #[test]
    fn who_goes_takes_all_signals_along() {
        let signals = Signals::default();
        doing(&signals, 1, Presence::Typing, 0);
        signals.set_online(AgentId::from_bytes([1; 16]), Presence::Offline, Millis(5));
        assert_eq!(seen(&signals), []);
    }

    #[test]
    fn one_agent_is_seen_in_a_bounded_number_of_conversations() {
        let signals = Signals::default();
        for conversation in 0..100 {
            let group = GroupId::from_bytes(GROUP);
            signals.set_doing(key(1, conversation), Presence::Viewing, group, Millis(0), 20_000);
        }
        assert_eq!(seen(&signals).len(), PER_AGENT_MAX);
    }
}
