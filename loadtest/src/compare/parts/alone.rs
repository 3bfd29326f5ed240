//! One agent who waits for each answer, with nobody else connected, beside a bare append that is synced each time,
//! and PostgreSQL with one connection.

use std::io::Write as _;
use std::time::{Duration, Instant};

use super::super::broker::Ours;
use super::super::figure::Figure;
use super::super::peers::postgres::Postgres;
use super::super::stage::Stage;
use super::super::who::Who;
use super::Values;
use super::commands::{Hand, check};
use crate::cores::Cores;
use crate::folder::Folder;
use crate::report;

/// About one record of ours.
const RECORD_BYTES: usize = 250;
/// Commands that follow once somebody watches: a picture that nobody looked at while it changed shows little.
const WATCHED: u64 = 100;
const LONG: Duration = Duration::from_secs(120);

pub(super) async fn turn(stage: &mut Stage, who: Who) -> anyhow::Result<Values> {
    let p50 = match who {
        Who::Append => append(stage)?,
        Who::Postgres => {
            let postgres = Postgres::start(stage.folder()).await?;
            report::millis(&postgres.insert(1, stage.sizes.commands).await?.times, 0.5)
        }
        Who::Ours
        | Who::Floor
        | Who::Tungstenite
        | Who::Nats
        | Who::Nchan
        | Who::Mosquitto
        | Who::SocketIo
        | Who::Ws
        | Who::Centrifugo => ours(stage).await?,
    };
    Ok(vec![(Figure::AloneP50Ms, p50)])
}

async fn ours(stage: &mut Stage) -> anyhow::Result<f64> {
    let mut ours = Ours::unwatched(&stage.hall(Cores::All)).await?;
    let mut hand = Hand::open(&ours).await?;
    let committed = hand.work(1, LONG, u64::from(stage.sizes.alone)).await?;
    ours.let_watcher_in().await?;
    hand.work(1, LONG, WATCHED).await?;
    check(&mut stage.verdict, &ours, &hand).await?;
    ours.end(&mut stage.verdict).await?;
    Ok(report::millis(&committed.times, 0.5))
}

/// In a folder beside those of the servers, so that the disk is the same.
fn append(stage: &Stage) -> anyhow::Result<f64> {
    let folder = Folder::new(stage.folder(), "append")?;
    let mut file = std::fs::File::create(folder.path().join("log"))?;
    let (record, mut times) = ([7; RECORD_BYTES], report::times());
    for _ in 0..stage.sizes.alone {
        let began = Instant::now();
        file.write_all(&record)?;
        file.sync_data()?;
        report::record(&mut times, began.elapsed());
    }
    Ok(report::millis(&times, 0.5))
}
