//! The values behind the signals, found by key, by version, by the moment they run out, and by who holds a
//! conversation's lease: what changes costs the same however many agents there are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use parloir_protocol::down::{Presence, Signal};
use parloir_protocol::ids::{AgentId, ConversationId, GroupId};
use parloir_session::{Millis, Scope};

use super::SignalKey;
use super::told::Told;

/// How long a value that says "nothing any more" is kept, so that every reader comes by.
pub(super) const GONE_MS: u64 = 30_000;

/// Conversations that one agent can be seen in at once, and as many that he has just left; the oldest gives
/// way.
pub(super) const PER_AGENT_MAX: usize = 16;

/// Changes that are told one by one to who asks for everything.
const LATER_MAX: usize = 64;

#[derive(Debug, Clone)]
struct Value {
    told: Arc<Told>,
    /// Who may see it; nothing means the workspace.
    group: Option<GroupId>,
    version: u64,
    expires: Option<Millis>,
}

impl Value {
    fn doing(&self) -> Presence {
        self.told.signal.doing
    }

    fn is_gone(&self) -> bool {
        is_gone(self.doing())
    }

    fn is_seen_by(&self, scope: &Scope) -> bool {
        self.group.is_none_or(|group| scope.sees(group))
    }
}

#[derive(Debug)]
pub(super) struct Table {
    values: BTreeMap<SignalKey, Value>,
    /// Of those the ones that say what somebody does in a conversation.
    within: BTreeSet<SignalKey>,
    by_version: BTreeMap<u64, SignalKey>,
    by_expiry: BTreeSet<(Millis, SignalKey)>,
    leases: BTreeMap<ConversationId, AgentId>,
    pub(super) version: u64,
    /// The newest version that nobody is told of any more.
    forgotten: u64,
    /// The same of agents' being there alone.
    forgotten_there: u64,
    /// The newest version of each agent that changes do not tell of: who knows less is told anew what the agent does.
    lost: BTreeMap<AgentId, u64>,
    lost_by_version: BTreeMap<u64, AgentId>,
}

impl Table {
    /// An empty one, whose first change has the version after this.
    pub(super) fn after(version: u64) -> Self {
        Self {
            values: BTreeMap::new(),
            within: BTreeSet::new(),
            by_version: BTreeMap::new(),
            by_expiry: BTreeSet::new(),
            leases: BTreeMap::new(),
            version,
            forgotten: version,
            forgotten_there: version,
            lost: BTreeMap::new(),
            lost_by_version: BTreeMap::new(),
        }
    }

    pub(super) fn put(
        &mut self,
        key: SignalKey,
        doing: Presence,
        group: Option<GroupId>,
        expires: Option<Millis>,
    ) {
        let moves = self.values.get(&key).is_some_and(|before| before.group != group);
        self.remove(key);
        self.version += 1;
        if moves {
            // Who saw the old group alone is told nothing of the new value.
            self.lose(key.agent_id, self.version);
        }
        let SignalKey { agent_id, conversation_id } = key;
        let told = Arc::new(Told::new(Signal { agent_id, conversation_id, doing }));
        self.values.insert(key, Value { told, group, version: self.version, expires });
        self.by_version.insert(self.version, key);
        if key.conversation_id.is_some() && !is_gone(doing) {
            self.within.insert(key);
        }
        self.by_expiry.extend(expires.map(|at| (at, key)));
        if let (Presence::Leasing, Some(conversation)) = (doing, key.conversation_id) {
            self.leases.insert(conversation, key.agent_id);
        }
    }

    fn remove(&mut self, key: SignalKey) {
        let Some(old) = self.values.remove(&key) else { return };
        self.by_version.remove(&old.version);
        self.within.remove(&key);
        if let Some(at) = old.expires {
            self.by_expiry.remove(&(at, key));
        }
        if let (Presence::Leasing, Some(conversation)) = (old.doing(), key.conversation_id) {
            self.leases.remove(&conversation);
        }
    }

    /// The same thing again only lasts longer: nobody needs to be told.
    pub(super) fn renew(&mut self, key: SignalKey, doing: Presence, group: GroupId, until: Millis) -> bool {
        match self.values.get(&key) {
            Some(value) if !is_gone(doing) && value.doing() == doing && value.group == Some(group) => {
                self.expire_at(key, Some(until));
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
        Some((holder, value.clone()))
    }

    /// What was not renewed becomes "nothing any more", and that goes in its turn.
    pub(super) fn expire(&mut self, now: Millis) {
        while let Some((_, key)) = self.by_expiry.first().copied().filter(|(at, _)| *at <= now) {
            match (self.is_gone(key), key.conversation_id) {
                (true, _) => self.forget(key),
                (false, Some(_)) => self.end(key, now),
                (false, None) => self.go(key, now),
            }
        }
    }

    fn forget(&mut self, key: SignalKey) {
        let Some(version) = self.values.get(&key).map(|value| value.version) else { return };
        self.forgotten = self.forgotten.max(version);
        if key.conversation_id.is_none() {
            self.forgotten_there = self.forgotten_there.max(version);
        }
        self.lose(key.agent_id, version);
        self.remove(key);
    }

    /// Who knows an agent only up to before `version` cannot learn the rest from changes.
    fn lose(&mut self, agent_id: AgentId, version: u64) {
        let before = self.lost.get(&agent_id).copied();
        if before.is_none_or(|before| before < version) {
            before.map(|before| self.lost_by_version.remove(&before));
            self.lost.insert(agent_id, version);
            self.lost_by_version.insert(version, agent_id);
        }
    }

    /// The agent is there.
    pub(super) fn come(&mut self, key: SignalKey) {
        if self.is_gone(key) {
            self.put(key, Presence::Online, None, None);
        } else {
            self.expire_at(key, None);
        }
    }

    /// Nothing any more, wherever the agent is seen.
    pub(super) fn end_all(&mut self, agent_id: AgentId, now: Millis) {
        let (_, live) = self.of(agent_id);
        live.into_iter().for_each(|key| self.end(key, now));
    }

    /// The agent is there until then.
    pub(super) fn last_until(&mut self, key: SignalKey, until: Millis) {
        if !self.is_gone(key) {
            self.expire_at(key, Some(until));
        }
    }

    /// A value runs out at another moment, or never.
    fn expire_at(&mut self, key: SignalKey, at: Option<Millis>) {
        let Some(value) = self.values.get_mut(&key) else { return };
        if let Some(before) = std::mem::replace(&mut value.expires, at) {
            self.by_expiry.remove(&(before, key));
        }
        self.by_expiry.extend(at.map(|at| (at, key)));
    }

    /// The agent is there no longer, and nothing is left wherever he was seen.
    fn go(&mut self, key: SignalKey, now: Millis) {
        self.end_all(key.agent_id, now);
        self.put(key, Presence::Offline, None, Some(Millis(now.0 + GONE_MS)));
    }

    /// Nothing any more, for those who saw it.
    pub(super) fn end(&mut self, key: SignalKey, now: Millis) {
        let group = self.values.get(&key).and_then(|value| value.group);
        self.put(key, Presence::Nothing, group, Some(Millis(now.0 + GONE_MS)));
    }

    /// Lets the oldest give way when an agent begins to be seen in one conversation more.
    pub(super) fn make_room(&mut self, key: SignalKey, now: Millis) {
        if self.values.get(&key).is_some_and(|value| !value.is_gone()) {
            return;
        }
        let (gone, live) = self.of(key.agent_id);
        if gone.len() >= PER_AGENT_MAX
            && let Some(oldest) = self.oldest(gone)
        {
            self.forget(oldest);
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
        self.values.get(&key).is_none_or(Value::is_gone)
    }

    /// What changed after `version`, in order, as far as it may be seen. An agent of whom part is not told any more is
    /// gone first, which ends everything, and is told anew.
    pub(super) fn since(&self, version: u64, scope: &Scope) -> Vec<Arc<Told>> {
        let lost = self.lost_by_version.range(version + 1..).flat_map(|(_, agent)| self.anew(*agent, scope));
        let is_known = |key: &SignalKey| self.lost.get(&key.agent_id).is_none_or(|lost| *lost <= version);
        let changed = self.by_version.range(version + 1..).map(|(_, key)| key).filter(|key| is_known(key));
        let changed = changed.filter_map(|key| self.values.get(key)).filter(|value| value.is_seen_by(scope));
        lost.chain(told(changed)).collect()
    }

    fn anew(&self, agent_id: AgentId, scope: &Scope) -> Vec<Arc<Told>> {
        let gone = Signal { agent_id, conversation_id: None, doing: Presence::Offline };
        let from = SignalKey { agent_id, conversation_id: None };
        let own = self.values.range(from..).take_while(|(key, _)| key.agent_id == agent_id);
        let live = own.map(|(_, value)| value).filter(|value| !value.is_gone() && value.is_seen_by(scope));
        std::iter::once(Arc::new(Told::new(gone))).chain(told(live)).collect()
    }

    /// Whether who knows who was there at `version` learns the rest from few changes.
    pub(super) fn follows(&self, version: u64) -> bool {
        version >= self.forgotten_there && self.is_near(version)
    }

    /// The same of who knows everything that was so.
    pub(super) fn reaches(&self, version: u64) -> bool {
        self.holds(version) && self.is_near(version)
    }

    /// Whether everything that changed after `version` is told still, and it is of this life of the server.
    fn holds(&self, version: u64) -> bool {
        (self.forgotten..=self.version).contains(&version)
    }

    fn is_near(&self, version: u64) -> bool {
        self.by_version.range(version + 1..).nth(LATER_MAX).is_none()
    }

    /// What who knows who was there at `version` has to learn: changes of that, and everything else.
    pub(super) fn later(&self, version: u64, scope: &Scope) -> Vec<Arc<Told>> {
        let mut all = self.since(version, scope);
        all.retain(|told| told.signal.conversation_id.is_none());
        all.extend(self.within(scope));
        all
    }

    /// Who is there.
    pub(super) fn there(&self) -> Vec<Arc<Told>> {
        let values =
            self.values.iter().filter(|(key, value)| key.conversation_id.is_none() && !value.is_gone());
        told(values.map(|(_, value)| value))
    }

    /// Who is seen in conversations.
    pub(super) fn within(&self, scope: &Scope) -> Vec<Arc<Told>> {
        let values = self.within.iter().filter_map(|key| self.values.get(key));
        told(values.filter(|value| value.is_seen_by(scope)))
    }
}

fn told<'a>(values: impl Iterator<Item = &'a Value>) -> Vec<Arc<Told>> {
    values.map(|value| Arc::clone(&value.told)).collect()
}

/// Whether a value only tells that something ended.
pub(super) fn is_gone(doing: Presence) -> bool {
    match doing {
        Presence::Nothing | Presence::Offline => true,
        Presence::Online | Presence::Viewing | Presence::Typing | Presence::Leasing => false,
    }
}
