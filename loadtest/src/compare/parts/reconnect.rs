//! Everybody is cut at once and comes back at once, without a pause by chance: how many a second, and what each
//! costs. To come back to ours is to sign in and to go on where one was, with the cursor that one was told last.

use std::time::Instant;

use super::super::figure::Figure;
use super::super::stage::{RETURNING_TIMES, Stage};
use super::super::who::Who;
use super::Values;
use crate::crowd::tongue::Joined;
use crate::crowd::{Listener, join_all, settle};

pub(super) async fn turn(stage: &mut Stage, who: Who) -> anyhow::Result<Values> {
    let broker = stage.broker(who).await?;
    let count = stage.sizes.agents * RETURNING_TIMES;
    let mut listeners = join_all(&broker.venue, count, &[]).await?;
    settle(&mut listeners, &broker.venue).await?;
    let before: Vec<Joined> = listeners.iter().map(|listener| listener.joined.clone()).collect();
    let cpu = broker.cpu_seconds()?;
    let began = Instant::now();
    listeners.into_iter().for_each(Listener::cut);
    let back = join_all(&broker.venue, count, &before).await?;
    let (took, cpu) = (began.elapsed(), broker.cpu_seconds()? - cpu);
    if who == Who::Ours {
        let strangers = back.iter().filter(|listener| !listener.joined.is_resumed).count();
        let finding = format!("{strangers} of {count} who came back had to begin anew");
        stage.verdict.lose(strangers as u64, finding);
    }
    drop(back);
    broker.end(&mut stage.verdict).await?;
    Ok(vec![
        (Figure::ReconnectPerS, count as f64 / took.as_secs_f64()),
        (Figure::ReconnectCpuMs, cpu * 1_000.0 / count as f64),
    ])
}
