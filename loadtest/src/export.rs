//! The export of a workspace's log, a line a record. What an event says is read as far as whoever asks needs it.

use anyhow::Context as _;
use parloir_client::protocol::ids::CommandId;
use parloir_client::protocol::time::Time;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Names of events of which only who looks after webhooks is told.
const OF_KEEPERS: &str = "webhook.";

/// One record: what a command did, or something that happened by itself.
#[derive(Debug, Deserialize)]
pub(crate) struct Line<D> {
    pub(crate) at: Time,
    #[serde(default)]
    pub(crate) command_id: Option<CommandId>,
    pub(crate) events: Vec<Event<D>>,
}

/// One event of a record.
#[derive(Debug, Deserialize)]
pub(crate) struct Event<D> {
    pub(crate) seq: u64,
    pub(crate) name: String,
    /// Nothing of an event that nobody is told of.
    pub(crate) data: Option<D>,
}

impl<D: DeserializeOwned> Line<D> {
    pub(crate) fn read(line: &[u8]) -> anyhow::Result<Self> {
        serde_json::from_slice(line).context("a line of the log's export")
    }

    /// All lines of an export.
    pub(crate) fn all(log: &[u8]) -> impl Iterator<Item = anyhow::Result<Self>> {
        log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(Self::read)
    }
}

impl<D> Event<D> {
    /// Whether agents who see everything are to be told of it.
    pub(crate) fn is_told(&self) -> bool {
        self.data.is_some() && !self.name.starts_with(OF_KEEPERS)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IgnoredAny;

    use super::*;

    #[test]
    fn what_is_to_be_told_says_something_and_is_not_for_keepers() {
        let log = concat!(
            r#"{"at":"2026-11-03T09:15:02.123Z","command_id":null,"events":["#,
            r#"{"seq":4,"name":"note.added","data":{}},{"seq":5,"name":"command.noted"}]}"#,
            "\n\n",
            r#"{"at":"2026-11-03T09:15:02.124Z","events":[{"seq":6,"name":"webhook.disabled","data":{}}]}"#,
        );
        let lines: anyhow::Result<Vec<Line<IgnoredAny>>> = Line::all(log.as_bytes()).collect();
        let told: Vec<_> =
            lines.expect("a log").iter().flat_map(|line| &line.events).map(Event::is_told).collect();
        assert_eq!(told, [true, false, false]);
    }

    #[test]
    fn a_log_of_another_form_tells_nothing() {
        assert!(Line::<IgnoredAny>::read(br#"{"seq":4}"#).is_err());
    }
}
