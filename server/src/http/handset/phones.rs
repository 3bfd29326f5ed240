//! What phones show: everything that the simulator delivered and that was written on the handset, the newest
//! few thousand of all phones together. It outlives no restart, and asks nobody.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use parloir_desk::entity::Address;
use parloir_protocol::ids::{ChannelId, WorkspaceId};
use parloir_protocol::time::Time;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::locks::locked;
use crate::providers::Content;
use crate::providers::simulator::Simulator;

/// Messages kept, of all phones: each has the length of a text at most.
const KEPT_MAX: usize = 4_000;

/// One message on a phone.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Its place among all of them, from 1.
    pub(super) n: u64,
    pub(super) at: Time,
    pub(super) workspace: WorkspaceId,
    pub(super) channel_id: ChannelId,
    pub(super) phone: Address,
    pub(super) what: What,
}

#[derive(Debug, Clone)]
pub(super) enum What {
    Arrived(Content),
    Written { text: String, picture: Option<String> },
}

/// All phones.
#[derive(Debug)]
pub struct Phones {
    kept: Mutex<VecDeque<Item>>,
    newest: watch::Sender<u64>,
    clock: Clock,
}

impl Phones {
    /// Phones that show nothing yet.
    pub fn new(clock: Clock) -> Self {
        Self { kept: Mutex::default(), newest: watch::Sender::new(0), clock }
    }

    /// Shows what the simulator delivers, as long as somebody else holds these phones.
    pub fn follow(self: &Arc<Self>, simulator: &Simulator) {
        let mut shown = simulator.phones();
        let phones = Arc::downgrade(self);
        tokio::spawn(async move {
            while let Some(shown) = shown.recv().await {
                let Some(phones) = phones.upgrade() else { return };
                let what = What::Arrived(shown.content);
                phones.show(shown.workspace, shown.channel_id, shown.to, what);
            }
        });
    }

    pub(super) fn show(&self, workspace: WorkspaceId, channel_id: ChannelId, phone: Address, what: What) {
        let mut kept = self.kept();
        let n = *self.newest.borrow() + 1;
        kept.push_back(Item { n, at: self.clock.now(), workspace, channel_id, phone, what });
        if kept.len() > KEPT_MAX {
            kept.pop_front();
        }
        // While nobody else gives out a place.
        self.newest.send_replace(n);
    }

    /// What a phone shows of one channel after place `after`, and the newest place of all.
    pub(super) fn after(&self, channel_id: ChannelId, phone: &Address, after: u64) -> (Vec<Item>, u64) {
        let kept = self.kept();
        let is_new = |item: &&Item| item.n > after && item.channel_id == channel_id && item.phone == *phone;
        (kept.iter().filter(is_new).cloned().collect(), *self.newest.borrow())
    }

    pub(super) fn item(&self, n: u64) -> Option<Item> {
        self.kept().iter().find(|item| item.n == n).cloned()
    }

    pub(super) fn newest(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Item>> {
        locked(&self.kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::number;

    const OURS: WorkspaceId = WorkspaceId(uuid::Uuid::from_u128(1));

    fn text(text: &str) -> What {
        What::Written { text: text.to_owned(), picture: None }
    }

    #[test]
    fn a_phone_shows_its_own_channel_from_where_it_was() {
        let phones = Phones::new(Clock::system());
        let [sms, rcs] = [1, 2].map(|byte| ChannelId::from_bytes([byte; 16]));
        let (ours, theirs) = (number("+33600000001"), number("+33600000002"));
        phones.show(OURS, sms, ours.clone(), text("one"));
        phones.show(OURS, rcs, ours.clone(), text("other channel"));
        phones.show(OURS, sms, theirs, text("other phone"));
        let (items, newest) = phones.after(sms, &ours, 0);
        assert_eq!((items.len(), items[0].n, newest), (1, 1, 3));
        phones.show(OURS, sms, ours.clone(), text("two"));
        let (items, newest) = phones.after(sms, &ours, newest);
        assert_eq!((items.len(), items[0].n, newest), (1, 4, 4));
        assert_eq!(phones.after(sms, &ours, 4).0.len(), 0);
    }

    #[test]
    fn only_the_newest_are_kept() {
        let phones = Phones::new(Clock::system());
        let (sms, ours) = (ChannelId::from_bytes([1; 16]), number("+33600000001"));
        for n in 0..KEPT_MAX + 10 {
            phones.show(OURS, sms, ours.clone(), text(&n.to_string()));
        }
        let (items, newest) = phones.after(sms, &ours, 0);
        assert_eq!((items.len(), items[0].n, newest), (KEPT_MAX, 11, KEPT_MAX as u64 + 10));
        assert!(phones.item(10).is_none() && phones.item(11).is_some());
    }
}
