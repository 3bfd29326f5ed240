//! What all parts of a run share: its sizes, who takes part, where servers keep their data, what has been measured
//! and what the oracle found. It runs nothing.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum as _;

use super::Compare;
use super::broker::{Broker, Hall};
use super::figure::{Figure, Part};
use super::peers::Site;
use super::sheet::Sheet;
use super::verdict::Verdict;
use super::who::Who;
use crate::cores::Cores;
use crate::crowd::Crowd;
use crate::crowd::tally::Order;
use crate::plan::Dice;

mod event;

/// How large a run is.
#[derive(Debug, Clone)]
pub(crate) struct Sizes {
    pub(crate) agents: usize,
    pub(crate) rounds: u32,
    pub(crate) warm_up: Duration,
    pub(crate) flat_out: Duration,
    pub(crate) paced: Duration,
    pub(crate) paced_per_second: u32,
    pub(crate) million: Duration,
    /// Deliveries a second that `million` asks for.
    pub(crate) million_deliveries: u32,
    /// Messages of the burst after which memory is looked at.
    pub(crate) burst: u32,
    /// Looks in which memory does not move once it is at rest.
    pub(crate) rest_looks: u32,
    pub(crate) commands: Duration,
    /// Events that everybody misses while away.
    pub(crate) missed: u32,
    /// Workspaces that nobody uses.
    pub(crate) workspaces: u32,
    /// Commands of one agent alone.
    pub(crate) alone: u32,
    pub(crate) webhooks: Duration,
    /// Events in the log that is started with.
    pub(crate) events: u64,
    /// Events in the long log that commands are timed with.
    pub(crate) grown: u64,
    /// Whether turns may be too short to tell anything.
    pub(crate) is_quick: bool,
}

/// Of a run that judges.
const FULL: Sizes = Sizes {
    agents: 1_000,
    rounds: 5,
    warm_up: Duration::from_millis(500),
    flat_out: Duration::from_secs(4),
    paced: Duration::from_secs(8),
    paced_per_second: 100,
    million: Duration::from_secs(6),
    million_deliveries: 1_000_000,
    burst: 2_000,
    rest_looks: 10,
    commands: Duration::from_secs(5),
    missed: 1_000,
    workspaces: 1_000,
    alone: 3_000,
    webhooks: Duration::from_secs(8),
    events: 1_000_000,
    grown: 10_000_000,
    is_quick: false,
};

/// Of a run that proves the oracle.
const QUICK: Sizes = Sizes {
    agents: 40,
    rounds: 1,
    warm_up: Duration::from_millis(50),
    flat_out: Duration::from_millis(400),
    paced: Duration::from_millis(500),
    paced_per_second: 100,
    million: Duration::from_millis(500),
    million_deliveries: 8_000,
    burst: 100,
    rest_looks: 1,
    commands: Duration::from_secs(2),
    missed: 50,
    workspaces: 10,
    alone: 100,
    webhooks: Duration::from_millis(500),
    events: 2_000,
    grown: 4_000,
    is_quick: true,
};

/// Connections come back five times as many as listen otherwise.
pub(crate) const RETURNING_TIMES: usize = 5;
/// The largest crowd, beside the usual one.
pub(crate) const GROWING_TIMES: usize = 10;
/// Agents of a workspace; further connections are second ones of the same agents.
const AGENTS_MAX: usize = 1_000;

pub(crate) struct Stage {
    pub(crate) sizes: Sizes,
    pub(crate) sheet: Sheet,
    pub(crate) verdict: Verdict,
    pub(crate) dice: Dice,
    pub(crate) program: PathBuf,
    /// Bytes of what is delivered at a time.
    pub(crate) event_bytes: usize,
    /// Bytes of the text that makes an event of ours so long.
    text_bytes: usize,
    peers: Option<Vec<Who>>,
    scripts: PathBuf,
    folder: Option<PathBuf>,
    only: Vec<Figure>,
}

impl Stage {
    pub(crate) async fn build(compare: Compare) -> anyhow::Result<Self> {
        let program = compare.program()?;
        let mut sizes = if compare.quick { QUICK } else { FULL };
        sizes.agents = compare.agents.map_or(sizes.agents, |agents| agents as usize);
        sizes.rounds = compare.rounds.unwrap_or(sizes.rounds);
        sizes.events = compare.events.unwrap_or(sizes.events);
        sizes.grown = compare.grown_events.unwrap_or(sizes.grown);
        let only = if compare.only.is_empty() { Figure::value_variants().to_vec() } else { compare.only };
        let mut stage = Self {
            sizes,
            sheet: Sheet::new(&only),
            verdict: Verdict::default(),
            dice: Dice::new(compare.seed, 0),
            program,
            event_bytes: 0,
            text_bytes: 0,
            peers: compare.peers,
            scripts: compare.scripts,
            folder: compare.data_dir,
            only,
        };
        if Part::ALL.into_iter().any(|part| stage.takes(part) && part.peers().contains(&Who::Floor)) {
            let ours = event::measure(&stage.hall(Cores::One)).await?;
            stage.text_bytes = ours.text_bytes;
            stage.event_bytes = compare.event_bytes.map_or(ours.event_bytes, |bytes| bytes as usize);
        }
        Ok(stage)
    }

    /// Whether somebody asked for a figure of this part.
    pub(crate) fn takes(&self, part: Part) -> bool {
        part.figures().iter().any(|figure| self.only.contains(figure))
    }

    /// Who takes part, in an order by chance: whoever is first must not always be.
    pub(crate) fn turns(&mut self, part: Part) -> Vec<Who> {
        let chosen = |who: &Who| self.peers.as_ref().is_none_or(|peers| peers.contains(who));
        let mut turns: Vec<Who> = part.peers().iter().copied().filter(chosen).collect();
        turns.retain(|who| !self.sheet.is_absent(*who));
        turns.push(Who::Ours);
        self.dice.shuffle(&mut turns);
        turns
    }

    pub(crate) fn hall(&self, cores: Cores) -> Hall {
        let agents = self.sizes.agents.min(AGENTS_MAX);
        Hall { program: self.program.clone(), folder: self.folder.clone(), agents, cores }
    }

    pub(crate) async fn broker(&self, who: Who) -> anyhow::Result<Broker> {
        if who == Who::Ours {
            return Broker::ours(&self.hall(Cores::One)).await;
        }
        let connections_max = self.sizes.agents * GROWING_TIMES + 1_000;
        let site = Site { folder: self.folder.as_deref(), scripts: &self.scripts, connections_max };
        Broker::peer(who, site).await
    }

    pub(crate) fn folder(&self) -> Option<&std::path::Path> {
        self.folder.as_deref()
    }

    /// Bytes of a text that make what `who` delivers as long as everybody's.
    pub(crate) fn text_bytes(&self, who: Who) -> usize {
        if who == Who::Ours { self.text_bytes } else { self.event_bytes }
    }

    /// Judges a crowd of ours; what a peer lost makes its figure none.
    pub(crate) fn judge(&mut self, who: Who, crowd: &Crowd, published: u32) -> anyhow::Result<()> {
        if who == Who::Ours {
            self.verdict.judge(crowd, published);
            return Ok(());
        }
        let (missing, lost, duplicated) =
            crowd.with(|tally| (tally.missing(published), tally.lost, tally.duplicated));
        let wrong = missing.max(lost) + duplicated;
        anyhow::ensure!(
            wrong == 0,
            "{missing} deliveries never came, {lost} were passed over, {duplicated} came twice"
        );
        Ok(())
    }

    /// A crowd at `broker` that has joined and listens.
    pub(crate) async fn crowd(&self, broker: &Broker, order: Order) -> anyhow::Result<Crowd> {
        self.crowd_of(broker, self.sizes.agents, order).await
    }

    pub(crate) async fn crowd_of(
        &self,
        broker: &Broker,
        count: usize,
        order: Order,
    ) -> anyhow::Result<Crowd> {
        let listeners = crate::crowd::join_all(&broker.venue, count).await?;
        Ok(Crowd::listen(listeners, &broker.venue.tongue, 0, order))
    }
}
