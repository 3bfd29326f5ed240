//! A desk in memory: its rows, its log, its clock, and the ids it hands out by counting.

use std::collections::BTreeSet;

use parloir_desk::command::{Ask, Command, DigestKey, Ids, Inbound, TokenHash};
use parloir_desk::commit::{Actor, Commit, Key};
use parloir_desk::decide::{Decided, decide};
use parloir_desk::entity::{Address, AddressKind, ChannelKind, Country, Destination, Role, Scope, SubjectId};
use parloir_desk::limits::Limits;
use parloir_desk::refusal::Refusal;
use parloir_desk::rows::{Changes, MemoryRows};
use parloir_desk::view::View;
use parloir_protocol::ids::{AgentId, CommandId, MessageId, WorkspaceId};
use parloir_protocol::time::Time;

use crate::erasure::Record;

const BEGIN: Time = Time(1_793_697_300_000);
const EPOCH: u64 = 7;

pub(super) fn workspace() -> WorkspaceId {
    WorkspaceId::from_bytes([1; 16])
}

/// The `index`-th number of the other side.
pub(super) fn number(index: u8) -> Address {
    Address { kind: AddressKind::E164, value: format!("+3361000000{index}") }
}

pub(super) struct Desk {
    pub(super) rows: MemoryRows,
    pub(super) log: Vec<Record>,
    pub(super) clock: Time,
    made: u64,
}

impl Desk {
    /// Three agents beside the admin, one of them limited to a group; two groups; two channels; three
    /// people who wait.
    pub(super) fn provisioned() -> Self {
        let mut desk = Self { rows: MemoryRows::default(), log: Vec::new(), clock: BEGIN, made: 0 };
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
        desk.must(Actor::System, Command::CreateGroup { name: "Sales".to_owned() });
        let sales = desk.view().groups().iter().map(|group| group.id).collect::<BTreeSet<_>>();
        let sales: BTreeSet<_> = sales.into_iter().skip(1).collect();
        for (name, scope) in [("Lea", Scope::All), ("Tom", Scope::All), ("Zoe", Scope::Groups(sales))] {
            let (name, rights) = (name.to_owned(), BTreeSet::new());
            desk.must(Actor::System, Command::CreateAgent { name, role: Role::Agent, scope, rights });
        }
        for value in ["+33700000001", "+33700000002"] {
            desk.must(
                Actor::System,
                Command::CreateChannel {
                    kind: ChannelKind::Sms,
                    name: value.to_owned(),
                    address: Address { kind: AddressKind::E164, value: value.to_owned() },
                    provider: "simulator".to_owned(),
                    approved_countries: None,
                },
            );
        }
        let channel_id = desk.view().channels()[0].id;
        for index in 0..3 {
            let from = Destination { address: number(index), country: Some(Country::FRANCE) };
            let inbound = Inbound::text(channel_id, from, "Bonjour");
            desk.must(Actor::Contact(channel_id), Command::Receive(inbound));
        }
        desk
    }

    pub(super) fn view(&self) -> View<'_> {
        View::new(&self.rows, workspace())
    }

    pub(super) fn ask(&mut self, actor: Actor, command: Command) -> Ask {
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

    pub(super) fn decide(&self, ask: &Ask) -> Result<Decided, Refusal> {
        let limits = Limits { job_step_units: 2, ..Limits::DEFAULT };
        decide(&self.view(), self.view().head().seq + 1, ask, &limits)
    }

    /// Applies a commit and keeps it in the log.
    pub(super) fn record(&mut self, commit: Commit) -> Changes {
        let first_seq = self.view().head().seq + 1;
        let record = Record { commit, first_seq, at: self.clock, epoch: EPOCH };
        let changes = record.changes(&self.rows, workspace());
        self.rows.apply(&changes);
        self.log.push(record);
        changes
    }

    pub(super) fn knows(&self, key: &Key) -> bool {
        self.log.iter().any(|record| record.commit.key == *key)
    }

    pub(super) fn agents(&self) -> Vec<AgentId> {
        self.view().agents().iter().map(|agent| agent.id).collect()
    }

    fn must(&mut self, actor: Actor, command: Command) {
        let ask = self.ask(actor, command);
        match self.decide(&ask) {
            Ok(Decided::New(commit)) => self.record(commit),
            other => panic!("the desk cannot be set up: {other:?}"),
        };
    }
}
