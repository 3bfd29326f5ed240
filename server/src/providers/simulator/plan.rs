//! The fate of one message, from the seed and the number alone: when the answer comes, which receipts
//! follow, and whether the phone says something. It waits for nothing.

use std::time::Duration;

use parloir_desk::entity::{AddressKind, ChannelKind, Failure};

use super::super::{Cause, Later, Outcome, Outgoing};
use super::webhook::{Body, News, Reason, Status, message_body};
use crate::dice::Dice;

/// Calls for one message that are put off, where its number asks for it.
pub(super) const PUT_OFF_TIMES: u32 = 2;
/// How long the provider that is too busy wants to be left alone.
const BUSY_MS: u64 = 100;

/// How fast the simulated world is, in percent of its delays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace(pub u32);

impl Pace {
    /// As a phone network would be.
    pub const LIVE: Self = Self(100);
    /// Without any delay.
    pub const INSTANT: Self = Self(0);

    pub(super) fn of(self, delay_ms: u64) -> Duration {
        Duration::from_millis(delay_ms) * self.0 / 100
    }
}

/// What happens to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) answer_after_ms: u64,
    /// Nothing when there is no answer.
    pub(super) outcome: Option<Outcome>,
    /// What the first calls are answered.
    pub(super) put_off: Option<Later>,
    /// How it arrives.
    pub(super) by: ChannelKind,
    /// Whether the receipts are under way before the answer is.
    pub(super) calls_first: bool,
    /// Whether the phone shows it.
    pub(super) is_shown: bool,
    receipts: Vec<Receipt>,
    /// Whether the receipts are for a message that nobody sent.
    is_strange: bool,
    /// What the phone says to it, and when.
    reply: Option<(u64, &'static str)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Receipt {
    after_ms: u64,
    status: Status,
    failure: Option<Reason>,
    /// Whether it comes again, as another event.
    twice: bool,
}

/// What a number's last digits ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Usual,
    Invalid,
    Twice,
    ReceiptsFirst,
    NoAnswer,
    Unreachable,
    Reversed,
    Stops,
    /// It fails at once.
    Refused(Failure),
    NoRcs,
    Throttled,
    OutOfOrder,
    FailedThenDelivered,
    Strange,
}

impl Plan {
    pub(super) fn of(seed: u64, outgoing: &Outgoing) -> Self {
        let attempt = outgoing.attempt.0.to_le_bytes();
        let mut dice = Dice::of(seed, &[outgoing.message_id.as_bytes(), &attempt]);
        let fate = fate(outgoing);
        let by = if fate == Fate::NoRcs { ChannelKind::Sms } else { outgoing.kind };
        let answer_after_ms = dice.between(20, 120);
        let mut receipts = receipts(&mut dice, fate);
        match fate {
            Fate::Usual if dice.one_in(10) => repeat_one(&mut dice, &mut receipts),
            Fate::Usual if dice.one_in(10) => reverse(&mut receipts),
            Fate::Twice => receipts.iter_mut().for_each(|receipt| receipt.twice = true),
            Fate::Reversed => reverse(&mut receipts),
            Fate::Usual | Fate::Invalid | Fate::ReceiptsFirst | Fate::NoAnswer | Fate::Unreachable => {}
            Fate::Stops | Fate::Refused(_) | Fate::NoRcs | Fate::Throttled | Fate::OutOfOrder => {}
            Fate::FailedThenDelivered | Fate::Strange => {}
        }
        Self {
            answer_after_ms,
            outcome: outcome(fate, outgoing),
            put_off: put_off(fate),
            by,
            calls_first: fate == Fate::ReceiptsFirst || (fate == Fate::Usual && dice.one_in(20)),
            is_shown: receipts.iter().any(|receipt| receipt.status == Status::Delivered),
            receipts,
            is_strange: fate == Fate::Strange,
            reply: (fate == Fate::Stops).then(|| (dice.between(3_000, 6_000), "STOP")),
        }
    }

    /// Whether it leaves, answered or not.
    pub(super) fn leaves(&self) -> bool {
        !matches!(self.outcome, Some(Outcome::Failed { .. }))
    }

    /// What is called back, each after so many milliseconds.
    pub(super) fn bodies(&self, outgoing: &Outgoing) -> Vec<(u64, Vec<u8>)> {
        let name = provider_message_id(outgoing);
        let about = if self.is_strange { format!("strange-{name}") } else { name.clone() };
        let mut bodies = Vec::new();
        for (number, receipt) in self.receipts.iter().enumerate() {
            for copy in 0..=u8::from(receipt.twice) {
                let news = News::Receipt {
                    provider_message_id: about.clone(),
                    status: receipt.status,
                    failure: receipt.failure,
                };
                let body = Body { event_id: format!("{name}-{number}-{copy}"), news };
                bodies.push((receipt.after_ms, body.encode()));
            }
        }
        bodies.extend(self.reply.map(|(after_ms, text)| (after_ms, replied(outgoing, &name, text))));
        bodies
    }
}

fn replied(outgoing: &Outgoing, name: &str, text: &str) -> Vec<u8> {
    message_body(&format!("{name}-reply"), &outgoing.to, None, text)
}

fn fate(outgoing: &Outgoing) -> Fate {
    if outgoing.to.kind != AddressKind::E164 {
        return Fate::Usual;
    }
    match outgoing.to.value.get(outgoing.to.value.len().saturating_sub(4)..) {
        Some("0000") => Fate::Invalid,
        Some("0001") => Fate::Twice,
        Some("0002") => Fate::ReceiptsFirst,
        Some("0003") => Fate::NoAnswer,
        Some("0004") => Fate::Unreachable,
        Some("0005") => Fate::Reversed,
        Some("0009") => Fate::Stops,
        Some("0901") => Fate::Refused(Failure::WindowExpired),
        Some("0902") => Fate::Refused(Failure::NotOnChannel),
        Some("0903") => Fate::Refused(Failure::Blocked),
        Some("0904") => Fate::Refused(Failure::RejectedContent),
        Some("0905") => Fate::Refused(Failure::Unsupported),
        Some("0906") => Fate::NoRcs,
        Some("0907") => Fate::Throttled,
        Some("0908") => Fate::OutOfOrder,
        Some("0909") => Fate::FailedThenDelivered,
        Some("0910") => Fate::Strange,
        Some(_) | None => Fate::Usual,
    }
}

fn outcome(fate: Fate, outgoing: &Outgoing) -> Option<Outcome> {
    match fate {
        Fate::Invalid => Some(Outcome::Failed { failure: Failure::InvalidNumber }),
        Fate::Refused(failure) => Some(Outcome::Failed { failure }),
        Fate::NoAnswer => None,
        Fate::Usual
        | Fate::Twice
        | Fate::ReceiptsFirst
        | Fate::Unreachable
        | Fate::Reversed
        | Fate::Stops
        | Fate::NoRcs
        | Fate::Throttled
        | Fate::OutOfOrder
        | Fate::FailedThenDelivered
        | Fate::Strange => Some(Outcome::Accepted { provider_message_id: provider_message_id(outgoing) }),
    }
}

fn put_off(fate: Fate) -> Option<Later> {
    match fate {
        Fate::Throttled => {
            let after = Some(Duration::from_millis(BUSY_MS));
            Some(Later { failure: Failure::Throttled, after, cause: Cause::Pace })
        }
        Fate::OutOfOrder => Some(Later { failure: Failure::Unknown, after: None, cause: Cause::Account }),
        Fate::Usual
        | Fate::Invalid
        | Fate::Twice
        | Fate::ReceiptsFirst
        | Fate::NoAnswer
        | Fate::Unreachable
        | Fate::Reversed
        | Fate::Stops
        | Fate::Refused(_)
        | Fate::NoRcs
        | Fate::FailedThenDelivered
        | Fate::Strange => None,
    }
}

/// The same for the same attempt, so that asking again changes nothing.
fn provider_message_id(outgoing: &Outgoing) -> String {
    format!("sim-{}-{}", outgoing.message_id.0.simple(), outgoing.attempt.0)
}

fn receipts(dice: &mut Dice, fate: Fate) -> Vec<Receipt> {
    let mut after_ms = 0;
    let mut later = |least, most, status, failure| {
        after_ms += dice.between(least, most);
        Receipt { after_ms, status, failure, twice: false }
    };
    let sent = later(100, 400, Status::Sent, None);
    match fate {
        Fate::Invalid | Fate::NoAnswer | Fate::Refused(_) => Vec::new(),
        Fate::NoRcs => vec![sent, later(300, 2_000, Status::Delivered, None)],
        Fate::FailedThenDelivered => {
            let failed = later(300, 1_000, Status::Failed, Some(Reason::Expired));
            vec![sent, failed, later(300, 2_000, Status::Delivered, None)]
        }
        Fate::Unreachable => vec![sent, later(500, 1_500, Status::Failed, Some(Reason::Unreachable))],
        Fate::Usual
        | Fate::Twice
        | Fate::ReceiptsFirst
        | Fate::Reversed
        | Fate::Stops
        | Fate::Throttled
        | Fate::OutOfOrder
        | Fate::Strange => {
            let delivered = later(300, 2_000, Status::Delivered, None);
            let read = later(1_500, 15_000, Status::Read, None);
            let reads = fate != Fate::Usual || !dice.one_in(4);
            if reads { vec![sent, delivered, read] } else { vec![sent, delivered] }
        }
    }
}

fn repeat_one(dice: &mut Dice, receipts: &mut [Receipt]) {
    let index = usize::try_from(dice.below(receipts.len() as u64)).unwrap_or(0);
    receipts[index].twice = true;
}

/// The last one comes when the first one would have.
fn reverse(receipts: &mut [Receipt]) {
    let mut times: Vec<u64> = receipts.iter().map(|receipt| receipt.after_ms).collect();
    times.reverse();
    for (receipt, after_ms) in receipts.iter_mut().zip(times) {
        receipt.after_ms = after_ms;
    }
}

#[cfg(test)]
mod tests {
    use parloir_desk::entity::{Address, Attempt};
    use parloir_protocol::ids::{ChannelId, MessageId, WorkspaceId};

    use super::super::super::{Content, Report};
    use super::super::webhook::read;
    use super::*;

    fn to(number: &str, message: u8) -> Outgoing {
        Outgoing {
            workspace: WorkspaceId::from_bytes([1; 16]),
            channel_id: ChannelId::from_bytes([2; 16]),
            kind: ChannelKind::Rcs,
            from: Address { kind: AddressKind::Rcs, value: "agent".to_owned() },
            message_id: MessageId::from_bytes([message; 16]),
            attempt: Attempt(1),
            to: Address { kind: AddressKind::E164, value: number.to_owned() },
            content: Content::Text { text: "Bonjour".to_owned() },
        }
    }

    /// What is reported, in the order in which it comes.
    fn told(number: &str) -> Vec<String> {
        let outgoing = to(number, 7);
        let mut bodies = Plan::of(1, &outgoing).bodies(&outgoing);
        bodies.sort_by_key(|(after_ms, _)| *after_ms);
        let reports = bodies.iter().map(|(_, body)| read(body).expect("its own body").report);
        let words = reports.map(|report| match report {
            Report::Receipt { delivery, .. } => format!("{delivery:?}"),
            Report::Message { text, .. } => text,
            Report::OptOut { from, .. } => from,
        });
        words.collect()
    }

    #[test]
    fn the_last_digits_say_what_happens() {
        let outcome = |number| Plan::of(1, &to(number, 7)).outcome;
        assert_eq!(outcome("+33639980000"), Some(Outcome::Failed { failure: Failure::InvalidNumber }));
        assert_eq!(outcome("+33639980003"), None);
        assert!(matches!(outcome("+33639980004"), Some(Outcome::Accepted { .. })));
        assert!(Plan::of(1, &to("+33639980002", 7)).calls_first);

        assert_eq!(told("+33639980000"), [""; 0]);
        assert_eq!(told("+33639980001"), ["Sent", "Sent", "Delivered", "Delivered", "Read", "Read"]);
        assert_eq!(told("+33639980004"), ["Sent", "Failed"]);
        assert_eq!(told("+33639980005"), ["Read", "Delivered", "Sent"]);
        assert!(told("+33639980009").contains(&"STOP".to_owned()));
        assert_eq!(told("+33639980906"), ["Sent", "Delivered"]);
        assert_eq!(told("+33639980909"), ["Sent", "Failed", "Delivered"]);

        assert_eq!(outcome("+33639980902"), Some(Outcome::Failed { failure: Failure::NotOnChannel }));
        let plan = |number| Plan::of(1, &to(number, 7));
        assert_eq!(plan("+33639980906").by, ChannelKind::Sms);
        assert_eq!(plan("+33639980907").put_off.map(|later| later.cause), Some(Cause::Pace));
        assert_eq!(plan("+33639980908").put_off.map(|later| later.cause), Some(Cause::Account));
    }

    #[test]
    fn the_same_seed_gives_the_same_fate_and_no_event_id_comes_twice() {
        for message in 0..200 {
            let outgoing = to("+33639980123", message);
            let plan = Plan::of(9, &outgoing);
            assert_eq!(plan, Plan::of(9, &outgoing));
            let bodies = plan.bodies(&outgoing);
            let ids: std::collections::BTreeSet<_> =
                bodies.iter().map(|(_, body)| read(body).expect("its own body").event_id).collect();
            assert_eq!(ids.len(), bodies.len());
        }
    }

    #[test]
    fn of_many_messages_some_have_an_unusual_way() {
        let plans: Vec<_> = (0..200).map(|message| Plan::of(9, &to("+33639980123", message))).collect();
        assert!(plans.iter().any(|plan| plan.calls_first));
        assert!(plans.iter().any(|plan| plan.receipts.len() == 2));
        assert!(plans.iter().any(|plan| plan.receipts.iter().any(|receipt| receipt.twice)));
        let is_reversed = |plan: &Plan| plan.receipts[0].after_ms > plan.receipts[1].after_ms;
        assert!(plans.iter().any(is_reversed));
        assert!(plans.iter().filter(|plan| is_reversed(plan)).count() < 50);
    }
}
