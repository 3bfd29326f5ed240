//! How long a server takes until it listens with a log of many events: with its state after a stop and after a kill,
//! and when the state has to be built. The log is filled once; the three starts take turns. After each a fresh client is shown what one was shown
//! before the first of them, and the index is whole before the next.

use std::path::Path;
use std::time::Duration;

use super::super::figure::Figure;
use super::super::stage::Stage;
use super::Values;
use super::commands::Hand;
use crate::cores::Cores;
use crate::folder::Folder;
use crate::house::{Desk, House};
use crate::oracle::Picture;
use crate::search::indexed;

/// Commands on their way while the log is filled.
const IN_FLIGHT: usize = 768;
const CONVERSATIONS: usize = 100;
const FILL_MAX: Duration = Duration::from_secs(3_600);
/// What a start builds again.
const BUILT: [&str; 2] = ["state", "search"];

/// A server with so many events in its log, and a folder that goes with it.
pub(super) struct Filled {
    pub(super) house: House,
    pub(super) desk: Desk,
    _folder: Folder,
}

impl Filled {
    pub(super) async fn new(stage: &Stage, name: &str, events: u64) -> anyhow::Result<Self> {
        let folder = Folder::new(stage.folder(), name)?;
        let mut house = House::new(stage.program.clone(), folder.path().to_owned());
        house.start(Cores::All).await?;
        let url = house.url()?.to_owned();
        let desk = Desk::found(&url, &house.data(), "Filled", 1, CONVERSATIONS).await?;
        fill(&house, &desk, events).await?;
        Ok(Self { house, desk, _folder: folder })
    }

    pub(super) async fn end(mut self) -> anyhow::Result<()> {
        self.house.stop().await
    }
}

pub(super) async fn all(stage: &mut Stage) -> anyhow::Result<Vec<(u32, Values)>> {
    let Filled { mut house, desk, _folder } = Filled::new(stage, "start", stage.sizes.events).await?;
    let before = Picture::of(house.url()?, &desk.admin).await?;
    house.stop().await?;
    let mut rounds = Vec::new();
    for round in 0..stage.sizes.rounds {
        let started = house.start(Cores::All).await?;
        before.check(&mut stage.verdict.report, &Picture::of(house.url()?, &desk.admin).await?);
        let after_kill = house.crash(Cores::All).await?;
        before.check(&mut stage.verdict.report, &Picture::of(house.url()?, &desk.admin).await?);
        house.stop().await?;
        for name in BUILT {
            remove(&house.data().join(name))?;
        }
        let rebuilt = house.start(Cores::All).await?;
        before.check(&mut stage.verdict.report, &Picture::of(house.url()?, &desk.admin).await?);
        indexed(&desk.admin(house.url()?)).await?;
        house.stop().await?;
        let values =
            [(Figure::StartS, started), (Figure::StartAfterKillS, after_kill), (Figure::RebuildS, rebuilt)];
        let values = values.map(|(figure, took)| (figure, took.as_secs_f64()));
        rounds.push((round, values.to_vec()));
    }
    Ok(rounds)
}

async fn fill(house: &House, desk: &Desk, events: u64) -> anyhow::Result<()> {
    let mut hand = Hand::at(house.address()?, desk).await?;
    hand.work(IN_FLIGHT, FILL_MAX, events).await?;
    let written = hand.acked.len() as u64;
    anyhow::ensure!(
        written + hand.refused == events,
        "only {written} of {events} notes were written in time"
    );
    anyhow::ensure!(hand.refused == 0, "{} notes were refused while the log was filled", hand.refused);
    Ok(())
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(())
}
