//! Whose turn it is to be fetched: files in the order in which they came in, a bounded number of each provider,
//! so that one that is dead holds up nobody else. It remembers places only; what waits stands in the state.

use std::collections::BTreeMap;
use std::sync::Arc;

use parloir_desk::view::{FetchPlace, View};
use parloir_protocol::ids::MessageId;
use tokio::sync::Semaphore;

/// Files of one provider that are on their way or put off.
pub(super) const PROVIDER_UNDER_WAY_MAX: usize = 256;
/// Files of one provider that arrive at once.
const PROVIDER_AT_ONCE: usize = 4;
/// Rows read at a time.
const PAGE: usize = 256;

/// A file whose turn it is.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) message_id: MessageId,
    pub(super) index: u32,
    /// The name of the provider that has it.
    pub(super) provider: String,
    /// Turns to let it arrive.
    pub(super) arriving: Arc<Semaphore>,
}

/// What was looked at, and what of it still waits for its turn. There is a side for each provider of a channel.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// Everything up to here was looked at.
    looked: Option<FetchPlace>,
    sides: BTreeMap<String, Side>,
}

#[derive(Debug)]
struct Side {
    under_way: usize,
    arriving: Arc<Semaphore>,
    /// The first file that was looked at and found no room.
    waits_from: Option<FetchPlace>,
    /// How many found none.
    waiting: usize,
    /// Files of this provider that were told last.
    told: usize,
}

impl Default for Side {
    fn default() -> Self {
        let arriving = Arc::new(Semaphore::new(PROVIDER_AT_ONCE));
        Self { under_way: 0, arriving, waits_from: None, waiting: 0, told: 0 }
    }
}

impl Course {
    /// Every file that may be fetched now.
    pub(super) fn begin(&mut self, view: &View<'_>) -> Vec<Turn> {
        let mut turns = Vec::new();
        let waiting: Vec<String> =
            self.sides.iter().filter(|(_, side)| side.may_go_on()).map(|(name, _)| name.clone()).collect();
        for provider in waiting {
            self.go_on(view, &provider, &mut turns);
        }
        self.look(view, &mut turns);
        turns
    }

    /// A file of a provider was settled.
    pub(super) fn end(&mut self, provider: &str) {
        if let Some(side) = self.sides.get_mut(provider) {
            side.under_way = side.under_way.saturating_sub(1);
        }
    }

    /// How many files of each provider are wanted, where that changed: before, and now.
    pub(super) fn news(&mut self) -> Vec<(String, usize, usize)> {
        let mut news = Vec::new();
        for (name, side) in &mut self.sides {
            let now = side.under_way + side.waiting;
            if now != side.told {
                news.push((name.clone(), side.told, now));
                side.told = now;
            }
        }
        news
    }

    /// Looks at what came in since.
    fn look(&mut self, view: &View<'_>, turns: &mut Vec<Turn>) {
        loop {
            let page = view.fetches_after(self.looked, PAGE);
            for (place, id) in &page {
                self.looked = Some(*place);
                let Some(provider) = provider_of(view, *id) else { continue };
                let side = self.sides.entry(provider.clone()).or_default();
                if side.waits_from.is_none() && side.has_room() {
                    turns.push(side.turn(*id, *place, provider));
                } else {
                    side.waits_from.get_or_insert(*place);
                    side.waiting += 1;
                }
            }
            if page.len() < PAGE {
                return;
            }
        }
    }

    /// Looks again at what found no room.
    fn go_on(&mut self, view: &View<'_>, provider: &str, turns: &mut Vec<Turn>) {
        let (Some(side), Some(looked)) = (self.sides.get_mut(provider), self.looked) else { return };
        let Some(from) = side.waits_from.take() else { return };
        let mut after = before(from);
        loop {
            let page = view.fetches_after(after, PAGE);
            for (place, id) in page.iter().filter(|(place, _)| *place <= looked) {
                if provider_of(view, *id).as_deref() != Some(provider) {
                    continue;
                }
                if !side.has_room() {
                    side.waits_from = Some(*place);
                    return;
                }
                side.waiting = side.waiting.saturating_sub(1);
                turns.push(side.turn(*id, *place, provider.to_owned()));
            }
            after = page.last().map(|(place, _)| *place);
            if page.len() < PAGE || after.is_some_and(|after| after >= looked) {
                // Some may have gone with a person who was erased.
                side.waiting = 0;
                return;
            }
        }
    }
}

impl Side {
    fn has_room(&self) -> bool {
        self.under_way < PROVIDER_UNDER_WAY_MAX
    }

    fn may_go_on(&self) -> bool {
        self.waits_from.is_some() && self.has_room()
    }

    fn turn(&mut self, message_id: MessageId, place: FetchPlace, provider: String) -> Turn {
        self.under_way += 1;
        Turn { message_id, index: place.index, provider, arriving: Arc::clone(&self.arriving) }
    }
}

/// The place behind which `place` is the first.
fn before(place: FetchPlace) -> Option<FetchPlace> {
    match (place.index.checked_sub(1), place.seq.checked_sub(1)) {
        (Some(index), _) => Some(FetchPlace { index, ..place }),
        (None, Some(seq)) => Some(FetchPlace { seq, index: u32::MAX }),
        (None, None) => None,
    }
}

fn provider_of(view: &View<'_>, id: MessageId) -> Option<String> {
    Some(view.channel(view.message(id)?.channel_id)?.provider)
}
