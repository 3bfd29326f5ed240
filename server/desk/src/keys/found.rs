//! The keys of what is found by something else than its own id: by an address, a name at a provider, a place in an
//! order, or whoever it belongs to. What is found stands under its own key.

use parloir_protocol::ids::{AttachmentId, ChannelId, ContactId, ConversationId, JobId, MessageId, TokenId};
use parloir_protocol::time::Time;

use super::{Keys, Span, Table, newest_first};
use crate::commit::Digest;
use crate::entity::{Address, AddressKind, LinkHash};
use crate::order::Shelf;

impl Keys {
    /// The contact that stands under `key`.
    pub fn contact_of(self, key: &[u8]) -> Option<ContactId> {
        let id = key.strip_prefix(self.0.as_bytes())?.strip_prefix(&[Table::Contact as u8])?;
        id.try_into().ok().map(ContactId::from_bytes)
    }

    /// Who has this address.
    pub fn contact_at(self, address: &Address) -> Vec<u8> {
        self.key(Table::ContactAt, &[&[kind_byte(address.kind)], address.value.as_bytes()])
    }

    /// Says that `merged` went into `survivor`.
    pub fn merged_into(self, survivor: ContactId, merged: ContactId) -> Vec<u8> {
        self.key(Table::MergedInto, &[survivor.as_bytes(), merged.as_bytes()])
    }

    /// The address whose holder stands under `key`.
    pub fn held_address(self, key: &[u8]) -> Option<Address> {
        let rest = key.strip_prefix(self.0.as_bytes())?.strip_prefix(&[Table::ContactAt as u8])?;
        let (kind, value) = rest.split_first()?;
        let kind = ADDRESS_KINDS.into_iter().find(|known| kind_byte(*known) == *kind)?;
        Some(Address { kind, value: String::from_utf8(value.to_vec()).ok()? })
    }

    /// Everyone who went into `survivor`.
    pub fn all_merged_into(self, survivor: ContactId) -> Span {
        Span::under(self.key(Table::MergedInto, &[survivor.as_bytes()]))
    }

    /// The one thread of a channel and an address. Those of one address lie side by side, for whoever looks for all.
    pub fn conversation_at(self, channel: ChannelId, address: &Address) -> Vec<u8> {
        let kind = [kind_byte(address.kind)];
        self.key(Table::ConversationAt, &[&kind, address.value.as_bytes(), channel.as_bytes()])
    }

    /// The message that a provider knows by this name.
    pub fn provider_message(self, channel: ChannelId, name: Digest) -> Vec<u8> {
        self.key(Table::ProviderMessage, &[channel.as_bytes(), &name.0])
    }

    /// A receipt that waits for the provider's answer.
    pub fn kept_receipt(self, channel: ChannelId, name: Digest) -> Vec<u8> {
        self.key(Table::KeptReceipt, &[channel.as_bytes(), &name.0])
    }

    /// A kept receipt's place among all kept ones, oldest first.
    pub fn kept_place(self, at: Time, seq: u64) -> Vec<u8> {
        self.key(Table::KeptOrder, &[&at.0.max(0).to_be_bytes(), &seq.to_be_bytes()])
    }

    /// The places of receipts kept before `before`.
    pub fn kept_before(self, before: Time) -> Span {
        Span { from: self.key(Table::KeptOrder, &[]), to: self.kept_place(before, 0) }
    }

    /// The place of an outbound message among those that are still to leave or in flight, oldest first.
    pub fn outbox_place(self, seq: u64) -> Vec<u8> {
        self.key(Table::Outbox, &[&seq.to_be_bytes()])
    }

    pub fn outbox(self) -> Span {
        self.table(Table::Outbox)
    }

    /// The places of the outbox behind one.
    pub fn outbox_after(self, seq: u64) -> Span {
        Span { from: self.outbox_place(seq.saturating_add(1)), ..self.outbox() }
    }

    /// Says that a message of a conversation is scheduled or held.
    pub fn planned(self, conversation: ConversationId, message: MessageId) -> Vec<u8> {
        self.key(Table::Planned, &[conversation.as_bytes(), message.as_bytes()])
    }

    pub fn all_planned(self, conversation: ConversationId) -> Span {
        Span::under(self.key(Table::Planned, &[conversation.as_bytes()]))
    }

    /// A planned message's place among all that have a time, the soonest first.
    pub fn due(self, at: Time, message: MessageId) -> Vec<u8> {
        self.key(Table::Due, &[&at.0.max(0).to_be_bytes(), message.as_bytes()])
    }

    pub fn all_due(self) -> Span {
        self.table(Table::Due)
    }

    /// Says that a message has a file.
    pub fn attachment(self, id: AttachmentId, message: MessageId) -> Vec<u8> {
        self.key(Table::Attachment, &[id.as_bytes(), message.as_bytes()])
    }

    /// Every message that has a file.
    pub fn attachment_of(self, id: AttachmentId) -> Span {
        Span::under(self.key(Table::Attachment, &[id.as_bytes()]))
    }

    /// Says that a message needs stored bytes.
    pub fn blob_use(self, digest: &[u8; 32], message: MessageId) -> Vec<u8> {
        self.key(Table::BlobUse, &[digest, message.as_bytes()])
    }

    /// Every message that needs these bytes.
    pub fn blob_uses(self, digest: &[u8; 32]) -> Span {
        Span::under(self.key(Table::BlobUse, &[digest]))
    }

    pub fn link(self, hash: &LinkHash) -> Vec<u8> {
        self.key(Table::Link, &[&hash.0])
    }

    /// The place of a file among those to be fetched, oldest first.
    pub fn fetching(self, seq: u64, index: u32) -> Vec<u8> {
        self.key(Table::Fetching, &[&seq.to_be_bytes(), &index.to_be_bytes()])
    }

    pub fn all_fetching(self) -> Span {
        self.table(Table::Fetching)
    }

    /// The place of a word about consent among all, newest first.
    pub fn ledger_place(self, seq: u64) -> Vec<u8> {
        self.key(Table::Ledger, &[&newest_first(seq).to_be_bytes()])
    }

    pub fn ledger(self) -> Span {
        self.table(Table::Ledger)
    }

    /// Says that a session was made from a token.
    pub fn session_of(self, token: TokenId, session: TokenId) -> Vec<u8> {
        self.key(Table::SessionOf, &[token.as_bytes(), session.as_bytes()])
    }

    /// Every session that was made from a token, oldest first.
    pub fn sessions_of(self, token: TokenId) -> Span {
        Span::under(self.key(Table::SessionOf, &[token.as_bytes()]))
    }

    /// The hash of a token.
    pub fn token_hash(self, id: TokenId) -> Vec<u8> {
        self.key(Table::TokenHash, &[id.as_bytes()])
    }

    /// Says that a job is not done.
    pub fn running_job(self, id: JobId) -> Vec<u8> {
        self.key(Table::RunningJob, &[id.as_bytes()])
    }

    pub fn running_jobs(self) -> Span {
        self.table(Table::RunningJob)
    }

    /// The row at `place` of a shelf; places sort as the shelf's order asks.
    pub fn place(self, shelf: Shelf, place: u64) -> Vec<u8> {
        let mut key = self.shelf_prefix(shelf);
        key.extend_from_slice(&place.to_be_bytes());
        key
    }

    /// All of a shelf, or what comes after one of its places.
    pub fn shelf(self, shelf: Shelf, after: Option<u64>) -> Span {
        Span::under(self.shelf_prefix(shelf)).after(after.map(|place| self.place(shelf, place)))
    }

    /// Every row of every shelf.
    pub fn shelves(self) -> Span {
        self.table(Table::Queue)
    }

    fn shelf_prefix(self, shelf: Shelf) -> Vec<u8> {
        let (kind, owner) = shelf.parts();
        self.key(Table::Queue, &[&[kind], &owner])
    }
}

pub(super) const ADDRESS_KINDS: [AddressKind; 3] = [AddressKind::E164, AddressKind::Bsuid, AddressKind::Rcs];

fn kind_byte(kind: AddressKind) -> u8 {
    match kind {
        AddressKind::E164 => 0,
        AddressKind::Bsuid => 1,
        AddressKind::Rcs => 2,
    }
}
