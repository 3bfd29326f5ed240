//! The clients of this process by name, each with what its application has read and what it watches.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use parloir_client::protocol::down::{Done, Down};
use parloir_client::protocol::ids::ConversationId;
use parloir_client::{Client, CommandError, Events, Gap, GapReason, Told, Watching};
use serde_json::{Value, json};
use tokio::sync::{Mutex as Turn, watch};

use crate::Wrong;

/// Events that are kept until `events` takes them.
const EVENTS_MAX: usize = 20_000;
/// Commands of one client whose outcome is kept.
const OUTCOMES_MAX: usize = 10_000;

/// What became of a command.
pub(crate) type Outcome = Option<Result<Done, CommandError>>;

/// Whether the application reads its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    On,
    Stopped,
}

#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) client: Client,
    pub(crate) reading: watch::Sender<Reading>,
    events: Mutex<VecDeque<Value>>,
    /// Events that the client says it did not tell.
    dropped: AtomicU64,
    watches: Mutex<BTreeMap<u64, Arc<Turn<Watching>>>>,
    last_watch: AtomicU64,
    outcomes: Mutex<BTreeMap<String, watch::Receiver<Outcome>>>,
    /// Conversations whose timelines were asked for.
    loaded: Mutex<BTreeSet<ConversationId>>,
}

#[derive(Debug, Default)]
pub(crate) struct Clients {
    by_name: Mutex<BTreeMap<String, Arc<Held>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Clients {
    pub(crate) fn put(&self, name: &str, held: Arc<Held>) {
        lock(&self.by_name).insert(name.to_owned(), held);
    }

    pub(crate) fn get(&self, name: &str) -> Result<Arc<Held>, Wrong> {
        let found = lock(&self.by_name).get(name).cloned();
        found.ok_or_else(|| Wrong::new("no_client", format!("nobody is called '{name}'")))
    }

    pub(crate) fn take(&self, name: &str) -> Option<Arc<Held>> {
        lock(&self.by_name).remove(name)
    }
}

impl Held {
    /// Holds a client and reads its events as an application would.
    pub(crate) fn new(client: Client, events: Events, reading: Reading) -> Arc<Self> {
        let held = Arc::new(Self {
            client,
            reading: watch::Sender::new(reading),
            events: Mutex::default(),
            dropped: AtomicU64::new(0),
            watches: Mutex::default(),
            last_watch: AtomicU64::new(0),
            outcomes: Mutex::default(),
            loaded: Mutex::default(),
        });
        tokio::spawn(listen(Arc::clone(&held), events));
        held
    }

    pub(crate) fn load(&self, id: ConversationId) {
        lock(&self.loaded).insert(id);
    }

    pub(crate) fn loaded(&self) -> Vec<ConversationId> {
        lock(&self.loaded).iter().copied().collect()
    }

    /// The events since the last call, and how many are said to be missing.
    pub(crate) fn take_events(&self) -> (Vec<Value>, u64) {
        (lock(&self.events).drain(..).collect(), self.dropped.swap(0, Ordering::Relaxed))
    }

    pub(crate) fn keep_watch(&self, watching: Watching) -> u64 {
        let number = self.last_watch.fetch_add(1, Ordering::Relaxed) + 1;
        lock(&self.watches).insert(number, Arc::new(Turn::new(watching)));
        number
    }

    pub(crate) fn watch(&self, number: u64) -> Result<Arc<Turn<Watching>>, Wrong> {
        let found = lock(&self.watches).get(&number).cloned();
        found.ok_or_else(|| Wrong::new("no_watch", format!("no watch has the number {number}")))
    }

    pub(crate) fn keep_outcome(&self, id: String, outcome: watch::Receiver<Outcome>) {
        let mut outcomes = lock(&self.outcomes);
        while outcomes.len() >= OUTCOMES_MAX {
            outcomes.pop_first();
        }
        outcomes.insert(id, outcome);
    }

    pub(crate) fn outcome(&self, id: &str) -> Result<watch::Receiver<Outcome>, Wrong> {
        let found = lock(&self.outcomes).get(id).cloned();
        found.ok_or_else(|| Wrong::new("no_command", format!("no command has the id '{id}'")))
    }
}

async fn listen(held: Arc<Held>, mut events: Events) {
    let mut reading = held.reading.subscribe();
    loop {
        if reading.wait_for(|reading| *reading == Reading::On).await.is_err() {
            return;
        }
        let Some(told) = events.next().await else { return };
        let line = line(&told, &held.dropped);
        let mut kept = lock(&held.events);
        if let Some(line) = line.filter(|_| kept.len() < EVENTS_MAX) {
            kept.push_back(line);
        }
    }
}

/// An event, or that some are missing here; what a slow application missed is counted.
fn line(told: &Told, dropped: &AtomicU64) -> Option<Value> {
    if let Told::Gap(Gap { after, seq, reason }) = told {
        if *reason == GapReason::Slow {
            dropped.fetch_add(seq.saturating_sub(*after), Ordering::Relaxed);
        }
        return Some(json!({ "gap": true }));
    }
    if let Some(Down::Event(event)) = told.frame() {
        Some(json!({ "seq": event.seq, "name": event.fact.name() }))
    } else if let Some(Down::Unknown(frame)) = told.frame() {
        frame.seq.map(|seq| json!({ "seq": seq, "name": frame.name }))
    } else {
        None
    }
}
