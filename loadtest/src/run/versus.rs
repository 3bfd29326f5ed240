//! Two reports side by side. A figure differs when chance would hardly deal the rounds out like this (the rank test
//! of Mann and Whitney) and an interval for the ratio of medians leaves no doubt about the way (a bootstrap). Else
//! there is no difference shown, whatever the medians are.

use super::outcome::{Better, Figure, median};
use crate::plan::Dice;

mod side;

pub(crate) use side::Side;

/// How often chance may say so where there is nothing.
const CHANCE_MAX: f64 = 0.05;
const RESAMPLES: usize = 4_000;
/// More rounds than this are judged by the normal approximation.
const EXACT_MAX: usize = 12;
/// With fewer rounds on a side, chance alone deals out the most extreme order too often.
const ROUNDS_MIN: usize = 4;

/// What is said of one figure.
#[derive(Debug, Clone, PartialEq)]
enum Said {
    TooFew,
    /// There was nothing of it before, so there is no ratio.
    NothingBefore,
    NoDifference {
        low: f64,
        high: f64,
    },
    Differs {
        ratio: f64,
        low: f64,
        high: f64,
    },
}

#[expect(clippy::print_stdout, reason = "it is what the program is for")]
pub(super) fn print(before: &Side, after: &Side) {
    sentences(before, after).iter().for_each(|sentence| println!("{sentence}"));
}

fn sentences(before: &Side, after: &Side) -> Vec<String> {
    let mut sentences = Vec::new();
    if before.about != after.about {
        let (before, after) = (&before.about, &after.about);
        sentences.push(format!("what differs may be the work: {before} → {after}"));
    }
    for (side, name) in [(before, "before"), (after, "after")] {
        if !side.passed {
            sentences.push(format!("the report {name} did not pass: its figures are worth nothing"));
        }
    }
    for old in &before.figures {
        let new = after.figures.iter().find(|figure| figure.name == old.name);
        sentences.push(new.map_or_else(|| format!("{:<44} only before", old.name), |new| sentence(old, new)));
    }
    let is_new = |figure: &&Figure| !before.figures.iter().any(|old| old.name == figure.name);
    let only_after = after.figures.iter().filter(is_new);
    sentences.extend(only_after.map(|figure| format!("{:<44} only after", figure.name)));
    sentences
}

fn sentence(old: &Figure, new: &Figure) -> String {
    let head = format!("{:<44} {:>10.3} → {:>10.3} {:<6}", old.name, old.median, new.median, old.unit);
    let percent = |ratio: f64| (ratio - 1.0) * 100.0;
    match compare(&old.values, &new.values) {
        Said::TooFew => format!("{head} {ROUNDS_MIN} rounds on each side are needed to tell"),
        Said::NothingBefore => format!("{head} there was nothing before"),
        Said::NoDifference { low, high } => {
            format!("{head} no difference shown ({:+.0} to {:+.0} %)", percent(low), percent(high))
        }
        Said::Differs { ratio, low, high } => {
            let is_better = (ratio < 1.0) == (old.better == Better::Lower);
            let word = if is_better { "better" } else { "worse" };
            format!(
                "{head} {word}: {:+.0} % ({:+.0} to {:+.0} %)",
                percent(ratio),
                percent(low),
                percent(high)
            )
        }
    }
}

fn compare(old: &[f64], new: &[f64]) -> Said {
    if old.len().min(new.len()) < ROUNDS_MIN {
        return Said::TooFew;
    }
    if old == new {
        return Said::NoDifference { low: 1.0, high: 1.0 };
    }
    if median(old) <= 0.0 {
        return Said::NothingBefore;
    }
    let (low, high) = interval(old, new);
    let ratio = median(new) / median(old);
    let is_clear = low > 1.0 || high < 1.0;
    if is_clear && chance(old, new) <= CHANCE_MAX {
        Said::Differs { ratio, low, high }
    } else {
        Said::NoDifference { low, high }
    }
}

/// Where 95 of 100 ratios of resampled medians lie.
fn interval(old: &[f64], new: &[f64]) -> (f64, f64) {
    let mut dice = Dice::new(1, 1);
    let mut drawn = |values: &[f64]| {
        let some: Vec<f64> =
            (0..values.len()).map(|_| values[dice.roll(values.len() as u64) as usize]).collect();
        median(&some)
    };
    let mut ratios: Vec<f64> =
        (0..RESAMPLES).map(|_| drawn(new) / drawn(old).max(f64::MIN_POSITIVE)).collect();
    ratios.sort_by(f64::total_cmp);
    (ratios[RESAMPLES / 40], ratios[RESAMPLES - 1 - RESAMPLES / 40])
}

/// How likely an order at least as extreme is when both are of one kind, both ways.
fn chance(old: &[f64], new: &[f64]) -> f64 {
    let (n, m) = (old.len(), new.len());
    let wins = |old: &f64, new: &f64| if new > old { 1.0 } else { f64::from(u8::from(new == old)) / 2.0 };
    let u: f64 = old.iter().map(|old| new.iter().map(|new| wins(old, new)).sum::<f64>()).sum();
    let least = u.min((n * m) as f64 - u);
    if n.max(m) > EXACT_MAX {
        let (n, m) = (n as f64, m as f64);
        let z = (n * m / 2.0 - least - 0.5).max(0.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
        return 2.0 * normal_tail(z);
    }
    let ways = orders(n, m);
    let all: f64 = ways.iter().sum();
    let extreme: f64 = ways.iter().take(least.floor() as usize + 1).sum();
    (2.0 * extreme / all).min(1.0)
}

/// In how many orders of `n` and `m` values the second ones win `u` times, by `u`.
fn orders(n: usize, m: usize) -> Vec<f64> {
    // A value of the second kind put last wins against all of the first; one of the first, against none.
    let mut rows = vec![vec![Vec::<f64>::new(); m + 1]; n + 1];
    for i in 0..=n {
        for j in 0..=m {
            let mut ways = vec![0.0; i * j + 1];
            if i == 0 || j == 0 {
                ways[0] = 1.0;
            } else {
                rows[i - 1][j].iter().enumerate().for_each(|(u, count)| ways[u] += count);
                rows[i][j - 1].iter().enumerate().for_each(|(u, count)| ways[u + i] += count);
            }
            rows[i][j] = ways;
        }
    }
    rows[n][m].clone()
}

/// The share of a normal distribution beyond `z` (Abramowitz and Stegun, 26.2.17).
fn normal_tail(z: f64) -> f64 {
    const FACTORS: [f64; 5] = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let t = 1.0 / 0.231_641_9_f64.mul_add(z, 1.0);
    let sum = FACTORS.iter().rev().fold(0.0, |sum, factor| (sum + factor) * t);
    (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt() * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_counted_as_the_tables_say() {
        assert_eq!(orders(2, 2), [1.0, 1.0, 2.0, 1.0, 1.0]);
        let all: f64 = orders(5, 5).iter().sum();
        assert_eq!(all, 252.0);
        let apart = chance(&[1.0, 2.0, 3.0, 4.0, 5.0], &[6.0, 7.0, 8.0, 9.0, 10.0]);
        assert!((apart - 2.0 / 252.0).abs() < 1e-12);
        assert!((normal_tail(1.96) - 0.025).abs() < 1e-4);
    }

    #[test]
    fn noise_is_no_difference_and_a_clear_one_is() {
        let (calm, same) = ([10.0, 11.0, 9.5, 10.5, 10.2], [10.3, 9.8, 10.9, 10.1, 9.6]);
        assert!(matches!(compare(&calm, &same), Said::NoDifference { .. }));
        let faster = calm.map(|value| value * 0.6);
        let Said::Differs { ratio, low, high } = compare(&calm, &faster) else { panic!("it is clear") };
        assert!((ratio - 0.6).abs() < 1e-9 && low < ratio && high < 0.8);
        assert_eq!(compare(&calm[..3], &faster[..3]), Said::TooFew);
        assert_eq!(compare(&[0.0; 5], &[0.0; 5]), Said::NoDifference { low: 1.0, high: 1.0 });
        assert_eq!(compare(&[0.0; 5], &calm), Said::NothingBefore);
    }

    #[test]
    fn what_only_one_has_and_what_did_not_pass_is_said() {
        let side = |about: &str, name: &str, passed| Side {
            about: about.to_owned(),
            figures: vec![Figure {
                name: name.to_owned(),
                unit: "ms".to_owned(),
                better: Better::Lower,
                median: 1.0,
                values: vec![1.0; 4],
            }],
            passed,
        };
        let said = sentences(&side("x", "a", true), &side("y", "b", false)).join("\n");
        for words in ["x → y", "the report after did not pass", "only before", "only after"] {
            assert!(said.contains(words), "{said}");
        }
        assert_eq!(sentences(&side("x", "a", true), &side("x", "a", true)).len(), 1);
    }

    #[test]
    fn the_way_decides_what_is_better() {
        let figure = |better, scale: f64| Figure {
            name: "a".to_owned(),
            unit: "ms".to_owned(),
            better,
            median: 10.0 * scale,
            values: [9.0, 10.0, 11.0, 10.5, 9.5].map(|value| value * scale).to_vec(),
        };
        let said = |better| sentence(&figure(better, 1.0), &figure(better, 2.0));
        assert!(said(Better::Lower).contains("worse: +100 %"), "{}", said(Better::Lower));
        assert!(said(Better::Higher).contains("better: +100 %"));
    }
}
