//! How the CPU of an event grows with those who listen: the price of one more listener among many, over the price among
//! few. Three crowds of one server, flat out.

use super::super::broker::Broker;
use super::super::figure::Figure;
use super::super::publisher::Publisher;
use super::super::stage::{GROWING_TIMES, Stage};
use super::super::who::Who;
use super::Values;
use crate::crowd::tally::{Order, Tally};

const WINDOW: u32 = 64;

/// One size of a crowd.
struct Point {
    listeners: f64,
    cpu_per_event: f64,
}

pub(super) async fn turn(stage: &mut Stage, who: Who) -> anyhow::Result<Values> {
    let broker = stage.broker(who).await?;
    let agents = stage.sizes.agents;
    let few = point(stage, &broker, who, agents / GROWING_TIMES).await?;
    let some = point(stage, &broker, who, agents).await?;
    let many = point(stage, &broker, who, agents * GROWING_TIMES).await?;
    broker.end(&mut stage.verdict).await?;
    let slope = |low: &Point, high: &Point| {
        (high.cpu_per_event - low.cpu_per_event) / (high.listeners - low.listeners)
    };
    let (first, second) = (slope(&few, &some), slope(&some, &many));
    if first <= 0.0 {
        stage.sheet.note(format!("a turn of {} was too short to tell the price of a listener", who.name()));
        return Ok(Vec::new());
    }
    Ok(vec![(Figure::GrowthSlopeRatio, second / first)])
}

async fn point(stage: &mut Stage, broker: &Broker, who: Who, listeners: usize) -> anyhow::Result<Point> {
    let mut crowd = stage.crowd_of(broker, listeners.max(1), Order::Kept).await?;
    let mut publisher = Publisher::open(&broker.venue, stage.text_bytes(who)).await?;
    publisher.window(&mut crowd, WINDOW, stage.sizes.warm_up).await?;
    crowd.with(Tally::forget_times);
    let (first, before) = (publisher.next, broker.cpu_seconds()?);
    let told = publisher.window(&mut crowd, WINDOW, stage.sizes.flat_out).await;
    let (events, spent) = (publisher.next - first, broker.cpu_seconds()? - before);
    stage.judge(who, &crowd, publisher.next)?;
    told?;
    let cpu_per_event = spent / f64::from(events.max(1));
    Ok(Point { listeners: listeners as f64, cpu_per_event })
}
