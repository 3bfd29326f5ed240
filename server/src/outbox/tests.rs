//! Messages that leave once, whenever the outbox stops.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, pending};
use parloir_desk::command::{Command, Inbound};
use parloir_desk::commit::Actor;
use parloir_desk::entity::{Attempt, ChannelKind, Delivery, Destination, Failure};
use parloir_protocol::ids::{ChannelId, ConversationId, MessageId};
use tokio::sync::{Semaphore, watch};

use super::Outbox;
use super::parcel::{Ended, Errand, Parcel};
use super::queue::{Known, Left, Letter};
use crate::providers::{
    Account, Ask, BadPayload, Capabilities, Cause, FetchError, Fetched, Files, Gate, Idempotency, Later,
    MediaRef, Outcome, Outgoing, Provider, Providers, Rate, RawRequest, Reports, Verdict,
};
use crate::stage::{PATIENCE, Stage, number};

/// A provider that notes what it is asked, and answers when it may.
struct Post {
    name: &'static str,
    memory: Memory,
    rate: Rate,
    /// How often each message and attempt was handed over.
    asked: Mutex<Vec<(MessageId, Attempt)>>,
    count: watch::Sender<usize>,
    answers: Semaphore,
}

/// What a provider knows of what it was handed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Memory {
    /// The same message leaves once.
    Keys,
    /// It says whether it has it.
    Answers,
    Nothing,
}

impl Post {
    fn new(is_idempotent: bool, answers: usize) -> Arc<Self> {
        let memory = if is_idempotent { Memory::Keys } else { Memory::Nothing };
        Self::named("post", memory, answers)
    }

    fn named(name: &'static str, memory: Memory, answers: usize) -> Arc<Self> {
        Self::paced(name, memory, answers, Rate { per_second: 10_000, burst: 1_000 })
    }

    fn paced(name: &'static str, memory: Memory, answers: usize, rate: Rate) -> Arc<Self> {
        let (asked, count) = (Mutex::default(), watch::Sender::new(0));
        Arc::new(Self { name, memory, rate, asked, count, answers: Semaphore::new(answers) })
    }

    fn asked(&self) -> Vec<MessageId> {
        self.asked.lock().expect("no panic").iter().map(|(message, _)| *message).collect()
    }

    /// How often each message left: the same attempt leaves once where that is promised.
    fn left(&self) -> BTreeMap<MessageId, usize> {
        let asked = self.asked.lock().expect("no panic");
        let mut left = BTreeMap::new();
        let once: BTreeSet<_> = asked.iter().copied().collect();
        let all: Vec<_> =
            if self.memory == Memory::Keys { once.into_iter().collect() } else { asked.clone() };
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
        self.name
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::TEXT
    }

    fn rate(&self) -> Rate {
        self.rate
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing, _: &'a dyn Files) -> BoxFuture<'a, Outcome> {
        let key = (outgoing.message_id, outgoing.attempt);
        let times = {
            let mut asked = self.asked.lock().expect("no panic");
            asked.push(key);
            asked.iter().filter(|(before, _)| *before == key.0).count()
        };
        self.count.send_modify(|count| *count += 1);
        async move {
            self.answers.acquire().await.expect("it lives").forget();
            match outgoing.content.text().as_str() {
                "refuse" => Outcome::Failed { failure: Failure::Blocked },
                "panic" => panic!("a provider's fault"),
                "never" => pending().await,
                "busy" if times <= 2 => {
                    let after = Some(Duration::from_millis(10));
                    Outcome::Later(Later { failure: Failure::Throttled, after, cause: Cause::Pace })
                }
                "later" if times <= 2 => {
                    Outcome::Later(Later { failure: Failure::Unknown, after: None, cause: Cause::Message })
                }
                "full" => {
                    Outcome::Later(Later { failure: Failure::Throttled, after: None, cause: Cause::Message })
                }
                "doubt" => {
                    Outcome::Later(Later { failure: Failure::Unknown, after: None, cause: Cause::Doubt })
                }
                "lost" if times == 1 => Outcome::Unknown,
                "lost" => {
                    Outcome::Later(Later { failure: Failure::Throttled, after: None, cause: Cause::Message })
                }
                _ => Outcome::Accepted { provider_message_id: outgoing.message_id.to_string() },
            }
        }
        .boxed()
    }

    fn idempotency(&self) -> Idempotency<'_> {
        match self.memory {
            Memory::Keys => Idempotency::Idempotent,
            Memory::Answers => Idempotency::Askable(self),
            Memory::Nothing => Idempotency::Neither,
        }
    }

    fn verify(&self, _: &RawRequest) -> Verdict {
        Verdict::Unsigned
    }

    fn fetch<'a>(&'a self, media: &'a MediaRef) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        std::future::ready(Err(FetchError::Gone(media.reference.clone()))).boxed()
    }

    fn receive(&self, _: ChannelId, _: &[u8]) -> Result<Reports, BadPayload> {
        Ok(Reports::default())
    }
}

impl Ask for Post {
    fn ask<'a>(&'a self, outgoing: &'a Outgoing) -> BoxFuture<'a, Option<Outcome>> {
        let had_it = self.asked().contains(&outgoing.message_id);
        let accepted = Outcome::Accepted { provider_message_id: outgoing.message_id.to_string() };
        std::future::ready(had_it.then_some(accepted)).boxed()
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
async fn interrupted(memory: Memory) -> (Stage, Arc<Post>, MessageId) {
    let stage = Stage::new("post").await;
    let post = Post::named("post", memory, 0);
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
    let (stage, post, message) = interrupted(Memory::Keys).await;
    let _outbox = start(&stage, &post);
    until(&stage, message, Delivery::Accepted).await;
    assert_eq!(post.asked().len(), 2);
    assert_eq!(post.left(), BTreeMap::from([(message, 1)]));
}

#[tokio::test]
async fn a_lost_answer_stays_unknown_where_asking_could_send_twice() {
    let (stage, post, message) = interrupted(Memory::Nothing).await;
    let _outbox = start(&stage, &post);
    until(&stage, message, Delivery::Unknown).await;
    assert_eq!(post.left(), BTreeMap::from([(message, 1)]));
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_where_the_provider_can_tell() {
    let (stage, post, message) = interrupted(Memory::Answers).await;
    let _outbox = start(&stage, &post);
    until(&stage, message, Delivery::Accepted).await;
    assert_eq!(post.asked(), [message]);

    let stage = Stage::new("post").await;
    let post = Post::named("post", Memory::Answers, 100);
    let conversation = stage.receive("+33600000041", None, "Bonjour").await;
    let message_id = stage.send(conversation, "un").await;
    let dispatch = Command::Dispatch { message_id, attempt: Attempt(1) };
    stage.ask(Actor::System, dispatch).await;
    let _outbox = start(&stage, &post);
    until(&stage, message_id, Delivery::Accepted).await;
    assert_eq!(post.left(), BTreeMap::from([(message_id, 1)]), "it never had it, so it gets it");
}

#[tokio::test]
async fn what_did_not_leave_waits_and_leaves_once_in_its_order() {
    for (text, memory) in [("busy", Memory::Nothing), ("later", Memory::Nothing), ("later", Memory::Keys)] {
        let stage = Stage::new("post").await;
        let post = Post::named("post", memory, 1_000);
        let conversation = stage.receive("+33600000042", None, "Bonjour").await;
        let messages = [stage.send(conversation, text).await, stage.send(conversation, "deux").await];
        let _outbox = start(&stage, &post);
        until(&stage, messages[1], Delivery::Accepted).await;
        assert_eq!(stage.message(messages[0]).delivery, Some(Delivery::Accepted), "{text}");
        assert_eq!(post.asked(), [messages[0], messages[0], messages[0], messages[1]], "{text}");
    }
}

#[tokio::test]
async fn what_did_not_leave_leaves_after_a_restart_too() {
    let stage = Stage::new("post").await;
    let post = Post::named("post", Memory::Nothing, 1_000);
    let conversation = stage.receive("+33600000044", None, "Bonjour").await;
    let message_id = stage.send(conversation, "later").await;
    let outbox = start(&stage, &post);
    post.until_asked(1).await;
    until(&stage, message_id, Delivery::Queued).await;
    stop(outbox).await;
    let waits = stage.message(message_id);
    assert!(waits.attempt >= Attempt(2) && waits.failure.is_none(), "{waits:?}");

    let _outbox = start(&stage, &post);
    until(&stage, message_id, Delivery::Accepted).await;
    let attempts: Vec<_> =
        post.asked.lock().expect("no panic").iter().map(|(_, attempt)| attempt.0).collect();
    assert_eq!(attempts, [1, 2, 3], "each was surely another one");
}

#[tokio::test]
async fn who_waits_can_be_taken_back() {
    let stage = Stage::new("post").await;
    let post = Post::named("post", Memory::Nothing, 1_000);
    let conversation = stage.receive("+33600000045", None, "Bonjour").await;
    let message_id = stage.send(conversation, "full").await;
    let outbox = start(&stage, &post);
    until(&stage, message_id, Delivery::Queued).await;
    stop(outbox).await;
    stage.ask(Actor::Agent(stage.admin), Command::CancelMessage { message_id }).await;
    assert_eq!(stage.message(message_id).delivery, Some(Delivery::Cancelled));
}

/// How a message ends that waited too long, after a call that `left` was known of.
async fn given_up(text: &str, left: Left) -> Option<Delivery> {
    let stage = Stage::new("post").await;
    let post = Post::named("post", Memory::Keys, 1_000);
    let conversation = stage.receive("+33600000046", None, "Bonjour").await;
    let message_id = stage.send(conversation, text).await;
    let account = Providers::default().with(post.clone()).account("post").cloned();
    let now = tokio::time::Instant::now();
    let message = stage.message(message_id);
    let letter = |known| Letter {
        message_id,
        conversation_id: conversation,
        channel_id: stage.channel,
        seq: message.seq,
        queued_at: message.queued_at,
        known,
    };
    let parcel =
        |known| Parcel::new(&stage.node, &stage.workspace, account.clone(), &letter(known), Errand::Send);
    let first = parcel(Known { left, ..Known::default() }).deliver().await;
    let Ended::Waits { known, .. } = first else { panic!("{first:?}") };
    let long_ago = now.checked_sub(super::WAIT_MAX + Duration::from_secs(60)).expect("a clock of some age");
    let last = parcel(Known { since: Some(long_ago), ..known }).deliver().await;
    assert!(matches!(last, Ended::Done), "{last:?}");
    stage.message(message_id).delivery
}

#[tokio::test]
async fn a_message_whose_first_call_was_lost_ends_unknown_and_not_failed() {
    assert_eq!(given_up("lost", Left::Perhaps).await, Some(Delivery::Unknown));
    assert_eq!(given_up("doubt", Left::Perhaps).await, Some(Delivery::Unknown));
    assert_eq!(given_up("full", Left::Perhaps).await, Some(Delivery::Failed), "it surely never left");
}

/// A second channel, whose provider is `post`.
async fn other_channel(stage: &Stage) -> ChannelId {
    let channel = Command::CreateChannel {
        kind: ChannelKind::Sms,
        name: "Other".to_owned(),
        address: number("+33700000002"),
        provider: "post".to_owned(),
        approved_countries: None,
    };
    stage.ask(Actor::System, channel).await.channel_id.expect("a channel")
}

async fn received_by(stage: &Stage, channel: ChannelId, from: &str) -> ConversationId {
    let from = Destination { address: number(from), country: None };
    let receive = Command::Receive(Inbound::text(channel, from, "Bonjour"));
    stage.ask(Actor::Contact(channel), receive).await.conversation_id.expect("a conversation")
}

#[tokio::test]
async fn channels_of_one_account_take_turns() {
    let stage = Stage::new("post").await;
    let other = other_channel(&stage).await;
    for n in 0..50 {
        let conversation = stage.receive(&format!("+336200{n:05}"), None, "Bonjour").await;
        stage.send(conversation, "un").await;
    }
    let conversation = received_by(&stage, other, "+33600000047").await;
    let last = stage.send(conversation, "un").await;
    let post = Post::paced("post", Memory::Keys, 1_000, Rate { per_second: 20, burst: 1 });
    let _outbox = start(&stage, &post);
    until(&stage, last, Delivery::Accepted).await;
    let before = post.asked().len();
    assert!(before < 25, "{before} of the other channel went first");
}

#[tokio::test]
async fn what_waits_is_counted_whether_it_is_loaded_or_not() {
    let stage = Stage::new("post").await;
    for n in 0..1_100 {
        let conversation = stage.receive(&format!("+336300{n:05}"), None, "Bonjour").await;
        stage.send(conversation, "un").await;
    }
    let post = Post::new(true, 0);
    let providers = Arc::new(Providers::default().with(Arc::clone(&post) as Arc<dyn Provider>));
    let gate = Arc::clone(&providers.account("post").expect("an account").gate);
    let (node, workspace) = (Arc::clone(&stage.node), Arc::clone(&stage.workspace));
    let _outbox = tokio::spawn(Outbox::new(node, providers, workspace).run());
    post.until_asked(64).await;
    until_waiting(&gate, 1_100).await;
    post.answers.add_permits(100);
    until_waiting(&gate, 1_000).await;
    post.answers.add_permits(1_000);
    until_waiting(&gate, 0).await;
}

#[tokio::test]
async fn a_dead_provider_holds_up_nobody_else() {
    let stage = Stage::new("dead").await;
    let other = other_channel(&stage).await;
    for n in 0..1_200 {
        let conversation = stage.receive(&format!("+336100{n:05}"), None, "Bonjour").await;
        stage.send(conversation, "never").await;
    }
    let conversation = received_by(&stage, other, "+33600000043").await;
    let (dead, post) = (Post::named("dead", Memory::Keys, 0), Post::new(true, 100));
    let providers = Providers::default().with(Arc::clone(&dead) as Arc<dyn Provider>).with(post.clone());
    let (node, workspace) = (Arc::clone(&stage.node), Arc::clone(&stage.workspace));
    let _outbox = tokio::spawn(Outbox::new(node, Arc::new(providers), workspace).run());
    dead.until_asked(64).await;
    let message = stage.send(conversation, "un").await;
    until(&stage, message, Delivery::Accepted).await;
    assert_eq!(dead.asked().len(), 64, "no more than its share is under way");
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

/// An outbox whose account has no line.
fn start_without_a_line(stage: &Stage, post: &Arc<Post>) -> (Account, tokio::task::JoinHandle<()>) {
    let providers = Arc::new(Providers::default().with(Arc::clone(post) as Arc<dyn Provider>));
    let account = providers.account("post").cloned().expect("an account");
    let far = tokio::time::Instant::now() + super::WAIT_MAX;
    account.gate.line_down(far, None, stage.node.clock.now());
    let (node, workspace) = (Arc::clone(&stage.node), Arc::clone(&stage.workspace));
    (account, tokio::spawn(Outbox::new(node, providers, workspace).run()))
}

async fn until_waiting(gate: &Gate, wanted: usize) {
    let look = async {
        while gate.standing(tokio::time::Instant::now()).waiting != wanted {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("so many never wait");
}

#[tokio::test]
async fn a_retry_of_an_old_message_waits_for_its_provider_like_a_new_one() {
    let stage = Stage::new("post").await;
    let post = Post::new(true, 100);
    let long = i64::try_from(super::WAIT_MAX.as_millis()).expect("a day") + 60_000;
    stage.node.clock.set_back(long);
    let conversation = stage.receive("+33600000071", None, "Bonjour").await;
    let message_id = stage.send(conversation, "refuse").await;
    let outbox = start(&stage, &post);
    until(&stage, message_id, Delivery::Failed).await;
    stop(outbox).await;
    stage.node.clock.set_back(0);
    stage.ask(Actor::Agent(stage.admin), Command::Retry { message_id }).await;
    let (account, _outbox) = start_without_a_line(&stage, &post);
    until_waiting(&account.gate, 1).await;
    account.gate.line_up();
    post.until_asked(2).await;
}

#[tokio::test]
async fn a_message_that_waited_a_day_for_its_provider_fails() {
    let stage = Stage::new("post").await;
    let post = Post::new(true, 100);
    let long = i64::try_from(super::WAIT_MAX.as_millis()).expect("a day") + 60_000;
    stage.node.clock.set_back(long);
    let conversation = stage.receive("+33600000072", None, "Bonjour").await;
    let message_id = stage.send(conversation, "un").await;
    stage.node.clock.set_back(0);
    let (_account, _outbox) = start_without_a_line(&stage, &post);
    until(&stage, message_id, Delivery::Failed).await;
    assert_eq!(stage.message(message_id).failure, Some(Failure::Expired));
    assert_eq!(post.asked(), []);
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
