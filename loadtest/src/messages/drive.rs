//! Who writes: phones through the webhook, an agent through commands. It writes down what was acknowledged, and
//! judges nothing.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use futures_util::{StreamExt as _, stream};
use hdrhistogram::Histogram;
use parloir_client::protocol::command::{Command, conversation, message};
use parloir_client::protocol::entity::{Address, AddressKind};
use parloir_client::protocol::error::Code;
use parloir_client::protocol::ids::{ChannelId, ConversationId, MessageId};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::Faults;
use super::fates::{End, fate, number};
use crate::customer::Customers;
use crate::plan::Dice;
use crate::report;
use crate::webhook::Http;

/// Webhooks under way at once: a provider has no more hands.
const HANDS: usize = 256;
/// Sends that are asked for at once.
const SENDS: usize = 32;
/// Numbers tried for one message.
const NUMBERS_TRIED_MAX: u32 = 16;
/// One webhook in so many comes twice.
const TWICE_ONE_IN: u64 = 10;

pub(crate) struct Drive {
    channel: ChannelId,
    seed: u64,
    run: String,
}

/// What the webhook took.
pub(crate) struct Webhooks {
    pub(crate) taken: Vec<usize>,
    /// From when a webhook was due to its durable 2xx.
    pub(crate) times: Histogram<u64>,
}

/// Messages that were accepted, and what has to become of them.
pub(crate) type Sends = BTreeMap<MessageId, End>;

impl Drive {
    pub(crate) fn new(channel: ChannelId, seed: u64) -> Self {
        Self { channel, seed, run: Uuid::now_v7().simple().to_string().split_off(20) }
    }

    pub(crate) fn run(&self) -> &str {
        &self.run
    }

    /// Hands messages in, `rate` a second, whether or not the server keeps up.
    pub(crate) async fn write_in(&self, http: &Http, count: u32, rate: u32) -> anyhow::Result<Webhooks> {
        let (customers, mut dice) = (Customers::new(self.run.clone(), None)?, Dice::new(self.seed, 0));
        let (interval, begin) = (Duration::from_secs(1) / rate, Instant::now());
        let mut webhooks = Webhooks { taken: Vec::new(), times: report::times() };
        let mut hands: JoinSet<anyhow::Result<(usize, Duration)>> = JoinSet::new();
        for n in 0..count as usize {
            let due = begin + interval * n as u32;
            tokio::time::sleep_until(due.into()).await;
            if hands.len() >= HANDS {
                webhooks.note(hands.join_next().await.context("a hand is at work")?)?;
            }
            let (inbound, twice) = (customers.message(n, &mut dice), dice.roll(TWICE_ONE_IN) == 0);
            let (http, channel) = (http.clone(), self.channel);
            hands.spawn(async move {
                http.hand_in(channel, &inbound).await?;
                let took = due.elapsed();
                if twice {
                    http.hand_in(channel, &inbound).await?;
                }
                Ok((n, took))
            });
        }
        while let Some(handed) = hands.join_next().await {
            webhooks.note(handed)?;
        }
        Ok(webhooks)
    }

    /// Begins a conversation with each number and writes to it.
    pub(crate) async fn write_out(&self, http: &Http, count: u32, faults: Faults) -> anyhow::Result<Sends> {
        let mut dice = Dice::new(self.seed, 1);
        let fates: Vec<_> =
            (0..count).map(|n| (n, fate(faults, n, dice.roll(u64::from(u32::MAX))))).collect();
        let base = Uuid::now_v7().as_u128() as u32;
        let sends = stream::iter(fates).map(|(n, (digits, end))| async move {
            let conversation_id = self.begin(http, base, n, digits).await?;
            let text = format!("Votre rendez-vous est confirmé #out-{}-{n}", self.run);
            let sent = http.command(Command::MessageSend(message::Send::text(conversation_id, text))).await?;
            anyhow::Ok((sent.message_id.context("a message has an id")?, end))
        });
        let sends: Vec<_> = sends.buffer_unordered(SENDS).collect().await;
        sends.into_iter().collect()
    }

    /// A conversation with a number that has not said STOP: one of an earlier run may have.
    async fn begin(&self, http: &Http, base: u32, n: u32, digits: &str) -> anyhow::Result<ConversationId> {
        for attempt in 0..NUMBERS_TRIED_MAX {
            let address = Address { kind: AddressKind::E164, value: number(base, n, attempt, digits) };
            let start = conversation::Start { channel_id: self.channel, address, group_id: None };
            match http.offer(Command::ConversationStart(start)).await? {
                Ok(started) => return started.conversation_id.context("a conversation has an id"),
                Err(refusal) if refusal.code == Code::OptedOut.as_str() => {}
                Err(refusal) => bail!("a conversation was refused: {}: {}", refusal.code, refusal.message),
            }
        }
        bail!("{NUMBERS_TRIED_MAX} numbers that end in {digits} said STOP: take a new data folder")
    }
}

impl Webhooks {
    fn note(
        &mut self,
        handed: Result<anyhow::Result<(usize, Duration)>, tokio::task::JoinError>,
    ) -> anyhow::Result<()> {
        let (n, took) = handed??;
        self.taken.push(n);
        report::record(&mut self.times, took);
        Ok(())
    }
}
