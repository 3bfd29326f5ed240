//! One of two reports that are held against each other: that of a run, or what a comparison printed. It reads them and
//! compares nothing.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::Value;

use super::super::outcome::{Figure, Outcome, median};
use crate::compare;

/// How a comparison calls our own server.
const OURS: &str = "ours";

/// What a report says, whoever wrote it.
#[derive(Debug)]
pub(crate) struct Side {
    /// What was done, in words: what differs between two of them may be the work.
    pub(crate) about: String,
    pub(crate) figures: Vec<Figure>,
    pub(crate) passed: bool,
}

/// What a comparison prints.
#[derive(Debug, Deserialize)]
struct Compared {
    /// None of the first one.
    #[serde(default)]
    comparison_edition: u32,
    figures: Vec<ComparedFigure>,
    oracle: BTreeMap<String, u64>,
    #[serde(default)]
    failed_turns: u32,
    agents: usize,
    event_bytes: usize,
}

#[derive(Debug, Deserialize)]
struct ComparedFigure {
    name: String,
    unit: String,
    /// By server, without turns that failed.
    #[serde(default)]
    rounds: BTreeMap<String, Vec<f64>>,
    /// Ours divided by the peer's, for turns in which both have a value.
    #[serde(default)]
    ratio_rounds: BTreeMap<String, Vec<f64>>,
}

impl Side {
    pub(crate) fn read(file: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("{} cannot be compared", file.display()))
    }

    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let report: Value = serde_json::from_str(text).context("it is no JSON")?;
        if report.get("edition").is_some() {
            return Ok(Self::of_run(Outcome::of_value(report)?));
        }
        let compared: Compared =
            serde_json::from_value(report).context("it is no report of a run or a comparison")?;
        let edition = compared.comparison_edition;
        anyhow::ensure!(edition == compare::EDITION, "it is of edition {edition}, not {}", compare::EDITION);
        compared.side()
    }

    fn of_run(outcome: Outcome) -> Self {
        let passed = outcome.passed();
        let Outcome { about, agents, seconds, figures, .. } = outcome;
        Self { about: format!("{about}; {agents} agents, {seconds} s"), figures, passed }
    }
}

impl Compared {
    fn side(self) -> anyhow::Result<Side> {
        let Self { figures, oracle, failed_turns, agents, event_bytes, .. } = self;
        let figures: anyhow::Result<Vec<Vec<Figure>>> =
            figures.into_iter().map(ComparedFigure::figures).collect();
        Ok(Side {
            about: format!("a comparison of {agents} agents, events of {event_bytes} bytes"),
            figures: figures?.concat(),
            passed: failed_turns == 0 && oracle.values().all(|count| *count == 0),
        })
    }
}

impl ComparedFigure {
    /// Ours, and the ratio of it to each peer's: what is better for ours is better for the ratio.
    fn figures(self) -> anyhow::Result<Vec<Figure>> {
        let better = compare::better(&self.name)
            .with_context(|| format!("this program does not know which way {} should go", self.name))?;
        let figure = |name: String, unit: &str, values: Vec<f64>| Figure {
            name,
            unit: unit.to_owned(),
            better,
            median: median(&values),
            values,
        };
        let ours = self.rounds.get(OURS).filter(|values| !values.is_empty());
        let ours = ours.map(|values| figure(self.name.clone(), &self.unit, values.clone()));
        let ratios = self.ratio_rounds.iter().filter(|(_, values)| !values.is_empty());
        let ratios =
            ratios.map(|(peer, values)| figure(format!("{} / {peer}", self.name), "ratio", values.clone()));
        Ok(ours.into_iter().chain(ratios).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::better::Better;

    const PRINTED: &str = r#"{"comparison_edition":2,"figures":[
        {"name":"reconnect_per_s","ours":3.0,"unit":"per s","peers":{"floor":6.0,"nats":null},
         "rounds":{"floor":[6.0,4.0],"ours":[3.0,4.0],"nats":[5.0]},"ratio_rounds":{"floor":[0.5,1.0]}},
        {"name":"start_s","ours":null,"unit":"s","peers":{},"rounds":{}}],
        "oracle":{"lost":0,"duplicated":0,"diverged":0},"failed_turns":0,"agents":40,"rounds":2,"event_bytes":220,
        "absent":{},"notes":[]}"#;

    fn values(side: &Side) -> Vec<(&str, Vec<f64>)> {
        side.figures.iter().map(|figure| (figure.name.as_str(), figure.values.clone())).collect()
    }

    #[test]
    fn what_a_comparison_prints_is_ours_and_the_ratios_to_peers() {
        let side = Side::parse(PRINTED).expect("a report");
        let wanted =
            [("reconnect_per_s", vec![3.0, 4.0]), ("reconnect_per_s / floor", vec![0.5, 1.0])].to_vec();
        assert_eq!(values(&side), wanted);
        assert!(side.passed && side.figures.iter().all(|figure| figure.better == Better::Higher));
        let before = PRINTED.replace(r#""comparison_edition":2,"#, "");
        assert!(Side::parse(&before).is_err(), "its figures mean something else");
    }

    #[test]
    fn what_failed_did_not_pass_and_what_is_unknown_is_refused() {
        let failed = [(r#""lost":0"#, r#""lost":1"#), (r#""failed_turns":0"#, r#""failed_turns":1"#)];
        for (zero, one) in failed {
            assert!(!Side::parse(&PRINTED.replace(zero, one)).expect("a report").passed);
        }
        assert!(Side::parse(&PRINTED.replace("start_s", "end_s")).is_err());
        assert!(Side::parse(r#"{"figures":[]}"#).is_err());
    }

    #[test]
    fn the_report_of_a_run_is_read_and_one_of_another_edition_is_not() {
        let run = r#"{"edition":2,"about":"x","seed":1,"processes":1,"seconds":2,"agents":3,"figures":[{"name":"a",
            "unit":"ms","better":"higher","median":1.0,"values":[1.0]}],"oracle":{"lost":1,"duplicated":0,
            "out_of_order":0,"diverged":0,"failed":0},"findings":[],"rounds":[]}"#;
        let side = Side::parse(run).expect("a report");
        assert_eq!((values(&side), side.passed), (vec![("a", vec![1.0])], false));
        assert!(Side::parse(&run.replace(r#""edition":2"#, r#""edition":1"#)).is_err());
    }
}
