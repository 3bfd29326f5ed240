//! A workspace at work: changes arrive at a steady rate, whether or not earlier ones were answered. Commands
//! are timed from the moment at which they were due.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use anyhow::bail;
use parloir_client::protocol::command::{Command, CommandFrame, contact};
use parloir_client::protocol::down::Down;
use parloir_client::protocol::ids::{CommandId, ContactId, ConversationId};
use parloir_client::protocol::up::{ReplyTo, Up};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

use super::desk::Desk;
use super::fresh::{Half, talking};
use super::people::People;
use super::progress::say;
use super::ticks::Ticks;
use super::times::Times;
use super::world::World;
use crate::customer::Inbound;
use crate::fill::note;
use crate::plan::{Dice, Target};
use crate::raw::{CODEC, Raw};
use crate::webhook::Http;

/// Of ten changes so many are notes, so many renames; the others are messages of customers.
const NOTES: u64 = 4;
const RENAMES: u64 = 3;
/// Messages that are being handed in at once.
const HANDS: usize = 32;
/// Commands without an answer, below `in_flight_max` of the profile `load`; further ones are left out.
const UNANSWERED_MAX: usize = 1_000;

/// What arrives.
pub(crate) struct Weather {
    pub(crate) target: Target,
    pub(crate) desk: Desk,
    pub(crate) per_second: u64,
    talking: Vec<(ContactId, ConversationId)>,
    numbers: Vec<(usize, String)>,
    run: Uuid,
}

impl Weather {
    pub(crate) fn new(target: Target, desk: Desk, people: &People, world: &World, per_second: u64) -> Self {
        let open = |n: u64| {
            let person = people.person(n);
            let line = person.threads.iter().find(|thread| !thread.is_closed);
            line.map(|thread| (thread.channel, person.numbers[thread.number].clone()))
        };
        Self {
            target,
            desk,
            per_second,
            talking: talking(world, Half::Even),
            numbers: (0..people.count).filter_map(open).collect(),
            run: Uuid::now_v7(),
        }
    }

    fn command(&self, dice: &mut Dice) -> Option<Command> {
        let (contact_id, conversation_id) = dice.one_of(&self.talking).copied()?;
        if dice.roll(NOTES + RENAMES) < NOTES {
            return Some(note(conversation_id, format!("Noted, {} to go.", dice.roll(1_000))));
        }
        Some(Command::ContactSave(contact::Save {
            contact_id: Some(contact_id),
            name: Some(People::other_name(dice)),
            add_tags: None,
            remove_tags: None,
            properties: None,
            add_addresses: None,
            remove_addresses: None,
        }))
    }
}

/// What a storm was.
#[derive(Debug, Default)]
pub(crate) struct Blown {
    /// How long commands took to be answered.
    pub(crate) times: Times,
    /// Changes that were not sent, as the server was behind.
    pub(crate) left_out: u64,
}

impl Blown {
    pub(crate) fn add(&mut self, other: &Self) {
        self.times.add(&other.times);
        self.left_out += other.left_out;
    }
}

/// A storm that goes on until it is ended.
pub(crate) struct Storm {
    stop: watch::Sender<bool>,
    going: JoinHandle<anyhow::Result<Blown>>,
}

impl Storm {
    pub(crate) async fn begin(weather: &Arc<Weather>, stream: u64) -> anyhow::Result<Self> {
        let raw = Raw::open(&weather.target).await?;
        let (stop, stopped) = watch::channel(false);
        let blowing = Blowing::new(Arc::clone(weather), raw, stream);
        Ok(Self { stop, going: tokio::spawn(blowing.run(stopped)) })
    }

    pub(crate) async fn end(self) -> anyhow::Result<Blown> {
        self.stop.send_replace(true);
        self.going.await?
    }
}

struct Blowing {
    weather: Arc<Weather>,
    raw: Raw,
    dice: Dice,
    blown: Blown,
    waiting: HashMap<CommandId, Instant>,
    http: Http,
    hands: Arc<Semaphore>,
    handing: JoinSet<anyhow::Result<()>>,
    sent: u64,
    stream: u64,
}

impl Blowing {
    fn new(weather: Arc<Weather>, raw: Raw, stream: u64) -> Self {
        Self {
            http: Http::new(weather.target.clone()),
            raw,
            dice: Dice::new(0x5708, stream),
            blown: Blown::default(),
            waiting: HashMap::new(),
            hands: Arc::new(Semaphore::new(HANDS)),
            handing: JoinSet::new(),
            sent: 0,
            stream,
            weather,
        }
    }

    async fn run(mut self, mut stopped: watch::Receiver<bool>) -> anyhow::Result<Blown> {
        let mut ticks = Ticks::begin(self.weather.per_second)?;
        let began = Instant::now();
        loop {
            tokio::select! {
                due = ticks.next() => self.change(due?).await?,
                reply = self.raw.reply() => self.answered(&reply?)?,
                handed = self.handing.join_next(), if !self.handing.is_empty() => handed.transpose()?.transpose()?.unwrap_or(()),
                _ = stopped.changed() => break,
            }
        }
        let rate = self.sent as f64 / began.elapsed().as_secs_f64();
        say(&format!("{rate:.0} changes a second arrived"));
        while !self.waiting.is_empty() {
            let reply = self.raw.reply().await?;
            self.answered(&reply)?;
        }
        while let Some(handed) = self.handing.join_next().await {
            handed??;
        }
        Ok(self.blown)
    }

    async fn change(&mut self, due: Instant) -> anyhow::Result<()> {
        self.sent += 1;
        if self.sent % 10 >= NOTES + RENAMES {
            self.hand_in();
            return Ok(());
        }
        let Some(command) = self.weather.command(&mut self.dice) else { return Ok(()) };
        if self.waiting.len() >= UNANSWERED_MAX {
            self.blown.left_out += 1;
            return Ok(());
        }
        let command_id = CommandId(Uuid::now_v7());
        let frame = Up::Command(CommandFrame { command_id, expected: None, command }).write(CODEC);
        self.waiting.insert(command_id, due);
        self.raw.send(frame).await
    }

    fn hand_in(&mut self) {
        let Ok(hand) = Arc::clone(&self.hands).try_acquire_owned() else {
            self.blown.left_out += 1;
            return;
        };
        let Some((channel, number)) = self.dice.one_of(&self.weather.numbers).cloned() else { return };
        let event_id = format!("storm-{}-{}-{}", self.weather.run.simple(), self.stream, self.sent);
        let inbound = Inbound::text(event_id, &number, "Bonjour, où en est ma commande ?".to_owned());
        let (http, channel) = (self.http.clone(), self.weather.desk.channels[channel]);
        self.handing.spawn(async move {
            let handed = http.hand_in(channel, &inbound).await;
            drop(hand);
            handed
        });
    }

    fn answered(&mut self, reply: &[u8]) -> anyhow::Result<()> {
        let Down::Reply(head) = Down::read(CODEC, reply)? else { return Ok(()) };
        let ReplyTo::Command(id) = head.to else { return Ok(()) };
        if let Some(error) = head.error {
            bail!("a change was refused: {}: {}", error.code, error.message);
        }
        if let Some(since) = self.waiting.remove(&id) {
            self.blown.times.record(since.elapsed());
        }
        Ok(())
    }
}
