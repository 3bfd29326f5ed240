//! What the server holds, read from its log's export: the world that the oracle knows. It asks no search, and
//! reads no row of the state that the server answers from.

use std::collections::HashMap;

use parloir_client::protocol::entity::{Address, Card as Saved, HitId, Status};
use parloir_client::protocol::ids::{ContactId, ConversationId, GroupId, MessageId};
use serde::Deserialize;

use super::world::{Card, Document, Number, Said, Words, World};
use crate::export::Line;
use crate::webhook::Http;

/// Takes stock of a workspace.
pub(crate) async fn take(http: &Http) -> anyhow::Result<World> {
    let mut stock = Stock::default();
    http.log_lines(0, |line| stock.read(line)).await?;
    Ok(stock.world())
}

/// The fields of all events together: each event has some of them.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Data {
    conversation: Option<Header>,
    address: Option<Address>,
    message: Option<Message>,
    contact: Option<Contact>,
    group: Option<Group>,
}

#[derive(Clone, Copy, Deserialize)]
struct Header {
    conversation_id: ConversationId,
    status: Status,
    group_id: GroupId,
    activity_seq: u64,
}

#[derive(Deserialize)]
struct Message {
    message_id: MessageId,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Contact {
    contact_id: ContactId,
    card: Option<Saved>,
}

#[derive(Deserialize)]
struct Group {
    group_id: GroupId,
    name: String,
}

/// The log as far as it was read.
#[derive(Default)]
struct Stock {
    groups: HashMap<GroupId, usize>,
    group_names: Vec<String>,
    tags: HashMap<String, usize>,
    contacts: HashMap<ContactId, Person>,
    conversations: HashMap<ConversationId, Thread>,
    messages: Vec<Said>,
}

struct Person {
    seq: u64,
    addresses: Vec<String>,
    card: Card,
}

struct Thread {
    address: Option<String>,
    group: GroupId,
    is_open: bool,
    activity: u64,
}

impl Stock {
    fn read(&mut self, line: &[u8]) -> anyhow::Result<()> {
        for event in Line::<Data>::read(line)?.events {
            if let Some(data) = event.data {
                self.happen(event.seq, data);
            }
        }
        Ok(())
    }

    fn happen(&mut self, seq: u64, data: Data) {
        if let Some(group) = data.group {
            self.groups.insert(group.group_id, self.group_names.len());
            self.group_names.push(group.name);
        }
        let conversation = data.conversation.as_ref().map(|header| header.conversation_id);
        if let Some(header) = data.conversation {
            self.turn(header, data.address);
        }
        if let (Some(message), Some(conversation)) = (data.message, conversation)
            && let Some(text) = message.text
        {
            self.messages.push(Said {
                id: message.message_id,
                seq,
                conversation,
                document: None,
                text: Words::of(&text),
            });
        }
        if let Some(contact) = data.contact
            && let Some(card) = contact.card
        {
            self.save(seq, contact.contact_id, &card);
        }
    }

    fn turn(&mut self, header: Header, address: Option<Address>) {
        let thread = self.conversations.entry(header.conversation_id).or_insert_with(|| Thread {
            address: None,
            group: header.group_id,
            is_open: true,
            activity: 0,
        });
        thread.group = header.group_id;
        thread.is_open = header.status == Status::Open;
        thread.activity = header.activity_seq;
        if let Some(address) = address {
            thread.address = Some(address.value);
        }
    }

    fn save(&mut self, seq: u64, id: ContactId, saved: &Saved) {
        let addresses: Vec<String> = saved.addresses.iter().map(|address| address.value.clone()).collect();
        let values: String = saved.properties.values().map(|value| format!("{value} ")).collect();
        let card = Card {
            contact: Some(id),
            name: Words::of(&saved.name),
            numbers: addresses.iter().map(|number| Number::of(number)).collect(),
            tags: saved.tags.iter().map(|tag| self.tag(tag)).collect(),
            values: Words::of(&values),
        };
        self.contacts.insert(id, Person { seq, addresses, card });
    }

    fn tag(&mut self, tag: &str) -> usize {
        let next = self.tags.len();
        self.tags.get(tag).copied().unwrap_or_else(|| {
            self.tags.insert(tag.to_owned(), next);
            next
        })
    }

    fn world(self) -> World {
        let mut tag_names = vec![String::new(); self.tags.len()];
        for (tag, place) in self.tags {
            tag_names[place] = tag;
        }
        let mut world = World::new(self.group_names, tag_names);
        world.messages = self.messages;
        let mut places: HashMap<String, usize> = HashMap::with_capacity(self.contacts.len());
        let mut contacts: Vec<(ContactId, Person)> = self.contacts.into_iter().collect();
        contacts.sort_unstable_by_key(|(_, person)| person.seq);
        let mut alone = Vec::with_capacity(contacts.len());
        for (id, person) in contacts {
            places.extend(person.addresses.into_iter().map(|address| (address, world.cards.len())));
            alone.push(Some((id, person.seq)));
            world.cards.push(person.card);
        }
        for (id, thread) in self.conversations {
            let Some(address) = thread.address else { continue };
            let card = places.get(&address).copied().unwrap_or_else(|| world.stranger(&address));
            alone.iter_mut().skip(card).take(1).for_each(|contact| *contact = None);
            world.documents.push(Document {
                id: HitId::Conversation(id),
                card,
                group: self.groups.get(&thread.group).copied(),
                is_open: thread.is_open,
                activity: thread.activity,
            });
        }
        for (card, contact) in alone.into_iter().enumerate() {
            let document = |(id, seq)| Document {
                id: HitId::Contact(id),
                card,
                group: None,
                is_open: false,
                activity: seq,
            };
            world.documents.extend(contact.map(document));
        }
        world.sort();
        world
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTACT: &str = r#"{"seq":2,"at":"2026-11-03T09:15:02.123Z","events":[{"seq":2,"name":"contact.saved","data":{"contact":{"contact_id":"con_0192f0c4-0000-7000-8000-000000000001","card":{"name":"Hélène","tags":["VIP"],"properties":{"city":"Lyon"},"addresses":[{"kind":"e164","value":"+33612345678"}]},"seq":2}}}]}"#;
    const GROUP: &str = r#"{"at":"2026-11-03T09:15:01.000Z","events":[{"seq":1,"name":"group.created","data":{"group":{"group_id":"grp_0192f0c4-0000-7000-8000-000000000002","name":"Support","status":"active","seq":1}}}]}"#;
    const STARTED: &str = r#"{"at":"2026-11-03T09:15:03.000Z","events":[{"seq":3,"name":"command.noted"},{"seq":4,"name":"conversation.started","data":{"conversation":{"conversation_id":"cnv_0192f0c4-0000-7000-8000-000000000001","status":"open","unread":false,"group_id":"grp_0192f0c4-0000-7000-8000-000000000002","activity_seq":4,"activity_at":"2026-11-03T09:15:01.000Z","episode":1},"channel_id":"chn_0192f0c4-0000-7000-8000-000000000003","address":{"kind":"e164","value":"+33612345678"}}}]}"#;
    const RECEIVED: &str = r#"{"at":"2026-11-03T09:15:04.000Z","events":[{"seq":5,"name":"message.received","data":{"conversation":{"conversation_id":"cnv_0192f0c4-0000-7000-8000-000000000001","status":"closed","unread":true,"group_id":"grp_0192f0c4-0000-7000-8000-000000000002","activity_seq":5,"activity_at":"2026-11-03T09:15:01.000Z","episode":1},"message":{"message_id":"msg_0192f0c4-0000-7000-8000-000000000005","direction":"inbound","text":"Bonjour !","attempt":0}}}]}"#;

    fn world(lines: &[&str]) -> World {
        let mut stock = Stock::default();
        lines.iter().for_each(|line| stock.read(line.as_bytes()).expect("a line"));
        stock.world()
    }

    #[test]
    fn a_contact_stands_alone_until_it_has_a_conversation() {
        let alone = world(&[GROUP, CONTACT]);
        assert!(matches!(alone.documents[..], [Document { id: HitId::Contact(_), activity: 2, .. }]));
        let talking = world(&[GROUP, CONTACT, STARTED]);
        let [document] = talking.documents[..] else { panic!("{:?}", talking.documents) };
        assert!(matches!(document.id, HitId::Conversation(_)));
        assert_eq!((document.group, document.is_open, document.activity), (Some(0), true, 4));
        let card = &talking.cards[document.card];
        assert_eq!((card.name.0.as_str(), card.values.0.as_str()), (" helene ", " lyon "));
        assert_eq!((talking.tags[card.tags[0]].0.as_str(), talking.tag_names.len()), (" vip ", 1));
    }

    #[test]
    fn a_message_moves_its_conversation_and_can_be_found() {
        let world = world(&[GROUP, CONTACT, STARTED, RECEIVED]);
        assert_eq!((world.documents[0].activity, world.documents[0].is_open), (5, false));
        assert_eq!(world.messages[0].text.0, " bonjour ");
    }

    #[test]
    fn who_is_not_saved_has_a_number_all_the_same() {
        let world = world(&[GROUP, STARTED]);
        assert_eq!(world.cards[world.documents[0].card].numbers[0].national, "0612345678");
    }
}
