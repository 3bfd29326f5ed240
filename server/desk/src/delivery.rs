//! Where an outbound message may go from where it is. It rises by rank and never falls; a failed or unknown
//! one may still turn out to have left.

use parloir_protocol::ids::MessageId;
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use crate::entity::{Attempt, Delivery, Failure};

/// A receipt that came before its message had a name at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptReceipt {
    pub delivery: Delivery,
    pub failure: Option<Failure>,
    /// When and by which event it was kept: its place among all kept ones.
    pub place: (Time, u64),
}

/// Which message, and which attempt of it, a provider's name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderMessage {
    pub message_id: MessageId,
    pub attempt: Attempt,
}

/// Where a message at `current` is after `receipt`, or nothing when that tells nothing new.
pub fn advance(current: Delivery, receipt: Delivery) -> Option<Delivery> {
    let rises = match current {
        Delivery::Queued | Delivery::Sending | Delivery::Accepted | Delivery::Sent => {
            beyond(current, receipt) || fails(current, receipt)
        }
        Delivery::Delivered | Delivery::Read => beyond(current, receipt),
        Delivery::Failed => left(receipt),
        Delivery::Scheduled | Delivery::Held | Delivery::Cancelled => false,
        Delivery::Unknown => left(receipt) || receipt == Delivery::Failed,
    };
    rises.then_some(receipt)
}

/// Whether the outbox still has something to do, or to learn, about a message here.
pub fn in_outbox(delivery: Delivery) -> bool {
    match delivery {
        Delivery::Queued | Delivery::Sending => true,
        Delivery::Scheduled
        | Delivery::Held
        | Delivery::Cancelled
        | Delivery::Accepted
        | Delivery::Sent
        | Delivery::Delivered
        | Delivery::Read
        | Delivery::Failed
        | Delivery::Unknown => false,
    }
}

/// Whether an author may ask for another attempt.
pub fn may_retry(delivery: Delivery) -> bool {
    matches!(delivery, Delivery::Failed | Delivery::Unknown)
}

fn beyond(current: Delivery, receipt: Delivery) -> bool {
    rank(receipt) > rank(current)
}

fn fails(current: Delivery, receipt: Delivery) -> bool {
    receipt == Delivery::Failed || (receipt == Delivery::Unknown && current == Delivery::Sending)
}

fn left(receipt: Delivery) -> bool {
    rank(receipt) >= rank(Delivery::Sent)
}

/// Failed, unknown and what never left have no rank among the others.
fn rank(delivery: Delivery) -> Option<u8> {
    match delivery {
        Delivery::Queued => Some(0),
        Delivery::Sending => Some(1),
        Delivery::Accepted => Some(2),
        Delivery::Sent => Some(3),
        Delivery::Delivered => Some(4),
        Delivery::Read => Some(5),
        Delivery::Scheduled | Delivery::Held | Delivery::Failed | Delivery::Unknown | Delivery::Cancelled => {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Delivery::{
        self, Accepted, Cancelled, Delivered, Failed, Held, Queued, Read, Scheduled, Sending, Sent, Unknown,
    };
    use super::advance;

    #[test]
    fn a_delivery_goes_only_where_the_table_says() {
        let table: [(Delivery, &[Delivery]); 11] = [
            (Scheduled, &[]),
            (Held, &[]),
            (Cancelled, &[]),
            (Queued, &[Sending, Accepted, Sent, Delivered, Read, Failed]),
            (Sending, &[Accepted, Sent, Delivered, Read, Failed, Unknown]),
            (Accepted, &[Sent, Delivered, Read, Failed]),
            (Sent, &[Delivered, Read, Failed]),
            (Delivered, &[Read]),
            (Read, &[]),
            (Failed, &[Sent, Delivered, Read]),
            (Unknown, &[Sent, Delivered, Read, Failed]),
        ];
        for (current, reachable) in table {
            for receipt in [
                Scheduled, Held, Queued, Sending, Accepted, Sent, Delivered, Read, Failed, Unknown, Cancelled,
            ] {
                let expected = reachable.contains(&receipt).then_some(receipt);
                assert_eq!(advance(current, receipt), expected, "{current:?} then {receipt:?}");
            }
        }
    }
}
