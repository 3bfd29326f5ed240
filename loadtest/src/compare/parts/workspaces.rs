//! What a workspace costs in memory that nobody uses: a server is started with one, and with many more.

use std::ops::Range;

use super::super::figure::Figure;
use super::super::stage::Stage;
use super::Values;
use super::rest::resting;
use crate::cores::Cores;
use crate::folder::Folder;
use crate::house::{Desk, House};
use crate::measure::process::family_bytes;

pub(super) async fn turn(stage: &mut Stage) -> anyhow::Result<Values> {
    let folder = Folder::new(stage.folder(), "workspaces")?;
    let mut house = House::new(stage.program.clone(), folder.path().to_owned());
    let looks = stage.sizes.rest_looks;
    let one = grown(&mut house, looks, 0..1).await?;
    let many = grown(&mut house, looks, 1..1 + stage.sizes.workspaces).await?;
    let each = many.saturating_sub(one) as f64 / 1_024.0 / f64::from(stage.sizes.workspaces);
    Ok(vec![(Figure::IdleWorkspaceKib, each)])
}

/// The memory, at rest, of a server that was started with these workspaces more.
async fn grown(house: &mut House, looks: u32, more: Range<u32>) -> anyhow::Result<u64> {
    house.start(Cores::All).await?;
    let (url, data) = (house.url()?.to_owned(), house.data());
    for n in more {
        Desk::found(&url, &data, &format!("Idle {n}"), 1, 1).await?;
    }
    house.stop().await?;
    house.start(Cores::All).await?;
    let pid = house.pid()?;
    let bytes = resting(looks, || family_bytes(pid)).await?;
    house.stop().await?;
    Ok(bytes)
}
