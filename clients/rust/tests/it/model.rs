//! A workspace as simple as possible: it does random things, remembers how it stood after each, and answers
//! what a server would. It shares nothing with the store that it is compared with.

use std::collections::{BTreeMap, BTreeSet};

use parloir_client::protocol::entity::*;
use parloir_client::protocol::event::{Event, Fact, contact, conversation as conv, message as msg};
use parloir_client::protocol::ids::*;
use parloir_client::protocol::query::conversation::{QueuePageOk, RowsOk, TimelineOk};
use parloir_client::protocol::time::Time;

/// Chance by seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % below
    }
}

pub(crate) fn group(n: u8) -> GroupId {
    GroupId::from_bytes([n; 16])
}

pub(crate) fn agent(n: u8) -> AgentId {
    AgentId::from_bytes([n; 16])
}

/// How everything stands after `seq`.
#[derive(Clone, Default)]
pub(crate) struct World {
    pub(crate) seq: u64,
    rows: BTreeMap<ConversationId, Row>,
    lines: BTreeMap<ConversationId, Vec<TimelineItem>>,
    planned: BTreeMap<ConversationId, Vec<Message>>,
    contacts: BTreeMap<ContactId, Contact>,
}

/// One event, as everybody sees it and as an agent limited to group 0 does.
pub(crate) struct Told {
    pub(crate) all: Event,
    pub(crate) limited: Option<Event>,
}

const CONVERSATIONS: u64 = 9;
const CONTACTS: u64 = 4;

impl World {
    pub(crate) fn row(&self, id: ConversationId) -> Row {
        let mut row = self.rows[&id].clone();
        let owner = |contact: &&Contact| {
            let card = contact.card.as_ref();
            row.address.as_ref().is_some_and(|a| card.is_some_and(|card| card.addresses.contains(a)))
        };
        row.contact = self.contacts.values().find(owner).map(|contact| ContactRef {
            contact_id: contact.contact_id,
            name: contact.card.as_ref().map(|card| card.name.clone()).unwrap_or_default(),
            seq: contact.seq,
        });
        row
    }

    fn visible(&self, limited: bool) -> impl Iterator<Item = Row> {
        let seen = move |row: &&Row| !limited || row.conversation.group_id == group(0);
        self.rows.values().filter(seen).map(|row| self.row(row.conversation.conversation_id))
    }

    /// The rows of a view in its order, each with its place.
    pub(crate) fn queue(&self, view: &View, limited: bool) -> Vec<(u64, Row)> {
        let mut rows: Vec<(u64, Row)> = self
            .visible(limited)
            .filter(|row| fits(view, row))
            .filter_map(|row| match view.order {
                Order::Activity => Some((u64::MAX - row.conversation.activity_seq, row)),
                Order::Waiting => row.conversation.waiting_seq.map(|place| (place, row)),
            })
            .collect();
        rows.sort_by_key(|(place, _)| *place);
        rows
    }

    pub(crate) fn page(&self, view: &View, limited: bool, after: Option<&str>, limit: usize) -> QueuePageOk {
        let after = after.map(|after| after.parse::<u64>().expect("our own cursor"));
        let rest: Vec<_> = self
            .queue(view, limited)
            .into_iter()
            .filter(|(place, _)| after.is_none_or(|after| *place > after))
            .collect();
        let next = (rest.len() > limit).then(|| rest[limit - 1].0.to_string());
        let rows = rest.into_iter().take(limit).map(|(_, row)| row).collect();
        QueuePageOk { rows, next, seq: self.seq }
    }

    pub(crate) fn some_rows(&self, ids: &[ConversationId], limited: bool) -> RowsOk {
        let rows = self.visible(limited).filter(|row| ids.contains(&row.conversation.conversation_id));
        RowsOk { rows: rows.collect(), seq: self.seq }
    }

    pub(crate) fn timeline(&self, id: ConversationId, before: Option<u64>, limit: usize) -> TimelineOk {
        let all = self.lines.get(&id).cloned().unwrap_or_default();
        let end = all.iter().filter(|item| before.is_none_or(|before| item.seq < before)).count();
        let start = end.saturating_sub(limit);
        let mut pending = self.planned.get(&id).cloned().unwrap_or_default();
        pending.sort_by_key(|message| (message.due_at.is_none(), message.due_at, message.message_id));
        pending.retain(|_| before.is_none());
        TimelineOk { items: all[start..end].to_vec(), earlier: start > 0, pending, seq: self.seq }
    }

    /// Does one random thing.
    pub(crate) fn act(&mut self, dice: &mut Dice) -> Told {
        self.seq += 1;
        let id = ConversationId::from_bytes([dice.roll(CONVERSATIONS) as u8 + 1; 16]);
        if dice.roll(5) == 0 {
            let fact = self.contact_fact(dice);
            return self.told(fact.clone(), Some(fact));
        }
        let Some(before) = self.rows.get(&id).cloned() else { return self.start(id, dice) };
        let saw = before.conversation.group_id == group(0);
        let mut header = before.conversation.clone();
        let fact = self.conversation_fact(&mut header, &before, dice);
        let sees = header.group_id == group(0);
        let limited = match (saw, sees) {
            (true, true) => Some(fact.clone()),
            (true, false) => Some(Fact::ConversationLeft(conv::Left { conversation_id: id })),
            (false, true) => Some(Fact::ConversationEntered(conv::Entered { row: self.row(id) })),
            (false, false) => None,
        };
        self.told(fact, limited)
    }

    fn told(&self, fact: Fact, limited: Option<Fact>) -> Told {
        let event = |fact| Event { seq: self.seq, at: Time(0), actor: Actor::System, command_id: None, fact };
        Told { all: event(fact), limited: limited.map(event) }
    }

    fn start(&mut self, id: ConversationId, dice: &mut Dice) -> Told {
        let header = Header {
            conversation_id: id,
            status: Status::Open,
            unread: false,
            group_id: group(dice.roll(2) as u8),
            assignee: None,
            activity_seq: self.seq,
            activity_at: Time(0),
            waiting_seq: None,
            waiting_since: None,
            episode: 1,
            window_until: None,
        };
        let row = Row {
            seq: self.seq,
            conversation: header.clone(),
            channel_id: ChannelId::from_bytes([dice.roll(2) as u8; 16]),
            address: Some(address(u64::from(id.as_bytes()[0]))),
            profile_name: None,
            contact: None,
            opted_out: false,
            last: None,
        };
        let fact = Fact::ConversationStarted(conv::Started {
            conversation: header.clone(),
            channel_id: row.channel_id,
            address: row.address.clone(),
            profile_name: None,
        });
        self.rows.insert(id, row);
        self.line(id, Item::Started);
        let limited = (header.group_id == group(0)).then(|| fact.clone());
        self.told(fact, limited)
    }

    fn line(&mut self, id: ConversationId, item: Item) {
        let line = TimelineItem { seq: self.seq, at: Time(0), actor: Actor::System, item };
        self.lines.entry(id).or_default().push(line);
    }

    fn write(&mut self, header: &Header) {
        let row = self.rows.get_mut(&header.conversation_id).expect("it is there");
        row.conversation = header.clone();
        row.seq = self.seq;
    }

    fn conversation_fact(&mut self, header: &mut Header, before: &Row, dice: &mut Dice) -> Fact {
        let id = header.conversation_id;
        match dice.roll(14) {
            0 | 1 => self.message(header, Direction::Inbound),
            2 => self.message(header, Direction::Outbound),
            3 => {
                header.group_id = group(1 - header.group_id.as_bytes()[0]);
                self.write(header);
                let from = before.conversation.group_id;
                self.line(id, Item::Moved { from, to: header.group_id });
                Fact::ConversationMoved(conv::Moved { conversation: header.clone(), from })
            }
            4 => {
                header.status = Status::Closed;
                self.write(header);
                self.line(id, Item::Closed);
                Fact::ConversationClosed(conv::Closed { conversation: header.clone() })
            }
            5 => {
                header.status = Status::Open;
                self.write(header);
                self.line(id, Item::Reopened { cause: ReopenCause::Agent });
                let (conversation, cause) = (header.clone(), ReopenCause::Agent);
                Fact::ConversationReopened(conv::Reopened { conversation, cause })
            }
            6 => {
                let from = header.assignee;
                header.assignee = [None, Some(agent(1)), Some(agent(2))][dice.roll(3) as usize];
                self.write(header);
                self.line(id, Item::Assigned { from, to: header.assignee });
                Fact::ConversationAssigned(conv::Assigned { conversation: header.clone(), from })
            }
            7 => self.delivery(id, before, dice),
            8 => self.consent(id, before, dice),
            10 => self.plan(header, dice),
            11 | 12 => self.settle_plan(header, before, dice),
            13 => self.follow(id, before, dice),
            _ => self.erase_or_name(header, dice),
        }
    }

    fn message(&mut self, header: &mut Header, direction: Direction) -> Fact {
        let inbound = direction == Direction::Inbound;
        header.activity_seq = self.seq;
        header.unread = inbound;
        header.status = Status::Open;
        header.waiting_seq = if inbound { header.waiting_seq.or(Some(self.seq)) } else { None };
        let message = self.new_message(direction);
        self.write(header);
        let last =
            LastLine { seq: self.seq, at: Time(0), direction, text: Some(format!("text {}", self.seq)) };
        self.rows.get_mut(&header.conversation_id).expect("it is there").last = Some(last);
        self.line(header.conversation_id, Item::Message { message: message.clone() });
        let conversation = header.clone();
        if inbound {
            Fact::MessageReceived(msg::Received { conversation, message })
        } else {
            Fact::MessageQueued(msg::Queued { conversation, message })
        }
    }

    fn new_message(&self, direction: Direction) -> Message {
        let inbound = direction == Direction::Inbound;
        let link = MessageLink { expires_at: Time(0), revoked: false, opened: 0, opened_at: None };
        Message {
            message_id: MessageId(uuid::Uuid::from_u128(u128::from(self.seq))),
            direction,
            text: Some(format!(" text  {} ", self.seq)),
            author: None,
            seen_seq: None,
            delivery: (!inbound).then_some(Delivery::Queued),
            failure: None,
            attempt: u32::from(!inbound),
            attachments: vec![attachment(self.seq, AttachmentState::Fetching)],
            card: None,
            template: None,
            location: None,
            reaction: None,
            link: (!inbound).then_some(link),
            due_at: None,
            carriage: None,
        }
    }

    /// What goes later moves nothing but the row's seq.
    fn plan(&mut self, header: &Header, dice: &mut Dice) -> Fact {
        let message = Message {
            delivery: Some(Delivery::Held),
            due_at: (dice.roll(2) == 0).then(|| Time(dice.roll(5) as i64)),
            ..self.new_message(Direction::Outbound)
        };
        self.write(header);
        self.planned.entry(header.conversation_id).or_default().push(message.clone());
        Fact::MessagePlanned(msg::Planned { conversation: header.clone(), message })
    }

    /// Moves, cancels or lets go the first planned message.
    fn settle_plan(&mut self, header: &mut Header, before: &Row, dice: &mut Dice) -> Fact {
        let conversation_id = header.conversation_id;
        let planned = self.planned.entry(conversation_id).or_default();
        let Some(first) = planned.first_mut() else { return self.plan(header, dice) };
        let message_id = first.message_id;
        match dice.roll(3) {
            0 => {
                first.due_at = (dice.roll(2) == 0).then(|| Time(dice.roll(5) as i64));
                first.delivery = Some(Delivery::Scheduled);
                let (delivery, due_at) = (Delivery::Scheduled, first.due_at);
                Fact::MessagePlanChanged(msg::PlanChanged { conversation_id, message_id, delivery, due_at })
            }
            1 => {
                planned.remove(0);
                Fact::MessageCancelled(msg::Cancelled { conversation_id, message_id })
            }
            _ => {
                planned.remove(0);
                let fact = self.message(header, Direction::Outbound);
                self.take_over(before, message_id, fact)
            }
        }
    }

    /// The message that was planned keeps its id.
    fn take_over(&mut self, before: &Row, message_id: MessageId, fact: Fact) -> Fact {
        let Fact::MessageQueued(mut queued) = fact else { panic!("an outbound message is queued") };
        queued.message.message_id = message_id;
        let lines = self.lines.get_mut(&before.conversation.conversation_id).expect("it began");
        if let Some(TimelineItem { item: Item::Message { message }, .. }) = lines.last_mut() {
            message.message_id = message_id;
        }
        Fact::MessageQueued(queued)
    }

    /// A file is fetched or missing, a link opened or ended, or a queued message taken back.
    fn follow(&mut self, conversation_id: ConversationId, before: &Row, dice: &mut Dice) -> Fact {
        let lines = self.lines.get_mut(&conversation_id).expect("it began");
        let last = lines.iter_mut().rev().find_map(|line| match &mut line.item {
            Item::Message { message } if !message.attachments.is_empty() => Some(message),
            _ => None,
        });
        let Some(message) = last else { return self.consent(conversation_id, before, dice) };
        let message_id = message.message_id;
        let file = message.attachments.first_mut().expect("it has a file");
        match (dice.roll(4), &mut message.link) {
            (0, _) => {
                *file = Attachment {
                    attachment_id: file.attachment_id,
                    ..attachment(1, AttachmentState::Stored)
                };
                let attachment = file.clone();
                Fact::AttachmentStored(msg::AttachmentStored { conversation_id, message_id, attachment })
            }
            (1, Some(link)) => {
                (link.opened, link.opened_at) = (link.opened + 1, Some(Time(0)));
                self.line(conversation_id, Item::LinkOpened { message_id });
                Fact::LinkOpened(msg::LinkOpened { conversation_id, message_id })
            }
            (2, Some(link)) => {
                link.revoked = true;
                self.line(conversation_id, Item::LinkRevoked { message_id });
                Fact::LinkRevoked(msg::LinkRevoked { conversation_id, message_id })
            }
            (3, Some(_)) => {
                (message.delivery, message.failure) = (Some(Delivery::Cancelled), None);
                Fact::MessageCancelled(msg::Cancelled { conversation_id, message_id })
            }
            (_, _) => {
                file.state = AttachmentState::Missing;
                let attachment_id = file.attachment_id;
                Fact::AttachmentMissing(msg::AttachmentMissing { conversation_id, message_id, attachment_id })
            }
        }
    }

    fn delivery(&mut self, id: ConversationId, before: &Row, dice: &mut Dice) -> Fact {
        let delivery = [Delivery::Sent, Delivery::Delivered, Delivery::Failed][dice.roll(3) as usize];
        let lines = self.lines.get_mut(&id).expect("it began");
        let out = lines.iter_mut().rev().find_map(|line| match &mut line.item {
            Item::Message { message } if message.direction == Direction::Outbound => Some(message),
            _ => None,
        });
        let Some(message) = out else { return self.consent(id, before, dice) };
        (message.delivery, message.failure, message.attempt) = (Some(delivery), None, 2);
        let message_id = message.message_id;
        let link_expires_at = (dice.roll(2) == 0).then_some(Time(1));
        if let (Some(link), Some(expires_at)) = (&mut message.link, link_expires_at) {
            (link.expires_at, link.revoked) = (expires_at, false);
        }
        Fact::MessageDeliveryChanged(msg::DeliveryChanged {
            conversation_id: id,
            message_id,
            attempt: 2,
            delivery,
            failure: None,
            link_expires_at,
        })
    }

    fn consent(&mut self, id: ConversationId, before: &Row, dice: &mut Dice) -> Fact {
        let consent = [Consent::OptedOut, Consent::OptedIn][dice.roll(2) as usize];
        self.rows.get_mut(&id).expect("it is there").opted_out = consent == Consent::OptedOut;
        self.line(id, Item::ConsentChanged { consent });
        let channel_id = before.channel_id;
        Fact::ConsentChanged(conv::ConsentChanged { conversation_id: id, channel_id, consent })
    }

    fn erase_or_name(&mut self, header: &Header, dice: &mut Dice) -> Fact {
        let id = header.conversation_id;
        self.write(header);
        let row = self.rows.get_mut(&id).expect("it is there");
        if dice.roll(3) > 0 {
            row.profile_name = Some(format!("~{}", self.seq));
            let profile_name = row.profile_name.clone();
            return Fact::ConversationNamed(conv::Named { conversation: header.clone(), profile_name });
        }
        (row.address, row.profile_name) = (None, None);
        row.last.iter_mut().for_each(|last| last.text = None);
        for line in self.lines.get_mut(&id).expect("it began") {
            if let Item::Message { message } = &mut line.item {
                message.text = None;
                message.attachments.clear();
                message.link = None;
            }
        }
        self.planned.remove(&id);
        self.line(id, Item::Erased);
        Fact::ConversationErased(conv::Erased { conversation: header.clone() })
    }

    fn contact_fact(&mut self, dice: &mut Dice) -> Fact {
        let contact_id = ContactId::from_bytes([dice.roll(CONTACTS) as u8 + 1; 16]);
        let other = ContactId::from_bytes([dice.roll(CONTACTS) as u8 + 1; 16]);
        match dice.roll(4) {
            0 if self.contacts.remove(&contact_id).is_some() => {
                Fact::ContactErased(contact::Erased { contact_id })
            }
            1 if other != contact_id
                && self.contacts.contains_key(&other)
                && self.contacts.contains_key(&contact_id) =>
            {
                let merged = self.contacts.remove(&other).and_then(|c| c.card).unwrap_or_default();
                let seq = self.seq;
                let survivor = self.contacts.get_mut(&contact_id).expect("it was found");
                survivor.seq = seq;
                survivor.card.get_or_insert_default().addresses.extend(merged.addresses);
                Fact::ContactMerged(contact::Merged { survivor: survivor.clone(), merged: other })
            }
            _ => self.save(contact_id, dice),
        }
    }

    fn save(&mut self, contact_id: ContactId, dice: &mut Dice) -> Fact {
        let addresses: BTreeSet<Address> = (0..3).map(|_| address(dice.roll(CONVERSATIONS) + 1)).collect();
        for contact in self.contacts.values_mut() {
            contact.card.iter_mut().for_each(|card| card.addresses.retain(|a| !addresses.contains(a)));
        }
        let card = Card { name: format!("name {}", self.seq), addresses, ..Card::default() };
        let contact = Contact { contact_id, card: Some(card), seq: self.seq };
        self.contacts.insert(contact_id, contact.clone());
        Fact::ContactSaved(contact::Saved { contact })
    }
}

fn attachment(n: u64, state: AttachmentState) -> Attachment {
    Attachment {
        attachment_id: AttachmentId(uuid::Uuid::from_u128(u128::from(n))),
        name: Some(format!("file {n}")),
        media_type: "image/png".to_owned(),
        kind: AttachmentKind::Picture,
        bytes: n,
        width: None,
        height: None,
        thumbnail: false,
        state,
    }
}

fn address(n: u64) -> Address {
    Address { kind: AddressKind::E164, value: format!("+336000000{n:02}") }
}

fn fits(view: &View, row: &Row) -> bool {
    let header = &row.conversation;
    let assigned = |whose: AssigneeFilter| match whose {
        AssigneeFilter::Me => header.assignee == Some(agent(1)),
        AssigneeFilter::Nobody => header.assignee.is_none(),
        AssigneeFilter::Agent(agent) => header.assignee == Some(agent),
    };
    view.status.is_none_or(|status| status == header.status)
        && view.group_id.is_none_or(|group| group == header.group_id)
        && view.unread.is_none_or(|unread| unread == header.unread)
        && view.channel_id.is_none_or(|channel| channel == row.channel_id)
        && view.assignee.is_none_or(assigned)
}
