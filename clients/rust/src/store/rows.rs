//! The rows that are known, in the window's order, and those that are missing. It folds what events say of
//! conversations and contacts; it never asks for anything itself.

use std::collections::{BTreeMap, BTreeSet};

use parloir_protocol::entity::{Consent, Contact, ContactRef, Header, Row, View};
use parloir_protocol::event::{Event, Fact, conversation, message};
use parloir_protocol::ids::{AgentId, ContactId, ConversationId};

use super::facts;
use super::window::{Place, Window};

#[derive(Debug)]
struct Entry {
    row: Row,
    /// Contact and consent hold everything up to here.
    as_of: u64,
    place: Option<Place>,
}

#[derive(Debug)]
pub(super) struct Rows {
    pub(super) window: Window,
    me: Option<AgentId>,
    rows_max: usize,
    known: BTreeMap<ConversationId, Entry>,
    order: BTreeSet<(Place, ConversationId)>,
    /// Rows kept though they are not in the window, and when they were seen.
    pinned: BTreeMap<ConversationId, u64>,
    /// Conversations to ask for, and since when: an answer from before then says nothing of them.
    missing: BTreeMap<ConversationId, u64>,
}

impl Rows {
    pub(super) fn new(view: View, me: Option<AgentId>, rows_max: usize) -> Self {
        Self {
            window: Window::whole(view),
            me,
            rows_max,
            known: BTreeMap::new(),
            order: BTreeSet::new(),
            pinned: BTreeMap::new(),
            missing: BTreeMap::new(),
        }
    }

    pub(super) fn get(&self, id: ConversationId) -> Option<&Row> {
        self.known.get(&id).map(|entry| &entry.row)
    }

    pub(super) fn in_order(&self) -> impl DoubleEndedIterator<Item = &Row> {
        self.order.iter().filter_map(|(_, id)| self.get(*id))
    }

    pub(super) fn missing(&self) -> impl Iterator<Item = ConversationId> {
        self.missing.keys().copied()
    }

    /// Keeps the row of a conversation that was seen at `seq`, though it is not in the window.
    pub(super) fn pin(&mut self, id: ConversationId, seq: u64) {
        self.pinned.insert(id, seq);
        if !self.known.contains_key(&id) {
            self.miss(id, seq);
        }
    }

    pub(super) fn unpin(&mut self, id: ConversationId) {
        self.pinned.remove(&id);
        self.settle(id);
    }

    /// Another view: only pinned rows stay.
    pub(super) fn show(&mut self, view: View) {
        self.window = Window::whole(view);
        self.order.clear();
        self.known.retain(|id, _| self.pinned.contains_key(id));
        self.missing.retain(|id, _| self.pinned.contains_key(id));
        for id in self.known.keys().copied().collect::<Vec<_>>() {
            self.settle(id);
        }
    }

    /// Puts a row as it stood at `as_of`.
    pub(super) fn put(&mut self, row: Row, as_of: u64) {
        let id = row.conversation.conversation_id;
        self.unplace(id);
        self.known.insert(id, Entry { row, as_of, place: None });
        self.settle(id);
    }

    /// The window ends where `rows`, just put, end.
    pub(super) fn reach(&mut self, rows: &[Row], next: Option<String>) {
        self.window.reach(rows, next);
        for id in self.known.keys().copied().collect::<Vec<_>>() {
            self.settle(id);
        }
        self.trim();
    }

    /// The answer to what was missing holds everything up to `as_of`.
    pub(super) fn found(&mut self, ids: &[ConversationId], rows: Vec<Row>, as_of: u64) {
        self.missing.retain(|id, since| !ids.contains(id) || *since > as_of);
        for row in rows {
            self.missing.remove(&row.conversation.conversation_id);
            self.put(row, as_of);
        }
        self.trim();
    }

    pub(super) fn give_up(&mut self, ids: &[ConversationId]) {
        self.missing.retain(|id, _| !ids.contains(id));
    }

    pub(super) fn fold(&mut self, event: &Event) {
        match &event.fact {
            Fact::ConversationStarted(fact) => self.started(event.seq, fact),
            Fact::ConversationEntered(fact) => self.entered(event.seq, &fact.row),
            Fact::ConversationLeft(fact) => self.left(event.seq, fact.conversation_id),
            Fact::ConsentChanged(fact) => self.consent_changed(event.seq, fact),
            Fact::ContactSaved(fact) => self.link(event.seq, &[&fact.contact], None),
            Fact::ContactMerged(fact) => self.link(event.seq, &[&fact.survivor], Some(fact.merged)),
            Fact::ContactErased(fact) => self.link(event.seq, &[], Some(fact.contact_id)),
            other => self.changed(event, other),
        }
        self.trim();
    }

    fn started(&mut self, seq: u64, fact: &conversation::Started) {
        let id = fact.conversation.conversation_id;
        if self.known.contains_key(&id) || !self.wanted(&fact.conversation) {
            return;
        }
        let row = Row {
            seq,
            conversation: fact.conversation.clone(),
            channel_id: fact.channel_id,
            address: fact.address.clone(),
            profile_name: fact.profile_name.clone(),
            contact: None,
            opted_out: false,
            last: None,
        };
        // Only an answer from here on knows its contact, also where somebody has asked for it before it was there.
        self.missing.insert(id, seq);
        self.put(row, seq);
    }

    fn entered(&mut self, seq: u64, row: &Row) {
        let id = row.conversation.conversation_id;
        if self.get(id).is_none_or(|known| known.seq < row.seq) {
            self.missing.remove(&id);
            self.put(row.clone(), seq);
        }
    }

    fn consent_changed(&mut self, seq: u64, fact: &conversation::ConsentChanged) {
        if let Some(entry) = self.known.get_mut(&fact.conversation_id)
            && seq > entry.as_of
        {
            entry.row.opted_out = fact.consent == Consent::OptedOut;
        }
    }

    /// Rows whose address stands in one of `cards` are of that contact; rows of these contacts or of `gone`
    /// whose address does not are of nobody.
    fn link(&mut self, seq: u64, cards: &[&Contact], gone: Option<ContactId>) {
        for entry in self.known.values_mut().filter(|entry| seq > entry.as_of) {
            let owner = cards.iter().find_map(|contact| owns(contact, &entry.row));
            let held = entry.row.contact.as_ref().map(|held| held.contact_id);
            let was_theirs = held.is_some_and(|held| {
                gone == Some(held) || cards.iter().any(|contact| contact.contact_id == held)
            });
            if owner.is_some() || was_theirs {
                entry.row.contact = owner;
            }
        }
    }

    fn changed(&mut self, event: &Event, fact: &Fact) {
        let Some(header) = facts::header(fact) else { return };
        let id = header.conversation_id;
        let wanted = self.wanted(header);
        match self.known.get_mut(&id) {
            Some(entry) if event.seq > entry.row.seq => {
                entry.row.seq = event.seq;
                entry.row.conversation = header.clone();
                change_row(&mut entry.row, event);
                self.settle(id);
            }
            Some(_) => {}
            None if wanted => self.miss(id, event.seq),
            None => {
                self.missing.remove(&id);
            }
        }
    }

    fn miss(&mut self, id: ConversationId, seq: u64) {
        self.missing.entry(id).or_insert(seq);
    }

    fn wanted(&self, header: &Header) -> bool {
        self.pinned.contains_key(&header.conversation_id) || self.window.may_hold(header, self.me).is_some()
    }

    /// What was seen or asked for later is not gone: answers that come late replay events from before it.
    fn left(&mut self, seq: u64, id: ConversationId) {
        if self.known.get(&id).is_some_and(|entry| entry.as_of >= seq) {
            return;
        }
        self.unplace(id);
        self.known.remove(&id);
        self.missing.retain(|other, since| *other != id || *since >= seq);
        self.pinned.retain(|other, since| *other != id || *since >= seq);
    }

    fn unplace(&mut self, id: ConversationId) {
        if let Some(place) = self.known.get_mut(&id).and_then(|entry| entry.place.take()) {
            self.order.remove(&(place, id));
        }
    }

    /// A row's place after a change; a row that is neither in the window nor pinned goes.
    fn settle(&mut self, id: ConversationId) {
        self.unplace(id);
        let Some(entry) = self.known.get_mut(&id) else { return };
        entry.place = self.window.holds(&entry.row, self.me);
        match entry.place {
            Some(place) => {
                self.order.insert((place, id));
            }
            None if !self.pinned.contains_key(&id) => {
                self.known.remove(&id);
                self.missing.remove(&id);
            }
            None => {}
        }
    }

    fn trim(&mut self) {
        while self.order.len() > self.rows_max {
            let Some((_, id)) = self.order.pop_last() else { return };
            self.window.bound = self.order.last().map_or(0, |(place, _)| *place);
            self.window.next = None;
            if self.pinned.contains_key(&id) {
                self.known.entry(id).and_modify(|entry| entry.place = None);
            } else {
                self.known.remove(&id);
            }
        }
    }
}

fn owns(contact: &Contact, row: &Row) -> Option<ContactRef> {
    let card = contact.card.as_ref()?;
    let owned = row.address.as_ref().is_some_and(|address| card.addresses.contains(address));
    owned.then(|| ContactRef { contact_id: contact.contact_id, name: card.name.clone(), seq: contact.seq })
}

/// What an event changes in a row beside its header.
fn change_row(row: &mut Row, event: &Event) {
    if let Fact::MessageReceived(message::Received { message, .. })
    | Fact::MessageQueued(message::Queued { message, .. }) = &event.fact
    {
        // A sign at another message moves nothing; what it was may have been erased.
        if row.conversation.activity_seq == event.seq {
            row.last = Some(facts::last_line(event, message));
        }
    } else if let Fact::ConversationNamed(fact) = &event.fact {
        row.profile_name.clone_from(&fact.profile_name);
    } else if let Fact::ConversationErased(_) = &event.fact {
        row.address = None;
        row.profile_name = None;
        row.contact = None;
        row.last.iter_mut().for_each(|last| last.text = None);
    }
}
