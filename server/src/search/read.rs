//! Documents read from the state, for what was touched. It writes nothing and remembers nothing.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use parloir_desk::entity::{Address, Contact, ContactStatus, Item};
use parloir_desk::view::View;
use parloir_protocol::ids::{ChannelId, ContactId, ConversationId, MessageId, WorkspaceId};

use super::offers::Offers;
use super::person::Person;
use super::record::Id;
use super::said::Said;
use super::touched::Touch;
use crate::state::{State, StateHandle};

/// Lines of a timeline read at once.
const LINES_PER_READ: usize = 256;

/// The rows of one workspace, whatever state has them at the moment.
pub(super) struct Source<'a> {
    pub(super) rows: Rows<'a>,
    pub(super) workspace: WorkspaceId,
    /// Made before each document.
    pub(super) offers: Option<&'a Offers>,
}

/// Where rows are.
pub(super) enum Rows<'a> {
    /// In the state in use, whose place another one may take.
    InUse(&'a StateHandle),
    In(&'a State),
}

impl Source<'_> {
    /// Reads from the state as it is from here on.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Reader<'_>) -> T) -> T {
        let from = |state: &State| {
            read(&Reader { offers: self.offers, ..Reader::new(View::new(state, self.workspace)) })
        };
        match self.rows {
            Rows::InUse(states) => from(&states.current()),
            Rows::In(state) => from(state),
        }
    }
}

/// The contacts that were read in one turn.
#[derive(Default)]
struct Contacts {
    /// The conversations of each, and its document: nothing when it has some, or is gone.
    read: BTreeMap<ContactId, (Vec<ConversationId>, Option<Person>)>,
    holders: Holders,
}

/// Saved contacts by address. Each address of one leads to it, so that nobody looks it up again.
type Holders = BTreeMap<Address, Rc<Contact>>;

/// Reads documents of one workspace.
pub(super) struct Reader<'a> {
    view: View<'a>,
    /// Each may have a conversation of an address.
    channels: OnceCell<Vec<ChannelId>>,
    offers: Option<&'a Offers>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(view: View<'a>) -> Self {
        Self { view, channels: OnceCell::new(), offers: None }
    }

    /// Every document of people that was touched, as it is now; nothing for one that is gone.
    pub(super) fn people(&self, touches: &[&Touch]) -> BTreeMap<Id, Option<Person>> {
        let (mut conversations, mut contacts) = (BTreeSet::new(), Contacts::default());
        for touch in touches {
            match touch {
                Touch::Conversation(id) => _ = conversations.insert(*id),
                Touch::Started(id) => {
                    conversations.insert(*id);
                    self.behind(*id).iter().for_each(|id| _ = self.contact(*id, &mut contacts));
                }
                Touch::Contact(id) => conversations.extend(self.contact(*id, &mut contacts)),
                Touch::Address(address) => {
                    conversations.extend(self.at(address));
                    self.view.contact_at(address).iter().for_each(|id| _ = self.contact(*id, &mut contacts));
                }
                Touch::Message(_) | Touch::Messages(_) | Touch::Names => {}
            }
        }
        let Contacts { read, holders } = contacts;
        let talking =
            conversations.into_iter().map(|id| (Id(*id.as_bytes()), self.conversation(id, &holders)));
        talking.chain(read.into_iter().map(|(id, (_, alone))| (Id(*id.as_bytes()), alone))).collect()
    }

    /// Every message that was touched.
    pub(super) fn touched_messages(&self, touches: &BTreeSet<Touch>) -> Vec<MessageId> {
        let mut ids = BTreeSet::new();
        for touch in touches {
            match touch {
                Touch::Message(id) => _ = ids.insert(*id),
                Touch::Messages(conversation) => ids.extend(self.said_in(*conversation)),
                Touch::Conversation(_)
                | Touch::Started(_)
                | Touch::Contact(_)
                | Touch::Address(_)
                | Touch::Names => {}
            }
        }
        ids.into_iter().collect()
    }

    /// Messages as they are now; nothing for one that is gone.
    pub(super) fn messages(&self, ids: &[MessageId]) -> impl Iterator<Item = (Id, Option<Said>)> {
        ids.iter().map(|id| {
            self.offer();
            let said = self.view.message(*id).and_then(|message| Said::of(&self.view, &message));
            (Id(*id.as_bytes()), said)
        })
    }

    fn offer(&self) {
        self.offers.iter().for_each(|offers| offers.offer());
    }

    fn conversation(&self, id: ConversationId, holders: &Holders) -> Option<Person> {
        self.offer();
        Person::talking(&self.view.conversation(id)?, |address| match holders.get(address) {
            Some(contact) => Some(Rc::clone(contact)),
            None => self.view.contact_at(address).and_then(|id| self.view.contact(id)).map(Rc::new),
        })
    }

    /// Reads a contact, unless another touch led to it; its conversations.
    fn contact(&self, id: ContactId, Contacts { read, holders }: &mut Contacts) -> Vec<ConversationId> {
        let (talking, _) = read.entry(id).or_insert_with(|| {
            self.offer();
            let Some(contact) = self.view.contact(id) else { return Default::default() };
            let found = self.of_contact(&contact);
            if contact.status == ContactStatus::Saved {
                let contact = Rc::new(contact);
                let addresses = contact.card.known().into_iter().flat_map(|card| &card.addresses);
                holders.extend(addresses.map(|address| (address.clone(), Rc::clone(&contact))));
            }
            found
        });
        talking.clone()
    }

    /// The conversations of a contact; its document when it has none, and is a contact still.
    pub(super) fn of_contact(&self, contact: &Contact) -> (Vec<ConversationId>, Option<Person>) {
        let addresses = contact.card.known().into_iter().flat_map(|card| &card.addresses);
        let talking: Vec<ConversationId> = addresses.flat_map(|address| self.at(address)).collect();
        let alone = if talking.is_empty() { Person::alone(contact) } else { None };
        (talking, alone)
    }

    fn behind(&self, id: ConversationId) -> Option<ContactId> {
        self.view.contact_at(self.view.conversation(id)?.address.known()?)
    }

    /// The conversations of an address, one a channel at most.
    fn at(&self, address: &Address) -> impl Iterator<Item = ConversationId> {
        let channels = self.channels.get_or_init(|| self.view.channels().iter().map(|one| one.id).collect());
        channels.iter().filter_map(|channel| self.view.conversation_at(*channel, address))
    }

    fn said_in(&self, conversation: ConversationId) -> Vec<MessageId> {
        let (mut ids, mut before) = (Vec::new(), None);
        loop {
            let lines = self.view.timeline(conversation, before, LINES_PER_READ);
            let Some(last) = lines.last() else { return ids };
            before = Some(last.seq);
            ids.extend(lines.iter().filter_map(|line| match line.item {
                Item::Message { message_id } => Some(message_id),
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
                | Item::Erased => None,
            }));
        }
    }
}
