//! A server that delivers, started and ready: ours with its workspace, or a peer. It measures nothing.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use parloir_client::Client;

use super::peers::{self, Peer, Site};
use super::process::Process;
use super::verdict::Verdict;
use super::who::Who;
use crate::agent::{self, options};
use crate::cores::Cores;
use crate::crowd::Venue;
use crate::crowd::tongue::Tongue;
use crate::folder::Folder;
use crate::house::{Desk, House};
use crate::measure::process::{family_bytes, family_cpu_seconds};
use crate::oracle;

/// Conversations that notes go to.
const CONVERSATIONS: usize = 100;

/// What a server of ours is started with.
#[derive(Debug, Clone)]
pub(crate) struct Hall {
    pub(crate) program: PathBuf,
    pub(crate) folder: Option<PathBuf>,
    pub(crate) agents: usize,
    pub(crate) cores: Cores,
}

#[derive(Debug)]
pub(crate) struct Broker {
    pub(crate) venue: Venue,
    keep: Keep,
}

/// What keeps a server alive.
#[derive(Debug)]
pub(crate) enum Keep {
    Peer(Process),
    Ours(Box<Ours>),
}

/// Our own server, and one real client, whose picture the oracle compares in the end.
#[derive(Debug)]
pub(crate) struct Ours {
    pub(crate) house: House,
    pub(crate) desk: Arc<Desk>,
    /// Nobody yet, where whoever is measured is alone.
    watcher: Option<Client>,
    _folder: Folder,
}

impl Broker {
    pub(crate) async fn peer(who: Who, site: Site<'_>) -> anyhow::Result<Self> {
        let Peer { process, address, tongue } = peers::start(who, site).await?;
        Ok(Self { venue: Venue { address, tongue }, keep: Keep::Peer(process) })
    }

    pub(crate) async fn ours(hall: &Hall) -> anyhow::Result<Self> {
        let ours = Ours::open(hall).await?;
        let (address, tongue) = (ours.house.address()?, Tongue::ours(Arc::clone(&ours.desk)));
        Ok(Self { venue: Venue { address, tongue }, keep: Keep::Ours(Box::new(ours)) })
    }

    pub(crate) fn keep(&self) -> &Keep {
        &self.keep
    }

    pub(crate) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        family_cpu_seconds(self.pid()?)
    }

    pub(crate) fn bytes(&self) -> anyhow::Result<u64> {
        family_bytes(self.pid()?)
    }

    fn pid(&self) -> anyhow::Result<u32> {
        match &self.keep {
            Keep::Peer(process) => Ok(process.pid()),
            Keep::Ours(ours) => ours.house.pid(),
        }
    }

    /// Ends the server; of ours, the oracle looks at what the real client shows first.
    pub(crate) async fn end(self, verdict: &mut Verdict) -> anyhow::Result<()> {
        match self.keep {
            Keep::Peer(_) => Ok(()),
            Keep::Ours(ours) => ours.end(verdict).await,
        }
    }
}

impl Ours {
    /// With the client there all the time.
    pub(crate) async fn open(hall: &Hall) -> anyhow::Result<Self> {
        let mut ours = Self::unwatched(hall).await?;
        ours.let_watcher_in().await?;
        Ok(ours)
    }

    /// With nobody there yet: [`Ours::let_watcher_in`] comes before the end.
    pub(crate) async fn unwatched(hall: &Hall) -> anyhow::Result<Self> {
        let folder = Folder::new(hall.folder.as_deref(), "ours")?;
        let mut house = House::new(hall.program.clone(), folder.path().to_owned());
        house.start(hall.cores).await?;
        let (url, data) = (house.url()?.to_owned(), house.data());
        let desk = Desk::found(&url, &data, "Compared", hall.agents, CONVERSATIONS).await?;
        Ok(Self { house, desk: Arc::new(desk), watcher: None, _folder: folder })
    }

    pub(crate) async fn let_watcher_in(&mut self) -> anyhow::Result<()> {
        let watcher = Client::connect(options(self.house.url()?, &self.desk.admin))?;
        agent::live(&watcher).await?;
        if let Some(conversation) = self.desk.conversations.first() {
            watcher.timeline(*conversation).await?;
        }
        self.watcher = Some(watcher);
        Ok(())
    }

    pub(crate) async fn end(self, verdict: &mut Verdict) -> anyhow::Result<()> {
        let url = self.house.url()?.to_owned();
        let watcher = self.watcher.context("nobody watched")?;
        oracle::settled(&url, &self.desk.admin, &watcher).await?;
        let same = oracle::check_client(&mut verdict.report, &url, &self.desk.admin, &watcher).await;
        watcher.leave().await;
        same
    }
}
