//! What the log says of a run: how often each message stands there, and which way each went. It knows nothing
//! of what the load saw.

use std::collections::BTreeMap;

use anyhow::Context as _;
use parloir_client::protocol::entity::Delivery;
use parloir_client::protocol::ids::MessageId;
use parloir_client::protocol::time::Time;
use serde::Deserialize;
use serde_json::Value;

use super::drive::Sends;
use super::fates::End;
use super::figures::Figures;
use crate::export::{Event, Line};
use crate::report;

#[derive(Deserialize)]
struct WithMessage {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    message_id: MessageId,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Changed {
    message_id: MessageId,
    attempt: u32,
    delivery: Delivery,
}

/// One outbound message.
#[derive(Debug, Default)]
struct Way {
    queued: Vec<Time>,
    steps: Vec<(u32, Delivery, Time)>,
}

/// Everything of one run.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    received: BTreeMap<usize, u64>,
    ways: BTreeMap<MessageId, Way>,
}

impl Oracle {
    /// Reads the lines of an export for the messages of `run`.
    pub(crate) fn read(log: &[u8], run: &str) -> anyhow::Result<Self> {
        let mut oracle = Self::default();
        for line in Line::<Value>::all(log) {
            let line = line?;
            for event in line.events {
                oracle.take(&event, line.at, run)?;
            }
        }
        Ok(oracle)
    }

    fn take(&mut self, event: &Event<Value>, at: Time, run: &str) -> anyhow::Result<()> {
        let data = event.data.as_ref().unwrap_or(&Value::Null);
        match event.name.as_str() {
            "message.received" => {
                let found = WithMessage::deserialize(data).context("a message.received")?;
                let text = found.message.text.unwrap_or_default();
                if let Some(n) = text.rsplit_once(&format!("#{run}-")).and_then(|(_, n)| n.parse().ok()) {
                    *self.received.entry(n).or_default() += 1;
                }
            }
            "message.queued" => {
                let found = WithMessage::deserialize(data).context("a message.queued")?;
                if found.message.text.is_some_and(|text| text.contains(&format!("#out-{run}-"))) {
                    self.ways.entry(found.message.message_id).or_default().queued.push(at);
                }
            }
            "message.delivery_changed" => {
                let changed = Changed::deserialize(data).context("a message.delivery_changed")?;
                if let Some(way) = self.ways.get_mut(&changed.message_id) {
                    way.steps.push((changed.attempt, changed.delivery, at));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Whether every message is where it has to be, or in doubt for good.
    pub(crate) fn is_settled(&self, sends: &Sends) -> bool {
        sends.iter().all(|(id, end)| {
            let last = self.ways.get(id).and_then(Way::last);
            last.is_some_and(|last| last == Delivery::Unknown || end.is_reached(last))
        })
    }

    /// Puts what is wrong into the figures.
    pub(crate) fn judge(&self, figures: &mut Figures, taken: &[usize], sends: &Sends) {
        for n in taken {
            let times = self.received.get(n).copied().unwrap_or(0);
            figures.lost += u64::from(times == 0);
            figures.doubled += times.saturating_sub(1);
            if times != 1 {
                figures.find(format!("inbound {n} stands in the log {times} times"));
            }
        }
        let mut times = report::times();
        for (id, end) in sends {
            let Some(way) = self.ways.get(id) else {
                figures.lost += 1;
                figures.find(format!("{id} was accepted and is not in the log"));
                continue;
            };
            way.judge(figures, *id);
            way.judge_end(figures, *id, *end);
            if let Some(millis) = way.to_provider() {
                times.saturating_record((millis * 1_000).max(1));
            }
        }
        figures.accept_to_provider_p99_ms = times.value_at_quantile(0.99) as f64 / 1_000.0;
        figures.outbound_per_s = self.outbound_per_s();
    }

    /// Whether the log says that a message left.
    pub(crate) fn has_left(&self, id: &MessageId) -> bool {
        self.ways
            .get(id)
            .is_some_and(|way| way.steps.iter().any(|(_, delivery, _)| rank(*delivery) >= Some(2)))
    }

    /// Messages handed to the provider a second, from the first accepted one to the last first call.
    fn outbound_per_s(&self) -> f64 {
        let first = self.ways.values().filter_map(|way| way.queued.first()).min();
        let calls: Vec<Time> = self.ways.values().filter_map(Way::called).collect();
        let (Some(first), Some(last)) = (first, calls.iter().max()) else { return 0.0 };
        let millis = u64::try_from(last.0 - first.0).unwrap_or(0).max(1);
        calls.len() as f64 * 1_000.0 / millis as f64
    }
}

impl Way {
    fn last(&self) -> Option<Delivery> {
        self.steps.last().map(|(_, delivery, _)| *delivery)
    }

    /// Queued once, and each attempt handed over once; never back to a lower rank.
    fn judge(&self, figures: &mut Figures, id: MessageId) {
        let mut handed: BTreeMap<u32, u64> = BTreeMap::new();
        for (attempt, delivery, _) in &self.steps {
            if *delivery == Delivery::Sending {
                *handed.entry(*attempt).or_default() += 1;
            }
        }
        let doubled = self.queued.len().saturating_sub(1) as u64
            + handed.values().map(|times| times.saturating_sub(1)).sum::<u64>();
        let falls = self.steps.windows(2).filter(|pair| falls(pair[0].1, pair[1].1)).count() as u64;
        figures.doubled += doubled;
        figures.status_regressions += falls;
        if doubled + falls > 0 {
            figures.find(format!("{id} went {:?}", self.steps));
        }
    }

    /// Where it has to be; in doubt only where the number asks for it.
    fn judge_end(&self, figures: &mut Figures, id: MessageId, end: End) {
        let last = self.last();
        figures.unknown += u64::from(last == Some(Delivery::Unknown));
        match last {
            Some(last) if end.is_reached(last) => return,
            Some(Delivery::Unknown) => figures.unasked_doubts += 1,
            Some(_) | None => figures.lost += 1,
        }
        figures.find(format!("{id} should have {end:?} and went {:?}", self.steps));
    }

    /// From acceptance to the moment at which the provider is called.
    fn to_provider(&self) -> Option<u64> {
        let (queued, called) = (self.queued.first()?, self.called()?);
        u64::try_from(called.0 - queued.0).ok()
    }

    /// When the provider is called for the first time.
    fn called(&self) -> Option<Time> {
        let sending = self.steps.iter().find(|(_, delivery, _)| *delivery == Delivery::Sending);
        sending.map(|(_, _, at)| *at)
    }
}

/// A failure may turn out to be none; nothing else goes back.
fn falls(before: Delivery, after: Delivery) -> bool {
    match (rank(before), rank(after)) {
        (Some(before), Some(after)) => after <= before,
        (Some(before), None) => before >= 4,
        (None, Some(after)) => after < 3,
        (None, None) => before == after,
    }
}

fn rank(delivery: Delivery) -> Option<u8> {
    match delivery {
        Delivery::Queued => Some(0),
        Delivery::Sending => Some(1),
        Delivery::Accepted => Some(2),
        Delivery::Sent => Some(3),
        Delivery::Delivered => Some(4),
        Delivery::Read => Some(5),
        Delivery::Failed | Delivery::Unknown => None,
        // Nobody plans or cancels in this run: such a message fell.
        Delivery::Scheduled | Delivery::Held | Delivery::Cancelled => Some(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(seq: u64, name: &str, data: &str) -> String {
        format!(
            r#"{{"seq":{seq},"at":"2026-11-03T09:15:02.{seq:03}Z","events":[{{"seq":{seq},"name":"{name}","data":{data}}}]}}"#
        )
    }

    fn id(n: u8) -> MessageId {
        MessageId::from_bytes([n; 16])
    }

    fn received(seq: u64, text: &str) -> String {
        line(
            seq,
            "message.received",
            &format!(r#"{{"message":{{"message_id":"{}","text":"{text}"}}}}"#, id(9)),
        )
    }

    fn queued(seq: u64, n: u8) -> String {
        line(
            seq,
            "message.queued",
            &format!(r#"{{"message":{{"message_id":"{}","text":"x #out-r-{n}"}}}}"#, id(n)),
        )
    }

    fn moved(seq: u64, n: u8, delivery: &str) -> String {
        let data = format!(r#"{{"message_id":"{}","attempt":1,"delivery":"{delivery}"}}"#, id(n));
        line(seq, "message.delivery_changed", &data)
    }

    #[test]
    fn what_is_lost_doubled_or_falls_back_is_found() {
        let log = [
            received(1, "a #r-0"),
            received(2, "b #r-1"),
            received(3, "b #r-1"),
            queued(4, 1),
            moved(5, 1, "sending"),
            moved(6, 1, "delivered"),
            moved(7, 1, "sent"),
            queued(8, 2),
            moved(9, 2, "sending"),
            moved(10, 2, "sending"),
            moved(11, 2, "failed"),
            moved(12, 2, "delivered"),
            queued(13, 4),
            moved(14, 4, "sending"),
            moved(15, 4, "unknown"),
        ];
        let oracle = Oracle::read(log.join("\n").as_bytes(), "r").expect("it can be read");
        assert!(oracle.is_settled(&BTreeMap::from([(id(1), End::Accepted), (id(2), End::Arrived)])));
        assert!(!oracle.is_settled(&BTreeMap::from([(id(1), End::Arrived)])));
        let mut figures = Figures::of(&report::times());
        let mut sends = BTreeMap::from([(id(1), End::Arrived), (id(2), End::Arrived), (id(3), End::Arrived)]);
        sends.insert(id(4), End::InDoubt);
        oracle.judge(&mut figures, &[0, 1, 2], &sends);
        // Lost: inbound 2, the first that ends at `sent`, the third that is not there.
        assert_eq!((figures.lost, figures.doubled, figures.status_regressions), (3, 2, 2));
        assert_eq!(figures.accept_to_provider_p99_ms, 1.0);
        assert_eq!((figures.unknown, figures.unasked_doubts), (1, 0));
        assert!(!figures.passed());
    }

    fn ends(id: MessageId, last: &str, end: End, left: u32) -> Figures {
        let log = [queued(1, 1), moved(2, 1, "sending"), moved(3, 1, last)];
        let oracle = Oracle::read(log.join("\n").as_bytes(), "r").expect("it can be read");
        let (sends, mut figures) = (BTreeMap::from([(id, end)]), Figures::of(&report::times()));
        oracle.judge(&mut figures, &[], &sends);
        figures.compare(&sends, &oracle, Some(&BTreeMap::from([(id, left)])));
        figures
    }

    #[test]
    fn a_doubt_that_no_number_asked_for_is_a_failure() {
        assert!(ends(id(1), "unknown", End::InDoubt, 1).passed());
        let doubt = ends(id(1), "unknown", End::Arrived, 1);
        assert_eq!((doubt.unknown, doubt.unasked_doubts, doubt.passed()), (1, 1, false));
        assert!(!ends(id(1), "delivered", End::InDoubt, 1).passed(), "nobody could know that");
    }

    #[test]
    fn what_left_twice_or_never_is_found_whatever_the_log_says() {
        assert!(ends(id(1), "delivered", End::Arrived, 1).passed());
        let twice = ends(id(1), "delivered", End::Arrived, 2);
        assert_eq!((twice.doubled, twice.passed()), (1, false));
        let never = ends(id(1), "delivered", End::Arrived, 0);
        assert_eq!((never.lost, never.passed()), (1, false));
        assert!(ends(id(1), "failed", End::Failed, 0).passed(), "what fails at once does not leave");
    }

    #[test]
    fn a_run_that_nobody_could_count_says_so() {
        let mut figures = Figures::of(&report::times());
        figures.compare(&BTreeMap::from([(id(1), End::Arrived)]), &Oracle::default(), None);
        assert_eq!((figures.left, figures.lost), (None, 0));
    }
}
