//! The values behind the signals, found by key, by version, by the moment they run out, and by who holds a
//! conversation's lease: whatever is asked costs the same however many agents there are.

use std::collections::{BTreeMap, BTreeSet};

use parloir_protocol::down::{Presence, Signal};
use parloir_protocol::ids::{AgentId, ConversationId, GroupId};
use parloir_session::Millis;

use super::SignalKey;

/// How long a value that says "nothing any more" is kept, so that every reader comes by.
pub(super) const GONE_MS: u64 = 30_000;

/// Conversations that one agent can be seen in at once, and as many that he has just left; the oldest gives
/// way.
pub(super) const PER_AGENT_MAX: usize = 16;

#[derive(Debug, Clone, Copy)]
struct Value {
    doing: Presence,
    /// Who may see it; nothing means the workspace.
    group: Option<GroupId>,
    version: u64,
    expires: Option<Millis>,
}

#[derive(Debug, Default)]
pub(super) struct Table {
    values: BTreeMap<SignalKey, Value>,
    by_version: BTreeMap<u64, SignalKey>,
    by_expiry: BTreeSet<(Millis, SignalKey)>,
    leases: BTreeMap<ConversationId, AgentId>,
    pub(super) version: u64,
}

impl Table {
    pub(super) fn put(
        &mut self,
        key: SignalKey,
        doing: Presence,
        group: Option<GroupId>,
        expires: Option<Millis>,
    ) {
        self.remove(key);
        self.version += 1;
        self.values.insert(key, Value { doing, group, version: self.version, expires });
        self.by_version.insert(self.version, key);
        self.by_expiry.extend(expires.map(|at| (at, key)));
        if let (Presence::Leasing, Some(conversation)) = (doing, key.conversation_id) {
            self.leases.insert(conversation, key.agent_id);
        }
    }

    fn remove(&mut self, key: SignalKey) {
        let Some(old) = self.values.remove(&key) else { return };
        self.by_version.remove(&old.version);
        if let Some(at) = old.expires {
            self.by_expiry.remove(&(at, key));
        }
        if let (Presence::Leasing, Some(conversation)) = (old.doing, key.conversation_id) {
            self.leases.remove(&conversation);
        }
    }

    /// The same thing again only lasts longer: nobody needs to be told.
    pub(super) fn renew(&mut self, key: SignalKey, doing: Presence, group: GroupId, until: Millis) -> bool {
        match self.values.get_mut(&key) {
            Some(value) if !is_gone(doing) && value.doing == doing && value.group == Some(group) => {
                if let Some(before) = value.expires.replace(until) {
                    self.by_expiry.remove(&(before, key));
                }
                self.by_expiry.insert((until, key));
                true
            }
            Some(_) => false,
            None => is_gone(doing),
        }
    }

    /// What `doing` amounts to, given who holds the conversation's lease.
    pub(super) fn leased(&mut self, key: SignalKey, doing: Presence) -> Presence {
        match (doing, self.other_holder(key)) {
            (Presence::Typing, None) => Presence::Leasing,
            (Presence::Leasing, Some((other, value))) => {
                self.put(other, Presence::Typing, value.group, value.expires);
                Presence::Leasing
            }
            (doing, _) => doing,
        }
    }

    /// Who else holds the lease of the key's conversation.
    fn other_holder(&self, key: SignalKey) -> Option<(SignalKey, Value)> {
        let agent_id = *self.leases.get(&key.conversation_id?)?;
        let holder = SignalKey { agent_id, ..key };
        let value = self.values.get(&holder).filter(|_| holder != key)?;
        Some((holder, *value))
    }

    /// What was not renewed becomes "nothing any more", and that goes in its turn.
    pub(super) fn expire(&mut self, now: Millis) {
        while let Some((_, key)) = self.by_expiry.first().copied().filter(|(at, _)| *at <= now) {
            if self.is_gone(key) {
                self.remove(key);
            } else {
                self.end(key, now);
            }
        }
    }

    /// Nothing any more, for those who saw it.
    pub(super) fn end(&mut self, key: SignalKey, now: Millis) {
        let group = self.values.get(&key).and_then(|value| value.group);
        self.put(key, Presence::Nothing, group, Some(Millis(now.0 + GONE_MS)));
    }

    /// Nothing any more, wherever the agent is seen.
    pub(super) fn end_all(&mut self, agent_id: AgentId, now: Millis) {
        let (_, live) = self.of(agent_id);
        live.into_iter().for_each(|key| self.end(key, now));
    }

    /// Lets the oldest give way when an agent begins to be seen in one conversation more.
    pub(super) fn make_room(&mut self, key: SignalKey, now: Millis) {
        if self.values.get(&key).is_some_and(|value| !is_gone(value.doing)) {
            return;
        }
        let (gone, live) = self.of(key.agent_id);
        if gone.len() >= PER_AGENT_MAX
            && let Some(oldest) = self.oldest(gone)
        {
            self.remove(oldest);
        }
        if live.len() >= PER_AGENT_MAX
            && let Some(oldest) = self.oldest(live)
        {
            self.end(oldest, now);
        }
    }

    fn oldest(&self, keys: Vec<SignalKey>) -> Option<SignalKey> {
        keys.into_iter().min_by_key(|key| self.values.get(key).map(|value| value.version))
    }

    /// The conversations that an agent has just left, and those he is seen in.
    fn of(&self, agent_id: AgentId) -> (Vec<SignalKey>, Vec<SignalKey>) {
        let from = SignalKey { agent_id, conversation_id: None };
        let own = self.values.range(from..).map(|(key, _)| *key).take_while(|key| key.agent_id == agent_id);
        own.filter(|key| key.conversation_id.is_some()).partition(|key| self.is_gone(*key))
    }

    fn is_gone(&self, key: SignalKey) -> bool {
        self.values.get(&key).is_none_or(|value| is_gone(value.doing))
    }

    /// What changed after `version`, in order.
    pub(super) fn since(&self, version: u64) -> impl Iterator<Item = (Signal, Option<GroupId>)> {
        self.by_version.range(version + 1..).filter_map(|(_, key)| self.signal(*key))
    }

    fn signal(&self, key: SignalKey) -> Option<(Signal, Option<GroupId>)> {
        let Value { doing, group, .. } = *self.values.get(&key)?;
        let SignalKey { agent_id, conversation_id } = key;
        Some((Signal { agent_id, conversation_id, doing }, group))
    }
}

/// Whether a value only tells that something ended.
pub(super) fn is_gone(doing: Presence) -> bool {
    match doing {
        Presence::Nothing | Presence::Offline => true,
        Presence::Online | Presence::Viewing | Presence::Typing | Presence::Leasing => false,
    }
}
