//! The list of an open search and the rule that a change is folded by. Pure: it knows no connection.

use std::collections::BTreeSet;

use parloir_protocol::entity::{Hit, HitId};
use parloir_protocol::query::search::{Building, SearchConversationsOk, Total};
use parloir_protocol::watch::{Change, Placed};

/// The newest list of an open search: never more hits than it was opened for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    list: Vec<Hit>,
    limit: usize,
    seq: u64,
    total: Option<Total>,
    building: Option<Building>,
}

impl Hits {
    /// The list of a reply, of which the first `limit` hits count.
    pub fn new(reply: SearchConversationsOk, limit: usize) -> Self {
        let SearchConversationsOk { hits: mut list, total, building, seq, .. } = reply;
        list.truncate(limit);
        Self { list, limit, seq, total, building }
    }

    /// The hits, the best first.
    pub fn list(&self) -> &[Hit] {
        &self.list
    }

    /// The list holds everything up to here.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// How many match, when they are counted.
    pub fn total(&self) -> Option<Total> {
        self.total
    }

    /// Present while hits may be missing.
    pub fn building(&self) -> Option<Building> {
        self.building
    }

    /// Makes the list that `change` speaks of: what left or moves is taken away, then what came or moved is put
    /// in its place, the foremost first. A place behind the end is the end.
    pub fn fold(&mut self, change: &Change) {
        let moved = change.moved.iter().map(|placed| placed.hit.id());
        let gone: BTreeSet<HitId> = change.removed.iter().copied().chain(moved).collect();
        self.list.retain(|hit| !gone.contains(&hit.id()));
        let mut placed: Vec<&Placed> = change.added.iter().chain(&change.moved).collect();
        placed.sort_by_key(|placed| placed.at);
        for Placed { at, hit } in placed {
            self.list.insert(self.list.len().min(*at), hit.clone());
        }
        self.list.truncate(self.limit);
        (self.seq, self.total, self.building) = (change.seq, change.total, change.building);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parloir_protocol::entity::Rank;
    use parloir_protocol::ids::ContactId;

    fn hit(number: u8) -> Hit {
        Hit {
            rank: Rank::Start,
            conversation: None,
            contact_id: Some(ContactId::from_bytes([number; 16])),
            name: None,
            profile_name: None,
            addresses: Vec::new(),
            tags: Vec::new(),
            matched: Vec::new(),
        }
    }

    fn hits(numbers: &[u8], limit: usize) -> Hits {
        let list = numbers.iter().map(|number| hit(*number)).collect();
        Hits::new(SearchConversationsOk { hits: list, seq: 1, ..SearchConversationsOk::default() }, limit)
    }

    fn placed(places: &[(usize, u8)]) -> Vec<Placed> {
        places.iter().map(|(at, number)| Placed { at: *at, hit: hit(*number) }).collect()
    }

    fn change(added: &[(usize, u8)], moved: &[(usize, u8)], removed: &[u8]) -> Change {
        Change {
            id: 1,
            seq: 2,
            added: placed(added),
            moved: placed(moved),
            removed: removed.iter().map(|number| hit(*number).id()).collect(),
            ..Change::default()
        }
    }

    #[test]
    fn a_change_is_folded_by_the_rule_of_the_protocol() {
        for (before, change, after) in [
            (&[1, 2, 3][..], change(&[], &[], &[]), &[1, 2, 3][..]),
            (&[1, 2, 3], change(&[(0, 4)], &[], &[]), &[4, 1, 2, 3]),
            (&[1, 2, 3], change(&[], &[(0, 3)], &[]), &[3, 1, 2]),
            (&[1, 2, 3], change(&[], &[(2, 1)], &[]), &[2, 3, 1]),
            (&[1, 2, 3], change(&[(2, 5), (0, 4)], &[(1, 3)], &[1]), &[4, 3, 5, 2]),
            (&[], change(&[(1, 2), (0, 1)], &[], &[]), &[1, 2]),
            (&[1], change(&[], &[(0, 1)], &[]), &[1]),
        ] {
            let mut list = hits(before, 9);
            list.fold(&change);
            assert_eq!(list, Hits { seq: 2, ..hits(after, 9) }, "{before:?}");
        }
    }

    #[test]
    fn a_hit_that_says_something_else_takes_the_place_of_what_it_said() {
        let mut list = hits(&[1, 2], 9);
        let renamed = Hit { name: Some("Hélène".to_owned()), ..hit(2) };
        let moved = vec![Placed { at: 1, hit: renamed.clone() }];
        list.fold(&Change { moved, ..Change::default() });
        assert_eq!(list.list(), [hit(1), renamed]);
    }

    #[test]
    fn a_list_never_outgrows_its_limit() {
        let mut list = hits(&[1, 2, 3, 4], 3);
        assert_eq!(list.list().len(), 3);
        list.fold(&change(&[(0, 5), (99, 6)], &[], &[]));
        assert_eq!(list.list(), [hit(5), hit(1), hit(2)]);
    }
}
