//! What colleagues are doing now. The server says when it ends: nothing here knows the time.

use std::collections::{BTreeMap, BTreeSet};

use parloir_protocol::down::{Presence, Signal};
use parloir_protocol::ids::{AgentId, ConversationId};

/// Who is online, looks and types.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signals {
    online: BTreeSet<AgentId>,
    doing: BTreeMap<(ConversationId, AgentId), Presence>,
}

impl Signals {
    /// Who is connected.
    pub fn online(&self) -> impl Iterator<Item = AgentId> {
        self.online.iter().copied()
    }

    /// Who is in a conversation, and what they do there.
    pub fn within(&self, id: ConversationId) -> impl Iterator<Item = (AgentId, Presence)> {
        let all = (id, AgentId::from_bytes([0; 16]))..=(id, AgentId::from_bytes([255; 16]));
        self.doing.range(all).map(|((_, agent), doing)| (*agent, *doing))
    }

    /// The conversation went out of sight.
    pub(super) fn forget(&mut self, id: ConversationId) {
        self.doing.retain(|(place, _), _| *place != id);
    }

    pub(super) fn fold(&mut self, signal: &Signal) {
        let agent = signal.agent_id;
        match (signal.conversation_id, signal.doing) {
            (None, Presence::Offline | Presence::Nothing) => {
                self.online.remove(&agent);
                self.doing.retain(|(_, who), _| *who != agent);
            }
            (None, Presence::Online | Presence::Viewing | Presence::Typing | Presence::Leasing) => {
                self.online.insert(agent);
            }
            (Some(id), Presence::Offline | Presence::Nothing) => {
                self.doing.remove(&(id, agent));
            }
            (
                Some(id),
                doing @ (Presence::Online | Presence::Viewing | Presence::Typing | Presence::Leasing),
            ) => {
                self.doing.insert((id, agent), doing);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happens_out_of_sight_is_forgotten() {
        let agent_id = AgentId::from_bytes([1; 16]);
        let [here, there] = [2, 3].map(|n| ConversationId::from_bytes([n; 16]));
        let mut signals = Signals::default();
        for id in [here, there] {
            signals.fold(&Signal { agent_id, conversation_id: Some(id), doing: Presence::Viewing });
        }
        signals.forget(there);
        assert_eq!((signals.within(here).count(), signals.within(there).count()), (1, 0));
    }

    #[test]
    fn an_agent_that_goes_offline_does_nothing_anywhere() {
        let agent_id = AgentId::from_bytes([1; 16]);
        let id = ConversationId::from_bytes([2; 16]);
        let signal = |conversation_id, doing| Signal { agent_id, conversation_id, doing };
        let mut signals = Signals::default();
        signals.fold(&signal(None, Presence::Online));
        signals.fold(&signal(Some(id), Presence::Viewing));
        signals.fold(&signal(Some(id), Presence::Typing));
        assert_eq!(signals.within(id).collect::<Vec<_>>(), [(agent_id, Presence::Typing)]);
        signals.fold(&signal(None, Presence::Offline));
        assert_eq!(signals, Signals::default());
    }
}
