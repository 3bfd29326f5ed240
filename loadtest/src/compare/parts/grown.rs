//! Whether a command takes longer when the log has become long: one agent who waits for each answer, at a server with
//! a long log and at one with a short log, in turns of a moment each. Both are filled first, and both go on running.

use std::time::Duration;

use hdrhistogram::Histogram;

use super::super::figure::Figure;
use super::super::stage::Stage;
use super::Values;
use super::commands::Hand;
use super::start::Filled;
use crate::webhook::Http;
use crate::{oracle, report};

/// Events in the short log.
const SHORT: u64 = 1_000;
/// Pairs of turns for one value.
const PAIRS: usize = 12;
const LONG: Duration = Duration::from_secs(120);

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
    let mut short = side(short, SHORT, stage).await?;
    let mut long = side(long, grown, stage).await?;
    let (mut ratios, mut rounds) = (Vec::new(), Vec::new());
    for number in 0..stage.sizes.rounds {
        let mut round = Round::play(&mut short, &mut long, turn_of(stage)).await?;
        let values = [
            (Figure::CommandGrowthRatio, middle(&mut round.ratios)),
            (Figure::CommandGrowthP99Ratio, round.p99_ratio),
        ];
        rounds.push((number, values.to_vec()));
        ratios.append(&mut round.ratios);
    }
    let (from, to) = interval(&mut ratios);
    stage.sheet.note(format!(
        "a command with {grown} events in the log takes {:.3} times as long as with {SHORT}, {from:.3} to {to:.3} in 19 \
         of 20 cases ({} pairs)",
        middle(&mut ratios),
        ratios.len(),
    ));
    for side in [short, long] {
        side.end(stage).await?;
    }
    Ok(rounds)
}

/// Commands of one turn.
fn turn_of(stage: &Stage) -> u32 {
    stage.sizes.alone / PAIRS as u32
}

/// What some pairs of turns gave: long over short.
struct Round {
    /// Of each pair's medians.
    ratios: Vec<f64>,
    /// Of the slowest of a hundred of all its commands.
    p99_ratio: f64,
}

impl Round {
    async fn play(short: &mut Side, long: &mut Side, commands: u32) -> anyhow::Result<Self> {
        let mut ratios = Vec::new();
        let (mut all_short, mut all_long) = (report::times(), report::times());
        for pair in 0..PAIRS {
            // Neither is always the first.
            let (of_short, of_long) = if pair % 2 == 0 {
                let of_short = short.work(commands).await?;
                (of_short, long.work(commands).await?)
            } else {
                let of_long = long.work(commands).await?;
                (short.work(commands).await?, of_long)
            };
            ratios.push(report::millis(&of_long, 0.5) / report::millis(&of_short, 0.5));
            all_short.add(&of_short)?;
            all_long.add(&of_long)?;
        }
        let p99_ratio = report::millis(&all_long, 0.99) / report::millis(&all_short, 0.99);
        Ok(Self { ratios, p99_ratio })
    }
}

/// Somebody at a filled server, after a first turn that does not count. Whoever is connected has to work: the server
/// lets go of who says nothing.
async fn side(filled: Filled, events: u64, stage: &Stage) -> anyhow::Result<Side> {
    let hand = Hand::at(filled.house.address()?, &filled.desk).await?;
    let mut side = Side { filled, hand, events };
    side.work(turn_of(stage)).await?;
    Ok(side)
}

impl Side {
    async fn work(&mut self, commands: u32) -> anyhow::Result<Histogram<u64>> {
        self.hand.times.reset();
        Ok(self.hand.work(1, LONG, u64::from(commands)).await?.times)
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

fn middle(ratios: &mut [f64]) -> f64 {
    ratios.sort_by(f64::total_cmp);
    let count = ratios.len();
    if count == 0 { f64::NAN } else { f64::midpoint(ratios[(count - 1) / 2], ratios[count / 2]) }
}

/// Where the middle of such ratios lies in 19 of 20 cases at least, whatever they are distributed like: between two of
/// them in order, so far from the ends as a binomial of one half says (by its normal approximation).
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
        assert_eq!((middle(&mut ratios), interval(&mut ratios)), (12.0, (6.0, 18.0)));
        assert_eq!(interval(&mut [3.0, 1.0]), (1.0, 3.0));
    }
}
