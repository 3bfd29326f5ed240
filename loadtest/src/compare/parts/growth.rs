//! How the CPU of an event grows with those who listen: by the line a + b · listeners if it holds, which the b of large
//! crowds over that of small ones tells. Crowds of one server in an order by chance, each at a calm rate, so that every
//! event is told by itself, and flat out, where small crowds are told fewer events at once than large ones.

use std::time::Duration;

use super::super::broker::Broker;
use super::super::figure::Figure;
use super::super::publisher::Publisher;
use super::super::stage::{GROWING_TIMES, Stage};
use super::super::who::Who;
use super::Values;
use crate::crowd::Crowd;
use crate::crowd::tally::{Order, Tally};

const WINDOW: u32 = 64;
/// Sizes of crowds, in tenths of the usual one. The middle one is in both halves.
const TENTHS: [usize; 5] = [1, 3, 10, 32, 10 * GROWING_TIMES];
/// Sizes in each half.
const HALF: usize = TENTHS.len().div_ceil(2);
/// All sizes together take as long as three parts flat out.
const TIMES: u32 = 3;
/// At the calm rate the largest crowd leaves a core half at rest.
const CALM_PER_SECOND: u32 = 10;
/// A crowd of the usual size, or a larger one, is told for so much of a paced part; a smaller one for longer, until it
/// has had as many deliveries.
const CALM_SHARE: u32 = 2;
/// A server that still lets go of a crowd works more than this between two looks.
const QUIET_CPU_S: f64 = 0.02;
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// One that never comes to rest is measured as it is then.
const LOOKS_MAX: u32 = 50;

/// How events come.
#[derive(Debug, Clone, Copy)]
enum Pace {
    Calm,
    FlatOut,
}

/// One size of a crowd, at one pace.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    listeners: f64,
    cpu_us_per_event: f64,
}

/// What an event costs: so much, and so much more for each listener.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    event_us: f64,
    listener_us: f64,
}

impl Pace {
    const ALL: [Self; 2] = [Self::Calm, Self::FlatOut];

    fn figure(self) -> Figure {
        match self {
            Self::Calm => Figure::GrowthCalmSlopeRatio,
            Self::FlatOut => Figure::GrowthSlopeRatio,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Calm => "at a calm rate",
            Self::FlatOut => "flat out",
        }
    }
}

pub(super) async fn turn(stage: &mut Stage, who: Who) -> anyhow::Result<Values> {
    let broker = stage.broker(who).await?;
    let mut sizes = TENTHS.map(|tenths| (stage.sizes.agents * tenths / 10).max(1));
    stage.dice.shuffle(&mut sizes);
    let mut points = Vec::new();
    for listeners in sizes {
        quiet(&broker).await?;
        points.push(crowd(stage, &broker, who, listeners).await?);
    }
    broker.end(&mut stage.verdict).await?;
    points.sort_by(|[one, _], [other, _]| one.listeners.total_cmp(&other.listeners));
    let mut values = Values::new();
    for (n, pace) in Pace::ALL.into_iter().enumerate() {
        let points: Vec<Point> = points.iter().map(|paces| paces[n]).collect();
        let said = format!("{} {} in a turn of growth", who.name(), pace.words());
        match judge(&points) {
            Ok((Line { event_us, listener_us }, ratio)) => {
                stage.sheet.note(format!(
                    "an event of {said} takes {event_us:.1} µs and {listener_us:.4} for each listener"
                ));
                values.push((pace.figure(), ratio));
            }
            // A quick run judges no figure.
            Err(error) if stage.sizes.is_quick => stage.sheet.note(format!("{said}: {error:#}")),
            Err(error) => return Err(error.context(said)),
        }
    }
    Ok(values)
}

/// The line through all sizes, and how much steeper it is among the large ones than among the small ones.
fn judge(points: &[Point]) -> anyhow::Result<(Line, f64)> {
    let half = HALF.min(points.len());
    let (small, large) = (fit(&points[..half]), fit(&points[points.len() - half..]));
    let ratio = large.listener_us / small.listener_us;
    let is_told = small.listener_us > 0.0 && large.listener_us > 0.0 && ratio.is_finite();
    anyhow::ensure!(is_told, "the price of a listener cannot be told: {points:?}");
    Ok((fit(points), ratio))
}

/// By least squares. What is measured is off by so much in a hundred, so that a small crowd tells as much as a large one.
fn fit(points: &[Point]) -> Line {
    let weight = |point: &Point| point.cpu_us_per_event.max(f64::MIN_POSITIVE).powi(-2);
    let all: f64 = points.iter().map(weight).sum();
    let mean =
        |of: fn(&Point) -> f64| points.iter().map(|point| weight(point) * of(point)).sum::<f64>() / all;
    let (listeners, cpu) = (mean(|point| point.listeners), mean(|point| point.cpu_us_per_event));
    let sum = |of: &dyn Fn(&Point) -> f64| points.iter().map(|point| weight(point) * of(point)).sum::<f64>();
    let together = sum(&|point| (point.listeners - listeners) * (point.cpu_us_per_event - cpu));
    let listener_us = together / sum(&|point| (point.listeners - listeners).powi(2));
    Line { event_us: cpu - listener_us * listeners, listener_us }
}

/// Waits until the server has let go of the crowd before.
async fn quiet(broker: &Broker) -> anyhow::Result<()> {
    let mut before = broker.cpu_seconds()?;
    for _ in 0..LOOKS_MAX {
        tokio::time::sleep(LOOK_EVERY).await;
        let now = broker.cpu_seconds()?;
        if now - before <= QUIET_CPU_S {
            break;
        }
        before = now;
    }
    Ok(())
}

/// What an event takes with so many who listen, at each pace.
async fn crowd(stage: &mut Stage, broker: &Broker, who: Who, listeners: usize) -> anyhow::Result<[Point; 2]> {
    let mut crowd = stage.crowd_of(broker, listeners, Order::Kept).await?;
    let mut publisher = Publisher::open(&broker.venue, stage.text_bytes(who)).await?;
    publisher.window(&mut crowd, WINDOW, stage.sizes.warm_up).await?;
    crowd.with(Tally::forget_times);
    let mut points = Pace::ALL.map(|_| Point { listeners: listeners as f64, cpu_us_per_event: 0.0 });
    for (pace, point) in Pace::ALL.into_iter().zip(&mut points) {
        let (first, before) = (publisher.next, broker.cpu_seconds()?);
        let told = publish(stage, &mut publisher, &mut crowd, listeners, pace).await;
        let (events, spent) = (publisher.next - first, broker.cpu_seconds()? - before);
        stage.judge(who, &crowd, publisher.next)?;
        told?;
        point.cpu_us_per_event = spent * 1e6 / f64::from(events.max(1));
    }
    Ok(points)
}

async fn publish(
    stage: &Stage,
    publisher: &mut Publisher,
    crowd: &mut Crowd,
    listeners: usize,
    pace: Pace,
) -> anyhow::Result<()> {
    let sizes = &stage.sizes;
    match pace {
        Pace::Calm => {
            let smaller = (sizes.agents as f64 / listeners as f64).max(1.0);
            publisher.rate(crowd, CALM_PER_SECOND, (sizes.paced / CALM_SHARE).mul_f64(smaller)).await
        }
        Pace::FlatOut => publisher.window(crowd, WINDOW, sizes.flat_out * TIMES / TENTHS.len() as u32).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(cpu_us: impl Fn(f64) -> f64) -> Vec<Point> {
        let of = |tenths: usize| {
            let listeners = (tenths * 100) as f64;
            Point { listeners, cpu_us_per_event: cpu_us(listeners) }
        };
        TENTHS.map(of).to_vec()
    }

    #[test]
    fn a_line_is_found_and_has_one_slope() {
        let (line, ratio) = judge(&points(|listeners| 0.14f64.mul_add(listeners, 30.0))).expect("a line");
        assert!((line.event_us - 30.0).abs() < 1e-6 && (line.listener_us - 0.14).abs() < 1e-9, "{line:?}");
        assert!((ratio - 1.0).abs() < 1e-9, "{ratio}");
    }

    #[test]
    fn listeners_who_cost_more_among_many_are_seen() {
        let bent =
            |listeners: f64| 0.1f64.mul_add(listeners.min(1_000.0), 0.2 * (listeners - 1_000.0).max(0.0));
        let (_, ratio) = judge(&points(bent)).expect("two lines");
        assert!((ratio - 2.0).abs() < 1e-9, "{ratio}");
    }

    #[test]
    fn one_size_that_is_off_moves_the_slope_less_than_a_line_through_two() {
        let noise = |listeners: f64| if listeners > 5_000.0 { 1.1 } else { 1.0 };
        let points = points(|listeners| 0.14 * listeners * noise(listeners));
        let (_, ratio) = judge(&points).expect("a line");
        let slope = |from: &Point, to: &Point| {
            (to.cpu_us_per_event - from.cpu_us_per_event) / (to.listeners - from.listeners)
        };
        let through_two = slope(&points[2], &points[4]) / slope(&points[0], &points[2]);
        assert!(1.0 < ratio && ratio < through_two, "{ratio} and {through_two}");
    }

    #[test]
    fn a_price_that_cannot_be_told_is_no_value() {
        assert!(judge(&points(|_| 30.0)).is_err());
        assert!(judge(&points(|listeners| 100.0 - listeners / 100.0)).is_err());
        assert!(judge(&points(|listeners| 10.0 + listeners.min(2_000.0 - listeners).max(0.0))).is_err());
    }
}
