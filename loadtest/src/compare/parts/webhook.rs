//! From the moment a phone's message is due at the webhook to its receipt by the last of all agents, at a steady
//! rate that does not wait.

use std::time::Duration;

use tokio::task::JoinSet;

use super::super::broker::{Broker, Keep};
use super::super::figure::Figure;
use super::super::stage::Stage;
use super::super::who::Who;
use super::Values;
use crate::crowd::tally::Order;
use crate::customer::Inbound;
use crate::house::{Desk, number};
use crate::mark::{Mark, Moment};
use crate::report;
use crate::webhook::Http;

const PER_SECOND: u32 = 100;
/// Messages that are being handed in; a provider opens no more connections.
const HANDS_MAX: usize = 64;
/// After the last one was accepted, everybody has it sooner.
const TOLD_MAX: Duration = Duration::from_secs(15);

pub(super) async fn turn(stage: &mut Stage) -> anyhow::Result<Values> {
    let broker = stage.broker(Who::Ours).await?;
    let crowd = stage.crowd(&broker, Order::Any).await?;
    let (desk, http) = door(&broker)?;
    let count = (f64::from(PER_SECOND) * stage.sizes.webhooks.as_secs_f64()) as u32;
    hand_in(&http, desk, count).await?;
    let mut told = crowd.told();
    let all = told.wait_for(|told| *told >= u64::from(count));
    // What is missing then is found by the oracle.
    tokio::time::timeout(TOLD_MAX, all).await.ok();
    stage.judge(Who::Ours, &crowd, count)?;
    let p99 = crowd.with(|tally| report::millis(&tally.last_times, 0.99));
    drop(crowd);
    broker.end(&mut stage.verdict).await?;
    Ok(vec![(Figure::WebhookToLastP99Ms, p99)])
}

fn door(broker: &Broker) -> anyhow::Result<(&Desk, Http)> {
    match broker.keep() {
        Keep::Ours(ours) => Ok((&ours.desk, Http::new(ours.desk.admin(ours.house.url()?)))),
        Keep::Peer(_) => anyhow::bail!("a peer has no webhook"),
    }
}

async fn hand_in(http: &Http, desk: &Desk, count: u32) -> anyhow::Result<()> {
    let (began, first) = (Moment::now(), tokio::time::Instant::now());
    let mut hands = JoinSet::new();
    for n in 0..count {
        let due = Duration::from_secs_f64(f64::from(n) / f64::from(PER_SECOND));
        tokio::time::sleep_until(first + due).await;
        if hands.len() >= HANDS_MAX {
            hands.join_next().await.transpose()?.transpose()?;
        }
        let mark = Mark { number: n, due: began.after(due) };
        let from = number(n as usize % desk.conversations.len().max(1));
        let text = format!("Bonjour, où en est ma commande ? {}", mark.text());
        let inbound = Inbound::text(format!("compared-{n}"), &from, text);
        let (http, channel) = (http.clone(), desk.channel);
        hands.spawn(async move { http.hand_in(channel, &inbound).await });
    }
    while let Some(handed) = hands.join_next().await {
        handed??;
    }
    Ok(())
}
