//! What a workspace costs in memory that nobody uses: a server is started with one, and with many more. A server that
//! has forgotten one is found afterwards.

use std::ops::Range;

use super::super::figure::Figure;
use super::super::stage::Stage;
use super::Values;
use super::rest::resting;
use crate::cores::Cores;
use crate::folder::Folder;
use crate::house::{Desk, House};
use crate::measure::process::family_bytes;
use crate::oracle::Picture;

/// Open conversations of each.
const CONVERSATIONS: usize = 1;

pub(super) async fn turn(stage: &mut Stage) -> anyhow::Result<Values> {
    let folder = Folder::new(stage.folder(), "workspaces")?;
    let mut house = House::new(stage.program.clone(), folder.path().to_owned());
    let looks = stage.sizes.rest_looks;
    let (one, _) = grown(&mut house, looks, 0..1).await?;
    let (many, forgotten) = grown(&mut house, looks, 1..1 + stage.sizes.workspaces).await?;
    stage
        .verdict
        .lose(forgotten, format!("{forgotten} workspaces did not have their conversation after a start"));
    let each = many.saturating_sub(one) as f64 / 1_024.0 / f64::from(stage.sizes.workspaces);
    Ok(vec![(Figure::IdleWorkspaceKib, each)])
}

/// The memory, at rest, of a server that was started with these workspaces more, and how many of them it has forgotten.
async fn grown(house: &mut House, looks: u32, more: Range<u32>) -> anyhow::Result<(u64, u64)> {
    house.start(Cores::All).await?;
    let (url, data) = (house.url()?.to_owned(), house.data());
    let mut desks = Vec::new();
    for n in more {
        desks.push(Desk::found(&url, &data, &format!("Idle {n}"), 1, CONVERSATIONS).await?);
    }
    house.stop().await?;
    house.start(Cores::All).await?;
    let pid = house.pid()?;
    let bytes = resting(looks, || family_bytes(pid)).await?;
    let mut forgotten = 0;
    for desk in &desks {
        let shown = Picture::of(house.url()?, &desk.admin).await?;
        forgotten += u64::from(shown.conversations() != CONVERSATIONS);
    }
    house.stop().await?;
    Ok((bytes, forgotten))
}
