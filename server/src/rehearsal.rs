//! A workspace in rehearsal, for tests of the writer and the readers: a log that may fail, any rules and
//! limits, a clock that is set by hand, and a writer that begins when it is told to.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use parloir_desk::command::{CardChange, Command, DigestKey, Inbound, TokenHash};
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::{Address, ChannelKind, Country, Destination};
use parloir_desk::view::View;
use parloir_protocol::ids::{AgentId, ChannelId, CommandId, GroupId};
use parloir_protocol::time::Time;
use uuid::Uuid;

use crate::clock::Clock;
use crate::hub::Hub;
use crate::log::{Log, Record};
use crate::node::{Limits, Node, mark_of};
use crate::rebuild;
use crate::rules::Rules;
use crate::samples::WORKSPACE;
use crate::search::Search;
use crate::stage::{let_settle, number, uploads_in};
use crate::state::{Options, State, StateHandle};
use crate::workspace::{Answered, Requests, Workspace};
use crate::writer::Writer;

/// What the clock shows at first.
const BEGIN: i64 = 1_793_697_300_000;

/// How long a search may take here, so that no machine decides what it finds.
const SEARCH_MS_MAX: u64 = 600_000;

/// How many records [`Rehearsal::found`] appends.
pub(crate) const FOUNDING_RECORDS: usize = 3;

/// An open workspace.
pub(crate) struct Rehearsal {
    pub(crate) node: Arc<Node>,
    pub(crate) workspace: Arc<Workspace>,
    clock: Arc<AtomicI64>,
    requests: Option<Requests>,
    _folder: tempfile::TempDir,
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        let_settle(&self.node);
    }
}

/// Something to ask, as one request of the writer.
pub(crate) type Asked = (Key, Actor, Command);

impl Rehearsal {
    /// The workspace that `log` holds, as after a start.
    pub(crate) fn open(log: Arc<dyn Log>, limits: Limits, rules: Rules) -> Self {
        Self::open_with(log, limits, rules, Search::new(Path::new("no-index")))
    }

    /// The same with an index, once somebody builds or opens it.
    pub(crate) fn open_with(log: Arc<dyn Log>, mut limits: Limits, rules: Rules, search: Search) -> Self {
        // A busy machine holds a search up for longer than a server lets it last; who has no time has none anywhere.
        if limits.wire.search_ms_max > 0 {
            Arc::make_mut(&mut limits.wire).search_ms_max = SEARCH_MS_MAX;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let options = Options {
            cache_bytes: 4 << 20,
            open_limit: Duration::from_secs(60),
            on_failure: Arc::new(|why| panic!("a row could not be read: {why}")),
            ..Options::new(1)
        };
        let state = State::open(folder.path(), options).expect("a new state opens").state;
        rebuild::catch_up(&*log, &state, Rules::OURS, |_| {}).expect("the log is whole");
        let clock = Arc::new(AtomicI64::new(BEGIN));
        let shown = Arc::clone(&clock);
        let wall = Clock::with_wall(Arc::new(move || Time(shown.load(Ordering::Relaxed))));
        let uploads = uploads_in(folder.path(), &wall);
        let state = StateHandle::new(state);
        let node = Arc::new(Node::new(log, state, search, uploads, wall, limits, rules));
        let tail = node.log.tail(WORKSPACE);
        let last = records(&*node.log).pop();
        let head = mark_of(tail, last.map_or([0; 32], |record| record.prev_hash.0));
        let (workspace, requests) =
            Workspace::new(WORKSPACE, Hub::new(head, node.limits.ring), node.limits.writer_queue);
        node.keep(Arc::clone(&workspace));
        Self { node, workspace, clock, requests: Some(requests), _folder: folder }
    }

    /// A new workspace with two groups and a channel, its writer at work.
    pub(crate) async fn found(log: Arc<dyn Log>, limits: Limits, rules: Rules) -> Self {
        Self::found_with(log, limits, rules, Search::new(Path::new("no-index"))).await
    }

    /// The same with an index.
    pub(crate) async fn found_with(log: Arc<dyn Log>, limits: Limits, rules: Rules, search: Search) -> Self {
        let mut stage = Self::open_with(log, limits, rules, search);
        stage.write();
        let provision = Command::Provision {
            workspace_id: WORKSPACE,
            name: "Boutique".to_owned(),
            country: Country::FRANCE,
            digest_key: DigestKey([9; 32]),
            admin: "Ada".to_owned(),
            hash: TokenHash([8; 32]),
        };
        let channel = Command::CreateChannel {
            kind: ChannelKind::Sms,
            name: "Main".to_owned(),
            address: number("+33700000001"),
            provider: "simulator".to_owned(),
            approved_countries: None,
        };
        for command in [provision, create_group("Sales"), channel] {
            stage.ask(system(command)).await.expect("the founding is accepted");
        }
        stage
    }

    /// Sets the writer to work.
    pub(crate) fn write(&mut self) {
        let requests = self.requests.take().expect("one writer");
        tokio::spawn(Writer::new(Arc::clone(&self.node), Arc::clone(&self.workspace), requests).run());
    }

    pub(crate) async fn ask(&self, (key, actor, command): Asked) -> Answered {
        self.workspace.ask(key, actor, command, None).await
    }

    /// Asks all of these before the writer looks, so that it takes them together.
    pub(crate) async fn ask_together(&self, asked: Vec<Asked>) -> Vec<Answered> {
        join_all(asked.into_iter().map(|asked| self.ask(asked))).await
    }

    pub(crate) fn set_clock(&self, time: Time) {
        self.clock.store(time.0, Ordering::Relaxed);
    }

    pub(crate) fn clock(&self) -> Time {
        Time(self.clock.load(Ordering::Relaxed))
    }

    /// What the state shows.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&View<'_>) -> T) -> T {
        let state = self.node.state.current();
        at(&View::new(&*state, WORKSPACE))
    }

    pub(crate) fn groups(&self) -> Vec<GroupId> {
        self.look(|view| view.groups().iter().map(|group| group.id).collect())
    }

    pub(crate) fn admin(&self) -> AgentId {
        self.look(|view| view.agents()[0].id)
    }

    pub(crate) fn channel(&self) -> ChannelId {
        self.look(|view| view.channels()[0].id)
    }

    /// Every record of the log.
    pub(crate) fn records(&self) -> Vec<Record> {
        records(&*self.node.log)
    }

    /// Asked by the first admin, who may do everything.
    pub(crate) fn by_admin(&self, command: Command) -> Asked {
        (operator_key(), Actor::Agent(self.admin()), command)
    }

    /// A message from outside.
    pub(crate) fn inbound(&self, number: u8, text: &str) -> Asked {
        let from = Destination { address: number_of(number), country: Some(Country::FRANCE) };
        inbound(Inbound::text(self.channel(), from, text))
    }
}

/// The same of whomever, on whichever channel.
pub(crate) fn inbound(inbound: Inbound) -> Asked {
    (operator_key(), Actor::Contact(inbound.channel_id), Command::Receive(inbound))
}

fn records(log: &dyn Log) -> Vec<Record> {
    log.read(WORKSPACE, 0, usize::MAX).expect("a log in memory can be read")
}

/// Asked by Parloir itself, under a key of its own.
pub(crate) fn system(command: Command) -> Asked {
    (operator_key(), Actor::System, command)
}

pub(crate) fn operator_key() -> Key {
    Key::Operator(CommandId(Uuid::now_v7()))
}

pub(crate) fn create_group(name: &str) -> Command {
    Command::CreateGroup { name: name.to_owned() }
}

/// The `number`-th person outside.
pub(crate) fn number_of(person: u8) -> Address {
    crate::stage::number(&format!("+336100000{person:02}"))
}

/// A card for the person with this address.
pub(crate) fn card(number: u8, change: CardChange) -> Command {
    let add_addresses = BTreeSet::from([number_of(number)]);
    Command::SaveContact { contact_id: None, change: CardChange { add_addresses, ..change } }
}
