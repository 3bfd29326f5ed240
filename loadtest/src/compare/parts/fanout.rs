//! What a delivery costs: as fast as everybody listens, at a calm pace, and at a million a second.

use super::super::broker::Broker;
use super::super::figure::Figure;
use super::super::publisher::Publisher;
use super::super::stage::Stage;
use super::super::who::Who;
use super::Values;
use crate::crowd::Crowd;
use crate::crowd::tally::Order;
use crate::report;

/// Events that not everybody has yet, flat out.
const WINDOW: u32 = 64;

/// How events are published.
#[derive(Debug, Clone, Copy)]
enum Load {
    FlatOut,
    Rate(u32, std::time::Duration),
}

/// What the server spent, and how late its listeners were.
struct Spent {
    cpu_s_per_million: f64,
    p99_ms: f64,
}

pub(super) async fn flat_out(stage: &mut Stage, who: Who) -> anyhow::Result<Values> {
    let spent = spend(stage, who, Load::FlatOut).await?;
    Ok(vec![(Figure::FanoutFlatOutCpuSPerMillion, spent.cpu_s_per_million)])
}

pub(super) async fn paced(stage: &mut Stage, who: Who) -> anyhow::Result<Values> {
    let load = Load::Rate(stage.sizes.paced_per_second, stage.sizes.paced);
    let spent = spend(stage, who, load).await?;
    Ok(vec![
        (Figure::FanoutPacedCpuSPerMillion, spent.cpu_s_per_million),
        (Figure::FanoutPacedP99Ms, spent.p99_ms),
    ])
}

pub(super) async fn million(stage: &mut Stage, who: Who) -> anyhow::Result<Values> {
    let per_second = stage.sizes.million_deliveries / stage.sizes.agents as u32;
    let load = Load::Rate(per_second.max(1), stage.sizes.million);
    let spent = spend(stage, who, load).await?;
    Ok(vec![(Figure::MillionASecondP99Ms, spent.p99_ms)])
}

async fn spend(stage: &mut Stage, who: Who, load: Load) -> anyhow::Result<Spent> {
    let broker = stage.broker(who).await?;
    let mut crowd = stage.crowd(&broker, Order::Kept).await?;
    let mut publisher = Publisher::open(&broker.venue, stage.text_bytes(who)).await?;
    let loaded = published(stage, &broker, &mut crowd, &mut publisher, load).await;
    stage.judge(who, &crowd, publisher.next)?;
    let refused = publisher.answers().refused;
    stage.verdict.lose(refused, format!("{refused} notes were refused"));
    let spent = loaded?;
    drop((crowd, publisher));
    broker.end(&mut stage.verdict).await?;
    Ok(spent)
}

async fn published(
    stage: &Stage,
    broker: &Broker,
    crowd: &mut Crowd,
    publisher: &mut Publisher,
    load: Load,
) -> anyhow::Result<Spent> {
    publisher.window(crowd, WINDOW, stage.sizes.warm_up).await?;
    crowd.with(crate::crowd::tally::Tally::forget_times);
    let before = broker.cpu_seconds()?;
    match load {
        Load::FlatOut => publisher.window(crowd, WINDOW, stage.sizes.flat_out).await?,
        Load::Rate(per_second, time) => publisher.rate(crowd, per_second, time).await?,
    }
    let spent = broker.cpu_seconds()? - before;
    let (deliveries, p99_ms) = crowd.with(|tally| (tally.deliveries, report::millis(&tally.times, 0.99)));
    let cpu_s_per_million = spent * 1e6 / deliveries.max(1) as f64;
    Ok(Spent { cpu_s_per_million, p99_ms })
}
