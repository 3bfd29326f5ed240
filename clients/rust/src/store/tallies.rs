//! The counters of every visible group, as the server counts them. Nothing is counted here.

use std::collections::BTreeMap;

use parloir_protocol::entity::{AssigneeCounters, Counters};
use parloir_protocol::ids::{AgentId, GroupId};

#[derive(Debug, Clone)]
struct Tally {
    counters: Counters,
    assignees: BTreeMap<AgentId, (u64, AssigneeCounters)>,
}

/// Counters by group.
#[derive(Debug, Clone, Default)]
pub struct Tallies {
    groups: BTreeMap<GroupId, Tally>,
}

/// All visible groups together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Open conversations.
    pub open: u64,
    /// Closed ones.
    pub closed: u64,
    /// Those with the unread mark.
    pub unread: u64,
    /// Open ones that nobody has.
    pub unassigned: u64,
}

impl Tallies {
    /// All visible groups added up.
    pub fn totals(&self) -> Totals {
        self.groups.values().fold(Totals::default(), |sum, tally| Totals {
            open: sum.open + tally.counters.open,
            closed: sum.closed + tally.counters.closed,
            unread: sum.unread + tally.counters.unread,
            unassigned: sum.unassigned + tally.counters.unassigned,
        })
    }

    /// Open conversations of one agent, and those of them that are unread.
    pub fn of_agent(&self, agent: AgentId) -> (u64, u64) {
        let theirs = self.groups.values().filter_map(|tally| tally.assignees.get(&agent));
        theirs.fold((0, 0), |(open, unread), (_, part)| (open + part.open, unread + part.unread))
    }

    /// Per group as in a snapshot: with every agent that has a count.
    pub fn by_group(&self) -> Vec<Counters> {
        self.groups.values().map(whole).collect()
    }

    pub(super) fn fold(&mut self, frame: &Counters) {
        let tally = self.groups.entry(frame.group_id).or_insert_with(|| Tally {
            counters: Counters { assignees: Vec::new(), ..frame.clone() },
            assignees: BTreeMap::new(),
        });
        if frame.seq >= tally.counters.seq {
            tally.counters = Counters { assignees: Vec::new(), ..frame.clone() };
        }
        if frame.complete {
            tally.assignees.retain(|_, (seq, _)| *seq > frame.seq);
        }
        for part in &frame.assignees {
            let known = tally.assignees.entry(part.agent_id).or_insert_with(|| (frame.seq, part.clone()));
            if frame.seq >= known.0 {
                *known = (frame.seq, part.clone());
            }
        }
    }

    pub(super) fn forget(&mut self, group: GroupId) {
        self.groups.remove(&group);
    }
}

fn whole(tally: &Tally) -> Counters {
    let counted = tally.assignees.values().filter(|(_, part)| part.open > 0 || part.unread > 0);
    let assignees = counted.map(|(_, part)| part.clone()).collect();
    Counters { assignees, complete: true, ..tally.counters.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(seq: u64, open: u64, assignees: &[(u8, u64)]) -> Counters {
        let part = |(agent, open): &(u8, u64)| AssigneeCounters {
            agent_id: AgentId::from_bytes([*agent; 16]),
            open: *open,
            unread: 0,
        };
        Counters {
            seq,
            group_id: GroupId::from_bytes([9; 16]),
            open,
            closed: 0,
            unread: 0,
            unassigned: 0,
            assignees: assignees.iter().map(part).collect(),
            complete: false,
        }
    }

    #[test]
    fn who_is_not_in_complete_counters_has_nothing() {
        let mut tallies = Tallies::default();
        tallies.fold(&frame(5, 3, &[(1, 2), (2, 1)]));
        tallies.fold(&frame(8, 3, &[(3, 1)]));
        tallies.fold(&Counters { complete: true, ..frame(7, 1, &[(2, 1)]) });
        let counted = |agent| tallies.of_agent(AgentId::from_bytes([agent; 16])).0;
        assert_eq!([counted(1), counted(2), counted(3)], [0, 1, 1]);
    }

    #[test]
    fn a_lower_seq_is_ignored_and_each_agent_keeps_its_own() {
        let mut tallies = Tallies::default();
        tallies.fold(&frame(5, 3, &[(1, 2), (2, 1)]));
        tallies.fold(&frame(9, 4, &[(1, 0)]));
        tallies.fold(&frame(7, 8, &[(1, 5), (2, 4)]));
        assert_eq!(tallies.totals().open, 4);
        assert_eq!(tallies.of_agent(AgentId::from_bytes([1; 16])), (0, 0));
        assert_eq!(tallies.of_agent(AgentId::from_bytes([2; 16])), (4, 0));
        assert_eq!(tallies.by_group()[0].assignees.len(), 1);
    }
}
