//! The timelines that are on screen, line by line. Each line and each timeline knows up to which seq it is
//! current, so an event is never folded twice.

use std::collections::{BTreeMap, VecDeque};

use parloir_protocol::entity::{AttachmentState, Delivery, Item, Message, TimelineItem};
use parloir_protocol::event::{Event, Fact};
use parloir_protocol::ids::{ConversationId, MessageId};
use parloir_protocol::query::conversation::TimelineOk;

use super::{TIMELINES_MAX, facts};

/// Lines that one timeline keeps; the oldest go first and can be asked for again.
const LINES_MAX: usize = 5_000;

#[derive(Debug)]
struct Line {
    as_of: u64,
    item: TimelineItem,
}

/// The loaded end of a conversation's timeline.
#[derive(Debug, Default)]
pub struct Timeline {
    lines: BTreeMap<u64, Line>,
    pending: Vec<Message>,
    earlier: bool,
    as_of: u64,
}

impl Timeline {
    /// In their order.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = &TimelineItem> {
        self.lines.values().map(|line| &line.item)
    }

    /// What is scheduled or held: the soonest first, what waits for somebody last.
    pub fn pending(&self) -> &[Message] {
        &self.pending
    }

    /// Whether there are lines before the first.
    pub fn earlier(&self) -> bool {
        self.earlier
    }

    /// The first line's seq, to ask for those before.
    pub fn first_seq(&self) -> Option<u64> {
        self.lines.keys().next().copied()
    }

    fn of_page(page: &TimelineOk) -> Self {
        let line = |item: &TimelineItem| (item.seq, Line { as_of: page.seq, item: item.clone() });
        let lines = page.items.iter().map(line).collect();
        Self { lines, pending: page.pending.clone(), earlier: page.earlier, as_of: page.seq }
    }

    fn fold(&mut self, id: ConversationId, event: &Event) {
        self.change_lines(event);
        if event.seq <= self.as_of {
            return;
        }
        self.fold_pending(&event.fact);
        if let Some((_, item)) = facts::line(&event.fact).filter(|(of, _)| *of == id) {
            if item == Item::Erased {
                self.lines.values_mut().for_each(erase);
                self.pending.clear();
            }
            let item = TimelineItem { seq: event.seq, at: event.at, actor: event.actor, item };
            self.lines.entry(event.seq).or_insert(Line { as_of: event.seq, item });
            self.trim();
        }
    }

    /// What is planned, by when it goes.
    fn fold_pending(&mut self, fact: &Fact) {
        if let Fact::MessagePlanned(fact) = fact {
            self.forget_pending(fact.message.message_id);
            self.pending.push(fact.message.clone());
        } else if let Fact::MessagePlanChanged(fact) = fact {
            let found = self.pending.iter_mut().find(|message| message.message_id == fact.message_id);
            if let Some(message) = found {
                message.delivery = Some(fact.delivery);
                message.due_at = fact.due_at;
            }
        } else if let Fact::MessageQueued(fact) = fact {
            self.forget_pending(fact.message.message_id);
        } else if let Fact::MessageCancelled(fact) = fact {
            self.forget_pending(fact.message_id);
        }
        self.pending.sort_by_key(|message| (message.due_at.is_none(), message.due_at, message.message_id));
    }

    fn forget_pending(&mut self, id: MessageId) {
        self.pending.retain(|message| message.message_id != id);
    }

    /// What became of messages that have their line.
    fn change_lines(&mut self, event: &Event) {
        let seq = event.seq;
        if let Fact::MessageDeliveryChanged(fact) = &event.fact {
            self.change(fact.message_id, seq, |message| {
                message.attempt = fact.attempt;
                message.delivery = Some(fact.delivery);
                message.failure = fact.failure;
                if let (Some(link), Some(expires_at)) = (&mut message.link, fact.link_expires_at) {
                    link.expires_at = expires_at;
                    link.revoked = false;
                }
            });
        } else if let Fact::MessageCancelled(fact) = &event.fact {
            self.change(fact.message_id, seq, |message| {
                message.delivery = Some(Delivery::Cancelled);
                message.failure = None;
            });
        } else if let Fact::AttachmentStored(fact) = &event.fact {
            self.change(fact.message_id, seq, |message| {
                let id = fact.attachment.attachment_id;
                let found = message.attachments.iter_mut().find(|known| known.attachment_id == id);
                if let Some(known) = found {
                    let name = fact.attachment.name.clone().or(known.name.take());
                    *known = fact.attachment.clone();
                    known.name = name;
                }
            });
        } else if let Fact::AttachmentMissing(fact) = &event.fact {
            self.change(fact.message_id, seq, |message| {
                let id = fact.attachment_id;
                let found = message.attachments.iter_mut().find(|known| known.attachment_id == id);
                found.into_iter().for_each(|known| known.state = AttachmentState::Missing);
            });
        } else if let Fact::LinkOpened(fact) = &event.fact {
            self.change(fact.message_id, seq, |message| {
                message.link.iter_mut().for_each(|link| {
                    link.opened += 1;
                    link.opened_at = Some(event.at);
                });
            });
        } else if let Fact::LinkRevoked(fact) = &event.fact {
            self.change(fact.message_id, seq, |message| {
                message.link.iter_mut().for_each(|link| link.revoked = true);
            });
        }
    }

    /// Changes a message's line, unless that is newer already.
    fn change(&mut self, id: MessageId, seq: u64, change: impl FnOnce(&mut Message)) {
        let of_message = |line: &&mut Line| match &line.item.item {
            Item::Message { message } => message.message_id == id,
            Item::Started
            | Item::Note { .. }
            | Item::Moved { .. }
            | Item::Closed
            | Item::Reopened { .. }
            | Item::Assigned { .. }
            | Item::MarkedUnread
            | Item::ConsentChanged { .. }
            | Item::LinkOpened { .. }
            | Item::LinkRevoked { .. }
            | Item::Erased => false,
        };
        let line = self.lines.values_mut().rev().find(of_message).filter(|line| seq > line.as_of);
        if let Some(Line { as_of, item: TimelineItem { item: Item::Message { message }, .. } }) = line {
            *as_of = seq;
            change(message);
        }
    }

    fn trim(&mut self) {
        while self.lines.len() > LINES_MAX {
            self.lines.pop_first();
            self.earlier = true;
        }
    }
}

fn erase(line: &mut Line) {
    if let Item::Message { message } = &mut line.item.item {
        message.text = None;
        message.attachments.clear();
        message.card = None;
        message.template = None;
        message.location = None;
        message.reaction = None;
        message.link = None;
        message.carriage = None;
    } else if let Item::Note { note } = &mut line.item.item {
        note.text = None;
    }
}

#[derive(Debug, Default)]
pub(super) struct Timelines {
    loaded: BTreeMap<ConversationId, Timeline>,
    /// The one loaded first is at the front.
    in_turn: VecDeque<ConversationId>,
}

impl Timelines {
    pub(super) fn get(&self, id: ConversationId) -> Option<&Timeline> {
        self.loaded.get(&id)
    }

    /// The one that gives way to `id`, when there is no room beside it.
    pub(super) fn in_the_way_of(&self, id: ConversationId) -> Option<ConversationId> {
        let full = self.loaded.len() >= TIMELINES_MAX && !self.loaded.contains_key(&id);
        self.in_turn.front().copied().filter(|_| full)
    }

    pub(super) fn forget(&mut self, id: ConversationId) {
        self.loaded.remove(&id);
        self.in_turn.retain(|known| *known != id);
    }

    /// The newest page, or the one before what is loaded, brought up to date by `events`.
    pub(super) fn put(
        &mut self,
        id: ConversationId,
        before: Option<u64>,
        page: &TimelineOk,
        events: &[Event],
    ) {
        let mut fresh = Timeline::of_page(page);
        events.iter().for_each(|event| fresh.fold(id, event));
        match (before, self.loaded.get_mut(&id)) {
            (None, known) => {
                if known.is_none() {
                    self.in_turn.push_back(id);
                }
                self.loaded.insert(id, fresh);
            }
            (Some(before), Some(timeline)) if timeline.first_seq() == Some(before) => {
                timeline.earlier = fresh.earlier;
                timeline.lines.extend(fresh.lines.into_iter().filter(|(seq, _)| *seq < before));
            }
            (Some(_), _) => {}
        }
    }

    pub(super) fn fold(&mut self, event: &Event) {
        if let Fact::ConversationLeft(fact) = &event.fact {
            self.forget(fact.conversation_id);
            return;
        }
        let of_line = facts::line(&event.fact).map(|(id, _)| id);
        let of_header = || facts::header(&event.fact).map(|header| header.conversation_id);
        if let Some(id) = of_line.or_else(|| facts::of_message(&event.fact)).or_else(of_header)
            && let Some(timeline) = self.loaded.get_mut(&id)
        {
            timeline.fold(id, event);
        }
    }
}
