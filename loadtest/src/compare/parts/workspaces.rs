//! What a workspace costs in memory that nobody uses: a server is started with one, and with many more.

use super::super::figure::Figure;
use super::super::stage::Stage;
use super::Values;
use crate::cores::Cores;
use crate::folder::Folder;
use crate::house::{Desk, House};
use crate::measure::process::family_bytes;

pub(super) async fn turn(stage: &mut Stage) -> anyhow::Result<Values> {
    let folder = Folder::new(stage.folder(), "workspaces")?;
    let mut house = House::new(stage.program.clone(), folder.path().to_owned());
    let one = grown(&mut house, 0, 1).await?;
    let many = grown(&mut house, 1, stage.sizes.workspaces).await?;
    let each = many.saturating_sub(one) as f64 / 1_024.0 / f64::from(stage.sizes.workspaces);
    Ok(vec![(Figure::IdleWorkspaceKib, each)])
}

/// The memory of a server that was started with `count` workspaces more.
async fn grown(house: &mut House, from: u32, count: u32) -> anyhow::Result<u64> {
    house.start(Cores::All).await?;
    let (url, data) = (house.url()?.to_owned(), house.data());
    for n in from..from + count {
        Desk::found(&url, &data, &format!("Idle {n}"), 1, 1).await?;
    }
    house.stop().await?;
    house.start(Cores::All).await?;
    let bytes = family_bytes(house.pid()?)?;
    house.stop().await?;
    Ok(bytes)
}
