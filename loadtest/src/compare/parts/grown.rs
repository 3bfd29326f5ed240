//! Whether a command takes longer when the log has become long: one agent who waits for each answer, at a server with
//! a long log and at one with a short log, in turns. Both are filled first, and both go on running; a turn is long beside
//! what a server puts off, so that it pays for its own.

use std::time::Duration;

use anyhow::Context as _;
use hdrhistogram::Histogram;

use super::super::figure::Figure;
use super::super::stage::Stage;
use super::Values;
use super::commands::Hand;
use super::start::Filled;
use crate::median::median;
use crate::webhook::Http;
use crate::{oracle, report};

/// Events in the short log.
const SHORT: u64 = 1_000;
/// Pairs of turns for one value.
const PAIRS: usize = 6;

/// A server with its agent, after so many events.
struct Side {
    filled: Filled,
    hand: Hand,
    events: u64,
}

pub(super) async fn all(stage: &mut Stage) -> anyhow::Result<Vec<(u32, Values)>> {
    let grown = stage.sizes.grown;
    let short = Filled::new(stage, "short", SHORT).await?;
    let long = Filled::new(stage, "long", grown).await?;
    let mut short = Side::new(short, SHORT).await?;
    let mut long = Side::new(long, grown).await?;
    // What filling left to do, and what is read for the first time, is nobody's.
    Pair::play(&mut short, &mut long, stage).await?;
    let (mut ratios, mut rounds) = (Vec::new(), Vec::new());
    for number in 0..stage.sizes.rounds {
        let (mut of_round, mut all) = (Vec::new(), Pair::nothing());
        for _ in 0..PAIRS {
            let pair = Pair::play(&mut short, &mut long, stage).await?;
            of_round.push(pair.ratio(0.5));
            all.add(&pair)?;
        }
        ratios.extend_from_slice(&of_round);
        let middle = median(of_round).context("a round has pairs")?;
        let values = [(Figure::CommandGrowthRatio, middle), (Figure::CommandGrowthP99Ratio, all.ratio(0.99))];
        rounds.push((number, values.to_vec()));
    }
    let pairs = ratios.len();
    let (from, to) = interval(&mut ratios);
    let middle = median(ratios).context("a run has rounds")?;
    stage.sheet.note(format!(
        "a command with {grown} events in the log takes {middle:.3} times as long as with {SHORT}, at these two servers \
         {from:.3} to {to:.3} in 19 of 20 cases ({pairs} pairs of turns)"
    ));
    for side in [short, long] {
        side.end(stage).await?;
    }
    Ok(rounds)
}

/// How long commands took in a turn of each.
struct Pair {
    short: Histogram<u64>,
    long: Histogram<u64>,
}

impl Pair {
    fn nothing() -> Self {
        Self { short: report::times(), long: report::times() }
    }

    /// Who is first is chance, so that nothing regular falls to one of them.
    async fn play(short: &mut Side, long: &mut Side, stage: &mut Stage) -> anyhow::Result<Self> {
        let time = stage.sizes.flat_out;
        if stage.dice.roll(2) == 0 {
            let short = short.work(time).await?;
            return Ok(Self { short, long: long.work(time).await? });
        }
        let long = long.work(time).await?;
        Ok(Self { short: short.work(time).await?, long })
    }

    fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        self.short.add(&other.short)?;
        Ok(self.long.add(&other.long)?)
    }

    /// Long over short.
    fn ratio(&self, quantile: f64) -> f64 {
        report::millis(&self.long, quantile) / report::millis(&self.short, quantile)
    }
}

impl Side {
    /// Whoever is connected has to work from now on: the server lets go of who says nothing.
    async fn new(filled: Filled, events: u64) -> anyhow::Result<Self> {
        let hand = Hand::at(filled.house.address()?, &filled.desk).await?;
        Ok(Self { filled, hand, events })
    }

    async fn work(&mut self, time: Duration) -> anyhow::Result<Histogram<u64>> {
        self.hand.times.reset();
        Ok(self.hand.work(1, time, u64::MAX).await?.times)
    }

    /// Every acknowledged command stands behind what was filled in, once.
    async fn end(self, stage: &mut Stage) -> anyhow::Result<()> {
        let Self { filled, hand, events } = self;
        stage.verdict.lose(hand.refused, format!("{} commands were refused", hand.refused));
        let log = Http::new(filled.desk.admin(filled.house.url()?)).log(events).await?;
        oracle::check_log(&mut stage.verdict.report, &log, &hand.acked)?;
        filled.end().await
    }
}

/// Where the middle of such ratios lies in 19 of 20 cases, for six of them and more, whatever they are distributed like:
/// between two of them in order, so far from the ends as a binomial of one half says (by its normal approximation).
fn interval(ratios: &mut [f64]) -> (f64, f64) {
    ratios.sort_by(f64::total_cmp);
    let count = ratios.len() as f64;
    let first = ((count - 1.96 * count.sqrt()) / 2.0).floor().max(1.0) as usize;
    let left_out = first - 1;
    let last = ratios.len().saturating_sub(1);
    let at = |place: usize| ratios.get(place).copied().unwrap_or(f64::NAN);
    (at(left_out), at(last.saturating_sub(left_out)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_leaves_out_what_chance_explains() {
        let mut ratios: Vec<f64> = (0..25).rev().map(f64::from).collect();
        assert_eq!(interval(&mut ratios), (6.0, 18.0));
        assert_eq!(interval(&mut [3.0, 1.0, 2.0, 5.0, 4.0, 6.0]), (1.0, 6.0));
    }
}
