//! What the rules, and whoever shows the state, may read: rows as what they mean. It changes nothing.

use parloir_protocol::ids::{
    AgentId, AttachmentId, ChannelId, ContactId, ConversationId, GroupId, JobId, MessageId, TemplateId,
    TokenId, WebhookId, WorkspaceId,
};
use parloir_protocol::time::Time;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use queue::QueuePage;

use crate::answer::StoredAnswer;
use crate::commit::{Digest, Key};
use crate::consent;
use crate::counters::{AssigneeCounters, GroupCounters};
use crate::delivery::{KeptReceipt, ProviderMessage};
use crate::entity::{
    Address, Agent, AgentStatus, Channel, ConsentRow, Contact, Conversation, Group, Job, LinkHash, LinkRow,
    Message, Purpose, Status, Template, TemplateStatus, TimelineItem, Token, Webhook, WebhookPosition,
    Workspace,
};
use crate::event::Consent;
use crate::keys::{Keys, Span, newest_first};
use crate::order::{Entry, Shelf};
use crate::rows::{Row, Rows};

mod queue;

/// Where the state stands: the last applied commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Head {
    pub epoch: u64,
    pub seq: u64,
    pub at: Time,
}

/// Where a file stands among those that are still with their providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FetchPlace {
    /// Of its message.
    pub seq: u64,
    /// Which of the message's files it is.
    pub index: u32,
}

/// The rows of one workspace.
#[derive(Clone, Copy)]
pub struct View<'a> {
    rows: &'a dyn Rows,
    keys: Keys,
}

impl<'a> View<'a> {
    pub fn new(rows: &'a dyn Rows, workspace: WorkspaceId) -> Self {
        Self { rows, keys: Keys(workspace) }
    }

    pub fn keys(&self) -> Keys {
        self.keys
    }

    /// The last applied commit; all zero before the first.
    pub fn head(&self) -> Head {
        self.get(&self.keys.head()).unwrap_or_default()
    }

    pub fn workspace(&self) -> Option<Workspace> {
        self.get(&self.keys.workspace())
    }

    /// What was answered to the command with this key.
    pub fn answer(&self, key: &Key) -> Option<StoredAnswer> {
        self.get(&self.keys.answer(key))
    }

    pub fn agent(&self, id: AgentId) -> Option<Agent> {
        self.get(&self.keys.agent(id))
    }

    pub fn agents(&self) -> Vec<Agent> {
        self.all(&self.keys.agents())
    }

    /// How many agents there are, up to `most`; none of them is decoded.
    pub fn agent_count(&self, most: usize) -> usize {
        self.rows(&self.keys.agents(), most).len()
    }

    /// A token by the hash of its secret, whoever it belongs to.
    pub fn token(&self, hash: &[u8; 32]) -> Option<Token> {
        self.get(&self.keys.token(hash))
    }

    /// Who comes in with this token at this moment: nobody with an invitation, with an expired one, or after
    /// he was deactivated.
    pub fn bearer(&self, hash: &[u8; 32], clock: Time) -> Option<Agent> {
        let token = self.token(hash).filter(|token| token.purpose != Purpose::Invitation)?;
        let expired = token.expires_at.is_some_and(|expires_at| expires_at <= clock);
        self.agent(token.agent_id).filter(|agent| agent.status == AgentStatus::Active && !expired)
    }

    pub fn token_by_id(&self, id: TokenId) -> Option<Token> {
        let hash: [u8; 32] = self.get(&self.keys.token_hash(id))?;
        self.token(&hash)
    }

    /// The sessions that were made from a token and did not end, oldest first, at most `limit`.
    pub fn sessions_of(&self, token: TokenId, limit: usize) -> Vec<Token> {
        let ids: Vec<TokenId> = self.some(&self.keys.sessions_of(token), limit);
        ids.into_iter().filter_map(|id| self.token_by_id(id)).collect()
    }

    pub fn channel(&self, id: ChannelId) -> Option<Channel> {
        self.get(&self.keys.channel(id))
    }

    pub fn channels(&self) -> Vec<Channel> {
        self.all(&self.keys.channels())
    }

    pub fn group(&self, id: GroupId) -> Option<Group> {
        self.get(&self.keys.group(id))
    }

    pub fn groups(&self) -> Vec<Group> {
        self.all(&self.keys.groups())
    }

    pub fn contact(&self, id: ContactId) -> Option<Contact> {
        self.get(&self.keys.contact(id))
    }

    /// Who has this address.
    pub fn contact_at(&self, address: &Address) -> Option<ContactId> {
        self.get(&self.keys.contact_at(address))
    }

    /// Everyone merged into `survivor` and not parted since, at most `limit`.
    pub fn merged_into(&self, survivor: ContactId, limit: usize) -> Vec<ContactId> {
        self.some(&self.keys.all_merged_into(survivor), limit)
    }

    pub fn conversation(&self, id: ConversationId) -> Option<Conversation> {
        self.get(&self.keys.conversation(id))
    }

    /// Conversations in the order of their ids, after one of them, at most `limit`.
    pub fn conversations_after(&self, after: Option<ConversationId>, limit: usize) -> Vec<Conversation> {
        self.some(&self.keys.conversations().after(after.map(|id| self.keys.conversation(id))), limit)
    }

    /// Contacts in the order of their ids, after one of them, at most `limit`.
    pub fn contacts_after(&self, after: Option<ContactId>, limit: usize) -> Vec<Contact> {
        self.some(&self.keys.contacts_after(after), limit)
    }

    /// Those contacts of the next `limit` whose ids are `wanted`, and the last id of all of these.
    pub fn wanted_contacts_after(
        &self,
        after: Option<ContactId>,
        limit: usize,
        wanted: impl Fn(ContactId) -> bool,
    ) -> (Vec<Contact>, Option<ContactId>) {
        let rows = self.rows(&self.keys.contacts_after(after), limit);
        let id = |key: &[u8]| self.keys.contact_of(key);
        let wanted = rows.iter().filter(|(key, _)| id(key).is_some_and(&wanted));
        (wanted.map(|(_, value)| decode(value)).collect(), rows.last().and_then(|(key, _)| id(key)))
    }

    /// Messages in the order of their ids, after one of them, at most `limit`.
    pub fn messages_after(&self, after: Option<MessageId>, limit: usize) -> Vec<Message> {
        self.some(&self.keys.messages().after(after.map(|id| self.keys.message(id))), limit)
    }

    /// The one thread of a channel and an address.
    pub fn conversation_at(&self, channel: ChannelId, address: &Address) -> Option<ConversationId> {
        self.get(&self.keys.conversation_at(channel, address))
    }

    /// A group's conversations of one status, newest activity first, at most `limit`.
    pub fn group_conversations(&self, group: GroupId, status: Status, limit: usize) -> Vec<ConversationId> {
        let span = self.keys.shelf(Shelf::Group(group, status), None);
        self.entries(&span, limit).into_iter().map(|(_, entry)| entry.conversation_id).collect()
    }

    /// A group's open conversations without activity since a seq, newest first, at most `limit`.
    pub fn open_conversations_before(&self, group: GroupId, seq: u64, limit: usize) -> Vec<ConversationId> {
        let span = self.keys.shelf(Shelf::Group(group, Status::Open), Some(newest_first(seq)));
        self.entries(&span, limit).into_iter().map(|(_, entry)| entry.conversation_id).collect()
    }

    /// A conversation's lines before a seq, newest first, at most `limit`.
    pub fn timeline(
        &self,
        conversation: ConversationId,
        before: Option<u64>,
        limit: usize,
    ) -> Vec<TimelineItem> {
        let mut span = self.keys.timeline(conversation);
        if let Some(seq) = before {
            span.from = self.keys.timeline_item(conversation, seq);
            span.from.push(0);
        }
        self.some(&span, limit)
    }

    pub fn message(&self, id: MessageId) -> Option<Message> {
        self.get(&self.keys.message(id))
    }

    /// The messages that exist among `ids`, to be joined to a timeline's lines.
    pub fn messages(&self, ids: impl IntoIterator<Item = MessageId>) -> Vec<Message> {
        ids.into_iter().filter_map(|id| self.message(id)).collect()
    }

    /// The message that a provider knows by this name.
    pub fn provider_message(&self, channel: ChannelId, name: Digest) -> Option<ProviderMessage> {
        self.get(&self.keys.provider_message(channel, name))
    }

    /// A receipt that came before its message had this name.
    pub fn kept_receipt(&self, channel: ChannelId, name: Digest) -> Option<KeptReceipt> {
        self.get(&self.keys.kept_receipt(channel, name))
    }

    /// Outbound messages still to leave or in flight, oldest first, at most `limit`.
    pub fn outbox(&self, limit: usize) -> Vec<MessageId> {
        self.some(&self.keys.outbox(), limit)
    }

    /// The same for messages whose own seq is above `seq`.
    pub fn outbox_after(&self, seq: u64, limit: usize) -> Vec<MessageId> {
        self.some(&self.keys.outbox_after(seq), limit)
    }

    /// What the person behind an address last said about a channel, if anything.
    pub fn consent(&self, channel: ChannelId, address: &Address) -> Option<Consent> {
        let digest = consent::address_digest(&self.workspace()?, address);
        self.consent_row(channel, digest).map(|row| row.consent)
    }

    pub(crate) fn consent_row(&self, channel: ChannelId, address: Digest) -> Option<ConsentRow> {
        self.get(&self.keys.consent(channel, address))
    }

    /// What people last said, newest first, before a seq, at most `limit`; each with its channel.
    pub fn ledger(&self, before: Option<u64>, limit: usize) -> Vec<(ChannelId, ConsentRow)> {
        let span = self.keys.ledger().after(before.map(|seq| self.keys.ledger_place(seq)));
        let places: Vec<(ChannelId, Digest)> = self.some(&span, limit);
        let row = |(channel, address)| Some((channel, self.consent_row(channel, address)?));
        places.into_iter().filter_map(row).collect()
    }

    pub fn template(&self, id: TemplateId) -> Option<Template> {
        self.get(&self.keys.template(id))
    }

    /// The templates that can be sent.
    pub fn templates(&self) -> Vec<Template> {
        let all: Vec<Template> = self.all(&self.keys.templates());
        all.into_iter().filter(|template| template.status == TemplateStatus::Active).collect()
    }

    pub fn webhook(&self, id: WebhookId) -> Option<Webhook> {
        self.get(&self.keys.webhook(id))
    }

    pub fn webhooks(&self) -> Vec<Webhook> {
        self.all(&self.keys.webhooks())
    }

    /// How far a webhook is.
    pub fn webhook_position(&self, id: WebhookId) -> Option<WebhookPosition> {
        self.get(&self.keys.webhook_position(id))
    }

    /// What is scheduled or held in a conversation, the soonest first, at most `limit`.
    pub fn planned(&self, conversation: ConversationId, limit: usize) -> Vec<Message> {
        let ids: Vec<MessageId> = self.some(&self.keys.all_planned(conversation), limit);
        let mut planned = self.messages(ids);
        planned.sort_by_key(|message| (message.due_at.is_none(), message.due_at, message.id));
        planned
    }

    /// Planned messages that have a time, the soonest first, at most `limit`.
    pub fn due(&self, limit: usize) -> Vec<Message> {
        let ids: Vec<MessageId> = self.some(&self.keys.all_due(), limit);
        self.messages(ids)
    }

    /// The messages that have a file, at most `limit`: one, unless it was sent more than once.
    pub fn attachment(&self, id: AttachmentId, limit: usize) -> Vec<MessageId> {
        self.some(&self.keys.attachment_of(id), limit)
    }

    /// Whether any file of the workspace needs these bytes.
    pub fn uses_blob(&self, digest: &[u8; 32]) -> bool {
        !self.rows(&self.keys.blob_uses(digest), 1).is_empty()
    }

    /// What stands behind a link, whether it works or not.
    pub fn link(&self, hash: &LinkHash) -> Option<LinkRow> {
        self.get(&self.keys.link(hash))
    }

    /// Files that are still with their providers, oldest first, at most `limit`: the message, and which of
    /// its files.
    pub fn fetches(&self, limit: usize) -> Vec<(MessageId, u32)> {
        self.some(&self.keys.all_fetching(), limit)
    }

    /// The same behind a place, each with its own.
    pub fn fetches_after(&self, after: Option<FetchPlace>, limit: usize) -> Vec<(FetchPlace, MessageId)> {
        let span = self.keys.all_fetching();
        let span = span.after(after.map(|place| self.keys.fetching(place.seq, place.index)));
        let found: Vec<(MessageId, u32)> = self.some(&span, limit);
        let placed = |(id, index)| Some((FetchPlace { seq: self.message(id)?.seq, index }, id));
        found.into_iter().filter_map(placed).collect()
    }

    /// How far an agent has read a conversation; 0 before the first time.
    pub fn read_position(&self, agent: AgentId, conversation: ConversationId) -> u64 {
        self.get(&self.keys.read_position(agent, conversation)).unwrap_or(0)
    }

    pub fn job(&self, id: JobId) -> Option<Job> {
        self.get(&self.keys.job(id))
    }

    /// Jobs that are not done.
    pub fn running_jobs(&self) -> Vec<Job> {
        let ids: Vec<JobId> = self.all(&self.keys.running_jobs());
        ids.into_iter().filter_map(|id| self.job(id)).collect()
    }

    pub fn counters(&self, group: GroupId) -> GroupCounters {
        self.get(&self.keys.group_counters(group)).unwrap_or_default()
    }

    pub fn assignee_counters(&self, group: GroupId, assignee: AgentId) -> AssigneeCounters {
        self.get(&self.keys.assignee_counters(group, assignee)).unwrap_or_default()
    }

    /// The counters of everybody who has conversations in a group, by agent.
    pub fn counters_of_assignees(&self, group: GroupId) -> Vec<(AgentId, AssigneeCounters)> {
        let rows = self.rows(&self.keys.counters_of_assignees(group), usize::MAX);
        let counted = rows.iter().filter_map(|(key, value)| {
            let (_, assignee) = self.keys.counted(key)?;
            Some((assignee?, decode(value)))
        });
        counted.collect()
    }

    /// In the workspace `sys`: all other workspaces and their names.
    pub fn registered(&self) -> Vec<(WorkspaceId, String)> {
        self.all(&self.keys.all_registered())
    }

    pub(crate) fn entries(&self, span: &Span, limit: usize) -> Vec<(u64, Entry)> {
        let rows = self.rows.range(&span.from, &span.to, limit);
        rows.iter().map(|(key, value)| (place_of(key), decode(value))).collect()
    }

    pub(crate) fn get<T: DeserializeOwned>(&self, key: &[u8]) -> Option<T> {
        self.rows.get(key).as_deref().map(decode)
    }

    pub(crate) fn rows(&self, span: &Span, limit: usize) -> Vec<Row> {
        self.rows.range(&span.from, &span.to, limit)
    }

    fn some<T: DeserializeOwned>(&self, span: &Span, limit: usize) -> Vec<T> {
        self.rows(span, limit).iter().map(|(_, value)| decode(value)).collect()
    }

    /// Tables whose number of rows `Limits` bounds.
    fn all<T: DeserializeOwned>(&self, span: &Span) -> Vec<T> {
        self.some(span, usize::MAX)
    }
}

pub(crate) fn decode<T: DeserializeOwned>(value: &[u8]) -> T {
    rmp_serde::from_slice(value).expect("a row holds what apply wrote there")
}

fn place_of(key: &[u8]) -> u64 {
    let (_, place) = key.split_last_chunk().expect("the key of a shelf's row ends in its place");
    u64::from_be_bytes(*place)
}
