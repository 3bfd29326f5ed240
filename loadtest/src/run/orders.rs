//! What the coordinator and its hands say to each other, a line of JSON at a time: orders and moments one way, words
//! about the work the other way. It carries and decides nothing.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use hdrhistogram::Histogram;
use parloir_client::protocol::ids::CommandId;
use serde::{Deserialize, Serialize};

use super::act::{Act, Due, Wanted};
use super::scenario::Slow;
use super::seqs::Seqs;
use crate::house::Desk;

/// What a hand has to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Orders {
    pub(crate) url: String,
    pub(crate) address: SocketAddr,
    /// Which run this is: it stands in ids of the webhooks' events.
    pub(crate) run: String,
    pub(crate) share: Share,
    pub(crate) desks: Vec<Desk>,
    /// Agents of each workspace who are there from the beginning.
    pub(crate) agents: u32,
    pub(crate) slow: Slow,
    pub(crate) seconds: u32,
    /// Acts with their numbers in the plan.
    pub(crate) acts: Vec<(u32, Due)>,
}

/// One of several hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Share {
    pub(crate) number: u32,
    pub(crate) of: u32,
}

impl Share {
    /// Whether the `agent`th agent of the `desk`th workspace is its.
    pub(crate) fn has(self, desk: u32, agent: u32) -> bool {
        desk.wrapping_add(agent) % self.of == self.number
    }

    /// Whether an act is its: those of an agent are its hand's, who saved somebody also searches for him, all others go
    /// round.
    pub(crate) fn does(self, number: u32, due: &Due) -> bool {
        match due.act {
            Act::Login { agent } | Act::Cut { agent } => self.has(due.desk, agent),
            Act::Save { contact } | Act::Search { wanted: Some(Wanted::Contact(contact)), .. } => {
                contact % self.of == self.number
            }
            Act::Webhook { .. } | Act::Command { .. } | Act::Search { .. } | Act::Import { .. } => {
                number % self.of == self.number
            }
        }
    }
}

/// From the coordinator, after the orders.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Call {
    /// The round begins at this moment, in microseconds since 1970.
    Begin(u64),
    /// Wait until all agents stand here, by workspace, then tell everything.
    End(Vec<u64>),
}

/// From a hand.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Word {
    /// Whoever is there from the beginning is there.
    Ready,
    Progress(Progress),
    /// All acts are done and answered.
    Idle,
    Told(Box<Told>),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    pub(crate) acts: u64,
    pub(crate) deliveries: u64,
    pub(crate) waiting: u64,
    pub(crate) p99_ms: f64,
}

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Measure {
    WebhookAccepted,
    WebhookToAgent,
    CommandAcknowledged,
    TextToAgent,
    SearchAnswered,
    SaveAcknowledged,
    ImportWhole,
    SignIn,
    Return,
}

impl Measure {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::WebhookAccepted => "webhook_accepted",
            Self::WebhookToAgent => "webhook_to_agent",
            Self::CommandAcknowledged => "command_acknowledged",
            Self::TextToAgent => "text_to_agent",
            Self::SearchAnswered => "search_answered",
            Self::SaveAcknowledged => "save_acknowledged",
            Self::ImportWhole => "import_whole",
            Self::SignIn => "sign_in",
            Self::Return => "return",
        }
    }
}

/// Everything a hand saw.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) acked: Vec<(u32, CommandId)>,
    /// Acts whose message was accepted, with their workspace.
    pub(crate) accepted: Vec<(u32, u32)>,
    pub(crate) refused: Vec<Refused>,
    /// Answers of searches that were held against what is known to be there.
    pub(crate) searches_checked: u64,
    /// Those of them that were wrong.
    pub(crate) searches_wrong: u64,
    pub(crate) failed: u64,
    pub(crate) failures: Vec<String>,
    pub(crate) agents: Vec<Diary>,
    pub(crate) times: BTreeMap<Measure, Counts>,
    /// What agents were told, by the second.
    pub(crate) seconds: Vec<Counts>,
}

/// What was refused for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refused {
    pub(crate) measure: Measure,
    pub(crate) code: String,
    /// Of the first.
    pub(crate) message: String,
    pub(crate) count: u64,
}

/// One agent's connections.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Diary {
    pub(crate) desk: u32,
    /// The seqs of its snapshots.
    pub(crate) begins: Vec<u64>,
    pub(crate) seqs: Seqs,
    /// Events that came twice or out of turn on one connection.
    pub(crate) repeated: u64,
    /// Up to where everything was sent.
    pub(crate) position: u64,
    pub(crate) connections: u64,
}

/// A histogram as values and how often each came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts(Vec<(u64, u64)>);

impl Counts {
    pub(crate) fn of(times: &Histogram<u64>) -> Self {
        Self(times.iter_recorded().map(|step| (step.value_iterated_to(), step.count_at_value())).collect())
    }

    pub(crate) fn add_to(&self, times: &mut Histogram<u64>) {
        for (value, count) in &self.0 {
            times.saturating_record_n(*value, *count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report;

    #[test]
    fn every_agent_is_one_hands() {
        for (desk, agent) in [(0, 0), (3, 7), (9, 1)] {
            let hands = (0..4).filter(|number| Share { number: *number, of: 4 }.has(desk, agent));
            assert_eq!(hands.count(), 1);
        }
    }

    #[test]
    fn who_saves_somebody_also_searches_for_him() {
        let due = |act| Due { at_micros: 0, desk: 0, act };
        for contact in [1, 2, 7] {
            let save = due(Act::Save { contact });
            let search = due(Act::Search { text: 5, wanted: Some(Wanted::Contact(contact)) });
            for share in (0..3).map(|number| Share { number, of: 3 }) {
                assert_eq!(share.does(10, &save), share.does(20, &search), "{contact} {share:?}");
            }
        }
    }

    #[test]
    fn a_histogram_survives_the_way() {
        let mut times = report::times();
        [3, 900, 900, 70_000].into_iter().for_each(|micros| times.saturating_record(micros));
        let words = serde_json::to_string(&Counts::of(&times)).expect("it is JSON");
        let mut back = report::times();
        serde_json::from_str::<Counts>(&words).expect("counts").add_to(&mut back);
        assert_eq!(
            (back.len(), back.max(), back.value_at_quantile(0.5)),
            (4, times.max(), times.value_at_quantile(0.5))
        );
    }
}
