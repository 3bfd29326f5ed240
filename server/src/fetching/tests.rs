//! Files that come in, from hosts that answer and hosts that do not.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _, stream};
use parloir_desk::command::{CardChange, Command, Inbound};
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::{
    AttachmentKind, AttachmentState, ChannelKind, Destination, InboundMedia, JobStatus,
};
use parloir_protocol::ids::{ChannelId, MessageId};
use tokio::sync::{Semaphore, watch};

use super::course::PROVIDER_UNDER_WAY_MAX;
use super::run;
use crate::blobs::BlobDigest;
use crate::jobs;
use crate::media::samples::pdf;
use crate::providers::{
    BadPayload, Capabilities, FetchError, Fetched, Files, Idempotency, MediaRef, Outcome, Outgoing, Provider,
    Providers, Rate, RawRequest, Reports, Verdict,
};
use crate::stage::{PATIENCE, Stage, number};

/// A host of files that notes what it is asked, and answers when it may.
struct Host {
    name: &'static str,
    asked: Mutex<BTreeMap<String, usize>>,
    count: watch::Sender<usize>,
    answers: Semaphore,
}

impl Host {
    fn new(name: &'static str, answers: usize) -> Arc<Self> {
        let asked = Mutex::default();
        Arc::new(Self { name, asked, count: watch::Sender::new(0), answers: Semaphore::new(answers) })
    }

    fn asked(&self, reference: &str) -> usize {
        self.asked.lock().expect("no panic").get(reference).copied().unwrap_or(0)
    }

    async fn until_asked(&self, times: usize) {
        let mut count = self.count.subscribe();
        let wait = count.wait_for(|count| *count >= times);
        tokio::time::timeout(PATIENCE, wait).await.expect("it was never asked").expect("it lives");
    }
}

impl Provider for Host {
    fn name(&self) -> &str {
        self.name
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::TEXT
    }

    fn rate(&self) -> Rate {
        Rate { per_second: 1, burst: 1 }
    }

    fn send<'a>(&'a self, _: &'a Outgoing, _: &'a dyn Files) -> BoxFuture<'a, Outcome> {
        std::future::ready(Outcome::Unknown).boxed()
    }

    fn idempotency(&self) -> Idempotency<'_> {
        Idempotency::Neither
    }

    fn verify(&self, _: &RawRequest) -> Verdict {
        Verdict::Unsigned
    }

    fn receive(&self, _: ChannelId, _: &[u8]) -> Result<Reports, BadPayload> {
        Ok(Reports::default())
    }

    fn fetch<'a>(&'a self, media: &'a MediaRef) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        *self.asked.lock().expect("no panic").entry(media.reference.clone()).or_default() += 1;
        self.count.send_modify(|count| *count += 1);
        async move {
            self.answers.acquire().await.expect("it lives").forget();
            let reference = media.reference.clone().into_bytes();
            let is_page = reference.starts_with(b"<");
            let content = if is_page { reference } else { [pdf(), reference, b"\n%%EOF".to_vec()].concat() };
            let bytes = Some(content.len() as u64);
            let content = stream::iter([Ok(Bytes::from(content))]).boxed();
            Ok(Fetched { media_type: Some("image/png".to_owned()), bytes, content })
        }
        .boxed()
    }
}

/// A stage whose channel is carried by `host`, fetching.
async fn with(hosts: &[&Arc<Host>]) -> Stage {
    let stage = Stage::new(hosts[0].name).await;
    let all = hosts.iter().map(|host| Arc::clone(host) as Arc<dyn Provider>);
    stage.node.set_providers(&Arc::new(all.fold(Providers::default(), Providers::with)));
    stage
}

fn start(stage: &Stage) {
    tokio::spawn(run(Arc::clone(&stage.node), Arc::clone(&stage.workspace)));
}

async fn channel_of(stage: &Stage, provider: &str) -> ChannelId {
    let create = Command::CreateChannel {
        kind: ChannelKind::Sms,
        name: "Other".to_owned(),
        address: number("+33700000002"),
        provider: provider.to_owned(),
        approved_countries: None,
    };
    stage.ask(Actor::System, create).await.channel_id.expect("a channel")
}

async fn receive(stage: &Stage, channel: ChannelId, from: &str, reference: &str) -> MessageId {
    let media = vec![InboundMedia { reference: reference.to_owned(), media_type: None, name: None }];
    let from = Destination { address: number(from), country: None };
    let inbound = Inbound { media, ..Inbound::text(channel, from, "") };
    let answer = stage.ask(Actor::Contact(channel), Command::Receive(inbound)).await;
    answer.message_id.expect("a message")
}

async fn until_stored(stage: &Stage, id: MessageId) {
    let is_stored = |view: &parloir_desk::view::View<'_>| {
        let files = view.message(id).map(|message| message.attachments).unwrap_or_default();
        files.first().is_some_and(|file| file.state == AttachmentState::Stored)
    };
    stage.until(is_stored).await;
}

#[tokio::test]
async fn a_dead_host_holds_up_no_other() {
    let (dead, alive) = (Host::new("dead", 0), Host::new("alive", 1_000));
    let stage = with(&[&dead, &alive]).await;
    let other = channel_of(&stage, "alive").await;
    start(&stage);
    for n in 0..PROVIDER_UNDER_WAY_MAX + 50 {
        receive(&stage, stage.channel, "+33600000001", &format!("dead-{n}")).await;
    }
    dead.until_asked(1).await;
    let id = receive(&stage, other, "+33600000002", "alive").await;
    until_stored(&stage, id).await;
}

#[tokio::test]
async fn a_file_is_what_its_content_is_whatever_its_host_says() {
    let host = Host::new("liar", 10);
    let stage = with(&[&host]).await;
    start(&stage);
    let id = receive(&stage, stage.channel, "+33600000001", "<html><script>alert(1)</script>").await;
    until_stored(&stage, id).await;
    let file = &stage.message(id).attachments[0];
    assert_eq!(file.media_type, "application/octet-stream", "{file:?}");
    assert_eq!((file.kind(), file.thumbnail), (AttachmentKind::Other, None));
    let id = receive(&stage, stage.channel, "+33600000001", "a true one").await;
    until_stored(&stage, id).await;
    assert_eq!(stage.message(id).attachments[0].media_type, "application/pdf");
}

#[tokio::test]
async fn what_found_no_room_is_fetched_when_there_is_some_and_once() {
    let host = Host::new("slow", 0);
    let stage = with(&[&host]).await;
    let count = PROVIDER_UNDER_WAY_MAX * 2 + 10;
    for n in 0..count / 2 {
        receive(&stage, stage.channel, "+33600000001", &format!("file-{n}")).await;
    }
    start(&stage);
    host.until_asked(1).await;
    for n in count / 2..count {
        receive(&stage, stage.channel, "+33600000001", &format!("file-{n}")).await;
    }
    host.answers.add_permits(count);
    stage.until(|view| view.fetches(1).is_empty()).await;
    assert!((0..count).all(|n| host.asked(&format!("file-{n}")) == 1));
}

#[tokio::test]
async fn files_that_wait_are_counted_whether_there_is_room_for_them_or_not() {
    let host = Host::new("slow", 0);
    let stage = with(&[&host]).await;
    let count = PROVIDER_UNDER_WAY_MAX + 10;
    for n in 0..count {
        receive(&stage, stage.channel, "+33600000001", &format!("file-{n}")).await;
    }
    let gate = Arc::clone(&stage.node.providers().account("slow").expect("an account").gate);
    let until_waiting = async |wanted: usize| {
        let look = async {
            while gate.standing(tokio::time::Instant::now()).files_waiting != wanted {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, look).await.expect("it is never so many");
    };
    start(&stage);
    until_waiting(count).await;
    host.answers.add_permits(20);
    until_waiting(count - 20).await;
    host.answers.add_permits(count);
    until_waiting(0).await;
}

#[tokio::test]
async fn a_file_of_somebody_who_was_erased_meanwhile_does_not_stay() {
    let host = Host::new("slow", 0);
    let stage = with(&[&host]).await;
    start(&stage);
    tokio::spawn(jobs::run(Arc::clone(&stage.node), Arc::clone(&stage.workspace)));
    receive(&stage, stage.channel, "+33600000001", "hers").await;
    let add_addresses = [number("+33600000001")].into();
    let change = CardChange { add_addresses, ..CardChange::default() };
    let admin = Actor::Agent(stage.admin);
    let saved = stage.ask(admin, Command::SaveContact { contact_id: None, change }).await;
    host.until_asked(1).await;
    let contact_id = saved.contact_id.expect("a contact");
    let job = stage.ask(admin, Command::EraseContact { contact_id }).await.job_id.expect("a job");
    stage.until(|view| view.job(job).is_some_and(|job| job.status == JobStatus::Done)).await;
    host.answers.add_permits(2);
    let id = receive(&stage, stage.channel, "+33600000009", "another").await;
    until_stored(&stage, id).await;
    let facts = stage.message(id).attachments[0].facts();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let listed = stage.node.uploads.intake().blobs.list(stage.workspace.id);
        let kept: Vec<BlobDigest> = listed.try_collect().await.expect("the store can be listed");
        let fetched = host.answers.available_permits() == 0;
        if fetched && kept == [BlobDigest(facts.digest)] {
            return;
        }
        assert!(tokio::time::Instant::now() < deadline, "still kept: {kept:?}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_file_that_the_rules_refuse_is_not_fetched_again_and_again() {
    let host = Host::new("host", 1_000);
    let stage = with(&[&host]).await;
    let message_id = receive(&stage, stage.channel, "+33600000001", "refused").await;
    // The key of its recording was used for something else.
    let used = Command::GiveUpMedia { message_id, index: 99 };
    let answered = stage.workspace.ask(Key::Media(message_id, 0), Actor::System, used, None).await;
    answered.expect("it is noted");
    start(&stage);
    host.until_asked(1).await;
    for n in 0..30 {
        let id = receive(&stage, stage.channel, "+33600000002", &format!("good-{n}")).await;
        until_stored(&stage, id).await;
    }
    assert_eq!(host.asked("refused"), 1);
}
