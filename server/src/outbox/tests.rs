//! Messages that leave once, whenever the outbox stops.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, pending};
use parloir_desk::command::Command;
use parloir_desk::commit::Actor;
use parloir_desk::entity::{Attempt, Delivery, Failure};
use parloir_protocol::ids::{ChannelId, ConversationId, MessageId};
use tokio::sync::{Semaphore, watch};

use super::Outbox;
use crate::providers::{
    BadPayload, Capabilities, FetchError, Fetched, Files, Idempotency, MediaRef, Outcome, Outgoing, Provider,
    Providers, Rate, RawRequest, Received, Verdict,
};
use crate::stage::{PATIENCE, Stage};

/// A provider that notes what it is asked, and answers when it may.
struct Post {
    is_idempotent: bool,
    /// How often each message and attempt was handed over.
    asked: Mutex<Vec<(MessageId, Attempt)>>,
    count: watch::Sender<usize>,
    answers: Semaphore,
}

impl Post {
    fn new(is_idempotent: bool, answers: usize) -> Arc<Self> {
        let asked = Mutex::default();
        Arc::new(Self {
            is_idempotent,
            asked,
            count: watch::Sender::new(0),
            answers: Semaphore::new(answers),
        })
    }

    fn asked(&self) -> Vec<MessageId> {
        self.asked.lock().expect("no panic").iter().map(|(message, _)| *message).collect()
    }

    /// How often each message left: the same attempt leaves once where that is promised.
    fn left(&self) -> BTreeMap<MessageId, usize> {
        let asked = self.asked.lock().expect("no panic");
        let mut left = BTreeMap::new();
        let once: BTreeSet<_> = asked.iter().copied().collect();
        let all: Vec<_> = if self.is_idempotent { once.into_iter().collect() } else { asked.clone() };
        all.iter().for_each(|(message, _)| *left.entry(*message).or_default() += 1);
        left
    }

    async fn until_asked(&self, times: usize) {
        let mut count = self.count.subscribe();
        let wait = count.wait_for(|count| *count >= times);
        tokio::time::timeout(PATIENCE, wait).await.expect("it was never asked").expect("it lives");
    }
}

impl Provider for Post {
    fn name(&self) -> &str {
        "post"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::TEXT
    }

    fn rate(&self) -> Rate {
        Rate { per_second: 10_000, burst: 1_000 }
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing, _: &'a dyn Files) -> BoxFuture<'a, Outcome> {
        self.asked.lock().expect("no panic").push((outgoing.message_id, outgoing.attempt));
        self.count.send_modify(|count| *count += 1);
        async move {
            self.answers.acquire().await.expect("it lives").forget();
            match outgoing.content.text().as_str() {
                "refuse" => Outcome::Failed { failure: Failure::Blocked },
                "panic" => panic!("a provider's fault"),
                "never" => pending().await,
                _ => Outcome::Accepted { provider_message_id: outgoing.message_id.to_string() },
            }
        }
        .boxed()
    }

    fn idempotency(&self) -> Idempotency<'_> {
        if self.is_idempotent { Idempotency::Idempotent } else { Idempotency::Neither }
    }

    fn verify(&self, _: &RawRequest) -> Verdict {
        Verdict::Unsigned
    }

    fn fetch<'a>(&'a self, media: &'a MediaRef) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        std::future::ready(Err(FetchError::Gone(media.reference.clone()))).boxed()
    }

    fn receive(&self, _: ChannelId, _: &[u8]) -> Result<Vec<Received>, BadPayload> {
        Ok(Vec::new())
    }
}

fn start(stage: &Stage, post: &Arc<Post>) -> tokio::task::JoinHandle<()> {
    let providers = Providers::default().with(Arc::clone(post) as Arc<dyn Provider>);
    let (node, workspace) = (Arc::clone(&stage.node), Arc::clone(&stage.workspace));
    tokio::spawn(Outbox::new(node, Arc::new(providers), workspace).run())
}

async fn stop(outbox: tokio::task::JoinHandle<()>) {
    outbox.abort();
    assert!(outbox.await.expect_err("it was stopped").is_cancelled());
}

async fn until(stage: &Stage, id: MessageId, delivery: Delivery) {
    stage.until(|view| view.message(id).and_then(|message| message.delivery) == Some(delivery)).await;
}

#[tokio::test]
async fn messages_of_one_conversation_leave_in_order_and_once() {
    let stage = Stage::new("post").await;
    let post = Post::new(true, 100);
    let conversation = stage.receive("+33600000010", None, "Bonjour").await;
    let before = [stage.send(conversation, "un").await, stage.send(conversation, "deux").await];
    let _outbox = start(&stage, &post);
    let after = stage.send(conversation, "trois").await;
    until(&stage, after, Delivery::Accepted).await;
    assert_eq!(post.asked(), [before[0], before[1], after]);
    assert!(stage.view(|view| view.outbox(10)).is_empty());
}

#[tokio::test]
async fn one_conversation_does_not_wait_for_another() {
    let stage = Stage::new("post").await;
    let post = Post::new(true, 0);
    let mut first = Vec::new();
    for number in 0..3 {
        let conversation = stage.receive(&format!("+3360000002{number}"), None, "Bonjour").await;
        first.push(stage.send(conversation, "un").await);
        stage.send(conversation, "deux").await;
    }
    let _outbox = start(&stage, &post);
    post.until_asked(3).await;
    assert_eq!(BTreeSet::from_iter(post.asked()), BTreeSet::from_iter(first));
}

#[tokio::test]
async fn what_a_provider_says_is_what_the_message_shows() {
    let stage = Stage::new("post").await;
    let post = Post::new(true, 100);
    let _outbox = start(&stage, &post);
    let sent: [(&str, Delivery); 3] =
        [("refuse", Delivery::Failed), ("panic", Delivery::Unknown), ("ok", Delivery::Accepted)];
    for (text, delivery) in sent {
        let conversation = stage.receive("+33600000030", None, "Bonjour").await;
        let message = stage.send(conversation, text).await;
        until(&stage, message, delivery).await;
    }
}

/// Stops the outbox after the provider was asked and before its answer, and starts another.
async fn interrupted(is_idempotent: bool) -> (Stage, Arc<Post>, MessageId) {
    let stage = Stage::new("post").await;
    let post = Post::new(is_idempotent, 0);
    let conversation = stage.receive("+33600000040", None, "Bonjour").await;
    let message = stage.send(conversation, "un").await;
    let outbox = start(&stage, &post);
    post.until_asked(1).await;
    stop(outbox).await;
    assert_eq!(stage.message(message).delivery, Some(Delivery::Sending));
    post.answers.add_permits(100);
    (stage, post, message)
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_where_nothing_leaves_twice() {
    let (stage, post, message) = interrupted(true).await;
    let _outbox = start(&stage, &post);
    until(&stage, message, Delivery::Accepted).await;
    assert_eq!(post.asked().len(), 2);
    assert_eq!(post.left(), BTreeMap::from([(message, 1)]));
}

#[tokio::test]
async fn a_lost_answer_stays_unknown_where_asking_could_send_twice() {
    let (stage, post, message) = interrupted(false).await;
    let _outbox = start(&stage, &post);
    until(&stage, message, Delivery::Unknown).await;
    assert_eq!(post.left(), BTreeMap::from([(message, 1)]));
}

#[tokio::test]
async fn an_outbox_that_stops_at_any_moment_loses_nothing_and_sends_nothing_twice() {
    let stage = Stage::new("post").await;
    let post = Post::new(true, 1_000);
    let mut messages = Vec::new();
    for number in 0..8 {
        let conversation = stage.receive(&format!("+3360000005{}", number % 4), None, "Bonjour").await;
        messages.push(stage.send(conversation, "texte").await);
    }
    for records in 0..24 {
        let stop_at = stage.workspace.hub.head().seq + records % 3;
        let outbox = start(&stage, &post);
        stage.until(|view| view.head().seq >= stop_at || view.outbox(1).is_empty()).await;
        stop(outbox).await;
    }
    let _outbox = start(&stage, &post);
    stage.until(|view| view.outbox(1).is_empty()).await;
    let accepted = |id: &MessageId| stage.message(*id).delivery == Some(Delivery::Accepted);
    assert!(messages.iter().all(accepted));
    assert_eq!(post.left(), messages.iter().map(|id| (*id, 1)).collect());
}

#[tokio::test]
async fn who_asked_for_no_more_meanwhile_gets_nothing() {
    let stage = Stage::new("post").await;
    let post = Post::new(true, 100);
    let conversation = stage.receive("+33600000060", None, "Bonjour").await;
    let message = stage.send(conversation, "un").await;
    stage.receive("+33600000060", None, "STOP").await;
    let _outbox = start(&stage, &post);
    until(&stage, message, Delivery::Failed).await;
    assert_eq!(stage.message(message).failure, Some(Failure::OptedOut));
    assert_eq!(post.asked(), []);
}

#[tokio::test]
async fn a_retry_leaves_as_another_attempt() {
    let stage = Stage::new("post").await;
    let post = Post::new(true, 100);
    let _outbox = start(&stage, &post);
    let conversation: ConversationId = stage.receive("+33600000070", None, "Bonjour").await;
    let message_id = stage.send(conversation, "refuse").await;
    until(&stage, message_id, Delivery::Failed).await;
    stage.ask(Actor::Agent(stage.admin), Command::Retry { message_id }).await;
    post.until_asked(2).await;
    let attempts: Vec<_> =
        post.asked.lock().expect("no panic").iter().map(|(_, attempt)| attempt.0).collect();
    assert_eq!(attempts, [1, 2]);
}

#[tokio::test]
async fn folding_the_log_again_sends_nothing() {
    let stage = Stage::new("post").await;
    let post = Post::new(true, 100);
    let outbox = start(&stage, &post);
    let conversation = stage.receive("+33600000080", None, "Bonjour").await;
    let message = stage.send(conversation, "un").await;
    until(&stage, message, Delivery::Accepted).await;
    stop(outbox).await;
    stage.node.state.replace(stage.rebuilt()).expect("the state is replaced");
    let _outbox = start(&stage, &post);
    let second = stage.send(conversation, "deux").await;
    until(&stage, second, Delivery::Accepted).await;
    assert_eq!(post.asked(), [message, second]);
}
