//! The account as a whole against a message centre that misbehaves: what providers promise, what comes in, what
//! is heard of a line.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use parloir_desk::entity::ChannelKind;
use parloir_fixtures::smsc::Smsc;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::Instant;

use super::super::contract::{hand_over, text};
use super::super::settings::tests::smpp;
use super::super::{Condition, Content, Gate, Outcome, Outgoing};
use super::intake::{Door, Letter, Taken};
use super::{Smpp, body};
use crate::clock::Clock;

mod contract;
mod hostile;
mod inbound;
mod line;

/// So long the account of these tests waits for an answer.
const PATIENCE_MS: u64 = 400;
/// For lines that are asked often whether they live.
const RESTLESS: &str = ", enquire_link_ms = 100";
/// So long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);
/// The number of the channel, and of a phone.
const OURS: &str = "+33700000001";
const PHONE: &str = "+33639980123";

/// An account whose line ends at a centre of the test.
struct Stage {
    smsc: Smsc,
    account: Smpp,
    gate: Arc<Gate>,
    post: Arc<Post>,
    folder: TempDir,
}

/// Where what comes in goes.
struct Post {
    letters: Mutex<Vec<Letter>>,
    count: watch::Sender<usize>,
    answer: Mutex<Taken>,
}

impl Post {
    fn new() -> Arc<Self> {
        let (letters, count) = (Mutex::default(), watch::Sender::new(0));
        Arc::new(Self { letters, count, answer: Mutex::new(Taken::Safe) })
    }

    fn door(self: &Arc<Self>) -> Door {
        let post = Arc::clone(self);
        Arc::new(move |letter| {
            let post = Arc::clone(&post);
            async move {
                let answer = *post.answer.lock().expect("no panic");
                post.letters.lock().expect("no panic").push(letter);
                post.count.send_modify(|count| *count += 1);
                answer
            }
            .boxed()
        })
    }

    fn answer(&self, taken: Taken) {
        *self.answer.lock().expect("no panic") = taken;
    }

    async fn until(&self, letters: usize) {
        let mut count = self.count.subscribe();
        let wait = tokio::time::timeout(PATIENCE, count.wait_for(|count| *count >= letters)).await;
        assert!(wait.is_ok(), "only {} letters came", *self.count.borrow());
    }

    /// What was taken, with the names of the events.
    fn received(&self) -> Vec<crate::providers::Received> {
        let letters = self.letters.lock().expect("no panic");
        let read = |letter: &Letter| body::read(&letter.body, super::names::Names::default());
        letters.iter().flat_map(|letter| read(letter).expect("it can be read")).collect()
    }
}

impl Stage {
    async fn open() -> Self {
        Self::with("").await
    }

    /// With more keys.
    async fn with(keys: &str) -> Self {
        let stage = Self::at(Smsc::open().await, keys);
        stage.smsc.until_bound(1).await;
        stage.until(Condition::Up).await;
        stage
    }

    /// Without waiting for its line.
    fn at(smsc: Smsc, keys: &str) -> Self {
        let account = account(&smsc.address().to_string(), keys);
        Self::of(account, smsc)
    }

    fn of(account: Smpp, smsc: Smsc) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (gate, post) = (Arc::new(Gate::seeded(1, "smpp")), Post::new());
        keep(&account, &post, &folder, &gate);
        Self { smsc, account, gate, post, folder }
    }

    /// Ends the account as a kill would, and begins another in its folder.
    async fn again(&mut self) {
        let bound = self.smsc.binds().len();
        self.account = account(&self.smsc.address().to_string(), "");
        keep(&self.account, &self.post, &self.folder, &self.gate);
        self.smsc.until_bound(bound + 1).await;
    }

    async fn until(&self, condition: Condition) {
        let look = async {
            while self.gate.standing(Instant::now()).condition != condition {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, look).await.expect("it never happened");
    }

    async fn send(&self, words: &str) -> Outcome {
        hand_over(&self.account, &message(words)).await
    }
}

fn message(words: &str) -> Outgoing {
    Outgoing { content: Content::Text { text: words.to_owned() }, ..text(ChannelKind::Sms) }
}

fn account(address: &str, keys: &str) -> Smpp {
    smpp(&table(address, keys)).unwrap_or_else(|reason| panic!("{reason}"))
}

/// An account that waits so long for an answer.
fn patient(address: &str, keys: &str, answer_ms: u64) -> Smpp {
    let table = table(address, keys);
    let patient = table.replace(&format!("answer_ms = {PATIENCE_MS}"), &format!("answer_ms = {answer_ms}"));
    smpp(&patient).unwrap_or_else(|reason| panic!("{reason}"))
}

fn table(address: &str, keys: &str) -> String {
    format!(
        "[providers.smpp]\nkind = 'smpp'\nbase_url = 'smpp://{address}'\nusername = 'desk'\npassword = 'hush'\n\
         answer_ms = {PATIENCE_MS}\nsmpp = {{ system_type = ''{keys} }}\n"
    )
}

fn keep(account: &Smpp, post: &Arc<Post>, folder: &TempDir, gate: &Arc<Gate>) {
    account.keep(post.door(), folder.path(), Arc::clone(gate), Clock::system()).expect("a folder");
}

fn accepted(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Accepted { provider_message_id } => Some(provider_message_id),
        Outcome::Failed { .. } | Outcome::Later(_) | Outcome::Unknown => None,
    }
}
