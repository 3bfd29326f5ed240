//! What tests of the drivers stand on: a node with one provisioned workspace, a channel and an agent, its
//! writer at work, and nobody else.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use parloir_desk::answer::Answer;
use parloir_desk::command::{Command, DigestKey, Inbound, SendMessage, TokenHash};
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::{Address, AddressKind, ChannelKind, Country, Destination, Message};
use parloir_desk::view::View;
use parloir_protocol::ids::{AgentId, ChannelId, CommandId, ConversationId, MessageId, WorkspaceId};
use tempfile::TempDir;
use uuid::Uuid;

use crate::blobs::Blobs;
use crate::clock::Clock;
use crate::fetch::Place;
use crate::hub::Hub;
use crate::imports::Imports;
use crate::log::{DiskFiles, Log, MemoryLog, SegmentLimits, SegmentLog};
use crate::node::{Limits, Node, mark_of};
use crate::outbox::hooks::{self, HookKey, Hooks};
use crate::providers::simulator::{self, Pace, Simulator};
use crate::providers::{Providers, Settings, providers};
use crate::rebuild;
use crate::rules::{APPLY_VERSION, Rules};
use crate::search::Search;
use crate::state::{Options, State, StateHandle};
use crate::stored::Intake;
use crate::uploads::{self, Uploads};
use crate::workspace::Workspace;
use crate::writer::Writer;

/// A node in a folder of its own.
pub(crate) struct Stage {
    pub(crate) node: Arc<Node>,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) admin: AgentId,
    pub(crate) channel: ChannelId,
    folder: TempDir,
}

impl Stage {
    /// With a log in memory.
    pub(crate) async fn new(provider: &str) -> Self {
        Self::with_log(Arc::new(MemoryLog::new()), tempfile::tempdir().expect("a folder"), provider).await
    }

    /// With everything on disk.
    pub(crate) async fn on_disk(provider: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let limits = SegmentLimits { reserve_bytes: 0, ..SegmentLimits::default() };
        let opened = SegmentLog::open(&folder.path().join("log"), Arc::new(DiskFiles), limits);
        let (log, _) = opened.unwrap_or_else(|error| panic!("{error}"));
        Self::with_log(Arc::new(log), folder, provider).await
    }

    /// With phones that answer at once at the other end of its channel.
    pub(crate) async fn with_phones() -> Self {
        let stage = Self::new(simulator::NAME).await;
        let (simulator, calls) = Simulator::new(3, Pace::INSTANT);
        let simulator = Arc::new(simulator);
        tokio::spawn(calls.run(simulator::door(&stage.node, &simulator)));
        stage.node.set_providers(&Arc::new(Providers::default().with(simulator)));
        stage
    }

    /// Gives it the accounts of a configuration.
    pub(crate) fn configure(&self, accounts: &str) {
        let tables: BTreeMap<String, Settings> = toml::from_str(accounts).expect("tables");
        let made = providers(&tables["providers"], Some("https://desk.example"), &|_| None);
        let all = made.expect("complete").into_iter().fold(Providers::default(), Providers::with);
        self.node.set_providers(&Arc::new(all));
    }

    async fn with_log(log: Arc<dyn Log>, folder: TempDir, provider: &str) -> Self {
        let state = fresh_state(&folder.path().join("state"));
        let clock = Clock::system();
        let node = Node::new(
            log,
            StateHandle::new(state),
            Search::new(&folder.path().join("search")),
            uploads_in(folder.path(), &clock),
            clock,
            Limits::standard(),
            Rules::OURS,
        );
        let node = Arc::new(node);
        let key = HookKey::kept(&folder.path().join("webhooks.key")).expect("a key");
        let hooks = Hooks::new(folder.path().join("webhooks"), key, Place::LocalToo, hooks::tiny());
        node.set_hooks(hooks.expect("they can be sent"));
        node.tell_uploads();
        node.set_imports(Imports::new(folder.path(), node.clock.clone()));
        let id = WorkspaceId::from_bytes([7; 16]);
        let (admin, channel) = (AgentId::from_bytes([0; 16]), ChannelId::from_bytes([0; 16]));
        let workspace = opened(&node, id);
        let mut stage = Self { node, workspace, admin, channel, folder };
        stage.provision(provider).await;
        stage
    }

    async fn provision(&mut self, provider: &str) {
        let provision = Command::Provision {
            workspace_id: self.workspace.id,
            name: "Essai".to_owned(),
            country: Country::FRANCE,
            digest_key: DigestKey([5; 32]),
            admin: "Léa".to_owned(),
            hash: TokenHash([6; 32]),
        };
        self.admin = self.ask(Actor::System, provision).await.agent_id.expect("an admin");
        let channel = Command::CreateChannel {
            kind: ChannelKind::Sms,
            name: "SMS".to_owned(),
            address: number("+33700000001"),
            provider: provider.to_owned(),
            approved_countries: None,
        };
        self.channel = self.ask(Actor::System, channel).await.channel_id.expect("a channel");
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Asks what must be accepted.
    pub(crate) async fn ask(&self, actor: Actor, command: Command) -> Answer {
        let key = Key::Operator(CommandId(Uuid::now_v7()));
        let answered = self.workspace.ask(key, actor, command.clone(), None).await;
        answered.unwrap_or_else(|rejected| panic!("{command:?}: {rejected:?}"))
    }

    /// Somebody writes to the channel.
    pub(crate) async fn receive(&self, from: &str, profile_name: Option<&str>, text: &str) -> ConversationId {
        let from = Destination { address: number(from), country: None };
        let profile_name = profile_name.map(str::to_owned);
        let inbound = Inbound { profile_name, ..Inbound::text(self.channel, from, text) };
        let answer = self.ask(Actor::Contact(self.channel), Command::Receive(inbound)).await;
        answer.conversation_id.expect("a conversation")
    }

    /// The admin writes.
    pub(crate) async fn send(&self, conversation_id: ConversationId, text: &str) -> MessageId {
        let send = Command::Send(Box::new(SendMessage::text(conversation_id, text)));
        self.ask(Actor::Agent(self.admin), send).await.message_id.expect("a message")
    }

    pub(crate) fn view<T>(&self, look: impl FnOnce(View<'_>) -> T) -> T {
        let state = self.node.state.current();
        look(View::new(&*state, self.workspace.id))
    }

    pub(crate) fn message(&self, id: MessageId) -> Message {
        self.view(|view| view.message(id)).expect("the message exists")
    }

    /// Waits until `holds`, looking again after every record.
    pub(crate) async fn until(&self, holds: impl Fn(&View<'_>) -> bool) {
        let mut head = self.workspace.hub.subscribe();
        let wait = async {
            while !self.view(|view| holds(&view)) {
                head.changed().await.expect("the hub lives");
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("it never happened");
    }

    /// A state that holds what folding the whole log gives.
    pub(crate) fn rebuilt(&self) -> State {
        let state = fresh_state(&self.folder.path().join("rebuilt"));
        rebuild::catch_up(&*self.node.log, &state, Rules::OURS, |_| {}).expect("the log folds");
        state
    }
}

/// How long a test waits for what must happen.
pub(crate) const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

impl Drop for Stage {
    fn drop(&mut self) {
        let_settle(&self.node);
    }
}

/// Waits until whoever writes the state beside is through, since its folder goes with the test.
pub(crate) fn let_settle(node: &Node) {
    // A test may have broken the state.
    let _broken = node.state.current().settle();
}

pub(crate) fn number(value: &str) -> Address {
    Address { kind: AddressKind::E164, value: value.to_owned() }
}

pub(crate) fn uploads_in(folder: &Path, clock: &Clock) -> Arc<Uploads> {
    let blobs = Arc::new(Blobs::in_folder(folder).unwrap_or_else(|error| panic!("{error}")));
    let intake = Arc::new(Intake::new(blobs));
    let uploads = Uploads::open(folder, uploads::Limits::STANDARD, 0, intake, clock.clone());
    Arc::new(uploads.expect("a folder of its own"))
}

fn fresh_state(folder: &Path) -> State {
    let opened = State::open(folder, Options::new(APPLY_VERSION));
    opened.unwrap_or_else(|error| panic!("{error}")).state
}

fn opened(node: &Arc<Node>, id: WorkspaceId) -> Arc<Workspace> {
    let hub = Hub::new(mark_of(node.log.tail(id), [0; 32]), node.limits.ring);
    let (workspace, requests) = Workspace::new(id, hub, node.limits.writer_queue);
    let workspace = node.keep(workspace);
    tokio::spawn(Writer::new(Arc::clone(node), Arc::clone(&workspace), requests).run());
    workspace
}
