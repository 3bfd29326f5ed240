//! What was measured, by figure and server: every turn's value, the median, and the ratio of ours to each peer, taken
//! turn by turn, as the machine drifts, with how far they lie apart. It judges no figure.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::figure::Figure;
use super::stage::Stage;
use super::verdict::Counts;
use super::who::Who;
use crate::median::{interval, median};

/// Raised when a figure of a comparison gets another meaning; the first one told none.
pub(crate) const EDITION: u32 = 2;
/// Sentences that are worth reading.
const NOTES_MAX: usize = 100;

#[derive(Debug, Default)]
pub(crate) struct Sheet {
    wanted: Vec<Figure>,
    values: BTreeMap<(Figure, Who), BTreeMap<u32, f64>>,
    absent: BTreeMap<Who, String>,
    notes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Shown<'a> {
    comparison_edition: u32,
    figures: Vec<ShownFigure>,
    oracle: Counts,
    /// Turns of ours that ended before their time.
    failed_turns: u32,
    agents: usize,
    rounds: u32,
    event_bytes: usize,
    absent: BTreeMap<&'static str, &'a str>,
    notes: &'a [String],
}

#[derive(Debug, Serialize)]
struct ShownFigure {
    name: String,
    ours: Option<f64>,
    /// The lowest and the highest of our turns.
    ours_range: Option<[f64; 2]>,
    /// Where the middle lies in 15 of 16 cases at least.
    ours_interval: Option<[f64; 2]>,
    unit: &'static str,
    peers: BTreeMap<&'static str, Option<f64>>,
    /// Ours divided by the peer's.
    ratios: BTreeMap<&'static str, Option<f64>>,
    /// The same of the turns' ratios.
    ratio_ranges: BTreeMap<&'static str, Option<[f64; 2]>>,
    rounds: BTreeMap<&'static str, Vec<f64>>,
    /// Ours divided by the peer's, turn by turn.
    ratio_rounds: BTreeMap<&'static str, Vec<f64>>,
}

impl Sheet {
    pub(crate) fn new(wanted: &[Figure]) -> Self {
        Self { wanted: wanted.to_vec(), ..Self::default() }
    }

    pub(crate) fn put(&mut self, figure: Figure, who: Who, round: u32, value: f64) {
        self.values.entry((figure, who)).or_default().insert(round, value);
    }

    pub(crate) fn miss(&mut self, who: Who, sentence: String) {
        self.absent.entry(who).or_insert(sentence);
    }

    pub(crate) fn is_absent(&self, who: Who) -> bool {
        self.absent.contains_key(&who)
    }

    pub(crate) fn note(&mut self, sentence: String) {
        if self.notes.len() < NOTES_MAX {
            self.notes.push(sentence);
        }
    }

    /// Figures that were asked for and have no value of ours.
    pub(crate) fn missing(&self) -> impl Iterator<Item = Figure> {
        self.wanted.iter().copied().filter(|figure| self.median(*figure, Who::Ours).is_none())
    }

    fn values(&self, figure: Figure, who: Who) -> Vec<f64> {
        self.values.get(&(figure, who)).map(|values| values.values().copied().collect()).unwrap_or_default()
    }

    fn median(&self, figure: Figure, who: Who) -> Option<f64> {
        median(self.values(figure, who))
    }

    /// The ratios of those turns in which both have a value.
    fn ratios(&self, figure: Figure, who: Who) -> Vec<f64> {
        let values = |who| self.values.get(&(figure, who));
        let (Some(ours), Some(theirs)) = (values(Who::Ours), values(who)) else { return Vec::new() };
        let both = ours.iter().filter_map(|(round, value)| Some(value / theirs.get(round)?));
        both.filter(|ratio| ratio.is_finite()).collect()
    }

    fn shown(&self, figure: Figure) -> ShownFigure {
        let peers: BTreeSet<Who> = figure.part().peers().iter().copied().collect();
        let turns = |who: Who| (who.name(), self.values(figure, who).into_iter().map(rounded).collect());
        let mut rounds: BTreeMap<_, Vec<f64>> = peers.iter().copied().chain([Who::Ours]).map(turns).collect();
        rounds.retain(|_, turns| !turns.is_empty());
        let ratios = |who: &Who| {
            let ratios: Vec<f64> = self.ratios(figure, *who).into_iter().map(rounded).collect();
            (!ratios.is_empty()).then(|| (who.name(), ratios))
        };
        let ratio_rounds = peers.iter().filter_map(ratios).collect();
        ShownFigure {
            name: figure.name(),
            ours: self.median(figure, Who::Ours).map(rounded),
            ours_range: range(&self.values(figure, Who::Ours)),
            ours_interval: interval(self.values(figure, Who::Ours)).map(|ends| ends.map(rounded)),
            unit: figure.unit(),
            peers: peers.iter().map(|who| (who.name(), self.median(figure, *who).map(rounded))).collect(),
            ratios: peers
                .iter()
                .map(|who| (who.name(), median(self.ratios(figure, *who)).map(rounded)))
                .collect(),
            ratio_ranges: peers.iter().map(|who| (who.name(), range(&self.ratios(figure, *who)))).collect(),
            rounds,
            ratio_rounds,
        }
    }

    #[expect(clippy::print_stdout, clippy::print_stderr, reason = "it is what the program is for")]
    pub(crate) fn print(&self, stage: &Stage, json: bool) -> anyhow::Result<()> {
        for finding in &stage.verdict.report.findings {
            eprintln!("{finding}");
        }
        let shown = self.all(stage);
        if json {
            println!("{}", serde_json::to_string(&shown)?);
        } else {
            println!("{}", table(&shown)?);
        }
        Ok(())
    }

    fn all<'a>(&'a self, stage: &Stage) -> Shown<'a> {
        Shown {
            comparison_edition: EDITION,
            figures: self.wanted.iter().map(|figure| self.shown(*figure)).collect(),
            oracle: stage.verdict.counts(),
            failed_turns: stage.verdict.failed_turns,
            agents: stage.sizes.agents,
            rounds: stage.sizes.rounds,
            event_bytes: stage.event_bytes,
            absent: self.absent.iter().map(|(who, why)| (who.name(), why.as_str())).collect(),
            notes: &self.notes,
        }
    }
}

/// The lowest and the highest.
fn range(values: &[f64]) -> Option<[f64; 2]> {
    let lowest = values.iter().copied().reduce(f64::min)?;
    Some([lowest, values.iter().copied().reduce(f64::max)?].map(rounded))
}

fn table(shown: &Shown<'_>) -> anyhow::Result<String> {
    let mut lines = Vec::new();
    for figure in &shown.figures {
        let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| value.to_string());
        let between = |range: Option<[f64; 2]>| match range {
            Some([from, to]) if from < to => format!(" ({from} to {to})"),
            Some(_) | None => String::new(),
        };
        let ours = number(figure.ours);
        lines.push(format!("{:<34} {ours:>12} {}{}", figure.name, figure.unit, between(figure.ours_range)));
        for (who, value) in figure.peers.iter().filter(|(_, value)| value.is_some()) {
            let ratio = figure.ratios.get(who).copied().flatten();
            let range = figure.ratio_ranges.get(who).copied().flatten();
            let (theirs, ratio) = (number(*value), number(ratio));
            lines.push(format!("  {who:<32} {theirs:>12} ours is {ratio} of it{}", between(range)));
        }
    }
    lines.extend(shown.absent.iter().map(|(who, why)| format!("without {who}: {why}")));
    lines.extend(shown.notes.iter().cloned());
    lines.push(format!(
        "{} agents, {} rounds, events of {} bytes",
        shown.agents, shown.rounds, shown.event_bytes
    ));
    lines.push(format!("oracle: {}", serde_json::to_string(&shown.oracle)?));
    Ok(lines.join("\n"))
}

/// Four digits are more than any figure here is worth.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = 10_f64.powi(3 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::super::verdict::Verdict;
    use super::*;
    use crate::run::versus::Side;

    #[test]
    fn a_ratio_is_that_of_the_same_turn() {
        let mut sheet = Sheet::new(&[Figure::StartS, Figure::FanoutFlatOutCpuSPerMillion]);
        let figure = Figure::FanoutFlatOutCpuSPerMillion;
        for (round, ours, nats) in [(0, 1.0, 2.0), (1, 3.0, 6.0), (2, 10.0, 40.0)] {
            sheet.put(figure, Who::Ours, round, ours);
            sheet.put(figure, Who::Nats, round, nats);
        }
        sheet.put(figure, Who::Nchan, 7, 5.0);
        let shown = serde_json::to_value(sheet.shown(figure)).expect("it is JSON");
        assert_eq!((&shown["ours"], &shown["peers"]["nats"]), (&3.0.into(), &6.0.into()));
        assert_eq!((&shown["ours_range"][0], &shown["ours_range"][1]), (&1.0.into(), &10.0.into()));
        assert_eq!(
            (&shown["ratios"]["nats"], &shown["ratio_ranges"]["nats"][0]),
            (&0.5.into(), &0.25.into())
        );
        assert_eq!(shown["ratio_ranges"]["nats"][1], 0.5);
        assert!(shown["ours_interval"].is_null(), "three turns cannot tell");
        for (round, ours) in [(3, 2.0), (4, 12.0)] {
            sheet.put(figure, Who::Ours, round, ours);
        }
        let shown = serde_json::to_value(sheet.shown(figure)).expect("it is JSON");
        assert_eq!((&shown["ours_interval"][0], &shown["ours_interval"][1]), (&1.0.into(), &12.0.into()));
        assert!(shown["ratios"]["nchan"].is_null() && shown["peers"]["floor"].is_null());
        assert!(sheet.missing().next().is_some(), "nobody timed a start");
    }

    #[test]
    fn what_is_printed_is_read_as_a_report() {
        let figure = Figure::FanoutFlatOutCpuSPerMillion;
        let mut sheet = Sheet::new(&[figure]);
        for (round, ours, floor) in [(0, 1.0, Some(2.0)), (1, 3.0, None), (2, 8.0, Some(4.0))] {
            sheet.put(figure, Who::Ours, round, ours);
            floor.into_iter().for_each(|floor| sheet.put(figure, Who::Floor, round, floor));
        }
        let shown = Shown {
            comparison_edition: EDITION,
            figures: vec![sheet.shown(figure)],
            oracle: Verdict::default().counts(),
            failed_turns: 0,
            agents: 40,
            rounds: 3,
            event_bytes: 220,
            absent: BTreeMap::new(),
            notes: &[],
        };
        let side = Side::parse(&serde_json::to_string(&shown).expect("it is JSON")).expect("a report");
        let values: Vec<_> = side.figures.into_iter().map(|figure| (figure.name, figure.values)).collect();
        let name = figure.name();
        let ratios = (format!("{name} / floor"), vec![0.5, 2.0]);
        assert_eq!(values, [(name, vec![1.0, 3.0, 8.0]), ratios]);
        assert!(side.passed);
    }

    #[test]
    fn numbers_are_shown_with_four_digits() {
        let shown = [0.083_456, 27_123.4, 0.0, 12.0].map(rounded);
        assert_eq!(shown, [0.083_46, 27_120.0, 0.0, 12.0]);
    }
}
