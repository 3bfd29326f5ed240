//! One webhook at work: reads on, sends what may go, waits, and records how far it is. It ends when somebody
//! changed the webhook meanwhile, or when its receiver is given up; it passes over nothing.

use std::sync::Arc;
use std::time::Duration;

use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::{StopReason, Webhook, WebhookPosition};
use parloir_desk::view::View;
use parloir_protocol::entity::{DeliveryOutcome, WebhookDelivery};
use parloir_protocol::time::Time;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::call::{Outcome, delivery_id};
use super::follow::Follower;
use super::secret::HookSecret;
use super::window::{Parcel, Window};
use super::{Hooks, Limits};
use crate::backoff::Backoff;
use crate::dice::Dice;
use crate::fault::{self, Point};
use crate::insist::insist;
use crate::node::Node;
use crate::providers::{Breaker, full_jitter};
use crate::secret::random_bytes;
use crate::workspace::Workspace;

/// The task of one webhook, as it was when it was set to work.
pub(super) struct Track {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    hooks: Arc<Hooks>,
    webhook: Webhook,
    follower: Follower,
    window: Window,
    calls: JoinSet<Called>,
    breaker: Breaker,
    /// The receiver wants no calls until then.
    paused_until: Option<Instant>,
    newest: watch::Receiver<u64>,
    /// What is on record.
    recorded: WebhookPosition,
    recorded_at: Instant,
    /// Something was taken that is not on record.
    is_ahead: bool,
    backoff: Backoff,
    dice: Dice,
}

/// A try that is over.
struct Called {
    parcel: Parcel,
    at: Time,
    took: Duration,
    outcome: Outcome,
}

/// Whether a task goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    End,
}

impl Track {
    /// A webhook that was just made and has no place yet begins after itself.
    pub(super) fn new(
        node: &Arc<Node>,
        workspace: &Arc<Workspace>,
        hooks: &Arc<Hooks>,
        webhook: Webhook,
    ) -> Self {
        let state = node.state.current();
        let recorded = View::new(&*state, workspace.id).webhook_position(webhook.id);
        let begin = WebhookPosition { seq: webhook.seq, step: 0, failing_since: None };
        let recorded = recorded.unwrap_or(begin);
        let Limits { held_max, held_bytes_max, .. } = hooks.limits;
        Self {
            node: Arc::clone(node),
            workspace: Arc::clone(workspace),
            hooks: Arc::clone(hooks),
            follower: Follower::new(node, workspace, hooks, &webhook),
            window: Window::new(recorded.seq, recorded.failing_since, held_max, held_bytes_max),
            calls: JoinSet::new(),
            breaker: Breaker::default(),
            paused_until: None,
            newest: workspace.newest.subscribe(),
            recorded,
            recorded_at: Instant::now(),
            is_ahead: false,
            backoff: Backoff::of(webhook.id.as_bytes()),
            dice: Dice::of(u64::from_le_bytes(random_bytes()), &[webhook.id.as_bytes()]),
            webhook,
        }
    }

    pub(super) async fn run(mut self) {
        let mut then = Then::GoOn;
        while then == Then::GoOn {
            self.fill().await;
            if self.was_changed() {
                return;
            }
            let wake = self.begin(Instant::now());
            let record = self.record_due();
            let has_room = self.window.has_room();
            then = tokio::select! {
                changed = self.newest.changed(), if has_room => match changed {
                    Ok(()) => Then::GoOn,
                    Err(_) => Then::End,
                },
                Some(called) = self.calls.join_next() => match called {
                    Ok(called) => self.settle(called).await,
                    Err(failed) => std::panic::resume_unwind(failed.into_panic()),
                },
                () = until(wake), if wake.is_some() => Then::GoOn,
                () = until(record), if record.is_some() => self.record().await,
            };
        }
    }

    async fn fill(&mut self) {
        // Before the log is read: what comes meanwhile rings again.
        self.newest.borrow_and_update();
        match self.follower.fill(&mut self.window).await {
            Ok(()) => self.backoff.reset(),
            Err(error) => {
                tracing::error!(webhook = %self.webhook.id, %error, "hooks.log_unreadable");
                self.backoff.wait().await;
                self.newest.mark_changed();
            }
        }
    }

    /// Whether somebody changed the webhook before what was read of the log last: it is set to work anew, and nothing
    /// is signed with a secret that was replaced.
    fn was_changed(&self) -> bool {
        let state = self.node.state.current();
        let now = View::new(&*state, self.workspace.id).webhook(self.webhook.id);
        now.is_none_or(|now| now.seq != self.webhook.seq)
    }

    /// Starts what may go now; the moment from which more may go.
    fn begin(&mut self, now: Instant) -> Option<Instant> {
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            return Some(until);
        }
        while self.calls.len() < self.hooks.limits.at_once {
            if let Err(until) = self.breaker.may_pass(now) {
                return Some(until);
            }
            let Some(parcel) = self.window.next(now) else { return self.window.next_wake() };
            self.breaker.pass(now);
            self.call(parcel);
        }
        None
    }

    fn call(&mut self, parcel: Parcel) {
        let hooks = Arc::clone(&self.hooks);
        let (url, clock) = (self.webhook.url.clone(), self.node.clock.clone());
        let id = self.delivery_id(&parcel);
        let secrets = self.secrets(clock.now());
        self.calls.spawn(async move {
            let _turn = Arc::clone(&hooks.calls).acquire_owned().await;
            let (at, began) = (clock.now(), Instant::now());
            let outcome = hooks.call(&url, &secrets, &id, at, &parcel).await;
            Called { parcel, at, took: began.elapsed(), outcome }
        });
    }

    fn delivery_id(&self, parcel: &Parcel) -> String {
        delivery_id(self.workspace.id, self.webhook.id, parcel.epoch, parcel.seq)
    }

    /// What signs now, the newest first.
    fn secrets(&self, now: Time) -> Vec<HookSecret> {
        let previous = self.webhook.previous.as_ref().filter(|previous| previous.until > now);
        let salts = [Some(&self.webhook.salt), previous.map(|previous| &previous.salt)];
        let secret = |salt| self.hooks.key.secret(self.workspace.id, self.webhook.id, salt);
        salts.into_iter().flatten().map(secret).collect()
    }

    async fn settle(&mut self, called: Called) -> Then {
        metrics::histogram!("parloir_webhooks_call_seconds").record(called.took.as_secs_f64());
        let seq = called.parcel.seq;
        match &called.outcome {
            Outcome::Taken { http } => {
                fault::at(Point::HookTaken);
                self.note(&called, DeliveryOutcome::Delivered, Some(*http), None);
                metrics::counter!("parloir_webhooks_delivered_total").increment(1);
                self.breaker.answered();
                self.window.taken(seq);
                self.is_ahead = true;
                Then::GoOn
            }
            Outcome::Gone => {
                metrics::counter!("parloir_webhooks_failed_total").increment(1);
                self.note(&called, DeliveryOutcome::GivenUp, Some(410), Some("it was answered 410"));
                self.give_up(seq, StopReason::Gone).await
            }
            Outcome::Failed { http, problem, retry_after } => {
                metrics::counter!("parloir_webhooks_failed_total").increment(1);
                let now = self.node.clock.now();
                let (tries, since) = self.window.failed(seq, now);
                let tried_for = u128::try_from(now.millis_since(since)).unwrap_or(0);
                if tried_for >= self.hooks.limits.try_for.as_millis() {
                    self.note(&called, DeliveryOutcome::GivenUp, *http, Some(problem));
                    return self.give_up(seq, StopReason::Exhausted).await;
                }
                self.note(&called, DeliveryOutcome::Failed, *http, Some(problem));
                self.put_off(seq, tries, *retry_after);
                Then::GoOn
            }
        }
    }

    fn put_off(&mut self, seq: u64, tries: u32, retry_after: Option<Duration>) {
        let (now, limits) = (Instant::now(), self.hooks.limits);
        let Limits { pause_first, pause_longest, .. } = limits;
        let jitter = full_jitter(pause_first, pause_longest, tries - 1, &mut self.dice);
        self.window.put_off(seq, now + jitter);
        match retry_after {
            // The receiver lives and says when: all its conversations wait.
            Some(after) => {
                self.breaker.answered();
                let until = now + after.min(pause_longest) + jitter.min(pause_first);
                self.paused_until = Some(self.paused_until.map_or(until, |before| before.max(until)));
            }
            None => {
                if self.breaker.failed(now, None, &mut self.dice) {
                    metrics::counter!("parloir_webhooks_breakers_opened_total").increment(1);
                }
            }
        }
    }

    fn note(&self, called: &Called, outcome: DeliveryOutcome, http: Option<u16>, problem: Option<&str>) {
        let tries_before = match outcome {
            DeliveryOutcome::Delivered => self.window.tries(called.parcel.seq),
            DeliveryOutcome::Failed | DeliveryOutcome::GivenUp => {
                self.window.tries(called.parcel.seq).saturating_sub(1)
            }
        };
        let tried = WebhookDelivery {
            delivery_id: self.delivery_id(&called.parcel),
            seq: called.parcel.seq,
            name: called.parcel.name.to_owned(),
            at: called.at,
            attempt: tries_before + 1,
            outcome,
            http,
            problem: problem.map(str::to_owned),
            took_ms: u64::try_from(called.took.as_millis()).unwrap_or(u64::MAX),
        };
        self.hooks.ledger.add(self.workspace.id, self.webhook.id, tried);
    }

    /// When the place has to be recorded, if it is not on record already.
    fn record_due(&self) -> Option<Instant> {
        let position = self.window.position();
        let is_far = position >= self.recorded.seq + self.hooks.limits.unrecorded_max;
        let is_worth_it = (self.is_ahead && position > self.recorded.seq) || is_far || self.failing_changed();
        is_worth_it.then(|| self.recorded_at + self.hooks.limits.record_every)
    }

    fn failing_changed(&self) -> bool {
        self.window.failing_since() != self.recorded.failing_since
    }

    async fn record(&mut self) -> Then {
        let to = WebhookPosition {
            seq: self.window.position(),
            step: self.recorded.step + 1,
            failing_since: self.window.failing_since(),
        };
        self.recorded_at = Instant::now();
        self.keep_tries().await;
        if (to.seq, to.failing_since) == (self.recorded.seq, self.recorded.failing_since) {
            return Then::GoOn;
        }
        self.is_ahead = false;
        let command = Command::AdvanceWebhook { webhook_id: self.webhook.id, to };
        let then = self.tell(to.step, command).await;
        self.recorded = to;
        then
    }

    async fn give_up(&mut self, failed_seq: u64, reason: StopReason) -> Then {
        if self.record().await == Then::End {
            return Then::End;
        }
        let step = self.recorded.step + 1;
        let webhook_id = self.webhook.id;
        let told = self.tell(step, Command::DisableWebhook { webhook_id, step, failed_seq, reason }).await;
        if told == Then::GoOn {
            metrics::counter!("parloir_webhooks_disabled_total").increment(1);
            tracing::warn!(webhook = %webhook_id, ?reason, failed_seq, "hooks.disabled");
        }
        Then::End
    }

    /// A word that came too late is refused: the place is somebody else's now.
    async fn tell(&self, step: u64, command: Command) -> Then {
        let key = Key::Webhook(self.webhook.id, step);
        match insist(&self.workspace, key, Actor::System, &command).await {
            Ok(_) => Then::GoOn,
            Err(rejected) => {
                tracing::info!(webhook = %self.webhook.id, ?rejected, "hooks.not_recorded");
                Then::End
            }
        }
    }

    async fn keep_tries(&self) {
        let (hooks, workspace, webhook) = (Arc::clone(&self.hooks), self.workspace.id, self.webhook.id);
        let kept = tokio::task::spawn_blocking(move || hooks.ledger.keep(workspace, webhook)).await;
        if let Err(failed) = kept {
            tracing::warn!(%webhook, %failed, "hooks.tries_not_kept");
        }
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
