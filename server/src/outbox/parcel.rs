//! One message on its way: the intent is durable before the provider is called, and its answer before the
//! next message of the conversation goes. What surely did not leave waits; what perhaps left is sent again only
//! where that is safe.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use parloir_desk::command::{self, Command};
use parloir_desk::commit::{Actor, Digest, Key, OutboxStep};
use parloir_desk::entity::{Attempt, Channel, Delivery, Failure, Message};
use parloir_desk::view::View;
use parloir_protocol::ids::MessageId;
use tokio::time::Instant;

use super::WAIT_MAX;
use super::content;
use super::queue::{Known, Left, Letter};
use crate::dice::Dice;
use crate::fault::{self, Point};
use crate::figures;
use crate::insist::insist;
use crate::node::Node;
use crate::providers::{
    Account, Cause, Effect, Idempotency, KeptFiles, Later, Outcome, Outgoing, full_jitter, message_digest,
};
use crate::workspace::{Rejected, Workspace};

/// How long a provider may take to answer; after it nobody knows whether the message left.
const ANSWER_MAX: Duration = Duration::from_secs(30);
/// The first wait of a message that is put off, at most.
const WAIT_FIRST: Duration = Duration::from_secs(1);
/// Its longest wait.
const WAIT_LONGEST: Duration = Duration::from_secs(300);
/// Calls without an answer, where calling again is safe; then nobody knows.
const UNANSWERED_MAX: u32 = 2;

/// How a parcel ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// There is nothing more to do for it now.
    Done,
    /// It was put off.
    Waits { until: Instant, known: Known },
    /// The rules refused a step, or failed on it: trying again would not help.
    SetAside { message_id: MessageId, rejected: Rejected },
}

/// What a parcel is started for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Errand {
    Send,
    /// It waited too long: nobody is called for it.
    GiveUp,
}

/// A message, and all that is needed to send it.
pub(super) struct Parcel {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    /// Nothing when the channel's provider is not configured.
    account: Option<Account>,
    message_id: MessageId,
    known: Known,
    errand: Errand,
}

impl Parcel {
    pub(super) fn new(
        node: &Arc<Node>,
        workspace: &Arc<Workspace>,
        account: Option<Account>,
        letter: &Letter,
        errand: Errand,
    ) -> Self {
        let (node, workspace) = (Arc::clone(node), Arc::clone(workspace));
        Self { node, workspace, account, message_id: letter.message_id, known: letter.known, errand }
    }

    /// Takes the message from where it is as far as it gets.
    pub(super) async fn deliver(self) -> Ended {
        let ended = self.steps().await;
        ended.unwrap_or_else(|rejected| Ended::SetAside { message_id: self.message_id, rejected })
    }

    async fn steps(&self) -> Result<Ended, Rejected> {
        let Some(message) = self.message() else { return Ok(self.nothing()) };
        match message.delivery {
            Some(Delivery::Queued) => self.dispatch(&message).await,
            Some(Delivery::Sending) => self.go_on(&message, self.known.left).await,
            Some(
                Delivery::Accepted
                | Delivery::Sent
                | Delivery::Delivered
                | Delivery::Read
                | Delivery::Failed
                | Delivery::Unknown
                | Delivery::Scheduled
                | Delivery::Held
                | Delivery::Cancelled,
            )
            | None => Ok(self.nothing()),
        }
    }

    /// Writes down that the provider is about to be called, and calls it if the rules still let it leave.
    async fn dispatch(&self, message: &Message) -> Result<Ended, Rejected> {
        let command = Command::Dispatch { message_id: message.id, attempt: message.attempt };
        self.report(message, OutboxStep::Started, &command).await?;
        fault::at(Point::OutboxStarted);
        match self.message() {
            Some(now) if now.delivery == Some(Delivery::Sending) && now.attempt == message.attempt => {
                self.go_on(&now, Left::No).await
            }
            Some(_) | None => Ok(self.nothing()),
        }
    }

    async fn go_on(&self, message: &Message, left: Left) -> Result<Ended, Rejected> {
        match (self.errand, left) {
            (Errand::Send, Left::No) => self.hand_over(message, Left::No).await,
            (Errand::Send, Left::Perhaps) => self.ask_again(message).await,
            (Errand::GiveUp, Left::No) => {
                self.answered(message, Outcome::Failed { failure: Failure::Expired }).await
            }
            (Errand::GiveUp, Left::Perhaps) => self.answered(message, Outcome::Unknown).await,
        }
    }

    /// A message whose answer was lost, in this run of the server or an earlier one.
    async fn ask_again(&self, message: &Message) -> Result<Ended, Rejected> {
        let (Some(account), Some(outgoing)) = (&self.account, self.outgoing(message)) else {
            return self.answered(message, Outcome::Unknown).await;
        };
        match account.provider.idempotency() {
            Idempotency::Idempotent => self.hand_over(message, Left::Perhaps).await,
            Idempotency::Neither => {
                account.gate.settle(Effect::NotAsked, Instant::now(), self.node.clock.now());
                self.answered(message, Outcome::Unknown).await
            }
            Idempotency::Askable(ask) => match in_time(ask.ask(&outgoing)).await {
                Some(Some(outcome)) => {
                    self.note(account, &outcome);
                    self.settle(message, outcome, Left::Perhaps).await
                }
                Some(None) => self.hand_over(message, Left::No).await,
                None => self.settle(message, Outcome::Unknown, Left::Perhaps).await,
            },
        }
    }

    /// `left` is what is known of it before this call, which does not undo an earlier one.
    async fn hand_over(&self, message: &Message, left: Left) -> Result<Ended, Rejected> {
        let Some(outgoing) = self.outgoing(message) else {
            return self.answered(message, Outcome::Unknown).await;
        };
        let Some(account) = &self.account else {
            return self.answered(message, Outcome::Failed { failure: Failure::Unsupported }).await;
        };
        self.time(message);
        let provider = &account.provider;
        let files = KeptFiles::new(&self.node.uploads.intake().blobs, self.workspace.id);
        let outcome = in_time(provider.send(&outgoing, &files)).await;
        let outcome = outcome.unwrap_or(Outcome::Unknown);
        fault::at(Point::OutboxAnswered);
        self.note(account, &outcome);
        let left = if is_doubtful(&outcome) { Left::Perhaps } else { left };
        self.settle(message, outcome, left).await
    }

    /// Records an outcome, or puts the message off. `left` is what is known of it when it has to wait.
    async fn settle(&self, message: &Message, outcome: Outcome, left: Left) -> Result<Ended, Rejected> {
        match outcome {
            Outcome::Later(later) => match self.put_off(later, left) {
                Some(waits) => self.note_put_off(message, left).await.map(|()| waits),
                None => {
                    let outcome = match left {
                        Left::No => Outcome::Failed { failure: Failure::Expired },
                        Left::Perhaps => Outcome::Unknown,
                    };
                    self.answered(message, outcome).await
                }
            },
            Outcome::Unknown if self.may_ask_again() => {
                let later = Later { failure: Failure::Unknown, after: None, cause: Cause::Message };
                Ok(self.put_off(later, Left::Perhaps).unwrap_or_else(|| self.nothing()))
            }
            outcome @ (Outcome::Accepted { .. } | Outcome::Failed { .. } | Outcome::Unknown) => {
                self.answered(message, outcome).await
            }
        }
    }

    fn may_ask_again(&self) -> bool {
        match self.idempotency() {
            Some(Idempotency::Idempotent | Idempotency::Askable(_)) => self.known.tries + 1 < UNANSWERED_MAX,
            Some(Idempotency::Neither) | None => false,
        }
    }

    /// Where nobody can be asked, the state has to say that it did not leave: a restart sends it then.
    async fn note_put_off(&self, message: &Message, left: Left) -> Result<(), Rejected> {
        match (left, self.idempotency()) {
            (Left::No, Some(Idempotency::Neither)) => {
                let (message_id, attempt) = (message.id, message.attempt);
                let outcome = command::Outcome::PutOff;
                let command = Command::Answered { message_id, attempt, outcome };
                self.report(message, OutboxStep::Answered, &command).await
            }
            (Left::No | Left::Perhaps, _) => Ok(()),
        }
    }

    fn idempotency(&self) -> Option<Idempotency<'_>> {
        self.account.as_ref().map(|account| account.provider.idempotency())
    }

    /// Until when it waits; nothing when it waited too long already.
    fn put_off(&self, later: Later, left: Left) -> Option<Ended> {
        let now = Instant::now();
        let since = self.known.since.unwrap_or(now);
        if now - since > WAIT_MAX {
            return None;
        }
        figures::count(figures::PUT_OFF, self.account_name());
        let mut dice = Dice::of(u64::from(self.known.tries), &[self.message_id.as_bytes()]);
        let jitter = full_jitter(WAIT_FIRST, WAIT_LONGEST, self.known.tries, &mut dice);
        let wait = match later.cause {
            Cause::Message => later.after.unwrap_or_default().min(WAIT_LONGEST) + jitter,
            // The account's gate says when.
            Cause::Pace | Cause::Account | Cause::Doubt => jitter.min(WAIT_FIRST),
        };
        let known = Known { left, tries: self.known.tries.saturating_add(1), since: Some(since) };
        Some(Ended::Waits { until: now + wait, known })
    }

    async fn answered(&self, message: &Message, outcome: Outcome) -> Result<Ended, Rejected> {
        figures::count(counter_of(&outcome), self.account_name());
        let outcome = match outcome {
            Outcome::Accepted { provider_message_id: name } => match self.digest(&name) {
                Some(provider_message) => command::Outcome::Accepted { provider_message },
                None => command::Outcome::Unknown,
            },
            Outcome::Failed { failure } => command::Outcome::Failed { failure },
            Outcome::Unknown | Outcome::Later(_) => command::Outcome::Unknown,
        };
        let command = Command::Answered { message_id: message.id, attempt: message.attempt, outcome };
        self.report(message, OutboxStep::Answered, &command).await?;
        fault::at(Point::OutboxRecorded);
        Ok(Ended::Done)
    }

    async fn report(&self, message: &Message, step: OutboxStep, command: &Command) -> Result<(), Rejected> {
        let key = Key::Outcome(message.id, message.attempt, step);
        insist(&self.workspace, key, Actor::System, command).await.map(drop)
    }

    /// Nobody was called.
    fn nothing(&self) -> Ended {
        if let Some(account) = &self.account {
            account.gate.settle(Effect::NotAsked, Instant::now(), self.node.clock.now());
        }
        Ended::Done
    }

    /// Tells the account's gate what came of a call.
    fn note(&self, account: &Account, outcome: &Outcome) {
        let wall = self.node.clock.now();
        let effect = match outcome {
            Outcome::Accepted { .. } => Effect::Answered,
            Outcome::Failed { failure } => {
                account.gate.note_failure(*failure, wall);
                Effect::Answered
            }
            Outcome::Later(later) => Effect::Later(*later),
            Outcome::Unknown => Effect::Silent,
        };
        account.gate.settle(effect, Instant::now(), wall);
    }

    /// Under which its figures stand.
    fn account_name(&self) -> &str {
        self.account.as_ref().map_or("none", |account| account.provider.name())
    }

    /// From accepting a message to calling its provider, for those that were not put off.
    fn time(&self, message: &Message) {
        if self.known.tries == 0 && message.attempt == Attempt(1) {
            let millis = self.node.clock.now().0.saturating_sub(message.at.0).max(0);
            metrics::histogram!("parloir_outbox_accept_to_provider_seconds").record(millis as f64 / 1_000.0);
        }
    }

    fn message(&self) -> Option<Message> {
        let state = self.node.state.current();
        View::new(&*state, self.workspace.id).message(self.message_id)
    }

    fn outgoing(&self, message: &Message) -> Option<Outgoing> {
        let state = self.node.state.current();
        let channel: Channel = View::new(&*state, self.workspace.id).channel(message.channel_id)?;
        Some(Outgoing {
            workspace: self.workspace.id,
            channel_id: message.channel_id,
            kind: channel.kind,
            from: channel.address,
            message_id: message.id,
            attempt: message.attempt,
            to: message.address.known()?.clone(),
            content: content::of(message)?,
        })
    }

    fn digest(&self, name: &str) -> Option<Digest> {
        let state = self.node.state.current();
        let settings = View::new(&*state, self.workspace.id).workspace()?;
        Some(message_digest(&settings, name))
    }
}

/// An answer; nothing when it does not come, or whoever asks fails: the message may have left.
async fn in_time<T>(answer: BoxFuture<'_, T>) -> Option<T> {
    match tokio::time::timeout(ANSWER_MAX, AssertUnwindSafe(answer).catch_unwind()).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(_)) => {
            tracing::error!("provider.panicked");
            None
        }
        Err(_) => None,
    }
}

/// Whether a message that waits may have left all the same.
fn is_doubtful(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Later(Later { cause: Cause::Doubt, .. }))
}

fn counter_of(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted { .. } => figures::ACCEPTED,
        Outcome::Failed { .. } => figures::FAILED,
        Outcome::Unknown | Outcome::Later(_) => figures::UNKNOWN,
    }
}
