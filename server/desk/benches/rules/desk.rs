//! A desk in memory for benchmarks: its rows, its clock, ids by counting, and people who wrote. It times nothing.

use std::collections::BTreeSet;

use parloir_desk::command::{Ask, CardChange, Command, DigestKey, Ids, Inbound, SendMessage, TokenHash};
use parloir_desk::commit::{Actor, Commit, Key};
use parloir_desk::decide::{Decided, decide};
use parloir_desk::entity::{Address, AddressKind, ChannelKind, Country, Destination, SubjectId};
use parloir_desk::limits::Limits;
use parloir_desk::rows::{Changes, MemoryRows};
use parloir_desk::view::View;
use parloir_protocol::ids::{AgentId, ChannelId, CommandId, ConversationId, MessageId, WorkspaceId};
use parloir_protocol::time::Time;

const BEGIN: Time = Time(1_793_697_300_000);
pub(crate) const EPOCH: u64 = 7;

/// A command that benchmarks give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Receive,
    Send,
    Note,
    Claim,
    Save,
}

pub(crate) struct Desk {
    pub(crate) rows: MemoryRows,
    pub(crate) clock: Time,
    pub(crate) admin: AgentId,
    pub(crate) channel: ChannelId,
    pub(crate) conversations: Vec<ConversationId>,
    made: u64,
}

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::from_bytes([1; 16])
}

fn number(index: usize) -> Address {
    Address { kind: AddressKind::E164, value: format!("+336{index:08}") }
}

impl Desk {
    /// As many people have written as there are conversations, and every third is saved.
    pub(crate) fn founded(conversations: usize) -> Self {
        let (admin, channel) = (AgentId::from_bytes([0; 16]), ChannelId::from_bytes([0; 16]));
        let rows = MemoryRows::default();
        let mut desk = Self { rows, clock: BEGIN, admin, channel, conversations: Vec::new(), made: 0 };
        desk.must(
            Actor::System,
            Command::Provision {
                workspace_id: workspace(),
                name: "Boutique".to_owned(),
                country: Country::FRANCE,
                digest_key: DigestKey([9; 32]),
                admin: "Ada".to_owned(),
                hash: TokenHash([8; 32]),
            },
        );
        desk.must(
            Actor::System,
            Command::CreateChannel {
                kind: ChannelKind::Sms,
                name: "SMS".to_owned(),
                address: Address { kind: AddressKind::E164, value: "+33700000001".to_owned() },
                provider: "simulator".to_owned(),
                approved_countries: None,
            },
        );
        desk.channel = desk.view().channels()[0].id;
        desk.admin = desk.view().agents()[0].id;
        for index in 0..conversations {
            let receive = desk.receive(index);
            desk.must(Actor::Contact(desk.channel), receive);
            if index % 3 == 0 {
                let save = save(index);
                desk.must(Actor::Agent(desk.admin), save);
            }
        }
        desk.conversations = desk
            .view()
            .conversations_after(None, conversations)
            .iter()
            .map(|one| one.header.conversation_id)
            .collect();
        desk
    }

    pub(crate) fn view(&self) -> View<'_> {
        View::new(&self.rows, workspace())
    }

    /// The next command of a kind, about one conversation after the other.
    pub(crate) fn next(&mut self, kind: Kind) -> Ask {
        let turn = usize::try_from(self.made).unwrap_or(0);
        let conversation_id = self.conversations[turn % self.conversations.len()];
        let by_admin = Actor::Agent(self.admin);
        let (actor, command) = match kind {
            Kind::Receive => (Actor::Contact(self.channel), self.receive(turn % self.conversations.len())),
            Kind::Send => {
                let text = "Bonjour, votre commande part aujourd'hui.";
                (by_admin, Command::Send(Box::new(SendMessage::text(conversation_id, text))))
            }
            Kind::Note => {
                let text = "À rappeler avant midi.".to_owned();
                (by_admin, Command::AddNote { conversation_id, text, mentions: BTreeSet::new() })
            }
            Kind::Claim => (by_admin, Command::Claim { conversation_id }),
            Kind::Save => (by_admin, save(turn)),
        };
        self.ask(actor, command)
    }

    fn receive(&self, index: usize) -> Command {
        let from = Destination { address: number(index), country: Some(Country::FRANCE) };
        Command::Receive(Inbound::text(self.channel, from, "Bonjour, où en est ma commande ?"))
    }

    fn ask(&mut self, actor: Actor, command: Command) -> Ask {
        self.made += 1;
        self.clock = self.clock.plus_millis(1_000);
        let id = CommandId(MessageId::from_bytes(self.uuid(0)).0);
        let key = match actor {
            Actor::Agent(agent) => Key::Client(agent, id),
            Actor::Contact(_) | Actor::Provider(_) | Actor::System => Key::Operator(id),
        };
        let mut subject = [5; 16];
        subject[..8].copy_from_slice(&self.made.to_be_bytes());
        let ids = Ids { entity: self.uuid(1), subject: SubjectId(subject) };
        Ask { key, actor, command: command.into(), expected: None, at: self.clock, clock: self.clock, ids }
    }

    /// A UUIDv7 of this moment; the counter leaves the last byte to the nouns.
    fn uuid(&self, lane: u8) -> [u8; 16] {
        let mut uuid = [0; 16];
        uuid[..6].copy_from_slice(&self.clock.0.to_be_bytes()[2..]);
        uuid[6] = 0x70;
        uuid[7] = lane;
        uuid[8] = 0x80;
        uuid[9..15].copy_from_slice(&self.made.to_be_bytes()[2..]);
        uuid
    }

    /// What `ask` leads to; a benchmark gives nothing that is refused.
    pub(crate) fn decided(&self, ask: &Ask) -> Commit {
        let next_seq = self.view().head().seq + 1;
        match decide(&self.view(), next_seq, ask, &Limits::DEFAULT) {
            Ok(Decided::New(commit)) => commit,
            Ok(Decided::Repeated(answer)) => panic!("{:?} was given before: {answer:?}", ask.command),
            Err(refusal) => panic!("{:?} is refused: {refusal:?}", ask.command),
        }
    }

    /// The rows that a commit changes, were it the next.
    pub(crate) fn applied(&self, commit: &Commit) -> Changes {
        let next_seq = self.view().head().seq + 1;
        parloir_desk::apply::apply(&self.rows, workspace(), commit, next_seq, self.clock, EPOCH)
    }

    fn must(&mut self, actor: Actor, command: Command) {
        let ask = self.ask(actor, command);
        let commit = self.decided(&ask);
        let changes = self.applied(&commit);
        self.rows.apply(&changes);
    }
}

fn save(index: usize) -> Command {
    let change = CardChange {
        name: Some(format!("Hélène Martin {index}")),
        add_tags: BTreeSet::from(["vip".to_owned()]),
        add_addresses: BTreeSet::from([number(index)]),
        ..CardChange::default()
    };
    Command::SaveContact { contact_id: None, change }
}
