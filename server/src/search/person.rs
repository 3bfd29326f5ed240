//! What can be found among people: a conversation with the card of whoever is behind it, or a contact that
//! has no conversation. It is read from the state and decides nothing.

use std::borrow::Borrow;

use parloir_desk::entity::{
    Address, AddressKind, Card, Contact, ContactStatus, Conversation, Personal, Status,
};
use parloir_desk::view::View;
use parloir_protocol::entity::HitId;
use parloir_protocol::ids::{AgentId, ChannelId, ContactId, GroupId};
use parloir_protocol::text::{Words, national};
use parloir_protocol::time::Time;

use super::record::{Id, Record};
use super::traces::Traces;

/// One document among people.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: HitId,
    /// The order key: of the newest message, or of the last change of a contact without a conversation.
    pub(super) seq: u64,
    /// Who is behind the conversation.
    pub(super) contact: Option<ContactId>,
    pub(super) name: Name,
    /// The conversation's own first.
    pub(super) addresses: Vec<Address>,
    pub(super) tags: Vec<String>,
    pub(super) properties: Vec<(String, String)>,
    pub(super) thread: Option<Thread>,
    pub(super) folded: Folded,
}

/// What is shown as a person's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    Saved(String),
    /// Of somebody whom nobody saved under a name.
    Profile(String),
    Unknown,
}

/// The conversation of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Thread {
    pub(super) status: Status,
    pub(super) unread: bool,
    pub(super) group: GroupId,
    pub(super) channel: ChannelId,
    pub(super) assignee: Option<AgentId>,
    pub(super) at: Time,
}

/// The same texts as they are compared.
#[derive(Debug, Clone)]
pub(super) struct Folded {
    pub(super) name: Words,
    pub(super) tags: Vec<Words>,
    /// Values of properties, then addresses that are no numbers and not read as the name.
    pub(super) details: Vec<Words>,
}

impl Name {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Saved(name) | Self::Profile(name) => name,
            Self::Unknown => "",
        }
    }
}

impl Person {
    /// A conversation's document; nothing when the person behind it was erased.
    pub(super) fn of_conversation(view: &View<'_>, conversation: &Conversation) -> Option<Self> {
        Self::talking(conversation, |address| view.contact_at(address).and_then(|id| view.contact(id)))
    }

    /// The same, where `behind` says who has an address.
    pub(super) fn talking<C: Borrow<Contact>>(
        conversation: &Conversation,
        behind: impl FnOnce(&Address) -> Option<C>,
    ) -> Option<Self> {
        let address = conversation.address.known()?;
        Some(Self::joined(conversation, address, behind(address).as_ref().map(C::borrow)))
    }

    fn joined(conversation: &Conversation, address: &Address, contact: Option<&Contact>) -> Self {
        let header = &conversation.header;
        let card = contact.and_then(|contact| contact.card.known()).cloned().unwrap_or_default();
        let profile = conversation.profile_name.as_ref().and_then(Personal::known);
        let thread = Thread {
            status: header.status,
            unread: header.unread,
            group: header.group_id,
            channel: conversation.channel_id,
            assignee: header.assignee,
            at: header.activity_at,
        };
        Self {
            thread: Some(thread),
            contact: contact.map(|contact| contact.id),
            ..Self::new(
                HitId::Conversation(header.conversation_id),
                header.activity_seq,
                profile,
                Some(address),
                card,
            )
        }
    }

    /// The document of a contact that is known to have no conversation; nothing when it is no contact any more.
    pub(super) fn alone(contact: &Contact) -> Option<Self> {
        let card = contact.card.known().filter(|_| contact.status == ContactStatus::Saved)?.clone();
        Some(Self {
            contact: Some(contact.id),
            ..Self::new(HitId::Contact(contact.id), contact.seq, None, None, card)
        })
    }

    fn new(id: HitId, seq: u64, profile: Option<&String>, own: Option<&Address>, card: Card) -> Self {
        let name = match (card.name, profile) {
            (saved, _) if !saved.is_empty() => Name::Saved(saved),
            (_, Some(profile)) => Name::Profile(profile.clone()),
            (_, None) => Name::Unknown,
        };
        let others = card.addresses.into_iter().filter(|address| Some(address) != own);
        let addresses: Vec<Address> = own.cloned().into_iter().chain(others).collect();
        let tags: Vec<String> = card.tags.into_iter().collect();
        let properties: Vec<(String, String)> = card.properties.into_iter().collect();
        let named = Self::called(&name, own);
        let folded = Folded::of(named, &addresses, &tags, &properties);
        Self { id, seq, contact: None, name, addresses, tags, properties, thread: None, folded }
    }

    /// What is read as its name: of a conversation without one the address, where that is a name of its kind.
    fn called<'a>(name: &'a Name, own: Option<&'a Address>) -> &'a str {
        match own.filter(|own| *name == Name::Unknown && own.kind != AddressKind::E164) {
            Some(own) => &own.value,
            None => name.text(),
        }
    }

    /// The digits of its numbers, each with its `+`.
    pub(super) fn numbers(&self) -> impl Iterator<Item = &str> {
        let numbers = self.addresses.iter().filter(|address| address.kind == AddressKind::E164);
        numbers.map(|address| address.value.as_str())
    }
}

impl Folded {
    fn of(name: &str, addresses: &[Address], tags: &[String], properties: &[(String, String)]) -> Self {
        let values = properties.iter().map(|(_, value)| value);
        let is_other = |address: &&Address| address.kind != AddressKind::E164 && address.value != name;
        let others = addresses.iter().filter(is_other);
        let details = values.chain(others.map(|address| &address.value));
        Self {
            name: Words::of(name),
            tags: tags.iter().map(|tag| Words::of(tag)).collect(),
            details: details.map(|detail| Words::of(detail)).collect(),
        }
    }
}

impl Record for Person {
    fn id(&self) -> Id {
        match self.id {
            HitId::Conversation(id) => Id(*id.as_bytes()),
            HitId::Contact(id) => Id(*id.as_bytes()),
        }
    }

    fn seq(&self) -> u64 {
        self.seq
    }

    fn traces(&self) -> Traces {
        let texts = [&self.folded.name].into_iter().chain(&self.folded.tags).chain(&self.folded.details);
        let mut traces = Traces::of(texts.flat_map(Words::iter));
        for number in self.numbers() {
            traces.add(number.trim_start_matches('+'));
            traces.add(&national(number));
        }
        traces
    }
}
