//! Who writes: phones through the webhook, an agent through commands. It writes down what was acknowledged, and
//! judges nothing.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::{StreamExt as _, stream};
use hdrhistogram::Histogram;
use parloir_client::protocol::command::{Command, conversation, message};
use parloir_client::protocol::entity::{Address, AddressKind};
use parloir_client::protocol::ids::{ChannelId, MessageId};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::fates::{End, number};
use crate::customer::Customers;
use crate::plan::Dice;
use crate::report;
use crate::webhook::Http;

/// Webhooks under way at once: a provider has no more hands.
const HANDS: usize = 256;
/// Sends that are asked for at once.
const SENDS: usize = 32;
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
    pub(crate) async fn write_out(&self, http: &Http, count: u32) -> anyhow::Result<Sends> {
        let mut dice = Dice::new(self.seed, 1);
        let plans: Vec<_> = (0..count).map(|n| (n, number(n, dice.roll(u64::from(u32::MAX))))).collect();
        let sends = stream::iter(plans).map(|(n, (number, end))| async move {
            let address = Address { kind: AddressKind::E164, value: number };
            let start = conversation::Start { channel_id: self.channel, address, group_id: None };
            let started = http.command(Command::ConversationStart(start)).await?;
            let conversation_id = started.conversation_id.context("a conversation has an id")?;
            let text = format!("Votre rendez-vous est confirmé #out-{}-{n}", self.run);
            let sent = http.command(Command::MessageSend(message::Send::text(conversation_id, text))).await?;
            anyhow::Ok((sent.message_id.context("a message has an id")?, end))
        });
        let sends: Vec<_> = sends.buffer_unordered(SENDS).collect().await;
        sends.into_iter().collect()
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
