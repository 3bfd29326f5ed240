//! Everybody is cut at once and comes back at once, without a pause by chance: how many a second, and what each
//! costs. To come back to ours is to sign in and to go on where one was, with the cursor that one was told last. Who is
//! back hears what is published then; what all that leaves in memory is a figure of ours.

use std::time::Instant;

use super::super::broker::Broker;
use super::super::figure::Figure;
use super::super::publisher::Publisher;
use super::super::stage::{RETURNING_TIMES, Stage};
use super::super::who::Who;
use super::Values;
use super::rest::resting;
use crate::crowd::tally::Order;
use crate::crowd::tongue::Joined;
use crate::crowd::{Crowd, Listener, come_back, join_all, settle};

/// Messages that everybody has to hear afterwards.
const HEARD: u32 = 3;

pub(super) async fn turn(stage: &mut Stage, who: Who) -> anyhow::Result<Values> {
    let broker = stage.broker(who).await?;
    let count = stage.sizes.agents * RETURNING_TIMES;
    let mut listeners = join_all(&broker.venue, count).await?;
    settle(&mut listeners, &broker.venue).await?;
    let before: Vec<Joined> = listeners.iter().map(|listener| listener.joined.clone()).collect();
    let calm = at_rest(stage, who, &broker).await?;
    let cpu = broker.cpu_seconds()?;
    let began = Instant::now();
    listeners.into_iter().for_each(Listener::cut);
    let back = come_back(&broker.venue, &before).await?;
    let (took, cpu) = (began.elapsed(), broker.cpu_seconds()? - cpu);
    if who == Who::Ours {
        let strangers = back.iter().filter(|listener| !listener.joined.is_resumed).count();
        let finding = format!("{strangers} of {count} who came back had to begin anew");
        stage.verdict.lose(strangers as u64, finding);
    }
    let stormy = at_rest(stage, who, &broker).await?;
    let mut crowd = Crowd::listen(back, &broker.venue.tongue, 0, Order::Kept);
    let mut publisher = Publisher::open(&broker.venue, stage.text_bytes(who)).await?;
    let told = publisher.burst(&mut crowd, 1, HEARD).await;
    stage.judge(who, &crowd, publisher.next)?;
    told?;
    drop((crowd, publisher));
    broker.end(&mut stage.verdict).await?;
    let mut values = vec![
        (Figure::ReconnectPerS, count as f64 / took.as_secs_f64()),
        (Figure::ReconnectCpuMs, cpu * 1_000.0 / count as f64),
    ];
    if let (Some(calm), Some(stormy)) = (calm, stormy) {
        values.push((Figure::StormConnectionKib, (stormy as f64 - calm as f64) / 1_024.0 / count as f64));
    }
    Ok(values)
}

/// The memory of ours at rest; peers are not waited for.
async fn at_rest(stage: &Stage, who: Who, broker: &Broker) -> anyhow::Result<Option<u64>> {
    if who != Who::Ours {
        return Ok(None);
    }
    resting(stage.sizes.rest_looks, || broker.bytes()).await.map(Some)
}
