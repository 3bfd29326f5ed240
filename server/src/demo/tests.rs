//! The demonstration as people find it: whole, the same at every start, with ways in that work.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};
use parloir_desk::entity::{AgentStatus, Conversation, Scope, Status};
use parloir_desk::order::{AssigneeFilter, Order, QueueQuery};
use parloir_desk::view::View;
use parloir_protocol::ids::ChannelId;

use super::{DemoFile, WORKSPACE, prepare};
use crate::providers::simulator::{self, Pace, Simulator};
use crate::providers::{
    BadPayload, Capabilities, FetchError, Fetched, Files, Idempotency, MediaRef, Outcome, Outgoing, Provider,
    Providers, Rate, RawRequest, Reports, Verdict,
};
use crate::secret::Secret;
use crate::stage::{PATIENCE, Stage};

/// Stands for the simulator and reports nothing by itself.
struct Mute(Simulator);

impl Provider for Mute {
    fn name(&self) -> &str {
        simulator::NAME
    }

    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    fn rate(&self) -> Rate {
        self.0.rate()
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing, _: &'a dyn Files) -> BoxFuture<'a, Outcome> {
        ready(Outcome::Accepted { provider_message_id: outgoing.message_id.to_string() }).boxed()
    }

    fn idempotency(&self) -> Idempotency<'_> {
        Idempotency::Idempotent
    }

    fn verify(&self, request: &RawRequest) -> Verdict {
        self.0.verify(request)
    }

    fn fetch<'a>(&'a self, media: &'a MediaRef) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        self.0.fetch(media)
    }

    fn receive(&self, channel: ChannelId, body: &[u8]) -> Result<Reports, BadPayload> {
        self.0.receive(channel, body)
    }
}

/// A server with a demonstration that has nothing more to send.
pub(super) async fn prepared() -> (Stage, DemoFile) {
    let stage = Stage::new("nobody").await;
    let (simulator, _) = Simulator::new(1, Pace::INSTANT);
    stage.node.set_providers(&Arc::new(Providers::default().with(Arc::new(Mute(simulator)))));
    let file = again(&stage).await;
    let mut head = stage.node.workspace(WORKSPACE).expect("it is open").hub.subscribe();
    let sent = async {
        while view(&stage, |view| !view.outbox(1).is_empty()) {
            head.changed().await.expect("the hub lives");
        }
    };
    tokio::time::timeout(PATIENCE, sent).await.expect("something is never sent");
    (stage, file)
}

async fn again(stage: &Stage) -> DemoFile {
    let file = prepare(&stage.node, stage.folder()).await.unwrap_or_else(|error| panic!("{error}"));
    file.at("http://127.0.0.1:8080")
}

fn view<T>(stage: &Stage, look: impl FnOnce(View<'_>) -> T) -> T {
    let state = stage.node.state.current();
    look(View::new(&*state, WORKSPACE))
}

pub(super) fn conversations(stage: &Stage, status: Status) -> Vec<Conversation> {
    let query = QueueQuery {
        status: Some(status),
        group: None,
        assignee: AssigneeFilter::Any,
        unread: None,
        channel: None,
        order: Order::Activity,
    };
    view(stage, |view| view.queue(&query, &Scope::All, None, 1_000)).conversations
}

#[tokio::test]
async fn a_second_start_changes_nothing_and_keeps_the_tokens() {
    let (stage, first) = prepared().await;
    first.write(stage.folder()).expect("the file");
    let before = view(&stage, |view| view.head());
    assert_eq!(again(&stage).await, first);
    assert_eq!(view(&stage, |view| view.head()), before);
}

#[tokio::test]
async fn lost_tokens_are_made_anew() {
    let (stage, first) = prepared().await;
    let second = again(&stage).await;
    assert_ne!(second.integration.token, first.integration.token);
    for agent in &second.agents {
        let secret = Secret::parse(&agent.token).expect("a token");
        let token = view(&stage, |view| view.token(&secret.hash())).expect("a known token");
        assert_eq!(token.agent_id, agent.id);
        assert_eq!(view(&stage, |view| view.agent(agent.id)).expect("an agent").status, AgentStatus::Active);
    }
}

#[tokio::test]
async fn the_file_says_how_to_get_in_and_only_its_owner_reads_it() {
    let (stage, file) = prepared().await;
    file.write(stage.folder()).expect("the file");
    let path = stage.folder().join("demo.json");
    assert_eq!(std::fs::metadata(&path).expect("the file").permissions().mode() & 0o777, 0o600);
    assert_eq!(DemoFile::read(stage.folder()), Some(file.clone()));
    let roles: Vec<_> = file.agents.iter().map(|agent| agent.role.as_str()).collect();
    assert_eq!(roles, ["admin", "supervisor", "agent", "agent", "template_agent"]);
    let kinds: Vec<_> = file.channels.iter().map(|channel| channel.kind.as_str()).collect();
    assert_eq!(kinds, ["sms", "rcs", "whatsapp"]);
    let url = format!("http://127.0.0.1:8080/v1/inbound/{}", file.channels[0].id);
    assert_eq!(file.channels[0].inbound_url, url);
}

#[tokio::test]
async fn the_histories_are_as_various_as_a_real_queue() {
    let (stage, _) = prepared().await;
    let (open, closed) = (conversations(&stage, Status::Open), conversations(&stage, Status::Closed));
    assert_eq!(open.len() + closed.len(), 61);
    assert!(closed.len() > 10);
    let count = |is: fn(&Conversation) -> bool| open.iter().filter(|conversation| is(conversation)).count();
    assert!(count(|conversation| conversation.header.unread) > 8);
    assert!(count(|conversation| conversation.header.waiting.is_some()) > 8);
    assert!(count(|conversation| conversation.header.assignee.is_some()) > 8);
    assert!(count(|conversation| conversation.profile_name.is_some()) > 3);
    let now = stage.node.clock.now();
    let ages = open.iter().map(|conversation| now.millis_since(conversation.header.activity_at) / 60_000);
    assert!(ages.clone().all(|minutes| minutes >= 1));
    assert!(ages.max() > Some(24 * 60));
    let groups = view(&stage, |view| view.groups());
    assert_eq!(groups.len(), 8);
    let templates = view(&stage, |view| view.templates());
    assert!(templates.iter().any(|template| template.language == "en"));
    assert!(templates.iter().all(|template| !template.fields().is_empty()));
    let open_window =
        |conversation: &Conversation| conversation.header.window_until.is_some_and(|until| until > now);
    let with_window = || open.iter().chain(&closed).filter(|found| found.header.window_until.is_some());
    assert!(with_window().any(open_window) && !with_window().all(open_window));
    let is_used = |id| view(&stage, |view| view.counters(id)).conversations() > 0;
    assert!(groups.iter().all(|group| is_used(group.id)));
}
