//! The keys of the state: what stands where, and in which order a stretch of it reads. Every key begins with
//! the workspace, then one byte for the table; numbers are big-endian, so that keys sort like what they name.

use parloir_protocol::ids::{
    AgentId, ChannelId, ContactId, ConversationId, GroupId, JobId, MessageId, TemplateId, WebhookId,
    WorkspaceId,
};
use parloir_protocol::time::Time;

use crate::commit::{DeadlineKind, Digest, Key, OutboxStep};

mod found;

/// The numbers are on disk: never reuse one.
#[derive(Clone, Copy)]
enum Table {
    Head = 1,
    Workspace = 2,
    Answer = 3,
    Agent = 4,
    Token = 5,
    TokenHash = 6,
    Channel = 7,
    Group = 8,
    Contact = 9,
    ContactAt = 10,
    MergedInto = 11,
    Conversation = 12,
    ConversationAt = 13,
    Timeline = 14,
    Message = 15,
    ProviderMessage = 16,
    KeptReceipt = 17,
    KeptOrder = 18,
    Outbox = 19,
    Consent = 20,
    ReadPosition = 21,
    Job = 22,
    RunningJob = 23,
    GroupCounters = 24,
    AssigneeCounters = 25,
    Queue = 26,
    Registered = 27,
    Template = 28,
    Planned = 29,
    Due = 30,
    Attachment = 31,
    BlobUse = 32,
    Link = 33,
    Fetching = 34,
    Ledger = 35,
    Webhook = 36,
    WebhookPosition = 37,
    SessionOf = 60,
}

/// Which answers a stretch of keys holds.
#[derive(Clone, Copy)]
enum AnswerKind {
    Client = 0,
    Provider = 1,
    Away = 2,
    Outcome = 3,
    Job = 4,
    Operator = 5,
    Deadline = 6,
    Media = 7,
    Link = 8,
    Webhook = 9,
}

/// The keys with `from <= key < to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    pub from: Vec<u8>,
    pub to: Vec<u8>,
}

impl Span {
    /// Every key that begins with `prefix`.
    fn under(prefix: Vec<u8>) -> Self {
        let mut to = prefix.clone();
        while to.last() == Some(&u8::MAX) {
            to.pop();
        }
        if let Some(last) = to.last_mut() {
            *last += 1;
        }
        Self { from: prefix, to }
    }

    /// What is left of it after `key`.
    #[must_use]
    pub fn after(self, key: Option<Vec<u8>>) -> Self {
        match key {
            Some(mut key) => {
                key.push(0);
                Self { from: key, to: self.to }
            }
            None => self,
        }
    }
}

/// The keys of one workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys(pub WorkspaceId);

impl Keys {
    /// Everything that the workspace has.
    pub fn all(self) -> Span {
        Span::under(self.0.as_bytes().to_vec())
    }

    /// The sequence and epoch of the last applied commit.
    pub fn head(self) -> Vec<u8> {
        self.key(Table::Head, &[])
    }

    pub fn workspace(self) -> Vec<u8> {
        self.key(Table::Workspace, &[])
    }

    /// The answer to the command with this idempotency key.
    pub fn answer(self, key: &Key) -> Vec<u8> {
        match key {
            Key::Client(agent, command) => {
                self.answered(AnswerKind::Client, &[command.0.as_bytes(), agent.as_bytes()])
            }
            Key::Provider(channel, event) => {
                self.answered(AnswerKind::Provider, &[channel.as_bytes(), &event.0])
            }
            Key::Away(agent, due) => {
                self.answered(AnswerKind::Away, &[agent.as_bytes(), &due.0.to_be_bytes()])
            }
            Key::Outcome(message, attempt, step) => {
                let step = match step {
                    OutboxStep::Started => 0,
                    OutboxStep::Answered => 1,
                };
                self.answered(AnswerKind::Outcome, &[message.as_bytes(), &attempt.0.to_be_bytes(), &[step]])
            }
            Key::Deadline(kind, entity, due) => {
                let kind = match kind {
                    DeadlineKind::Release => 0,
                };
                self.answered(AnswerKind::Deadline, &[&[kind], entity, &due.0.to_be_bytes()])
            }
            Key::Media(message, index) => {
                self.answered(AnswerKind::Media, &[message.as_bytes(), &index.to_be_bytes()])
            }
            Key::Link(hash, visit) => self.answered(AnswerKind::Link, &[&hash.0, visit]),
            Key::Job(job, step) => self.answered(AnswerKind::Job, &[job.as_bytes(), &step.to_be_bytes()]),
            Key::Webhook(webhook, step) => {
                self.answered(AnswerKind::Webhook, &[webhook.as_bytes(), &step.to_be_bytes()])
            }
            Key::Operator(command) => self.answered(AnswerKind::Operator, &[command.0.as_bytes()]),
        }
    }

    /// The answers to clients whose commands are older than `before`, by the time in the command's id.
    pub fn client_answers_before(self, before: Time) -> Span {
        let from = self.answered(AnswerKind::Client, &[]);
        let millis = before.0.max(0).to_be_bytes();
        Span { to: self.answered(AnswerKind::Client, &[&millis[2..]]), from }
    }

    pub fn agent(self, id: AgentId) -> Vec<u8> {
        self.key(Table::Agent, &[id.as_bytes()])
    }

    pub fn agents(self) -> Span {
        self.table(Table::Agent)
    }

    /// A token by the hash of its secret.
    pub fn token(self, hash: &[u8; 32]) -> Vec<u8> {
        self.key(Table::Token, &[hash])
    }

    pub fn channel(self, id: ChannelId) -> Vec<u8> {
        self.key(Table::Channel, &[id.as_bytes()])
    }

    pub fn channels(self) -> Span {
        self.table(Table::Channel)
    }

    pub fn group(self, id: GroupId) -> Vec<u8> {
        self.key(Table::Group, &[id.as_bytes()])
    }

    pub fn groups(self) -> Span {
        self.table(Table::Group)
    }

    pub fn contact(self, id: ContactId) -> Vec<u8> {
        self.key(Table::Contact, &[id.as_bytes()])
    }

    /// All contacts, or those behind one.
    pub fn contacts_after(self, after: Option<ContactId>) -> Span {
        self.table(Table::Contact).after(after.map(|id| self.contact(id)))
    }

    pub fn conversation(self, id: ConversationId) -> Vec<u8> {
        self.key(Table::Conversation, &[id.as_bytes()])
    }

    pub fn conversations(self) -> Span {
        self.table(Table::Conversation)
    }

    /// One line of a timeline; lines sort newest first.
    pub fn timeline_item(self, conversation: ConversationId, seq: u64) -> Vec<u8> {
        self.key(Table::Timeline, &[conversation.as_bytes(), &newest_first(seq).to_be_bytes()])
    }

    /// A conversation's lines, newest first.
    pub fn timeline(self, conversation: ConversationId) -> Span {
        Span::under(self.key(Table::Timeline, &[conversation.as_bytes()]))
    }

    pub fn message(self, id: MessageId) -> Vec<u8> {
        self.key(Table::Message, &[id.as_bytes()])
    }

    pub fn messages(self) -> Span {
        self.table(Table::Message)
    }

    pub fn template(self, id: TemplateId) -> Vec<u8> {
        self.key(Table::Template, &[id.as_bytes()])
    }

    pub fn templates(self) -> Span {
        self.table(Table::Template)
    }

    pub fn webhook(self, id: WebhookId) -> Vec<u8> {
        self.key(Table::Webhook, &[id.as_bytes()])
    }

    pub fn webhooks(self) -> Span {
        self.table(Table::Webhook)
    }

    /// How far a webhook is.
    pub fn webhook_position(self, id: WebhookId) -> Vec<u8> {
        self.key(Table::WebhookPosition, &[id.as_bytes()])
    }

    pub fn consent(self, channel: ChannelId, address: Digest) -> Vec<u8> {
        self.key(Table::Consent, &[channel.as_bytes(), &address.0])
    }

    /// How far an agent has read a conversation.
    pub fn read_position(self, agent: AgentId, conversation: ConversationId) -> Vec<u8> {
        self.key(Table::ReadPosition, &[conversation.as_bytes(), agent.as_bytes()])
    }

    pub fn job(self, id: JobId) -> Vec<u8> {
        self.key(Table::Job, &[id.as_bytes()])
    }

    pub fn group_counters(self, group: GroupId) -> Vec<u8> {
        self.key(Table::GroupCounters, &[group.as_bytes()])
    }

    pub fn assignee_counters(self, group: GroupId, assignee: AgentId) -> Vec<u8> {
        self.key(Table::AssigneeCounters, &[group.as_bytes(), assignee.as_bytes()])
    }

    /// The counters of everybody who has conversations in a group.
    pub fn counters_of_assignees(self, group: GroupId) -> Span {
        Span::under(self.key(Table::AssigneeCounters, &[group.as_bytes()]))
    }

    /// The group, and the assignee where there is one, whose counters stand under `key`.
    pub fn counted(self, key: &[u8]) -> Option<(GroupId, Option<AgentId>)> {
        let rest = key.strip_prefix(self.0.as_bytes())?;
        let (table, ids) = rest.split_first()?;
        let (group, assignee) = ids.split_at_checked(16)?;
        let group = GroupId::from_bytes(group.try_into().ok()?);
        if *table == Table::GroupCounters as u8 {
            return assignee.is_empty().then_some((group, None));
        }
        let assignee = AgentId::from_bytes(assignee.try_into().ok()?);
        (*table == Table::AssigneeCounters as u8).then_some((group, Some(assignee)))
    }

    /// In the workspace `sys`: another workspace.
    pub fn registered(self, id: WorkspaceId) -> Vec<u8> {
        self.key(Table::Registered, &[id.as_bytes()])
    }

    pub fn all_registered(self) -> Span {
        self.table(Table::Registered)
    }

    fn answered(self, kind: AnswerKind, parts: &[&[u8]]) -> Vec<u8> {
        let mut key = self.key(Table::Answer, &[&[kind as u8]]);
        key.extend(parts.iter().copied().flatten());
        key
    }

    fn table(self, table: Table) -> Span {
        Span::under(self.key(table, &[]))
    }

    fn key(self, table: Table, parts: &[&[u8]]) -> Vec<u8> {
        let mut key = Vec::with_capacity(64);
        key.extend_from_slice(self.0.as_bytes());
        key.push(table as u8);
        key.extend(parts.iter().copied().flatten());
        key
    }
}

/// A number that sorts the other way round: the newest seq first. Applied twice it is the seq again.
pub fn newest_first(seq: u64) -> u64 {
    u64::MAX - seq
}

#[cfg(test)]
mod tests {
    use super::found::ADDRESS_KINDS;
    use super::*;
    use crate::entity::Address;

    #[test]
    fn an_address_is_read_back_from_its_key() {
        let keys = Keys(WorkspaceId::from_bytes([7; 16]));
        for kind in ADDRESS_KINDS {
            let address = Address { kind, value: "+33612345678".to_owned() };
            assert_eq!(keys.held_address(&keys.contact_at(&address)), Some(address));
        }
        assert_eq!(keys.held_address(&keys.contact(ContactId::from_bytes([1; 16]))), None);
        assert_eq!(Keys(WorkspaceId::from_bytes([8; 16])).held_address(&keys.head()), None);
    }
}
