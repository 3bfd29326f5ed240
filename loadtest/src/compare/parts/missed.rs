//! Everybody is away while a thousand events happen, and comes back at once: how long until the last one has all of
//! them.

use std::time::{Duration, Instant};

use super::super::figure::Figure;
use super::super::publisher::Publisher;
use super::super::stage::{RETURNING_TIMES, Stage};
use super::super::who::Who;
use super::Values;
use crate::crowd::tally::Order;
use crate::crowd::tongue::Joined;
use crate::crowd::{Crowd, Listener, come_back, join_all, settle};

/// Events on their way while everybody is away.
const WINDOW: u32 = 64;
const LIVE_MAX: Duration = Duration::from_secs(120);

pub(super) async fn turn(stage: &mut Stage) -> anyhow::Result<Values> {
    let broker = stage.broker(Who::Ours).await?;
    let count = stage.sizes.agents * RETURNING_TIMES;
    let mut listeners = join_all(&broker.venue, count).await?;
    settle(&mut listeners, &broker.venue).await?;
    let before: Vec<Joined> = listeners.iter().map(|listener| listener.joined.clone()).collect();
    listeners.into_iter().for_each(Listener::cut);
    let mut alone = stage.crowd_of(&broker, 1, Order::Kept).await?;
    let mut publisher = Publisher::open(&broker.venue, stage.text_bytes(Who::Ours)).await?;
    publisher.burst(&mut alone, WINDOW, stage.sizes.missed).await?;
    let began = Instant::now();
    let back = come_back(&broker.venue, &before).await?;
    let crowd = Crowd::listen(back, &broker.venue.tongue, 0, Order::Kept);
    let mut told = crowd.told();
    let all = told.wait_for(|told| *told >= u64::from(publisher.next));
    // What is missing then is found by the oracle.
    let is_live = tokio::time::timeout(LIVE_MAX, all).await.is_ok();
    let took = began.elapsed();
    stage.judge(Who::Ours, &crowd, publisher.next)?;
    anyhow::ensure!(is_live, "not everybody had everything after {LIVE_MAX:?}");
    drop((alone, crowd, publisher));
    broker.end(&mut stage.verdict).await?;
    Ok(vec![(Figure::ReconnectMissedLiveS, took.as_secs_f64())])
}
