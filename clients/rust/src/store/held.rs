//! Events kept while an answer is on its way, so that an answer older than the store can be brought up to
//! date. It keeps them only as long as something is asked, and never more than a bound.

use std::collections::{BTreeMap, VecDeque};

use parloir_protocol::event::Event;

/// Events that may be kept; an ask that would need more is asked again.
const EVENTS_MAX: usize = 8_192;

/// Something that was asked, to be shown with its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(u64);

#[derive(Debug, Default)]
pub(super) struct Held {
    events: VecDeque<Event>,
    /// How many were ever kept before the first of `events`.
    dropped: u64,
    /// Per ticket, how many were ever kept when it was given out.
    asked: BTreeMap<Ticket, u64>,
    tickets: u64,
}

impl Held {
    pub(super) fn ask(&mut self) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(self.tickets);
        self.asked.insert(ticket, self.dropped + self.events.len() as u64);
        ticket
    }

    pub(super) fn keep(&mut self, event: &Event) {
        if self.asked.is_empty() {
            return;
        }
        if self.events.len() == EVENTS_MAX {
            self.events.pop_front();
            self.dropped += 1;
        }
        self.events.push_back(event.clone());
    }

    /// The kept events after `seq`; nothing when the ticket is not good any more.
    pub(super) fn redeem(&mut self, ticket: Ticket, seq: u64) -> Option<Vec<Event>> {
        let from = self.asked.remove(&ticket)?;
        let whole = from >= self.dropped;
        let events = whole.then(|| self.events.iter().filter(|event| event.seq > seq).cloned().collect());
        self.let_go();
        events
    }

    pub(super) fn release(&mut self, ticket: Ticket) {
        self.asked.remove(&ticket);
        self.let_go();
    }

    /// Everything asked before is void; numbers go on, so that an old ticket is never taken for a new one.
    pub(super) fn void(&mut self) {
        self.asked.clear();
        self.let_go();
    }

    #[cfg(test)]
    pub(super) fn is_asked(&self) -> bool {
        !self.asked.is_empty()
    }

    fn let_go(&mut self) {
        let needed = self.asked.values().min().copied().unwrap_or(u64::MAX);
        while self.dropped < needed && self.events.pop_front().is_some() {
            self.dropped += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parloir_protocol::entity::Actor;
    use parloir_protocol::event::{Fact, group};
    use parloir_protocol::ids::GroupId;
    use parloir_protocol::time::Time;

    fn event(seq: u64) -> Event {
        let fact = Fact::GroupDeleted(group::Deleted { group_id: GroupId::from_bytes([0; 16]) });
        Event { seq, at: Time(0), actor: Actor::System, command_id: None, fact }
    }

    #[test]
    fn events_are_kept_only_while_something_is_asked() {
        let mut held = Held::default();
        held.keep(&event(1));
        let first = held.ask();
        held.keep(&event(2));
        let second = held.ask();
        held.keep(&event(3));
        assert_eq!(held.redeem(first, 2), Some(vec![event(3)]));
        assert_eq!(held.events.len(), 1);
        assert_eq!(held.redeem(second, 0), Some(vec![event(3)]));
        assert_eq!(held.events.len(), 0);
        assert_eq!(held.redeem(second, 0), None);
    }

    #[test]
    fn a_ticket_is_void_when_its_events_were_not_all_kept() {
        let mut held = Held::default();
        let ticket = held.ask();
        (0..=EVENTS_MAX as u64).for_each(|seq| held.keep(&event(seq)));
        assert_eq!(held.events.len(), EVENTS_MAX);
        assert_eq!(held.redeem(ticket, 0), None);
    }
}
