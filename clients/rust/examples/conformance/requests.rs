//! What each request of the runner means to the client, in two steps: what must happen in the order of the requests,
//! and what may wait.

use std::sync::Arc;
use std::time::Duration;

use parloir_client::protocol::codec::{Codec, Malformed};
use parloir_client::protocol::command::CommandFrame;
use parloir_client::protocol::down::{Done, Presence};
use parloir_client::protocol::error::ErrorBody;
use parloir_client::protocol::ids::{AgentId, CommandId, ConversationId};
use parloir_client::protocol::query::Query;
use parloir_client::protocol::query::search::SearchConversations;
use parloir_client::protocol::up::{Doing, UpError, read_command_body, read_query_body};
use parloir_client::{Cancel, CommandError, QueryError, Question, State, UploadError, Uploading};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::clients::{Clients, Held, Outcome, Reading};
use crate::connect::{Connect, connect};
use crate::picture::{self, value};
use crate::{Request, Wrong, frames, texts};

/// How often it is looked whether what is waited for is so.
const LOOK: Duration = Duration::from_millis(5);

type Answer = Result<Value, Wrong>;

/// A request whose first step is done.
pub(crate) enum Begun {
    Answered(Answer),
    Command(Arc<Held>, String, watch::Receiver<Outcome>),
    Later(Request),
}

pub(crate) async fn begin(clients: &Clients, request: Request) -> Begun {
    let begun = match request.name.as_str() {
        "connect" => begin_connect(clients, &request).await.map(|()| json!({})),
        "command" => {
            return begin_command(clients, &request)
                .await
                .unwrap_or_else(|wrong| Begun::Answered(Err(wrong)));
        }
        "resume_reading" => held(clients, &request).map(|held| {
            held.reading.send_replace(Reading::On);
            json!({})
        }),
        _ => return Begun::Later(request),
    };
    Begun::Answered(begun)
}

pub(crate) async fn finish(clients: &Clients, begun: Begun) -> Answer {
    match begun {
        Begun::Answered(answer) => answer,
        Begun::Command(_held, id, outcome) => settled(outcome, &id).await,
        Begun::Later(request) => later(clients, &request).await,
    }
}

async fn later(clients: &Clients, request: &Request) -> Answer {
    match request.name.as_str() {
        "about" => Ok(json!({ "sdk": "rust", "version": env!("CARGO_PKG_VERSION"), "protocol": 1 })),
        "decode" => frames::decode(&parts(request)?),
        "encode" => frames::encode(&request.text),
        "fold" | "words" | "numbers" | "segments" | "template" | "search" => {
            texts::answer(&request.name, &request.parts)
        }
        "constants" => Ok(texts::constants()),
        "close" => {
            let name = name(request);
            if let Some(held) = clients.take(&name) {
                held.client.leave().await;
            }
            Ok(json!({}))
        }
        _ => of_client(&held(clients, request)?, request).await,
    }
}

async fn of_client(held: &Arc<Held>, request: &Request) -> Answer {
    match request.name.as_str() {
        "state" => Ok(state(&held.client.state().borrow())),
        "await_state" => await_state(held, parts(request)?).await,
        "await_seq" => await_seq(held, parts(request)?).await,
        "await_unsent" => await_unsent(held, parts(request)?).await,
        "settled" => {
            let Settled { command_id, within_ms } = parts(request)?;
            let outcome = held.outcome(&command_id)?;
            within(within_ms, settled(outcome, &command_id)).await?
        }
        "query" => query(held, parts(request)?).await,
        "watch" => watch(held, parts(request)?).await,
        "hits" => hits(held, parts(request)?).await,
        "await_hits" => await_hits(held, parts(request)?).await,
        "signal" => {
            let Signal { conversation_id, doing } = parts(request)?;
            held.client.signal(conversation_id, doing).await;
            Ok(json!({}))
        }
        "await_signal" => await_signal(held, parts(request)?).await,
        "store" => Ok(held.client.read(|store| picture::store(store, &held.loaded()))),
        "timeline" => timeline(held, parts(request)?).await,
        "events" => {
            let (events, dropped) = held.take_events();
            Ok(json!({ "events": events, "dropped": dropped }))
        }
        "upload" => upload(held, parts(request)?).await,
        other => Err(Wrong::new("unsupported", format!("'{other}' is not known"))),
    }
}

fn name(request: &Request) -> String {
    request.parts.get("client").and_then(Value::as_str).unwrap_or("a").to_owned()
}

fn held(clients: &Clients, request: &Request) -> Result<Arc<Held>, Wrong> {
    clients.get(&name(request))
}

fn parts<T: DeserializeOwned>(request: &Request) -> Result<T, Wrong> {
    serde_json::from_value(Value::Object(request.parts.clone()))
        .map_err(|error| Wrong::new("invalid_params", error.to_string()))
}

async fn within<T>(ms: u64, what: impl Future<Output = T>) -> Result<T, Wrong> {
    timeout(Duration::from_millis(ms), what)
        .await
        .map_err(|_| Wrong::new("timeout", format!("not in {ms} ms")))
}

async fn begin_connect(clients: &Clients, request: &Request) -> Result<(), Wrong> {
    let asked: Connect = parts(request)?;
    clients.put(&name(request), connect(asked).await?);
    Ok(())
}

fn state(state: &State) -> Value {
    match state {
        State::Connecting => json!({ "state": "connecting" }),
        State::Live => json!({ "state": "live" }),
        State::Resuming => json!({ "state": "resuming" }),
        State::Offline { reason } => json!({ "state": "offline", "reason": reason }),
        State::Closed { code, reason } => json!({ "state": "closed", "code": code, "reason": reason }),
    }
}

#[derive(Deserialize)]
struct AwaitState {
    state: String,
    within_ms: u64,
}

async fn await_state(held: &Held, asked: AwaitState) -> Answer {
    let mut states = held.client.state();
    let wanted = |now: &State| state(now)["state"] == asked.state.as_str();
    let reached = timeout(Duration::from_millis(asked.within_ms), states.wait_for(wanted)).await;
    match reached {
        Ok(Ok(now)) => Ok(state(&now)),
        Ok(Err(_)) | Err(_) => {
            let now = state(&held.client.state().borrow());
            Err(Wrong::new("timeout", format!("not '{}' in {} ms but {now}", asked.state, asked.within_ms)))
        }
    }
}

#[derive(Deserialize)]
struct AwaitSeq {
    seq: u64,
    within_ms: u64,
}

async fn await_seq(held: &Held, asked: AwaitSeq) -> Answer {
    let mut seqs = held.client.seq();
    let reached =
        timeout(Duration::from_millis(asked.within_ms), seqs.wait_for(|seq| *seq >= asked.seq)).await;
    if !matches!(reached, Ok(Ok(_))) {
        let at = *held.client.seq().borrow();
        return Err(Wrong::new("timeout", format!("at {at}, not at {}", asked.seq)));
    }
    let (seq, expected) = held.client.read(|store| (store.seq(), store.expected()));
    Ok(json!({ "seq": seq, "epoch": expected.map(|expected| value(&expected.epoch)) }))
}

#[derive(Deserialize)]
struct AwaitUnsent {
    count: usize,
    within_ms: u64,
}

async fn await_unsent(held: &Held, asked: AwaitUnsent) -> Answer {
    let mut kept = held.client.kept();
    within(asked.within_ms, kept.wait_for(|kept| kept.len() == asked.count)).await?.map(drop).ok();
    Ok(json!({}))
}

#[derive(Deserialize)]
struct CommandAsked {
    name: String,
    params: Value,
    command_id: Option<CommandId>,
    #[serde(default)]
    expected: bool,
    wait: Option<bool>,
}

async fn begin_command(clients: &Clients, request: &Request) -> Result<Begun, Wrong> {
    let (held, asked): (_, CommandAsked) = (held(clients, request)?, parts(request)?);
    let command_id = asked.command_id.unwrap_or_else(|| CommandId(Uuid::now_v7()));
    let body = json!({ "command_id": command_id, "name": asked.name, "params": asked.params });
    let frame =
        read_command_body(Codec::Json, body.to_string().as_bytes()).map_err(|error| unread(&error))?;
    let CommandFrame { command, .. } = frame;
    let expected = held.client.read(parloir_client::Store::expected).filter(|_| asked.expected);
    let (sender, outcome) = watch::channel(Outcome::None);
    let id = command_id.to_string();
    held.keep_outcome(id.clone(), outcome.clone());
    let client = held.client.clone();
    let (kept, is_kept) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let given = client.give(command_id, expected, command).await;
        // Nobody may wait for this any more.
        kept.send(()).ok();
        let outcome = match given {
            Ok(given) => given.answer().await,
            Err(error) => Err(error),
        };
        sender.send_replace(Some(outcome));
    });
    is_kept.await.ok();
    if asked.wait == Some(false) {
        return Ok(Begun::Answered(Ok(json!({ "command_id": command_id }))));
    }
    Ok(Begun::Command(held, id, outcome))
}

#[derive(Deserialize)]
struct Settled {
    command_id: String,
    within_ms: u64,
}

async fn settled(mut outcome: watch::Receiver<Outcome>, id: &str) -> Answer {
    let outcome = outcome.wait_for(Option::is_some).await.map(|outcome| outcome.clone());
    match outcome {
        Ok(Some(Ok(done))) => Ok(done_value(id, &done)),
        Ok(Some(Err(error))) => Err(command_wrong(error)),
        Ok(None) | Err(_) => Err(Wrong::new("unanswered", "the command has no outcome")),
    }
}

fn done_value(id: &str, done: &Done) -> Value {
    let mut ok = value(done);
    ok["command_id"] = id.into();
    ok["replayed"] = false.into();
    ok
}

fn refused(body: ErrorBody) -> Wrong {
    Wrong { code: body.code, message: body.message, details: value(&body.details) }
}

fn command_wrong(error: CommandError) -> Wrong {
    match error {
        CommandError::Refused(body) => refused(body),
        CommandError::Ended { code, .. } => Wrong::new("ended", code.to_string()),
        CommandError::Unanswered(_) | CommandError::Malformed(_) | CommandError::NotKept(_) => {
            Wrong::new("unanswered", error.to_string())
        }
    }
}

fn query_wrong(error: QueryError) -> Wrong {
    match error {
        QueryError::Refused(body) => refused(body),
        QueryError::Ended { code, .. } => Wrong::new("ended", code.to_string()),
        QueryError::Unanswered | QueryError::Malformed(_) | QueryError::Overtaken => {
            Wrong::new("unanswered", error.to_string())
        }
    }
}

fn unread(error: &UpError) -> Wrong {
    let code = match error {
        UpError::Malformed(_) => "bad_frame",
        UpError::Unknown { what, .. } => what.code().as_str(),
        UpError::Params { .. } => "invalid_params",
    };
    Wrong::new(code, error.to_string())
}

/// Any query; its answer as a document.
struct Any(Query);

impl Question for Any {
    type Answer = Value;

    fn into_query(self) -> Query {
        self.0
    }
}

#[derive(Deserialize)]
struct QueryAsked {
    name: String,
    #[serde(default)]
    params: Value,
    at_least: Option<u64>,
}

async fn query(held: &Held, asked: QueryAsked) -> Answer {
    let params = if asked.params.is_null() { json!({}) } else { asked.params };
    let body = json!({ "name": asked.name, "params": params }).to_string();
    let frame = read_query_body(Codec::Json, body.as_bytes()).map_err(|error| unread(&error))?;
    held.client.query_at_least(Any(frame.query), asked.at_least).await.map_err(query_wrong)
}

#[derive(Deserialize)]
struct WatchAsked {
    params: SearchConversations,
}

async fn watch(held: &Held, asked: WatchAsked) -> Answer {
    let watching = held.client.watch(asked.params).await.map_err(query_wrong)?;
    Ok(json!({ "watch": held.keep_watch(watching) }))
}

#[derive(Deserialize)]
struct HitsAsked {
    watch: u64,
    #[serde(default)]
    ids: Vec<String>,
    #[serde(default)]
    within_ms: u64,
}

async fn hits(held: &Held, asked: HitsAsked) -> Answer {
    let watching = held.watch(asked.watch)?;
    let hits = watching.lock().await.hits();
    let ids: Vec<String> = hits.list().iter().map(|hit| id_of(&value(hit))).collect();
    Ok(json!({ "ids": ids, "counted": hits.total().map(|total| total.count) }))
}

fn id_of(hit: &Value) -> String {
    let id = hit["conversation"]["conversation_id"].as_str().or_else(|| hit["contact_id"].as_str());
    id.unwrap_or_default().to_owned()
}

async fn await_hits(held: &Held, asked: HitsAsked) -> Answer {
    let waited = within(asked.within_ms, async {
        loop {
            let found = hits(held, HitsAsked { watch: asked.watch, ids: Vec::new(), within_ms: 0 }).await?;
            if found["ids"] == json!(asked.ids) {
                return Ok(found);
            }
            sleep(LOOK).await;
        }
    });
    match waited.await {
        Ok(found) => found,
        Err(wrong) => {
            let found = hits(held, HitsAsked { watch: asked.watch, ids: Vec::new(), within_ms: 0 }).await?;
            Err(Wrong::new(&wrong.code, format!("{}: the list is {found}", wrong.message)))
        }
    }
}

#[derive(Deserialize)]
struct Signal {
    conversation_id: ConversationId,
    doing: Doing,
}

#[derive(Deserialize)]
struct AwaitSignal {
    conversation_id: ConversationId,
    agent_id: AgentId,
    doing: Option<Presence>,
    within_ms: u64,
}

async fn await_signal(held: &Held, asked: AwaitSignal) -> Answer {
    within(asked.within_ms, async {
        loop {
            let doing = held.client.read(|store| {
                let mut within = store.signals().within(asked.conversation_id);
                within.find(|(agent, _)| *agent == asked.agent_id).map(|(_, doing)| doing)
            });
            if doing == asked.doing {
                return;
            }
            sleep(LOOK).await;
        }
    })
    .await?;
    Ok(json!({}))
}

#[derive(Deserialize)]
struct TimelineAsked {
    conversation_id: ConversationId,
    #[serde(default)]
    earlier: bool,
}

/// The client asks for the page before what is loaded; the newest page again needs a timeline that is not loaded.
async fn timeline(held: &Held, asked: TimelineAsked) -> Answer {
    let id = asked.conversation_id;
    let is_loaded = held.client.read(|store| store.timeline(id).is_some());
    if asked.earlier || !is_loaded {
        held.client.timeline(id).await.map_err(query_wrong)?;
    }
    held.load(id);
    let items = held.client.read(|store| store.timeline(id).map_or(0, |timeline| timeline.items().count()));
    Ok(json!({ "items": items }))
}

#[derive(Deserialize)]
struct UploadAsked {
    name: String,
    path: String,
    cancel_at: Option<u64>,
}

async fn upload(held: &Held, asked: UploadAsked) -> Answer {
    let file = tokio::fs::read(&asked.path).await;
    let file = file.map_err(|error| Wrong::new("invalid_params", format!("{}: {error}", asked.path)))?;
    let (cancel, told) = (Cancel::default(), Arc::new(std::sync::atomic::AtomicU64::new(0)));
    let (ends, count) = (cancel.clone(), Arc::clone(&told));
    let progress = move |sent: u64, _all: u64| {
        count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if asked.cancel_at.is_some_and(|at| sent >= at) {
            ends.cancel();
        }
    };
    let options = Uploading { progress: Some(Box::new(progress)), cancel: Some(cancel), resume: None };
    match held.client.upload(&asked.name, file, options).await {
        Ok(attachment) => Ok(json!({
            "attachment_id": attachment.attachment_id,
            "progress": told.load(std::sync::atomic::Ordering::Relaxed),
        })),
        Err(UploadError::Cancelled) => Err(Wrong::new("cancelled", "it was cancelled")),
        Err(UploadError::Refused(body)) => Err(refused(body)),
        Err(error @ (UploadError::Stalled(_) | UploadError::Malformed(_))) => {
            Err(Wrong::new("unavailable", error.to_string()))
        }
    }
}

impl From<Malformed> for Wrong {
    fn from(error: Malformed) -> Self {
        Self::new("bad_frame", error.to_string())
    }
}
