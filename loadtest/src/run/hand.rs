//! One load process: it keeps its share of the agents, does its share of the acts when they are due, and tells
//! everything in the end. Its orders come on the standard input, a line at a time; it judges nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use hdrhistogram::Histogram;
use parloir_client::protocol::error::ErrorBody;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines, Stdin};
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

use super::act::{Act, Due};
use super::agent::{ACTS_MAX, Agent, Fate};
use super::asked::Asked;
use super::orders::{Call, Counts, Diary, Measure, Orders, Progress, Refused, Told, Word};
use crate::mark::{Mark, Moment};
use crate::report;
use crate::webhook::Http;

mod doing;

/// Agents who come in at once at the beginning.
const COMING_MAX: usize = 128;
/// A server that is alive answers sooner.
const ANSWERS_MAX: Duration = Duration::from_secs(60);
const SETTLE_MAX: Duration = Duration::from_secs(90);
const PROGRESS_EVERY: Duration = Duration::from_millis(500);
/// Failures that are worth reading; the count tells the rest.
const FAILURES_MAX: usize = 20;
/// Reasons of refusals that are told apart.
const REASONS_MAX: usize = 20;
/// Marks of texts that agents wrote; those of phones lack it.
pub(super) const OWN: u32 = 1 << 31;

/// What a hand writes down while it works.
pub(crate) struct Book {
    pub(super) told: Told,
    pub(super) deliveries: u64,
    acts: u64,
    begin: Moment,
    times: BTreeMap<Measure, Histogram<u64>>,
    seconds: Vec<Histogram<u64>>,
    seconds_max: usize,
}

impl Book {
    pub(super) fn new(seconds: u32) -> Self {
        Self {
            told: Told::default(),
            deliveries: 0,
            acts: 0,
            begin: Moment::now(),
            times: BTreeMap::new(),
            seconds: Vec::new(),
            seconds_max: seconds as usize + 1,
        }
    }

    pub(super) fn time(&mut self, measure: Measure, time: Duration) {
        report::record(self.times.entry(measure).or_insert_with(report::times), time);
    }

    pub(super) fn fail(&mut self, failure: String) {
        self.told.failed += 1;
        if self.told.failures.len() < FAILURES_MAX {
            self.told.failures.push(failure);
        }
    }

    /// Whoever gives all commands of a workspace meets no colleague there, so that none of them may be refused.
    pub(super) fn refuse(&mut self, measure: Measure, error: ErrorBody) {
        self.told.failed += 1;
        let same = |known: &&mut Refused| known.measure == measure && known.code == error.code;
        if let Some(known) = self.told.refused.iter_mut().find(same) {
            known.count += 1;
        } else if self.told.refused.len() < REASONS_MAX {
            let ErrorBody { code, message, .. } = error;
            self.told.refused.push(Refused { measure, code, message, count: 1 });
        }
    }

    /// A search was answered, and this is wrong with it.
    pub(super) fn check(&mut self, fault: Option<String>) {
        self.told.searches_checked += 1;
        if let Some(fault) = fault {
            self.told.searches_wrong += 1;
            if self.told.failures.len() < FAILURES_MAX {
                self.told.failures.push(fault);
            }
        }
    }

    /// A text reached an agent.
    pub(super) fn deliver(&mut self, mark: Mark, now: Moment) {
        let time = now.since(mark.due);
        let measure = if mark.number & OWN == 0 { Measure::WebhookToAgent } else { Measure::TextToAgent };
        self.time(measure, time);
        let second = now.since(self.begin).as_secs() as usize;
        if second < self.seconds_max {
            if self.seconds.len() <= second {
                self.seconds.resize_with(second + 1, brief_times);
            }
            report::record(&mut self.seconds[second], time);
        }
    }

    pub(super) fn close(mut self, agents: Vec<Diary>) -> Told {
        self.told.agents = agents;
        self.told.times = self.times.iter().map(|(measure, times)| (*measure, Counts::of(times))).collect();
        self.told.seconds = self.seconds.iter().map(Counts::of).collect();
        self.told
    }
}

/// Two digits are enough for a plot, and there is one for each second.
fn brief_times() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 600_000_000, 2).expect("constant bounds are right")
}

/// An agent at work.
struct Seat {
    desk: u32,
    fates: mpsc::Sender<Fate>,
    reached: watch::Receiver<u64>,
    living: JoinHandle<Diary>,
}

pub(super) struct Hand {
    orders: Orders,
    book: Arc<Mutex<Book>>,
    seats: BTreeMap<(u32, u32), Seat>,
    asked: BTreeMap<u32, Asked>,
    https: Vec<Http>,
    /// Those of the conversations, which are the same in every workspace.
    numbers: Vec<String>,
    handing_in: JoinSet<()>,
}

/// Works orders from the standard input until they are done.
pub(crate) async fn run() -> anyhow::Result<()> {
    crate::cores::open_files_max()?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let orders: Orders = serde_json::from_str(&line(&mut lines).await?).context("these are no orders")?;
    let book = Arc::new(Mutex::new(Book::new(orders.seconds)));
    let https = orders.desks.iter().map(|desk| Http::new(desk.admin(&orders.url))).collect();
    let most = orders.desks.iter().map(|desk| desk.conversations.len()).max().unwrap_or(0);
    let numbers = (0..most).map(crate::house::number).collect();
    let mut hand = Hand {
        orders,
        book,
        seats: BTreeMap::new(),
        asked: BTreeMap::new(),
        https,
        numbers,
        handing_in: JoinSet::new(),
    };
    hand.come_in().await?;
    say(&Word::Ready)?;
    let Call::Begin(at) = call(&mut lines).await? else { anyhow::bail!("a round begins before it ends") };
    let telling = tokio::spawn(tell(Arc::clone(&hand.book)));
    hand.work(Moment(at)).await?;
    telling.abort();
    say(&Word::Idle)?;
    let Call::End(heads) = call(&mut lines).await? else { anyhow::bail!("a round begins once") };
    let told = hand.end(&heads).await;
    say(&Word::Told(Box::new(told)))
}

async fn line(lines: &mut Lines<BufReader<Stdin>>) -> anyhow::Result<String> {
    lines.next_line().await?.context("the coordinator is gone")
}

async fn call(lines: &mut Lines<BufReader<Stdin>>) -> anyhow::Result<Call> {
    Ok(serde_json::from_str(&line(lines).await?)?)
}

#[expect(clippy::print_stdout, reason = "it is how the coordinator is told")]
fn say(word: &Word) -> anyhow::Result<()> {
    println!("{}", serde_json::to_string(word)?);
    Ok(())
}

async fn tell(book: Arc<Mutex<Book>>) {
    let mut ticks = tokio::time::interval(PROGRESS_EVERY);
    loop {
        ticks.tick().await;
        let progress = {
            let book = book.lock().unwrap_or_else(PoisonError::into_inner);
            let answered: u64 = book.times.values().map(Histogram::len).sum();
            let last = book.seconds.last().map_or(0.0, |times| report::millis(times, 0.99));
            let waiting = book.acts.saturating_sub(answered + book.told.failed);
            Progress { acts: book.acts, deliveries: book.deliveries, waiting, p99_ms: last }
        };
        if say(&Word::Progress(progress)).is_err() {
            return;
        }
    }
}

impl Hand {
    /// Brings in whoever is there from the beginning.
    async fn come_in(&mut self) -> anyhow::Result<()> {
        let desks = self.orders.desks.len() as u32;
        let all = (0..desks).flat_map(|desk| (0..self.orders.agents).map(move |agent| (desk, agent)));
        let mine: Vec<_> = all.filter(|(desk, agent)| self.orders.share.has(*desk, *agent)).collect();
        for some in mine.chunks(COMING_MAX) {
            some.iter().for_each(|(desk, agent)| self.seat(*desk, *agent, Moment::now()));
            for seat in some {
                let Some(seat) = self.seats.get_mut(seat) else { continue };
                let inside = seat.reached.wait_for(|reached| *reached > 0);
                tokio::time::timeout(SETTLE_MAX, inside).await.context("an agent did not get in")??;
            }
        }
        // Coming in at the beginning is no part of the scenario.
        self.book().times.clear();
        for (number, desk) in (0..).zip(&self.orders.desks) {
            let asked = Asked::open(self.orders.address, (number, desk), Arc::clone(&self.book)).await?;
            self.asked.insert(number, asked);
        }
        Ok(())
    }

    fn seat(&mut self, desk: u32, agent: u32, due: Moment) {
        let tokens = self.orders.desks.get(desk as usize).map_or(&[][..], |desk| desk.agents.as_slice());
        let Some(token) = tokens.get(agent as usize % tokens.len().max(1)) else { return };
        let (fates, faced) = mpsc::channel(ACTS_MAX);
        let (reach, reached) = watch::channel(0);
        let slow = self.orders.slow.agents > agent;
        let bytes_per_second = slow.then_some(self.orders.slow.bytes_per_second);
        let way_in = (self.orders.address, token.clone());
        let one = Agent::new(way_in, bytes_per_second, Arc::clone(&self.book), desk, (faced, reach));
        let living = tokio::spawn(one.live(due));
        self.seats.insert((desk, agent), Seat { desk, fates, reached, living });
    }

    /// Does all acts when they are due, and waits for their answers.
    async fn work(&mut self, begin: Moment) -> anyhow::Result<()> {
        self.book().begin = begin;
        for (number, due) in std::mem::take(&mut self.orders.acts) {
            let at = begin.after(Duration::from_micros(due.at_micros));
            tokio::time::sleep(at.since(Moment::now())).await;
            self.book().acts += u64::from(!matches!(due.act, Act::Cut { .. }));
            self.act(number, due, at).await?;
        }
        let end = begin.after(Duration::from_secs(u64::from(self.orders.seconds)));
        tokio::time::sleep(end.since(Moment::now())).await;
        let answered = async {
            while self.handing_in.join_next().await.is_some() {}
            for asked in self.asked.values() {
                // The connection's own end is written down by its reader.
                asked.count().wait_for(|count| *count == 0).await.ok();
            }
        };
        if tokio::time::timeout(ANSWERS_MAX, answered).await.is_err() {
            self.book().fail(format!("answers did not come within {ANSWERS_MAX:?}"));
        }
        Ok(())
    }

    async fn act(&mut self, number: u32, due: Due, at: Moment) -> anyhow::Result<()> {
        match due.act {
            Act::Login { agent } => self.seat(due.desk, agent, at),
            Act::Cut { agent } => {
                if let Some(seat) = self.seats.get(&(due.desk, agent)) {
                    // Who is being cut more often than it comes back is cut already.
                    seat.fates.try_send(Fate::Cut(at)).ok();
                }
            }
            Act::Webhook { conversation } => self.webhook(number, due.desk, conversation, at).await,
            Act::Command { kind, conversation } => {
                self.command(number, due.desk, (kind, conversation), at).await?
            }
            Act::Search { text, wanted } => self.search(due.desk, (text, wanted), at).await?,
            Act::Save { contact } => self.save(due.desk, contact, at).await?,
            Act::Import { rows } => self.import(due.desk, rows, at),
        }
        Ok(())
    }

    /// Lets every agent come to the head of its workspace, and go.
    async fn end(mut self, heads: &[u64]) -> Told {
        let deadline = tokio::time::Instant::now() + SETTLE_MAX;
        for seat in self.seats.values() {
            // Who is not slow hurries already.
            seat.fates.try_send(Fate::Hurry).ok();
        }
        for seat in self.seats.values_mut() {
            let head = heads.get(seat.desk as usize).copied().unwrap_or(0);
            let there = seat.reached.wait_for(|reached| *reached >= head);
            // Whoever is not there has lost what the oracle will name.
            tokio::time::timeout_at(deadline, there).await.ok();
        }
        let mut diaries = Vec::new();
        for seat in std::mem::take(&mut self.seats).into_values() {
            // An agent that is trying to come in looks for this.
            seat.fates.send(Fate::Leave).await.ok();
            match seat.living.await {
                Ok(diary) => diaries.push(diary),
                Err(error) => self.book().fail(format!("an agent ended: {error}")),
            }
        }
        let seconds = self.orders.seconds;
        let book = std::mem::replace(&mut *self.book(), Book::new(seconds));
        book.close(diaries)
    }

    fn book(&self) -> std::sync::MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
