//! One agent of a run: works what its store shows, is cut, and writes down everything it was told. What that
//! is worth is the oracle's to say.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use parloir_client::protocol::command::{Command, conversation as conv, message as msg};
use parloir_client::protocol::down::Down;
use parloir_client::protocol::error::Code;
use parloir_client::protocol::event::{Event, Fact};
use parloir_client::protocol::ids::{AgentId, CommandId, ConversationId, GroupId};
use parloir_client::{Backoff, Client, CommandError, Events, Gap, GapReason, Options, Told};
use uuid::Uuid;

use crate::customer::Customers;
use crate::plan::{COMMANDS_PER_AGENT, Dice};

/// An agent in whose queue nothing comes for so long has no work.
const EMPTY_QUEUE_MAX: Duration = Duration::from_secs(10);

/// Timelines that an agent keeps open from the moment it first works in them.
const TIMELINES: usize = 5;

/// A server that is there answers sooner, even a busy one.
const LIVE_MAX: Duration = Duration::from_secs(30);

/// Cuts while one command waits for its answer: on a busy machine an agent would come back each time only to be cut again.
const CUTS_MAX: u32 = 4;

/// How an agent is known and gets in.
#[derive(Debug, Clone)]
pub(crate) struct Badge {
    pub(crate) id: AgentId,
    pub(crate) token: String,
    /// The groups it sees; nothing means all.
    pub(crate) groups: Option<Vec<GroupId>>,
    /// Whether its connection is cut while it works.
    pub(crate) cut: bool,
}

/// What all agents of a run share.
#[derive(Debug)]
pub(crate) struct Floor {
    pub(crate) customers: Customers,
    pub(crate) groups: Vec<GroupId>,
    /// Every event that an agent who sees all was told.
    pub(crate) told: Mutex<BTreeMap<u64, Event>>,
    pub(crate) sent: Mutex<BTreeMap<usize, Instant>>,
    /// The last receipt of each message by an agent that is not cut.
    pub(crate) arrived: Mutex<BTreeMap<usize, Instant>>,
}

/// What one agent was told, in its order.
#[derive(Debug, Default)]
pub(crate) struct Diary {
    pub(crate) seqs: Vec<u64>,
    /// From a snapshot's seq on; between two of them nothing is missing.
    pub(crate) begins: Vec<u64>,
    /// What its client said that it leaves out, since this program read too slowly: after one seq, up to another.
    pub(crate) gaps: Vec<(u64, u64)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Agent {
    pub(crate) badge: Badge,
    pub(crate) client: Client,
    pub(crate) diary: Arc<Mutex<Diary>>,
    floor: Arc<Floor>,
    /// Since its last command was given.
    cuts: Arc<AtomicU32>,
}

/// Commands that were accepted, and sentences about those that were neither accepted nor refused.
#[derive(Debug, Default)]
pub(crate) struct Work {
    pub(crate) acked: Vec<CommandId>,
    pub(crate) failures: Vec<String>,
}

pub(crate) fn options(url: &str, token: &str) -> Options {
    Options {
        client: "parloir-loadtest".to_owned(),
        backoff: Backoff::new(Duration::from_millis(20), Duration::from_millis(500)),
        answer_timeout: Duration::from_secs(60),
        ..Options::new(url, token)
    }
}

/// Waits until a client has come in, but not for a server that is not there.
pub(crate) async fn live(client: &Client) -> anyhow::Result<()> {
    let Ok(came_in) = tokio::time::timeout(LIVE_MAX, client.live()).await else {
        bail!("the server did not let a client in within {LIVE_MAX:?}: {:?}", *client.state().borrow());
    };
    came_in.context("the server closed the connection")
}

impl Agent {
    pub(crate) async fn start(url: &str, badge: Badge, floor: Arc<Floor>) -> anyhow::Result<Self> {
        let client = Client::connect(options(url, &badge.token))?;
        let diary = Arc::new(Mutex::new(Diary::default()));
        let events = client.events().await;
        tokio::spawn(write_down(events, badge.clone(), Arc::clone(&diary), Arc::clone(&floor)));
        live(&client).await?;
        Ok(Self { badge, client, diary, floor, cuts: Arc::default() })
    }

    /// Gives its commands, one after the other.
    pub(crate) async fn work(&self, mut dice: Dice) -> Work {
        let mut work = Work::default();
        let mut look = self.client.look();
        for _ in 0..COMMANDS_PER_AGENT {
            let mut chosen = self.choose(&mut dice);
            while chosen.is_none() {
                let Ok(Ok(())) = tokio::time::timeout(EMPTY_QUEUE_MAX, look.changed()).await else { break };
                chosen = self.choose(&mut dice);
            }
            let Some(id) = chosen else { break };
            self.open_timeline(id, &mut work).await;
            let command_id = CommandId(Uuid::now_v7());
            self.cuts.store(0, Ordering::Relaxed);
            match self.client.command_with(command_id, None, self.command(id, &mut dice)).await {
                Ok(_) => work.acked.push(command_id),
                Err(CommandError::Refused(error)) if error.code == Code::Internal.as_str() => {
                    work.failures.push(format!("{}: {}", error.code, error.message));
                }
                Err(CommandError::Refused(_)) => {}
                Err(error) => work.failures.push(format!("{}: {error}", self.badge.id)),
            }
        }
        work
    }

    /// Cuts its connection, unless that was done often enough since its last command.
    pub(crate) async fn cut(&self) {
        if self.cuts.fetch_add(1, Ordering::Relaxed) < CUTS_MAX {
            self.client.cut().await;
        }
    }

    fn choose(&self, dice: &mut Dice) -> Option<ConversationId> {
        self.client.read(|store| {
            let rows: Vec<_> = store.queue().map(|row| row.conversation.conversation_id).collect();
            dice.one_of(&rows).copied()
        })
    }

    async fn open_timeline(&self, id: ConversationId, work: &mut Work) {
        let loaded = self.client.read(|store| store.timeline(id).is_some());
        if !loaded && work.acked.len() < TIMELINES {
            // It may have left the agent's scope meanwhile: then there is none to show.
            self.client.timeline(id).await.ok();
        }
    }

    fn command(&self, conversation_id: ConversationId, dice: &mut Dice) -> Command {
        match dice.roll(10) {
            0 | 1 => {
                let group_id = dice.one_of(&self.floor.groups).copied().expect("there is a group");
                Command::ConversationMove(conv::Move { conversation_id, group_id, expected_group: None })
            }
            2 => Command::ConversationClose(conv::Close { conversation_id }),
            3 => Command::ConversationReopen(conv::Reopen { conversation_id }),
            4 => Command::ConversationMarkUnread(conv::MarkUnread { conversation_id }),
            5 => Command::ConversationClaim(conv::Claim { conversation_id }),
            _ => {
                let text = format!("Bonjour, c'est noté. ({})", dice.roll(1_000_000));
                Command::MessageSend(msg::Send::text(conversation_id, text))
            }
        }
    }
}

async fn write_down(mut events: Events, badge: Badge, diary: Arc<Mutex<Diary>>, floor: Arc<Floor>) {
    while let Some(told) = events.next().await {
        let mut diary = diary.lock().unwrap_or_else(PoisonError::into_inner);
        let frame = match &told {
            Told::Frame(frame) => frame,
            Told::Gap(Gap { after, seq, reason: GapReason::Slow }) => {
                diary.gaps.push((*after, *seq));
                continue;
            }
            // What is missing beyond the snapshot that came is found in the diary.
            Told::Gap(Gap { reason: GapReason::Reset(_), .. }) => continue,
        };
        match &**frame {
            Down::Snapshot(part) if part.last => diary.begins.push(part.seq),
            Down::Event(event) => {
                diary.seqs.push(event.seq);
                drop(diary);
                floor.hear(&badge, event);
            }
            Down::Snapshot(_)
            | Down::Welcome(_)
            | Down::Reply(_)
            | Down::Change(_)
            | Down::Signal(_)
            | Down::Counters(_)
            | Down::Checkpoint(_)
            | Down::Ping(_)
            | Down::Reset(_)
            | Down::Goodbye(_)
            | Down::Unknown(_) => {}
        }
    }
}

impl Floor {
    fn hear(&self, badge: &Badge, event: &Event) {
        if badge.groups.is_some() {
            return;
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.entry(event.seq).or_insert_with(|| event.clone());
        drop(told);
        if !badge.cut
            && let Fact::MessageReceived(fact) = &event.fact
            && let Some(n) = fact.message.text.as_deref().and_then(|text| self.customers.number_of(text))
        {
            self.arrived.lock().unwrap_or_else(PoisonError::into_inner).insert(n, Instant::now());
        }
    }
}
