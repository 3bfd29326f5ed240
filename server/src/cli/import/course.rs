//! The course of an import: rows go out as fast as the server takes them and are settled in the order of the
//! file. It holds a bounded number of rows, and keeps to the rules of neither format.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use parloir_client::protocol::down::Down;
use parloir_client::protocol::event::Fact;
use parloir_client::protocol::ids::CommandId;
use parloir_client::{Client, Events, Store, Told};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::ASKED_MAX;
use super::ask::{Answer, ask};
use super::ledger::{Ledger, Outcome};
use super::progress::Progress;
use crate::cli::serve::stop_signal;
use crate::import::book::Book;
use crate::import::frontier::Frontier;
use crate::import::row::{Content, Row, digits};

/// Rows that are asked for, or settled behind one that is not.
const IN_HAND_MAX: usize = 2 * ASKED_MAX;

/// Rows that are read before something else has its turn.
const READ_MAX: usize = 1_024;

/// How much work a kill may cost: it is asked for again, and changes nothing.
const KEEP_EVERY: Duration = Duration::from_secs(1);

/// How long a stop waits for answers.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// How an import ended.
#[derive(Debug)]
pub(super) enum End {
    Whole,
    Stopped,
    Over(String),
}

/// A row on its way.
struct InHand {
    number: u64,
    fields: Vec<String>,
    digits: Vec<String>,
    command_id: CommandId,
}

enum Supply {
    /// There is more, once something is settled.
    Waits,
    /// There is more at once.
    More,
    Over,
}

pub(super) struct Course {
    client: Client,
    book: Book<File>,
    ledger: Ledger,
    progress: Progress,
    frontier: Frontier<Outcome>,
    asked: FuturesUnordered<BoxFuture<'static, (u64, Answer)>>,
    in_hand: BTreeMap<u64, InHand>,
    /// Commands on their way, and those of them that an event told of.
    waiting: HashSet<CommandId>,
    told: HashSet<CommandId>,
    /// A row that waits for one about the same person.
    held: Option<Row>,
    /// What happened up to here was told to nobody here.
    told_from: u64,
}

impl Course {
    pub(super) fn begin(client: Client, book: Book<File>, ledger: Ledger, progress: Progress) -> Self {
        let frontier = Frontier::at(ledger.settled());
        let told_from = client.read(Store::seq);
        Self {
            client,
            book,
            ledger,
            progress,
            frontier,
            asked: FuturesUnordered::new(),
            in_hand: BTreeMap::new(),
            waiting: HashSet::new(),
            told: HashSet::new(),
            held: None,
            told_from,
        }
    }

    /// Imports until all rows are settled, somebody stops it, or it cannot go on. What is settled is kept in
    /// every case.
    pub(super) async fn run(mut self) -> anyhow::Result<(Ledger, End)> {
        let mut events = self.client.events().await;
        let end = self.follow(&mut events).await;
        self.progress.end();
        match end {
            Ok(End::Whole) => self.ledger.finish()?,
            Ok(End::Stopped | End::Over(_)) | Err(_) => self.ledger.keep()?,
        }
        Ok((self.ledger, end?))
    }

    async fn follow(&mut self, events: &mut Events) -> anyhow::Result<End> {
        let mut keep = interval(KEEP_EVERY);
        keep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let stop = stop_signal();
        tokio::pin!(stop);
        let mut stop_at: Option<Instant> = None;
        let mut deaf = false;
        loop {
            let supply = if stop_at.is_none() { self.supply()? } else { Supply::Over };
            if matches!(supply, Supply::Over) && self.asked.is_empty() {
                return Ok(if stop_at.is_none() { End::Whole } else { End::Stopped });
            }
            tokio::select! {
                biased;
                stopped = &mut stop, if stop_at.is_none() => {
                    stopped?;
                    stop_at = Some(Instant::now() + STOP_WITHIN);
                    self.progress.say("stopping: waiting for what is on its way");
                }
                () = sleep_until(stop_at.unwrap_or_else(Instant::now)), if stop_at.is_some() => {
                    return Ok(End::Stopped);
                }
                told = events.next(), if !deaf => match told {
                    Some(told) => self.hear(&told),
                    None => deaf = true,
                },
                Some((place, answer)) = self.asked.next(), if !self.asked.is_empty() => {
                    self.hear_all(events);
                    if let Some(reason) = self.answered(place, answer)? {
                        return Ok(End::Over(reason));
                    }
                }
                _ = keep.tick() => {
                    self.ledger.keep()?;
                    self.progress.show(&self.ledger.journal().tally, self.book.bytes_read(), &self.client);
                }
                () = tokio::task::yield_now(), if matches!(supply, Supply::More) => {}
            }
        }
    }

    /// Reads rows and asks for them, as many as may be in hand.
    fn supply(&mut self) -> anyhow::Result<Supply> {
        for _ in 0..READ_MAX {
            if self.asked.len() >= ASKED_MAX || self.in_hand.len() + self.frontier.ahead() >= IN_HAND_MAX {
                return Ok(Supply::Waits);
            }
            let row = match self.held.take() {
                Some(row) => Some(row),
                None => self.book.read_row()?,
            };
            let Some(row) = row else { return Ok(Supply::Over) };
            if row.place <= self.frontier.settled() {
                continue;
            }
            if self.waits_for_another(&row) {
                self.held = Some(row);
                return Ok(Supply::Waits);
            }
            self.take(row)?;
        }
        Ok(Supply::More)
    }

    /// Rows about one number go one after the other, so that the last one has the last word.
    fn waits_for_another(&self, row: &Row) -> bool {
        let Content::Person(save) = &row.content else { return false };
        let digits = digits(save);
        self.in_hand.values().any(|other| other.digits.iter().any(|held| digits.contains(held)))
    }

    fn take(&mut self, row: Row) -> anyhow::Result<()> {
        let Row { place, number, fields, content } = row;
        match content {
            Content::Blank => self.settle(place, Outcome::Blank),
            Content::Fault(fault) => self.settle(place, Outcome::Failed { number, fault, fields }),
            Content::Person(save) => {
                let command_id = self.ledger.command_id(place);
                let digits = digits(&save);
                self.in_hand.insert(place, InHand { number, fields, digits, command_id });
                self.waiting.insert(command_id);
                let answer = ask(self.client.clone(), command_id, save);
                self.asked.push(answer.map(move |answer| (place, answer)).boxed());
                Ok(())
            }
        }
    }

    /// Settles the row that was answered; a reason when the import cannot go on.
    fn answered(&mut self, place: u64, answer: Answer) -> anyhow::Result<Option<String>> {
        let Some(row) = self.in_hand.remove(&place) else { return Ok(None) };
        self.waiting.remove(&row.command_id);
        let told = self.told.remove(&row.command_id);
        let outcome = match answer {
            Answer::Over(reason) => return Ok(Some(reason)),
            Answer::Done(done) if told || done.seq <= self.told_from => Outcome::Imported,
            Answer::Done(_) => Outcome::Unchanged,
            Answer::Refused(fault) => Outcome::Failed { number: row.number, fault, fields: row.fields },
        };
        self.settle(place, outcome)?;
        Ok(None)
    }

    fn settle(&mut self, place: u64, outcome: Outcome) -> anyhow::Result<()> {
        self.frontier.settle(place, outcome);
        while let Some((_, outcome)) = self.frontier.take() {
            self.ledger.settle(&outcome)?;
        }
        Ok(())
    }

    /// An event says that a command changed something: of the others nobody is told.
    fn hear(&mut self, told: &Told) {
        match told {
            Told::Frame(frame) => self.hear_frame(frame),
            Told::Gap(gap) => self.told_from = gap.seq,
        }
    }

    fn hear_frame(&mut self, frame: &Down) {
        match frame {
            Down::Event(event) => {
                if let (Fact::ContactSaved(_), Some(command_id)) = (&event.fact, event.command_id)
                    && self.waiting.contains(&command_id)
                {
                    self.told.insert(command_id);
                }
            }
            Down::Snapshot(part) => self.told_from = part.seq,
            Down::Welcome(_)
            | Down::Reply(_)
            | Down::Signal(_)
            | Down::Counters(_)
            | Down::Change(_)
            | Down::Checkpoint(_)
            | Down::Ping(_)
            | Down::Reset(_)
            | Down::Goodbye(_)
            | Down::Unknown(_) => {}
        }
    }

    /// Everything that came before an answer that is here. The runtime must not say "later" to what is there.
    fn hear_all(&mut self, events: &mut Events) {
        while let Some(Some(told)) = tokio::task::unconstrained(events.next()).now_or_never() {
            self.hear(&told);
        }
    }
}
