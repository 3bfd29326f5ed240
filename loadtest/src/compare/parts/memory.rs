//! What one more connection costs in memory: let in and silent, and after a burst to everybody. A part of them comes
//! in first and reads a burst, so that what a server takes once, for however many, is not counted as theirs; what the
//! same burst adds without the others (a log, a cache) is measured then and taken off.

use super::super::figure::Figure;
use super::super::publisher::Publisher;
use super::super::stage::Stage;
use super::super::who::Who;
use super::Values;
use super::rest::resting;
use crate::crowd::tally::Order;
use crate::crowd::{Crowd, join_all};

/// Messages of a burst that are on their way at once.
const WINDOW: u32 = 64;
/// The part of the connections that comes in first.
const FIRST: usize = 5;

pub(super) async fn turn(stage: &mut Stage, who: Who) -> anyhow::Result<Values> {
    let broker = stage.broker(who).await?;
    let text_bytes = stage.text_bytes(who);
    let (burst, looks) = (stage.sizes.burst, stage.sizes.rest_looks);
    let few = (stage.sizes.agents / FIRST).max(1);
    let others = stage.sizes.agents - few;
    let early = join_all(&broker.venue, few).await?;
    let mut early = Crowd::listen(early, &broker.venue.tongue, 0, Order::Kept);
    let mut publisher = Publisher::open(&broker.venue, text_bytes).await?;
    publisher.burst(&mut early, WINDOW, burst).await?;
    let begun = resting(looks, || broker.bytes()).await?;
    publisher.burst(&mut early, WINDOW, burst).await?;
    let before = resting(looks, || broker.bytes()).await?;
    let grown = before.saturating_sub(begun);
    let first = publisher.next;
    let listeners = join_all(&broker.venue, others).await?;
    let mut crowd = Crowd::listen(listeners, &broker.venue.tongue, first, Order::Kept);
    let idle = resting(looks, || broker.bytes()).await?;
    let mut told = publisher.burst(&mut crowd, WINDOW, burst).await;
    if told.is_ok() {
        told = publisher.told(&mut early).await;
    }
    for crowd in [&early, &crowd] {
        stage.judge(who, crowd, publisher.next)?;
    }
    told?;
    let after = resting(looks, || broker.bytes()).await?;
    drop((early, crowd, publisher));
    broker.end(&mut stage.verdict).await?;
    let each = |bytes: u64| bytes as f64 / 1_024.0 / others as f64;
    Ok(vec![
        (Figure::IdleConnectionKib, each(idle.saturating_sub(before))),
        (Figure::BurstConnectionKib, each(after.saturating_sub(before).saturating_sub(grown))),
    ])
}
