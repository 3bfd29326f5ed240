//! The customers of a running demonstration: they write now and then, and answer what reaches their phones,
//! all through the door that webhooks use.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;
use std::time::Duration;

use parloir_desk::entity::{Address, AddressKind, Channel, ChannelKind};
use parloir_desk::view::View;
use parloir_protocol::ids::ChannelId;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::WORKSPACE;
use super::cast::number;
use super::people::CUSTOMERS;
use super::texts::{OPENINGS_EN, OPENINGS_FR, PROFILE_NAMES, REPLIES_EN, REPLIES_FR};
use crate::dice::Dice;
use crate::inbound;
use crate::node::Node;
use crate::providers::simulator::{Shown, message_body};
use crate::workspace::Workspace;

/// Between two messages out of the blue.
const OPENING_MS: (u64, u64) = (1_000, 4_000);
/// From what a phone shows to the answer.
const REPLY_MS: (u64, u64) = (3_000, 12_000);
/// Answers under way; who would be one more says nothing.
const REPLIES_MAX: usize = 256;
/// One in so many writes for the first time.
const NEW_ONE_IN: u64 = 5;
/// Last digits of those who may.
const NEW_NUMBERS: (u64, u64) = (200, 699);
const FRENCH: &str = "+33639980";
const BRITISH: &str = "+447700900";

/// Lets customers write to the demonstration, for ever.
pub async fn run(node: Arc<Node>) {
    let Some(simulator) = node.providers().simulator().cloned() else { return };
    let Some(workspace) = node.workspace(WORKSPACE) else { return };
    let dice = Dice::of(node.clock.now().0.unsigned_abs(), &[b"customers"]);
    Customers { node, workspace, dice, replies: BinaryHeap::new() }.run(simulator.phones()).await;
}

struct Customers {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    dice: Dice,
    replies: BinaryHeap<Reverse<Reply>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Reply {
    due: Instant,
    channel_id: ChannelId,
    from: Address,
}

impl Customers {
    async fn run(mut self, mut phones: mpsc::Receiver<Shown>) {
        let mut opening = Instant::now() + self.delay(OPENING_MS);
        loop {
            let reply = self.replies.peek().map(|Reverse(reply)| reply.due);
            tokio::select! {
                () = sleep_until(opening) => {
                    self.open().await;
                    opening = Instant::now() + self.delay(OPENING_MS);
                }
                () = sleep_until(reply.unwrap_or(opening)), if reply.is_some() => self.reply().await,
                shown = phones.recv() => match shown {
                    Some(shown) => self.see(shown),
                    None => return,
                },
            }
        }
    }

    async fn open(&mut self) {
        let (from, profile_name) = self.somebody();
        let texts: &[&str] = if is_french(&from) { &OPENINGS_FR } else { &OPENINGS_EN };
        let text = *self.dice.pick(texts);
        let channels = self.channels(&from);
        if channels.is_empty() {
            return;
        }
        // The same person keeps to the same channel.
        let digit = from.value.bytes().last().map_or(0, usize::from);
        let channel = &channels[digit % channels.len()];
        self.write(channel, &from, profile_name, text).await;
    }

    fn somebody(&mut self) -> (Address, Option<&'static str>) {
        if !self.dice.one_in(NEW_ONE_IN) {
            return (number(self.dice.pick(&CUSTOMERS).number), None);
        }
        let prefix = *self.dice.pick(&[FRENCH, BRITISH]);
        let (least, most) = NEW_NUMBERS;
        let from = number(&format!("{prefix}{}", self.dice.between(least, most)));
        (from, self.dice.one_in(2).then(|| *self.dice.pick(&PROFILE_NAMES)))
    }

    /// The channels that somebody writes to: nobody in Britain sends a French SMS.
    fn channels(&self, from: &Address) -> Vec<Channel> {
        let state = self.node.state.current();
        let channels = View::new(&*state, self.workspace.id).channels();
        let writes = |channel: &Channel| is_french(from) || channel.kind != ChannelKind::Sms;
        channels.into_iter().filter(writes).collect()
    }

    /// Two of three answer what they read.
    fn see(&mut self, shown: Shown) {
        if shown.workspace != self.workspace.id || self.dice.one_in(3) || self.replies.len() >= REPLIES_MAX {
            return;
        }
        let due = Instant::now() + self.delay(REPLY_MS);
        self.replies.push(Reverse(Reply { due, channel_id: shown.channel_id, from: shown.to }));
    }

    async fn reply(&mut self) {
        let Some(Reverse(Reply { channel_id, from, .. })) = self.replies.pop() else { return };
        let texts: &[&str] = if is_french(&from) { &REPLIES_FR } else { &REPLIES_EN };
        let text = *self.dice.pick(texts);
        let channel = {
            let state = self.node.state.current();
            View::new(&*state, self.workspace.id).channel(channel_id)
        };
        if let Some(channel) = channel {
            self.write(&channel, &from, None, text).await;
        }
    }

    async fn write(&self, channel: &Channel, from: &Address, profile_name: Option<&str>, text: &str) {
        let event_id = format!("demo-{}", Uuid::now_v7().simple());
        let body = message_body(&event_id, from, profile_name, text);
        let taken = inbound::take(&self.node, self.node.providers(), &self.workspace, channel, &body).await;
        if let Err(error) = taken {
            tracing::warn!(code = error.code, "demo.message_not_taken");
        }
    }

    fn delay(&mut self, (least, most): (u64, u64)) -> Duration {
        Duration::from_millis(self.dice.between(least, most))
    }
}

/// Who has no number speaks the language of the house.
fn is_french(address: &Address) -> bool {
    address.kind != AddressKind::E164 || address.value.starts_with("+33")
}

#[cfg(test)]
mod tests {
    use super::super::tests::{conversations, prepared};
    use super::*;
    use crate::providers::Content;
    use parloir_desk::entity::{ChannelKind, Status};
    use parloir_protocol::ids::MessageId;

    #[tokio::test]
    async fn customers_write_and_answer_what_they_read() {
        let (stage, file) = prepared().await;
        let node = Arc::clone(&stage.node);
        let workspace = node.workspace(WORKSPACE).expect("it is open");
        let dice = Dice::of(1, &[]);
        let mut customers = Customers { node, workspace, dice, replies: BinaryHeap::new() };
        let before = conversations(&stage, Status::Open).len();
        for _ in 0..40 {
            customers.open().await;
        }
        let open = conversations(&stage, Status::Open);
        assert!(open.len() > before);

        let (channel_id, to) = (file.channels[2].id, number("+33639980999"));
        for _ in 0..20 {
            let (to, text) = (to.clone(), "Bonjour".to_owned());
            customers.see(Shown {
                workspace: WORKSPACE,
                channel_id,
                message_id: MessageId::from_bytes([1; 16]),
                to,
                by: ChannelKind::Sms,
                content: Content::Text { text: text.clone() },
                text,
            });
        }
        assert!((1..20).contains(&customers.replies.len()));
        customers.reply().await;
        assert_eq!(conversations(&stage, Status::Open).len(), open.len() + 1);
    }
}
