//! Webhooks against a receiver that hangs, fails, closes, redirects and lies: every event is taken, in its
//! order, at least once, under one id, and nothing is passed over.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parloir_desk::answer::Answer as Answered;
use parloir_desk::command::{CardChange, Command, WebhookDraft, WebhookSalt};
use parloir_desk::commit::Actor;
use parloir_desk::entity::{Scope, StopReason, WebhookPosition, WebhookStatus};
use parloir_desk::view::View;
use parloir_protocol::entity::DeliveryOutcome;
use parloir_protocol::ids::{ConversationId, WebhookId};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use receiver::{Answer, Heard, Receiver};

use super::{HookKey, Hooks, Limits, tiny, work};
use crate::fetch::Place;
use crate::jobs;
use crate::stage::{Stage, number};

mod following;
mod receiver;

/// A stage whose webhooks are at work.
struct Site {
    stage: Stage,
    hooks: Arc<Hooks>,
    crew: JoinHandle<()>,
}

impl Site {
    async fn new() -> Self {
        Self::with(tiny()).await
    }

    async fn with(limits: Limits) -> Self {
        let stage = Stage::new("post").await;
        let key = HookKey::kept(&stage.folder().join("webhooks.key")).expect("a key");
        let hooks = Hooks::new(stage.folder().join("tries"), key, Place::LocalToo, limits).expect("a client");
        let hooks = Arc::new(hooks);
        let crew =
            tokio::spawn(work(Arc::clone(&stage.node), Arc::clone(&stage.workspace), Arc::clone(&hooks)));
        Self { stage, hooks, crew }
    }

    /// Ends everything at work without a word, and begins anew.
    fn restart(&mut self) {
        self.crew.abort();
        let (node, workspace) = (Arc::clone(&self.stage.node), Arc::clone(&self.stage.workspace));
        self.crew = tokio::spawn(work(node, workspace, Arc::clone(&self.hooks)));
    }

    async fn ask(&self, command: Command) -> Answered {
        self.stage.ask(Actor::Agent(self.stage.admin), command).await
    }

    /// A webhook that sees everything and is sent messages that came in.
    async fn hook(&self, receiver: &Receiver) -> WebhookId {
        self.save(receiver, &["message.received"], Scope::All).await
    }

    async fn save(&self, receiver: &Receiver, events: &[&str], scope: Scope) -> WebhookId {
        let draft = WebhookDraft { scope, ..draft(receiver, events) };
        self.ask(Command::SaveWebhook(Box::new(draft))).await.webhook_id.expect("a webhook")
    }

    /// The same webhook, active again.
    async fn enable(&self, receiver: &Receiver, webhook_id: WebhookId) {
        let status = Some(WebhookStatus::Active);
        let draft =
            WebhookDraft { webhook_id: Some(webhook_id), status, ..draft(receiver, &["message.received"]) };
        self.ask(Command::SaveWebhook(Box::new(draft))).await;
    }

    /// The `n`th phone writes.
    async fn write(&self, n: usize) -> ConversationId {
        self.stage.receive(&format!("+3361100{n:04}"), None, "Bonjour").await
    }

    /// What is heard first of another message. What was told before may come again once a webhook was changed.
    async fn next(&self, receiver: &Receiver) -> Heard {
        let before = self.head();
        self.write(1).await;
        receiver.until(|heard| heard.iter().any(|one| one.seq() > before)).await;
        receiver.heard().into_iter().find(|one| one.seq() > before).expect("it was heard")
    }

    fn position(&self, id: WebhookId) -> WebhookPosition {
        self.stage.view(|view| view.webhook_position(id)).expect("it has a place")
    }

    async fn until_disabled(&self, id: WebhookId) {
        let is_disabled = |view: &View<'_>| {
            view.webhook(id).is_some_and(|webhook| webhook.status == WebhookStatus::Disabled)
        };
        self.stage.until(is_disabled).await;
    }

    /// Until the secret before the webhook's own signs no longer. The clock that decides it may be set meanwhile.
    async fn until_replaced(&self, id: WebhookId) {
        let previous = self.stage.view(|view| view.webhook(id)).and_then(|webhook| webhook.previous);
        let until = previous.expect("one is kept for a while").until;
        while self.stage.node.clock.now() < until {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn head(&self) -> u64 {
        self.stage.view(|view| view.head().seq)
    }

    fn secret(&self, id: WebhookId, salt: [u8; 32]) -> Vec<u8> {
        let text = self.hooks.secret_text(self.stage.workspace.id, id, &salt);
        STANDARD.decode(text.strip_prefix("whsec_").expect("a secret")).expect("base64")
    }
}

fn draft(receiver: &Receiver, events: &[&str]) -> WebhookDraft {
    WebhookDraft {
        webhook_id: None,
        name: "Till".to_owned(),
        url: receiver.url.clone(),
        events: (!events.is_empty()).then(|| events.iter().map(|name| (*name).to_owned()).collect()),
        scope: Scope::All,
        status: None,
        salt: WebhookSalt([1; 32]),
    }
}

/// Whether a signature is one that this key makes, as the standard says.
fn is_signed(heard: &Heard, signature: &str, key: &[u8]) -> bool {
    let signed = [heard.id.as_bytes(), b".", heard.timestamp.as_bytes(), b".", &heard.raw].concat();
    let proof = STANDARD.decode(signature.strip_prefix("v1,").expect("version 1")).expect("base64");
    ring::hmac::verify(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key), &signed, &proof).is_ok()
}

fn distinct(seqs: &[u64]) -> BTreeSet<u64> {
    seqs.iter().copied().collect()
}

#[tokio::test]
async fn everything_is_taken_in_the_order_of_its_conversation_whatever_fails() {
    let site = Site::new().await;
    // Each event fails a few times, each time in another way.
    let faults = [
        Answer::Status(500),
        Answer::Hang,
        Answer::Half,
        Answer::Close,
        Answer::With(302, "location: http://127.0.0.1:1/elsewhere"),
        Answer::With(429, "retry-after: 0"),
        Answer::Status(404),
    ];
    let receiver = Receiver::open(move |body, before| {
        let seq = usize::try_from(body["seq"].as_u64().expect("a seq")).expect("few");
        let takes = [Answer::Status(204), Answer::Endless, Answer::Late(Duration::from_millis(30))];
        match before < seq % 3 {
            true => faults[(seq + before) % faults.len()].clone(),
            false => takes[seq % takes.len()].clone(),
        }
    })
    .await;
    site.hook(&receiver).await;
    let mut expected: BTreeMap<String, usize> = BTreeMap::new();
    for n in 0..12 {
        *expected.entry(site.write(n % 4).await.to_string()).or_default() += 1;
    }
    receiver.until(|heard| distinct(&taken(heard)).len() == 12).await;
    let mut order: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut done: BTreeMap<String, u64> = BTreeMap::new();
    for heard in receiver.heard() {
        let conversation = heard.conversation().expect("messages have one");
        let seqs = order.entry(conversation.clone()).or_default();
        if seqs.last() != Some(&heard.seq()) {
            let before = seqs.last().copied().unwrap_or(0);
            assert!(heard.seq() > before, "{} came after {before}", heard.seq());
            assert_eq!(done.get(&conversation).copied().unwrap_or(0), before, "one before it was not taken");
            seqs.push(heard.seq());
        }
        if heard.answer.takes() {
            done.insert(conversation, heard.seq());
        }
    }
    let counts = order.into_iter().map(|(conversation, seqs)| (conversation, seqs.len())).collect();
    assert_eq!(expected, counts);
}

fn taken(heard: &[Heard]) -> Vec<u64> {
    heard.iter().filter(|heard| heard.answer.takes()).map(Heard::seq).collect()
}

#[tokio::test]
async fn a_delivery_says_what_a_connection_is_told_and_proves_it() {
    let site = Site::new().await;
    let receiver = Receiver::open(|_, _| Answer::Status(200)).await;
    let id = site.save(&receiver, &[], Scope::All).await;
    let conversation = site.write(1).await;
    receiver.until(|heard| heard.iter().any(|heard| heard.name() == "message.received")).await;
    let all = receiver.heard();
    let heard = all.iter().find(|heard| heard.name() == "message.received").expect("it is there");
    let epoch = site.stage.view(|view| view.head().epoch);
    assert_eq!(heard.body["type"], "event");
    assert_eq!(heard.body["workspace_id"], json!(site.stage.workspace.id));
    assert_eq!(heard.body["epoch"], format!("{epoch:016x}"));
    assert_eq!(heard.body["data"]["message"]["text"], "Bonjour");
    assert_eq!(heard.conversation(), Some(conversation.to_string()));
    assert!(heard.id.starts_with("dlv_") && !heard.id.contains('.'));
    assert!(is_signed(heard, &heard.signature, &site.secret(id, [1; 32])));
    assert!(!is_signed(heard, &heard.signature, &site.secret(id, [2; 32])));
    let names: Vec<&str> = all.iter().map(Heard::name).collect();
    assert_eq!(names, ["conversation.started", "message.received"], "its own events are sent to nobody");
}

#[tokio::test]
async fn others_go_on_while_one_conversation_fails_and_no_more_is_held_than_its_bound() {
    let site = Site::new().await;
    let bad = site.write(0).await.to_string();
    let receiver = Receiver::open(move |body, _| {
        let is_bad = body["data"]["conversation"]["conversation_id"] == json!(bad);
        if is_bad { Answer::Status(500) } else { Answer::Status(200) }
    })
    .await;
    let id = site.hook(&receiver).await;
    site.write(0).await;
    let first_bad = site.head();
    for n in 1..20 {
        site.write(n).await;
    }
    // Eight are held: the one that fails and seven that were taken after it.
    receiver.until(|heard| distinct(&taken(heard)).len() == tiny().held_max - 1).await;
    site.stage.until(|view| view.webhook_position(id).is_some_and(|at| at.failing_since.is_some())).await;
    assert_eq!(site.position(id).seq, first_bad - 1, "it waits before what was not taken");
    assert_eq!(distinct(&receiver.taken()).len(), tiny().held_max - 1);
    receiver.answer(|_, _| Answer::Status(200));
    receiver.until(|heard| distinct(&taken(heard)).len() == 20).await;
    site.stage.until(|view| view.webhook_position(id).is_some_and(|at| at.failing_since.is_none())).await;
}

#[tokio::test]
async fn one_that_is_gone_is_disabled_and_goes_on_where_it_was_once_enabled() {
    let site = Site::new().await;
    let receiver = Receiver::open(|_, _| Answer::Status(410)).await;
    let id = site.hook(&receiver).await;
    site.write(1).await;
    let failed_seq = site.head();
    site.until_disabled(id).await;
    let stopped =
        site.stage.view(|view| view.webhook(id)).and_then(|webhook| webhook.stopped).expect("a reason");
    assert_eq!((stopped.reason, stopped.failed_seq), (StopReason::Gone, Some(failed_seq)));
    site.write(1).await;
    let tried = site.hooks.ledger().newest(site.stage.workspace.id, id, None, 9);
    assert_eq!(tried.iter().map(|tried| tried.outcome).collect::<Vec<_>>(), [DeliveryOutcome::GivenUp]);
    receiver.answer(|_, _| Answer::Status(200));
    site.enable(&receiver, id).await;
    receiver.until(|heard| taken(heard).len() == 2).await;
    assert_eq!(receiver.heard().len(), 3, "nothing was sent while it was disabled");
    assert_eq!(receiver.taken()[0], failed_seq, "nothing is passed over");
}

#[tokio::test]
async fn an_event_that_is_never_taken_ends_in_a_disabled_webhook() {
    let site = Site::with(Limits { try_for: Duration::from_millis(300), ..tiny() }).await;
    let receiver = Receiver::open(|_, _| Answer::Status(500)).await;
    let id = site.hook(&receiver).await;
    site.write(1).await;
    let failed_seq = site.head();
    site.until_disabled(id).await;
    let stopped =
        site.stage.view(|view| view.webhook(id)).and_then(|webhook| webhook.stopped).expect("a reason");
    assert_eq!((stopped.reason, stopped.failed_seq), (StopReason::Exhausted, Some(failed_seq)));
    assert!(receiver.heard().len() > 1, "it was sent again first");
    assert_eq!(site.position(id).seq, failed_seq - 1);
    site.stage.until(|_| site.hooks.counts().is_some_and(|counts| counts.disabled == 1)).await;
}

#[tokio::test]
async fn a_restart_gives_a_receiver_no_more_time() {
    let mut site = Site::new().await;
    site.crew.abort();
    let receiver = Receiver::open(|_, _| Answer::Status(500)).await;
    let id = site.hook(&receiver).await;
    site.write(1).await;
    // An earlier life recorded that it fails since longer than anything is tried.
    let before = site.position(id);
    let long_ago = site.stage.node.clock.now().plus_millis(-2 * 3_600_000);
    let to = WebhookPosition { step: before.step + 1, failing_since: Some(long_ago), ..before };
    site.stage.ask(Actor::System, Command::AdvanceWebhook { webhook_id: id, to }).await;
    site.restart();
    site.until_disabled(id).await;
    assert_eq!(receiver.heard().len(), 1);
}

#[tokio::test]
async fn a_replay_sends_again_under_the_same_ids() {
    let site = Site::new().await;
    let receiver = Receiver::open(|_, _| Answer::Status(200)).await;
    let id = site.hook(&receiver).await;
    for n in 0..4 {
        site.write(n).await;
    }
    receiver.until(|heard| taken(heard).len() == 4).await;
    let first = ids(&receiver.heard());
    let from_seq = receiver.taken().into_iter().max().expect("some") - 1;
    site.ask(Command::ReplayWebhook { webhook_id: id, from_seq: 1 }).await;
    receiver.until(|heard| taken(heard).len() == 8).await;
    assert_eq!(ids(&receiver.heard()[4..]), first);
    site.ask(Command::ReplayWebhook { webhook_id: id, from_seq }).await;
    receiver.until(|heard| taken(heard).len() == 9).await;
    assert_eq!(receiver.taken()[8], from_seq + 1, "only what comes from there on");
}

fn ids(heard: &[Heard]) -> BTreeMap<u64, String> {
    heard.iter().map(|heard| (heard.seq(), heard.id.clone())).collect()
}

#[tokio::test]
async fn two_secrets_sign_while_one_replaces_the_other() {
    let site = Site::new().await;
    let receiver = Receiver::open(|_, _| Answer::Status(200)).await;
    let id = site.hook(&receiver).await;
    let rotate =
        |salt, keep_ms| Command::RotateWebhook { webhook_id: id, salt: WebhookSalt([salt; 32]), keep_ms };
    site.ask(rotate(2, 3_600_000)).await;
    let heard = site.next(&receiver).await;
    let signatures: Vec<&str> = heard.signature.split(' ').collect();
    assert_eq!(signatures.len(), 2);
    assert!(is_signed(&heard, signatures[0], &site.secret(id, [2; 32])));
    assert!(is_signed(&heard, signatures[1], &site.secret(id, [1; 32])));
    site.ask(rotate(3, 1)).await;
    site.until_replaced(id).await;
    let heard = site.next(&receiver).await;
    assert!(is_signed(&heard, &heard.signature, &site.secret(id, [3; 32])), "{}", heard.signature);
}

#[tokio::test]
async fn what_follows_a_new_secret_is_signed_with_it_alone() {
    let site = Site::new().await;
    let receiver = Receiver::open(|_, _| Answer::Status(200)).await;
    let id = site.hook(&receiver).await;
    for salt in 2..32 {
        let salt = WebhookSalt([salt; 32]);
        let rotate = Command::RotateWebhook { webhook_id: id, salt, keep_ms: 0 };
        site.ask(rotate).await;
        let heard = site.next(&receiver).await;
        assert!(is_signed(&heard, &heard.signature, &site.secret(id, salt.0)), "{salt:?}");
    }
}

#[tokio::test]
async fn a_webhook_is_told_what_its_groups_show() {
    let site = Site::new().await;
    let create = Command::CreateGroup { name: "Retours".to_owned() };
    let group = site.ask(create).await.group_id.expect("a group");
    let receiver = Receiver::open(|_, _| Answer::Status(200)).await;
    let scope = Scope::Groups(BTreeSet::from([group]));
    site.save(&receiver, &[], scope).await;
    let hidden = site.write(1).await;
    let shown = site.write(2).await;
    let to = |conversation_id, group_id| Command::Move { conversation_id, group_id, expected_group: None };
    site.ask(to(shown, group)).await;
    // The row that comes with an entry is the newest there is, and left out when it is out of sight again.
    receiver.until(|heard| heard.len() == 1).await;
    site.write(2).await;
    let home = site.stage.view(|view| view.workspace()).expect("settings").default_group;
    site.ask(to(shown, home)).await;
    receiver.until(|heard| heard.len() == 3).await;
    let told: Vec<(String, Option<String>)> =
        receiver.heard().iter().map(|heard| (heard.name().to_owned(), place(&heard.body))).collect();
    let of = |name: &str| (name.to_owned(), Some(shown.to_string()));
    assert_eq!(told, ["conversation.entered", "message.received", "conversation.left"].map(of));
    assert!(told.iter().all(|(_, id)| *id != Some(hidden.to_string())), "{told:?}");
}

fn place(body: &Value) -> Option<String> {
    let data = &body["data"];
    let places = [&data["conversation"], data, &data["row"]["conversation"]];
    places.into_iter().find_map(|place| place["conversation_id"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn a_restart_sends_the_rest_and_only_what_is_not_on_record_twice() {
    let mut site = Site::new().await;
    let receiver = Receiver::open(|_, _| Answer::Status(200)).await;
    let id = site.hook(&receiver).await;
    for n in 0..6 {
        site.write(n).await;
    }
    receiver.until(|heard| taken(heard).len() == 6).await;
    let last = receiver.taken().into_iter().max().expect("some");
    site.stage.until(|view| view.webhook_position(id).is_some_and(|at| at.seq >= last)).await;
    site.restart();
    site.write(1).await;
    receiver.until(|heard| taken(heard).len() == 7).await;
    assert_eq!(receiver.heard().len(), 7, "what is on record is not sent again");
    let last = receiver.heard()[6].seq();
    site.stage.until(|view| view.webhook_position(id).is_some_and(|at| at.seq >= last)).await;
    // It is heard and never answered: nothing of it is on record when all ends.
    receiver.answer(|_, before| if before == 0 { Answer::Hang } else { Answer::Status(200) });
    site.write(2).await;
    receiver.until(|heard| heard.len() == 8).await;
    site.restart();
    receiver.until(|heard| taken(heard).len() == 8).await;
    let heard = receiver.heard();
    assert_eq!(heard[7].id, heard[8].id);
}

#[tokio::test]
async fn a_receiver_that_asks_for_a_pause_gets_it_from_all_conversations() {
    let limits = Limits { pause_longest: Duration::from_secs(5), ..tiny() };
    let site = Site::with(limits).await;
    let receiver = Receiver::open(|_, _| Answer::With(503, "retry-after: 1")).await;
    site.hook(&receiver).await;
    site.write(1).await;
    receiver.until(|heard| heard.len() == 1).await;
    let asked = std::time::Instant::now();
    receiver.answer(|_, _| Answer::Status(200));
    site.write(2).await;
    receiver.until(|heard| taken(heard).len() == 2).await;
    assert!(asked.elapsed() >= Duration::from_millis(950), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_place_is_recorded_now_and_then_and_not_for_each_event() {
    let site = Site::with(Limits { record_every: Duration::from_secs(1), ..tiny() }).await;
    let receiver = Receiver::open(|_, _| Answer::Status(200)).await;
    let id = site.hook(&receiver).await;
    for n in 0..30 {
        site.write(n % 5).await;
    }
    receiver.until(|heard| taken(heard).len() == 30).await;
    let last = receiver.taken().into_iter().max().expect("some");
    site.stage.until(|view| view.webhook_position(id).is_some_and(|at| at.seq >= last)).await;
    let steps = site.position(id).step;
    assert!((1..=10).contains(&steps), "{steps} words about 30 events");
    let before = site.head();
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(site.head(), before, "its own words make no more of them");
}

#[tokio::test]
async fn a_dead_receiver_is_asked_by_one_event_at_a_time() {
    let site = Site::new().await;
    let receiver = Receiver::open(|_, _| Answer::Close).await;
    site.hook(&receiver).await;
    for n in 0..6 {
        site.write(n).await;
    }
    receiver.until(|heard| heard.len() >= 5).await;
    // Open for a random part of a second at first: far fewer than without the breaker, which allows two every 50 ms.
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    let heard = receiver.heard().len();
    assert!(heard < 20, "{heard} calls");
    receiver.answer(|_, _| Answer::Status(200));
    receiver.until(|heard| taken(heard).len() == 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_receiver_is_forgotten_with_the_person() {
    let site = Site::new().await;
    site.stage.node.search.open(&site.stage.node).expect("an index is built");
    let receiver = Receiver::open(|_, _| Answer::Status(500)).await;
    site.hook(&receiver).await;
    site.write(1).await;
    receiver.until(|heard| !heard.is_empty()).await;
    assert_eq!(receiver.heard()[0].body["data"]["message"]["text"], "Bonjour");
    let change = CardChange {
        name: Some("Zoé".to_owned()),
        add_addresses: BTreeSet::from([number("+33611000001")]),
        ..CardChange::default()
    };
    let contact_id =
        site.ask(Command::SaveContact { contact_id: None, change }).await.contact_id.expect("saved");
    let jobs = tokio::spawn(jobs::run(Arc::clone(&site.stage.node), Arc::clone(&site.stage.workspace)));
    site.ask(Command::EraseContact { contact_id }).await;
    site.stage.until(|view| view.running_jobs().is_empty()).await;
    jobs.abort();
    receiver.answer(|_, _| Answer::Status(200));
    receiver.until(|heard| taken(heard).len() == 1).await;
    let heard = receiver.heard().pop().expect("it was heard");
    assert_eq!(heard.body["data"]["message"]["text"], Value::Null, "{}", heard.body);
}
