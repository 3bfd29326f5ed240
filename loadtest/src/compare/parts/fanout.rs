//! What a delivery costs: as fast as everybody listens, at a calm pace, and at a million a second. What ours told was
//! acknowledged as well, and stands in its log.

use std::collections::BTreeSet;
use std::process::id;
use std::time::Instant;

use super::super::broker::{Broker, Keep};
use super::super::figure::Figure;
use super::super::publisher::Publisher;
use super::super::stage::Stage;
use super::super::who::Who;
use super::Values;
use crate::crowd::Crowd;
use crate::crowd::tally::Order;
use crate::mark::Marks;
use crate::measure::process::cpu_seconds;
use crate::report;
use crate::webhook::Http;

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
    /// What the load took meanwhile.
    load_cores: f64,
}

pub(super) async fn flat_out(stage: &mut Stage, who: Who) -> anyhow::Result<Values> {
    let spent = spend(stage, who, Load::FlatOut).await?;
    Ok(vec![
        (Figure::FanoutFlatOutCpuSPerMillion, spent.cpu_s_per_million),
        (Figure::FanoutFlatOutLoadCores, spent.load_cores),
    ])
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
    Ok(vec![(Figure::MillionASecondP99Ms, spent.p99_ms), (Figure::MillionASecondLoadCores, spent.load_cores)])
}

async fn spend(stage: &mut Stage, who: Who, load: Load) -> anyhow::Result<Spent> {
    let broker = stage.broker(who).await?;
    let mut crowd = stage.crowd(&broker, Order::Kept).await?;
    let mut publisher = Publisher::open(&broker.venue, stage.text_bytes(who)).await?;
    let loaded = published(stage, &broker, &mut crowd, &mut publisher, load).await;
    stage.judge(who, &crowd, publisher.next)?;
    let counted = account(stage, &broker, &publisher).await;
    let spent = loaded?;
    counted?;
    drop((crowd, publisher));
    broker.end(&mut stage.verdict).await?;
    Ok(spent)
}

/// Whether everything that was published to ours was acknowledged, and stands in the log once.
async fn account(stage: &mut Stage, broker: &Broker, publisher: &Publisher) -> anyhow::Result<()> {
    let Keep::Ours(ours) = broker.keep() else { return Ok(()) };
    let (published, accepted) = (u64::from(publisher.next), publisher.answers().await.accepted);
    let missing = published.saturating_sub(accepted);
    stage.verdict.lose(missing, format!("{missing} of {published} notes were not acknowledged"));
    let (mut written, mut twice) = (BTreeSet::new(), 0);
    let take = |line: &[u8]| {
        let mut of_line = BTreeSet::new();
        // A commit may say a text in more than one of its places.
        Marks::default().read(line, |mark| _ = of_line.insert(mark.number));
        twice += of_line.into_iter().filter(|number| !written.insert(*number)).count() as u64;
        Ok(())
    };
    Http::new(ours.desk.admin(ours.house.url()?)).log_lines(0, take).await?;
    let missing = published.saturating_sub(written.len() as u64);
    stage.verdict.lose(missing, format!("{missing} of {published} notes are not in the log"));
    stage.verdict.repeat(twice, format!("{twice} notes are in the log again"));
    Ok(())
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
    let (before, load_before, began) = (broker.cpu_seconds()?, cpu_seconds(id())?, Instant::now());
    match load {
        Load::FlatOut => publisher.window(crowd, WINDOW, stage.sizes.flat_out).await?,
        Load::Rate(per_second, time) => publisher.rate(crowd, per_second, time).await?,
    }
    let spent = broker.cpu_seconds()? - before;
    let load_cores = (cpu_seconds(id())? - load_before) / began.elapsed().as_secs_f64();
    let (deliveries, p99_ms) = crowd.with(|tally| (tally.deliveries, report::millis(&tally.times, 0.99)));
    let cpu_s_per_million = spent * 1e6 / deliveries.max(1) as f64;
    Ok(Spent { cpu_s_per_million, p99_ms, load_cores })
}
