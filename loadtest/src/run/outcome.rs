//! What a run found: figures by round, their spread, the course of each round, and the oracle's counts. It is what
//! `--json` writes and `report diff` reads.

use std::collections::BTreeMap;

use anyhow::Context as _;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use super::orders::{Counts, Measure, Refused, Told};
use super::plan::Plan;
pub(super) use crate::better::Better;
use crate::report::{self, Report};

/// Raised when a figure gets another meaning.
pub(super) const EDITION: u32 = 2;
/// Points of a curve of latencies: each halves what is slower.
const HALVES: i32 = 14;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(super) edition: u32,
    pub(super) about: String,
    pub(super) seed: u64,
    pub(super) processes: u32,
    pub(super) seconds: u32,
    pub(super) agents: u32,
    pub(super) figures: Vec<Figure>,
    pub(super) oracle: Oracle,
    pub(super) findings: Vec<String>,
    pub(super) rounds: Vec<Round>,
}

/// One figure over all rounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) name: String,
    pub(crate) unit: String,
    pub(crate) better: Better,
    pub(crate) median: f64,
    pub(crate) values: Vec<f64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Oracle {
    pub(super) lost: u64,
    pub(super) duplicated: u64,
    pub(super) out_of_order: u64,
    pub(super) diverged: u64,
    /// What failed on the load's side: connections that ended, answers that did not come.
    pub(super) failed: u64,
}

/// The course of one round.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Round {
    pub(super) values: BTreeMap<String, Value>,
    pub(super) curves: BTreeMap<String, Vec<Point>>,
    pub(super) seconds: Vec<Second>,
    #[serde(skip)]
    pub(super) report: Report,
    #[serde(skip)]
    pub(super) failed: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Value {
    pub(super) value: f64,
    pub(super) unit: String,
    pub(super) better: Better,
}

/// A share of all times was no longer than this.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(super) share: f64,
    pub(super) ms: f64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Second {
    pub(super) deliveries: u64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    /// CPU time a second.
    pub(super) server_cores: f64,
    pub(super) load_cores: f64,
    pub(super) server_mib: f64,
}

impl Round {
    /// What hands timed; the second's machine figures are there already.
    pub(super) fn tell(&mut self, told: &[Told], seconds: u32) {
        let mut times: BTreeMap<Measure, Histogram<u64>> = BTreeMap::new();
        for (measure, counts) in told.iter().flat_map(|told| &told.times) {
            counts.add_to(times.entry(*measure).or_insert_with(report::times));
        }
        for (measure, times) in &times {
            for (name, quantile) in [("p50", 0.5), ("p99", 0.99), ("p999", 0.999)] {
                let name = format!("{}_{name}_ms", measure.name());
                self.put(name, report::millis(times, quantile), "ms", Better::Lower);
            }
            self.curves.insert(measure.name().to_owned(), curve(times));
        }
        for (n, second) in self.seconds.iter_mut().enumerate() {
            let mut all = report::times();
            told.iter()
                .filter_map(|told| told.seconds.get(n))
                .for_each(|counts: &Counts| counts.add_to(&mut all));
            second.deliveries = all.len();
            (second.p50_ms, second.p99_ms) = (report::millis(&all, 0.5), report::millis(&all, 0.99));
        }
        let count =
            |names: [Measure; 2]| names.iter().filter_map(|name| times.get(name)).map(Histogram::len).sum();
        let texts: u64 = count([Measure::WebhookToAgent, Measure::TextToAgent]);
        let per_second = texts as f64 / f64::from(seconds.max(1));
        self.put("texts_told_per_s".to_owned(), per_second, "per s", Better::Higher);
        let checked: u64 = told.iter().map(|told| told.searches_checked).sum();
        self.put("searches_checked".to_owned(), checked as f64, "", Better::Higher);
        self.failed += told.iter().map(|told| told.failed).sum::<u64>();
        self.report.diverged += told.iter().map(|told| told.searches_wrong).sum::<u64>();
        for Refused { measure, code, message, count } in told.iter().flat_map(|told| &told.refused) {
            let what = measure.name();
            self.report.find(format!("{what}: {count} were refused: {code}: {message}"));
        }
        let failures = told.iter().flat_map(|told| &told.failures);
        failures.for_each(|failure| self.report.find(failure.clone()));
    }

    pub(super) fn put(&mut self, name: String, value: f64, unit: &str, better: Better) {
        self.values.insert(name, Value { value, unit: unit.to_owned(), better });
    }
}

fn curve(times: &Histogram<u64>) -> Vec<Point> {
    let shares = (0..=HALVES).map(|halves| 1.0 - 0.5_f64.powi(halves));
    shares.map(|share| Point { share, ms: report::millis(times, share) }).collect()
}

impl Outcome {
    pub(super) fn of(plan: &Plan, processes: u32) -> Self {
        Self {
            edition: EDITION,
            about: plan.scenario.about.clone(),
            seed: plan.seed,
            processes,
            seconds: plan.scenario.seconds,
            agents: plan.scenario.agents(),
            figures: Vec::new(),
            oracle: Oracle::default(),
            findings: Vec::new(),
            rounds: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, round: Round) {
        self.oracle.lost += round.report.lost;
        self.oracle.duplicated += round.report.duplicated;
        self.oracle.out_of_order += round.report.out_of_order;
        self.oracle.diverged += round.report.diverged;
        self.oracle.failed += round.failed;
        self.findings.extend(round.report.findings.iter().cloned());
        self.rounds.push(round);
    }

    /// Makes figures of the rounds.
    pub(super) fn close(&mut self) {
        let names: std::collections::BTreeSet<&String> =
            self.rounds.iter().flat_map(|round| round.values.keys()).collect();
        let figure = |name: &String| {
            let all: Vec<&Value> = self.rounds.iter().filter_map(|round| round.values.get(name)).collect();
            let first = all.first()?;
            let values: Vec<f64> = all.iter().map(|value| value.value).collect();
            let median = median(&values);
            Some(Figure {
                name: name.clone(),
                unit: first.unit.clone(),
                better: first.better,
                median,
                values,
            })
        };
        self.figures = names.into_iter().filter_map(figure).collect();
    }

    pub(super) fn passed(&self) -> bool {
        self.oracle == Oracle::default()
    }

    pub(super) fn of_value(report: serde_json::Value) -> anyhow::Result<Self> {
        let outcome: Self = serde_json::from_value(report).context("it is no report of a run")?;
        let edition = outcome.edition;
        anyhow::ensure!(edition == EDITION, "it is of edition {edition}, not {EDITION}");
        Ok(outcome)
    }

    #[expect(clippy::print_stdout, clippy::print_stderr, reason = "it is what the program is for")]
    pub(super) fn print(&self) {
        self.findings.iter().for_each(|finding| eprintln!("{finding}"));
        for figure in &self.figures {
            let low = figure.values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = figure.values.iter().copied().fold(0.0, f64::max);
            println!("{:<32} {:>12.3} {:<6} {low:.3} … {high:.3}", figure.name, figure.median, figure.unit);
        }
        let Oracle { lost, duplicated, out_of_order, diverged, failed } = self.oracle;
        println!(
            "oracle: {lost} lost, {duplicated} duplicated, {out_of_order} out of order, {diverged} diverged, \
             {failed} failed"
        );
    }
}

/// The middle of several values; zero where there is none.
pub(super) fn median(values: &[f64]) -> f64 {
    crate::median::median(values.to_vec()).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_and_a_search_that_did_not_find_fail_the_run_in_words() {
        let refused = Refused {
            measure: Measure::CommandAcknowledged,
            code: "busy".to_owned(),
            message: "later".to_owned(),
            count: 7,
        };
        let refusing = Told { refused: vec![refused], failed: 7, ..Told::default() };
        let blind = Told {
            searches_checked: 9,
            searches_wrong: 2,
            failures: vec!["a search".to_owned()],
            ..Told::default()
        };
        for told in [refusing, blind] {
            let scenario = toml::from_str("about = \"x\"\nseconds = 1\nrounds = 1\n").expect("a scenario");
            let mut outcome = Outcome::of(&Plan::make(scenario, 1).expect("a plan"), 1);
            let mut round = Round::default();
            round.tell(&[told], 1);
            outcome.add(round);
            assert!(!outcome.passed() && !outcome.findings.is_empty(), "{outcome:?}");
        }
    }

    #[test]
    fn figures_are_medians_of_rounds_and_any_finding_fails_the_run() {
        let scenario = toml::from_str("about = \"x\"\nseconds = 1\nrounds = 2\n").expect("a scenario");
        let mut outcome = Outcome::of(&Plan::make(scenario, 1).expect("a plan"), 1);
        for value in [3.0, 9.0, 5.0] {
            let mut round = Round::default();
            round.put("a_ms".to_owned(), value, "ms", Better::Lower);
            outcome.add(round);
        }
        outcome.close();
        assert_eq!((outcome.figures[0].median, outcome.figures[0].values.len()), (5.0, 3));
        assert!(outcome.passed());
        let report = Report { lost: 1, ..Report::default() };
        outcome.add(Round { report, ..Round::default() });
        assert!(!outcome.passed());
    }
}
