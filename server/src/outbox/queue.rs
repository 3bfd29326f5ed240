//! What waits to leave, as far as it is loaded: a lane for each conversation, a bounded number of messages for
//! each channel. The state has all of it; nothing is decided here but whose turn it is.

use std::collections::{BTreeMap, BTreeSet};

use parloir_desk::view::View;
use parloir_protocol::ids::{ChannelId, ConversationId, MessageId};
use parloir_protocol::time::Time;
use tokio::time::Instant;

/// Messages of one channel that are loaded; those behind them wait in the state.
const CHANNEL_LETTERS_MAX: usize = 1_024;
/// Rows read at a time.
const PAGE: usize = 1_024;

/// One message that waits, and what this process knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) message_id: MessageId,
    pub(super) conversation_id: ConversationId,
    pub(super) channel_id: ChannelId,
    /// Its place among all.
    pub(super) seq: u64,
    /// When somebody asked for it to leave.
    pub(super) queued_at: Time,
    pub(super) known: Known,
}

/// What this process knows of a message beyond the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Known {
    pub(super) left: Left,
    /// Times that it was put off.
    pub(super) tries: u32,
    /// When it was put off first.
    pub(super) since: Option<Instant>,
}

/// Whether a message that stands at `sending` left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Left {
    /// An earlier run of this server was about to call, or this one got no answer.
    #[default]
    Perhaps,
    /// The provider said that it did not.
    No,
}

/// The messages of one conversation, one at a time.
#[derive(Debug)]
struct Lane {
    channel_id: ChannelId,
    letters: BTreeMap<u64, Letter>,
    turn: Turn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The first may go.
    Ready,
    /// The first is on its way: its seq.
    UnderWay(u64),
    /// The first was put off.
    Resting(Instant),
}

#[derive(Debug, Default)]
struct Side {
    loaded: usize,
    /// From here on messages of this channel are not loaded, so that their order is kept.
    rest_from: Option<u64>,
    /// Messages from there on, which the state has, and the last of them that was counted.
    beyond: usize,
    counted_to: u64,
    /// Lanes whose first message may go, by its place.
    ready: BTreeSet<(u64, ConversationId)>,
}

/// Everything that is loaded.
#[derive(Debug, Default)]
pub(super) struct Queue {
    lanes: BTreeMap<ConversationId, Lane>,
    channels: BTreeMap<ChannelId, Side>,
    /// The places of all that are loaded.
    known: BTreeMap<MessageId, u64>,
    resting: BTreeSet<(Instant, ConversationId)>,
    /// Everything up to this place was looked at.
    frontier: u64,
    /// Everything up to this place was looked at once.
    furthest: u64,
    sweep: u64,
}

impl Queue {
    /// Loads what was queued behind everything looked at.
    pub(super) fn load(&mut self, view: View<'_>, aside: &BTreeSet<MessageId>) {
        loop {
            let ids = view.outbox_after(self.frontier, PAGE);
            let was_full = ids.len() == PAGE;
            for id in ids {
                let Some(seq) = self.look(&view, id, aside) else { continue };
                self.frontier = self.frontier.max(seq);
            }
            self.furthest = self.furthest.max(self.frontier);
            if !was_full {
                return self.recount();
            }
        }
    }

    /// Where all is loaded nothing is left beyond: what was counted there may be gone without having been here.
    fn recount(&mut self) {
        for side in self.channels.values_mut().filter(|side| side.rest_from.is_none()) {
            side.beyond = 0;
        }
    }

    /// Looks at a page of older places for messages that came back; true when none is left to look at.
    pub(super) fn sweep(&mut self, view: View<'_>, aside: &BTreeSet<MessageId>) -> bool {
        let ids = view.outbox_after(self.sweep, PAGE);
        let was_full = ids.len() == PAGE;
        for id in ids {
            let seq = self.known.get(&id).copied().or_else(|| self.look(&view, id, aside));
            self.sweep = self.sweep.max(seq.unwrap_or(0));
        }
        let is_done = !was_full || self.sweep >= self.frontier;
        if is_done {
            self.sweep = 0;
        }
        is_done
    }

    /// The place of a message that waits, after loading it where there is room.
    fn look(&mut self, view: &View<'_>, id: MessageId, aside: &BTreeSet<MessageId>) -> Option<u64> {
        let message = view.message(id)?;
        let seq = message.seq;
        if aside.contains(&id) || self.known.contains_key(&id) {
            return Some(seq);
        }
        let side = self.channels.entry(message.channel_id).or_default();
        if side.rest_from.is_some_and(|from| seq >= from) {
            side.count(seq);
            return Some(seq);
        }
        if side.loaded >= CHANNEL_LETTERS_MAX {
            side.rest_from = Some(seq);
            side.count(seq);
            return Some(seq.max(self.furthest));
        }
        self.insert(Letter {
            message_id: id,
            conversation_id: message.conversation_id,
            channel_id: message.channel_id,
            seq,
            queued_at: message.queued_at,
            known: Known::default(),
        });
        Some(seq)
    }

    fn insert(&mut self, letter: Letter) {
        self.known.insert(letter.message_id, letter.seq);
        let side = self.channels.entry(letter.channel_id).or_default();
        side.loaded += 1;
        if letter.seq <= side.counted_to {
            side.beyond = side.beyond.saturating_sub(1);
        }
        let conversation_id = letter.conversation_id;
        let fresh = Lane { channel_id: letter.channel_id, letters: BTreeMap::new(), turn: Turn::Ready };
        let lane = self.lanes.entry(conversation_id).or_insert(fresh);
        let before = lane.letters.keys().next().copied();
        lane.letters.insert(letter.seq, letter);
        if lane.turn == Turn::Ready {
            if let Some(seq) = before {
                side.ready.remove(&(seq, conversation_id));
            }
            side.ready.extend(lane.letters.keys().next().map(|seq| (*seq, conversation_id)));
        }
    }

    /// Channels with something that may go or waits.
    pub(super) fn channels(&self) -> impl Iterator<Item = ChannelId> {
        self.channels.iter().filter(|(_, side)| side.loaded > 0).map(|(channel, _)| *channel)
    }

    /// The oldest message of a channel that may go.
    pub(super) fn first(&self, channel: ChannelId) -> Option<Letter> {
        let (seq, conversation) = self.channels.get(&channel)?.ready.first()?;
        self.lanes.get(conversation)?.letters.get(seq).cloned()
    }

    /// Takes it out of turn until it is done or put off.
    pub(super) fn take(&mut self, letter: &Letter) -> Option<Letter> {
        let lane = self.lanes.get_mut(&letter.conversation_id)?;
        let side = self.channels.get_mut(&letter.channel_id)?;
        side.ready.remove(&(letter.seq, letter.conversation_id));
        lane.turn = Turn::UnderWay(letter.seq);
        lane.letters.get(&letter.seq).cloned()
    }

    /// The message under way has no more to do; the next of its conversation may go.
    pub(super) fn done(&mut self, conversation: ConversationId) {
        let Some(lane) = self.lanes.get_mut(&conversation) else { return };
        let Turn::UnderWay(seq) = lane.turn else { return };
        let Some(side) = self.channels.get_mut(&lane.channel_id) else { return };
        if let Some(letter) = lane.letters.remove(&seq) {
            self.known.remove(&letter.message_id);
            side.loaded = side.loaded.saturating_sub(1);
        }
        lane.turn = Turn::Ready;
        side.ready.extend(lane.letters.keys().next().map(|seq| (*seq, conversation)));
        // What did not fit is read again, from its first, in order.
        if let Some(from) = side.rest_from.filter(|_| side.loaded <= CHANNEL_LETTERS_MAX / 2) {
            side.rest_from = None;
            self.frontier = self.frontier.min(from.saturating_sub(1));
        }
        if lane.letters.is_empty() {
            self.lanes.remove(&conversation);
        }
    }

    /// The message under way was put off, and its conversation with it.
    pub(super) fn rest(&mut self, conversation: ConversationId, until: Instant, known: Known) {
        let Some(lane) = self.lanes.get_mut(&conversation) else { return };
        let Turn::UnderWay(seq) = lane.turn else { return };
        if let Some(letter) = lane.letters.get_mut(&seq) {
            letter.known = known;
        }
        lane.turn = Turn::Resting(until);
        self.resting.insert((until, conversation));
    }

    /// Gives a turn to what rested long enough.
    pub(super) fn wake(&mut self, now: Instant) {
        while let Some((until, conversation)) =
            self.resting.first().copied().filter(|(until, _)| *until <= now)
        {
            self.resting.remove(&(until, conversation));
            let Some(lane) = self.lanes.get_mut(&conversation) else { continue };
            lane.turn = Turn::Ready;
            if let Some(side) = self.channels.get_mut(&lane.channel_id) {
                side.ready.extend(lane.letters.keys().next().map(|seq| (*seq, conversation)));
            }
        }
    }

    /// When something rested long enough.
    pub(super) fn next_wake(&self) -> Option<Instant> {
        self.resting.first().map(|(until, _)| *until)
    }

    /// Messages of a channel, loaded or not.
    pub(super) fn waiting(&self, channel: ChannelId) -> usize {
        self.channels.get(&channel).map_or(0, |side| side.loaded + side.beyond)
    }
}

impl Side {
    /// Counts a message that is not loaded, once.
    fn count(&mut self, seq: u64) {
        if seq > self.counted_to {
            self.counted_to = seq;
            self.beyond += 1;
        }
    }
}
