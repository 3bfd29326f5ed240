//! A scenario as it stands in its file: who is there, what happens how often, what goes wrong when. It is read and
//! checked here, and turned into a plan elsewhere.

use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// More connections than a machine has files for.
const AGENTS_MAX: u32 = 15_000;
/// Open-loop acts of one round that a plan may hold.
const ACTS_MAX: u64 = 5_000_000;
const DESKS_MAX: u32 = 1_000;
/// Rows of an import that a server saves a second.
const ROWS_PER_SECOND: u32 = 200;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// What it is about, in a sentence.
    pub(crate) about: String,
    /// The length of a round.
    pub(crate) seconds: u32,
    /// Rounds, each with a server of its own: their spread is the noise.
    pub(crate) rounds: u32,
    #[serde(default)]
    pub(crate) desks: Desks,
    /// Messages of phones a second, over all workspaces.
    #[serde(default)]
    pub(crate) webhooks: Rate,
    /// Commands of agents a second.
    #[serde(default)]
    pub(crate) commands: Commands,
    /// Searches a second.
    #[serde(default)]
    pub(crate) searches: Rate,
    /// Contacts saved a second, as a program that keeps two address books alike does.
    #[serde(default)]
    pub(crate) saves: Rate,
    /// An address book that is imported by the server, in one workspace.
    pub(crate) import: Option<Import>,
    /// Agents who sign in during the round.
    pub(crate) logins: Option<Logins>,
    /// Lines that are lost.
    #[serde(default)]
    pub(crate) cuts: Cuts,
    /// Agents who hardly read.
    #[serde(default)]
    pub(crate) slow: Slow,
}

/// The workspaces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Desks {
    pub(crate) count: u32,
    /// Agents of each who are there from the beginning.
    pub(crate) agents: u32,
    /// Conversations of each that are there.
    pub(crate) conversations: u32,
}

impl Default for Desks {
    fn default() -> Self {
        Self { count: 1, agents: 50, conversations: 100 }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Rate {
    pub(crate) per_second: f64,
}

/// Weights say how often one kind of command comes beside the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Commands {
    pub(crate) per_second: f64,
    pub(crate) notes: u32,
    pub(crate) sends: u32,
    pub(crate) closes: u32,
    pub(crate) reopens: u32,
    pub(crate) unreads: u32,
    pub(crate) claims: u32,
}

impl Default for Commands {
    fn default() -> Self {
        Self { per_second: 0.0, notes: 1, sends: 0, closes: 0, reopens: 0, unreads: 0, claims: 0 }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Logins {
    pub(crate) agents: u32,
    /// They come evenly over so long.
    pub(crate) over_seconds: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Import {
    pub(crate) rows: u32,
    /// When its upload begins.
    pub(crate) at_seconds: f64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Cuts {
    /// When all lines of the share are lost at once.
    pub(crate) at_seconds: Vec<f64>,
    /// How many of the agents lose theirs.
    pub(crate) percent: u32,
    /// Single lines lost a second, besides.
    pub(crate) per_second: f64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Slow {
    /// How many of the agents of each workspace.
    pub(crate) agents: u32,
    pub(crate) bytes_per_second: u32,
}

impl Scenario {
    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("{} is no scenario", file.display()))
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let scenario: Self = toml::from_str(text)?;
        scenario.check()?;
        Ok(scenario)
    }

    /// Whether it can be run at all.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let (desks, agents) = (self.desks.count, self.agents());
        anyhow::ensure!(
            self.seconds > 0 && self.rounds > 0,
            "a scenario takes a second and a round at least"
        );
        anyhow::ensure!((1..=DESKS_MAX).contains(&desks), "{desks} workspaces: 1 to {DESKS_MAX}");
        anyhow::ensure!(agents <= AGENTS_MAX, "{agents} agents: {AGENTS_MAX} at most");
        anyhow::ensure!(self.desks.agents > 0, "somebody has to be there from the beginning");
        anyhow::ensure!(self.desks.conversations > 0, "there has to be a conversation");
        anyhow::ensure!(self.cuts.percent <= 100, "{} percent of the agents", self.cuts.percent);
        let slow = self.slow.agents;
        anyhow::ensure!(slow <= self.desks.agents, "{slow} slow agents of {}", self.desks.agents);
        anyhow::ensure!(slow == 0 || self.slow.bytes_per_second > 0, "a slow agent reads something");
        if let Some(Import { rows, at_seconds }) = self.import {
            let left = f64::from(self.seconds) - at_seconds;
            let rows_max = left * f64::from(ROWS_PER_SECOND);
            anyhow::ensure!(at_seconds >= 0.0 && left > 0.0, "an import begins within the round");
            anyhow::ensure!(
                rows > 0 && f64::from(rows) <= rows_max,
                "{rows} rows of an import: 1 to {rows_max}"
            );
        }
        let last_login = self.logins.as_ref().map_or(0.0, |logins| logins.over_seconds);
        for at in self.cuts.at_seconds.iter().chain([&last_login]) {
            let is_within = (0.0..=f64::from(self.seconds)).contains(at);
            anyhow::ensure!(is_within, "cuts and logins at {at} s of a round of {} s", self.seconds);
        }
        let rates = [
            self.webhooks.per_second,
            self.commands.per_second,
            self.searches.per_second,
            self.saves.per_second,
            self.cuts.per_second,
        ];
        anyhow::ensure!(rates.iter().all(|rate| rate.is_finite() && *rate >= 0.0), "a rate is no number");
        let acts = rates.iter().sum::<f64>() * f64::from(self.seconds);
        anyhow::ensure!(acts <= ACTS_MAX as f64, "{acts} acts: {ACTS_MAX} at most");
        Ok(())
    }

    /// All who are ever there.
    pub(crate) fn agents(&self) -> u32 {
        let logins = self.logins.as_ref().map_or(0, |logins| logins.agents);
        self.desks.agents.saturating_mul(self.desks.count).saturating_add(logins)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_of_the_repository_can_be_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let files: Vec<_> = std::fs::read_dir(folder).expect("the folder").flatten().collect();
        assert!(files.len() >= 9, "{} scenarios", files.len());
        for file in files {
            Scenario::read(&file.path()).expect("a scenario");
        }
    }

    #[test]
    fn what_cannot_be_run_is_refused() {
        let head = "about = \"x\"\nseconds = 5\nrounds = 1\n";
        assert!(Scenario::parse(head).is_ok());
        for tail in [
            "[desks]\ncount = 0",
            "[desks]\nagents = 99999",
            "[cuts]\npercent = 101",
            "[cuts]\nat_seconds = [1.0, 5.1]",
            "[cuts]\nat_seconds = [nan]",
            "[logins]\nagents = 1\nover_seconds = 5.1",
            "[slow]\nagents = 2",
            "[import]\nrows = 0\nat_seconds = 1.0",
            "[import]\nrows = 801\nat_seconds = 1.0",
            "[import]\nrows = 1\nat_seconds = 5.0",
            "[import]\nrows = 1\nat_seconds = nan",
            "[webhooks]\nper_second = -1.0",
            "[webhooks]\nper_second = 9e9",
            "[webhocks]\nper_second = 1.0",
        ] {
            assert!(Scenario::parse(&format!("{head}{tail}\n")).is_err(), "{tail}");
        }
    }
}
