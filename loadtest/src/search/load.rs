//! Puts people, conversations and messages into a running server, through the doors that everybody uses. It
//! keeps no ids: what came of it is read from the server's log.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parloir_client::protocol::command::{Command, contact, conversation as conv};
use parloir_client::protocol::down::Done;
use parloir_client::protocol::entity::{Address, AddressKind};
use tokio::task::JoinSet;

use super::desk::Desk;
use super::people::{People, Person, Thread};
use super::pipe::{self, Work};
use super::progress::Progress;
use super::texts::Texts;
use crate::customer::Inbound;
use crate::plan::{Dice, Target};
use crate::webhook::Http;

/// Messages that are being handed in at once.
const HANDS: u64 = 256;
/// Customers who write at about the same time.
const WAVE: u64 = 2_048;

/// Saves everybody and starts their conversations; closes those that are closed.
pub(crate) async fn people(url: &str, desk: &Desk, people: &People) -> anyhow::Result<()> {
    let (mut moving, mut progress) = (MovingIn::new(desk, people), Progress::new("commands", steps(people)));
    pipe::pour(&desk.admin(url), &mut moving, &mut progress).await?;
    progress.end();
    Ok(())
}

/// The same without a word, for one workspace of many.
pub(crate) async fn few_people(url: &str, desk: &Desk, people: &People) -> anyhow::Result<()> {
    let (mut moving, mut progress) = (MovingIn::new(desk, people), Progress::new("commands", 0));
    pipe::pour(&desk.admin(url), &mut moving, &mut progress).await
}

fn steps(people: &People) -> u64 {
    let of_one = |person: &Person| {
        let closed = person.threads.iter().filter(|thread| thread.is_closed).count();
        1 + person.threads.len() as u64 + closed as u64
    };
    people.all().map(|person| of_one(&person)).sum()
}

struct MovingIn<'a> {
    desk: &'a Desk,
    people: &'a People,
    next: u64,
    ready: VecDeque<(Step, Command)>,
}

/// What to do once a command is answered.
#[derive(Clone, Copy)]
enum Step {
    Nothing,
    Close,
}

impl<'a> MovingIn<'a> {
    fn new(desk: &'a Desk, people: &'a People) -> Self {
        Self { desk, people, next: 0, ready: VecDeque::new() }
    }
}

impl Work for MovingIn<'_> {
    type Tag = Step;

    fn next(&mut self) -> Option<(Step, Command)> {
        if self.ready.is_empty() && self.next < self.people.count {
            let person = self.people.person(self.next);
            self.next += 1;
            self.ready.push_back((Step::Nothing, save(self.people, &person)));
            let starts = person.threads.iter().map(|thread| start(self.desk, &person, *thread));
            self.ready.extend(starts);
        }
        self.ready.pop_front()
    }

    fn done(&mut self, step: Step, done: Done) -> anyhow::Result<()> {
        if let (Step::Close, Some(conversation_id)) = (step, done.conversation_id) {
            let close = Command::ConversationClose(conv::Close { conversation_id });
            self.ready.push_back((Step::Nothing, close));
        }
        Ok(())
    }
}

pub(crate) fn address(number: &str) -> Address {
    Address { kind: AddressKind::E164, value: number.to_owned() }
}

fn save(people: &People, person: &Person) -> Command {
    let tags: Vec<String> = person.tags.iter().map(|tag| people.tags[*tag].clone()).collect();
    let properties: BTreeMap<String, Option<String>> =
        person.properties.iter().map(|(key, value)| ((*key).to_owned(), Some(value.clone()))).collect();
    Command::ContactSave(contact::Save {
        contact_id: None,
        name: Some(person.name.clone()),
        add_tags: (!tags.is_empty()).then_some(tags),
        remove_tags: None,
        properties: (!properties.is_empty()).then_some(properties),
        add_addresses: Some(person.numbers.iter().map(|number| address(number)).collect()),
        remove_addresses: None,
    })
}

fn start(desk: &Desk, person: &Person, thread: Thread) -> (Step, Command) {
    let start = conv::Start {
        channel_id: desk.channels[thread.channel],
        address: address(&person.numbers[thread.number]),
        group_id: desk.groups.get(thread.group).copied(),
    };
    (if thread.is_closed { Step::Close } else { Step::Nothing }, Command::ConversationStart(start))
}

/// A conversation that takes messages without being opened by them.
#[derive(Debug, Clone)]
struct Line {
    channel: usize,
    number: String,
}

/// Lets customers write as many messages, each in an open conversation.
pub(crate) async fn messages(
    target: &Target,
    desk: &Desk,
    people: &People,
    texts: Texts,
    count: u64,
) -> anyhow::Result<()> {
    let lines: Vec<Line> = people.all().flat_map(|person| lines_of(&person)).collect();
    anyhow::ensure!(count == 0 || !lines.is_empty(), "no conversation is open");
    let mail = Arc::new(Mail {
        http: Http::new(target.clone()),
        desk: desk.clone(),
        seed: people.seed,
        lines,
        texts,
        count,
        next: AtomicU64::new(0),
    });
    let mut progress = Progress::new("messages", count);
    let (handed, mut counted) = tokio::sync::mpsc::channel(HANDS as usize);
    let mut hands = JoinSet::new();
    for _ in 0..HANDS {
        hands.spawn(Arc::clone(&mail).hand_in(handed.clone()));
    }
    drop(handed);
    while counted.recv().await.is_some() {
        progress.step();
    }
    while let Some(hand) = hands.join_next().await {
        hand??;
    }
    progress.end();
    Ok(())
}

fn lines_of(person: &Person) -> Vec<Line> {
    let open = person.threads.iter().filter(|thread| !thread.is_closed);
    open.map(|thread| Line { channel: thread.channel, number: person.numbers[thread.number].clone() })
        .collect()
}

struct Mail {
    http: Http,
    desk: Desk,
    seed: u64,
    lines: Vec<Line>,
    texts: Texts,
    count: u64,
    next: AtomicU64,
}

impl Mail {
    /// Who writes the `n`th message. Customers write in waves, so that loading does not read the whole state again
    /// for each of them; within a wave it is chance.
    fn line_of(&self, n: u64) -> usize {
        let lines = self.lines.len() as u64;
        let mut dice = Dice::new(self.seed ^ 0x11e5, n.wrapping_add(1));
        ((n * lines / self.count + dice.roll(WAVE)) % lines) as usize
    }

    async fn hand_in(self: Arc<Self>, handed: tokio::sync::mpsc::Sender<()>) -> anyhow::Result<()> {
        loop {
            let n = self.next.fetch_add(1, Ordering::Relaxed);
            if n >= self.count {
                return Ok(());
            }
            let line = &self.lines[self.line_of(n)];
            let inbound = Inbound::text(format!("search-{n}"), &line.number, self.texts.text(n));
            self.http.hand_in(self.desk.channels[line.channel], &inbound).await?;
            // Nobody counts any more once another hand has failed.
            handed.send(()).await.ok();
        }
    }
}
