//! The rows being changed: reads see what was written before. It knows how a conversation's row, its places
//! in the queues and its counters move together, and nothing of events.

use parloir_protocol::ids::ConversationId;
use parloir_protocol::time::Time;
use serde::Serialize;

use crate::commit::Actor;
use crate::counters::Turn;
use crate::entity::{Conversation, Header, Item, TimelineItem};
use crate::keys::Keys;
use crate::order::{self, Entry};
use crate::rows::{Changes, Overlay, Rows};
use crate::view::View;

/// What few rows are longer than.
const ROW_BYTES: usize = 512;

pub(crate) struct Edit<'a> {
    rows: Overlay<'a>,
    pub(crate) keys: Keys,
    pub(crate) actor: Actor,
    pub(crate) at: Time,
    /// The seq of the event being applied.
    pub(crate) seq: u64,
    /// The value of the row that was written last: each grows here, and takes no more than its own room later.
    written: Vec<u8>,
}

impl<'a> Edit<'a> {
    pub(crate) fn new(rows: &'a dyn Rows, keys: Keys, actor: Actor, at: Time) -> Self {
        let written = Vec::with_capacity(ROW_BYTES);
        Self { rows: Overlay::new(rows), keys, actor, at, seq: 0, written }
    }

    pub(crate) fn view(&self) -> View<'_> {
        View::new(&self.rows, self.keys.0)
    }

    pub(crate) fn into_changes(self) -> Changes {
        self.rows.into_changes()
    }

    pub(crate) fn put<T: Serialize>(&mut self, key: Vec<u8>, value: &T) {
        self.written.clear();
        rmp_serde::encode::write(&mut self.written, value).expect("an entity of the rules has a binary form");
        self.rows.set(key, Some(self.written.clone()));
    }

    pub(crate) fn remove(&mut self, key: Vec<u8>) {
        self.rows.set(key, None);
    }

    /// A line in a conversation's timeline, at this event's place.
    pub(crate) fn record(&mut self, conversation: ConversationId, item: Item) {
        let line = TimelineItem { seq: self.seq, at: self.at, actor: self.actor, item };
        self.put(self.keys.timeline_item(conversation, self.seq), &line);
    }

    /// Writes a conversation after `before`, with its places and counters. Places that stay as they are, as with a
    /// note, are left alone.
    pub(crate) fn put_conversation(&mut self, before: Option<&Conversation>, mut after: Conversation) {
        after.seq = self.seq;
        let entry = Entry::of(&after);
        let stays = before.is_some_and(|before| Entry::of(before) == entry);
        if !stays {
            if let Some(before) = before {
                self.count(Turn::Goes, &before.header);
            }
            self.count(Turn::Comes, &after.header);
        }
        let (left, taken) = (before.map(order::places).unwrap_or_default(), order::places(&after));
        for place in left.iter().filter(|place| !taken.contains(place)) {
            self.remove(self.keys.place(place.0, place.1));
        }
        for place in taken.iter().filter(|place| !stays || !left.contains(place)) {
            self.put(self.keys.place(place.0, place.1), &entry);
        }
        self.put(self.keys.conversation(after.header.conversation_id), &after);
    }

    /// Changes the conversation that `header` is of, header included.
    pub(crate) fn change_conversation(&mut self, header: &Header, change: impl FnOnce(&mut Conversation)) {
        let Some(before) = self.view().conversation(header.conversation_id) else { return };
        let mut after = before.clone();
        after.header = header.clone();
        change(&mut after);
        self.put_conversation(Some(&before), after);
    }

    /// Counters that come to nothing have no row.
    fn count(&mut self, turn: Turn, header: &Header) {
        let group = header.group_id;
        let counters = self.view().counters(group).after(turn, header);
        self.put_unless_default(self.keys.group_counters(group), &counters);
        if let Some(agent) = header.assignee {
            let counters = self.view().assignee_counters(group, agent).after(turn, header);
            self.put_unless_default(self.keys.assignee_counters(group, agent), &counters);
        }
    }

    fn put_unless_default<T: Serialize + Default + PartialEq>(&mut self, key: Vec<u8>, value: &T) {
        if *value == T::default() {
            self.remove(key);
        } else {
            self.put(key, value);
        }
    }
}
