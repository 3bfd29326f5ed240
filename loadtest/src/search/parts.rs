//! The parts of the benchmark in their order: what leaves the data alone comes first, then what changes it, and in
//! the end what needs no server. Each fills its figures.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::asker::{Among, Asker, Count};
use super::check::Oracle;
use super::desk::{Desk, SEEN_GROUPS, target};
use super::figures::{Figures, PeerFigures, put};
use super::fresh::{self, Pace};
use super::hidden;
use super::peers::{self, Rival};
use super::progress::say;
use super::queries::Drawer;
use super::question::Question;
use super::reference::Scope;
use super::site::Site;
use super::sizes::{INDEX, Sizes};
use super::steady::Steady;
use super::storm::{Blown, Storm, Weather};
use super::times::{ClassTimes, Times};
use super::world::World;
use super::{Part, SMALL_CONTACTS, Search, stock};
use crate::cores::Cores;
use crate::measure::process::{own_bytes, resident_bytes};
use crate::median::median;
use crate::plan::{Dice, Target};
use crate::webhook::Http;

/// Searches before the clock counts, so that what is read is in memory.
const WARM_UP: usize = 500;
/// Searches of the parts beside the first one, at most.
const SIDE_QUERIES: usize = 2_000;
/// Small workspaces that are searched.
const SMALL_SEARCHED: usize = 20;

const FRESH_PER_SECOND: u64 = 200;
const FRESH_CHANGES: u64 = 2_000;
/// While a storm goes on, one agent changes and searches as fast.
const FRESH_LOADED_PER_SECOND: u64 = 50;
const FRESH_LOADED_CHANGES: u64 = 500;

const STORM_PER_SECOND: u64 = 1_000;
const STORM_SECONDS: u64 = 5;
/// Storms with and without searches, in turn.
const STORM_ROUNDS: u64 = 12;
/// Searches a second during a storm.
const STORM_SEARCHES_PER_SECOND: u64 = 200;

/// Conversations of a small workspace.
const SMALL_CONVERSATIONS: u64 = SMALL_CONTACTS * 6 / 5;

/// Measures everything that is not left out.
pub(crate) async fn all(search: &Search, site: &mut Site) -> anyhow::Result<Figures> {
    let mut figures = Figures { limits: "load", seed: search.seed, ..Figures::default() };
    for part in &search.skip {
        figures.absent.push(format!("{part:?}: left out").to_lowercase());
    }
    figures.restart_s = Some(start(site).await?.as_secs_f64());
    let mut run = Run { search, world: take_stock(site, &site.note.desk).await?, figures };
    run.size(site).await?;
    run.first(site).await?;
    run.limited(site).await?;
    run.messages(site).await?;
    run.small(site).await?;
    run.memory(site)?;
    run.rebuild(site).await?;
    // Peers search what the server searched, before anything changes it.
    site.house.stop().await?;
    run.peers().await;
    start(site).await?;
    run.fresh(site).await?;
    run.storm(site).await?;
    run.changed(site).await?;
    site.house.stop().await?;
    Ok(run.figures)
}

/// Starts the server and waits until its index is whole.
async fn start(site: &mut Site) -> anyhow::Result<Duration> {
    let began = Instant::now();
    site.house.start(Cores::All).await?;
    Asker::open(&site.note.desk.admin(site.house.url()?)).await?.built().await?;
    Ok(began.elapsed())
}

/// A storm in which nobody searches.
async fn calm(weather: &Arc<Weather>, stream: u64) -> anyhow::Result<Blown> {
    let storm = Storm::begin(weather, stream).await?;
    tokio::time::sleep(Duration::from_secs(STORM_SECONDS)).await;
    storm.end().await
}

async fn take_stock(site: &Site, desk: &Desk) -> anyhow::Result<World> {
    stock::take(&Http::new(desk.admin(site.house.url()?))).await.context("the log could not be read")
}

struct Run<'a> {
    search: &'a Search,
    world: World,
    figures: Figures,
}

impl Run<'_> {
    fn draw(&self, stream: u64, count: usize) -> Vec<Question> {
        Drawer::new(&self.world, self.search.seed, stream).draw(count)
    }

    fn side_queries(&self) -> usize {
        SIDE_QUERIES.min(self.search.queries as usize)
    }

    async fn size(&mut self, site: &Site) -> anyhow::Result<()> {
        let http = Http::new(site.note.desk.admin(site.house.url()?));
        let sizes = Sizes::of(&site.house.data(), &http).await?;
        let figures = &mut self.figures;
        figures.contacts = self.search.contacts;
        figures.conversations = self.world.conversations() as u64;
        figures.messages = self.world.messages.len() as u64;
        figures.small_workspaces = site.note.small.len() as u64;
        if sizes.properties.is_none() {
            figures.absent.push("property bytes: the server tells no size of a field".to_owned());
        }
        let all = figures.conversations + figures.small_workspaces * SMALL_CONVERSATIONS;
        let without = sizes.people.map(|bytes| bytes - sizes.properties.unwrap_or(0).min(bytes));
        figures.index_bytes = sizes.people;
        figures.property_bytes = sizes.properties;
        figures.index_bytes_per_conversation = without.map(|bytes| bytes as f64 / all.max(1) as f64);
        figures.message_index_bytes = sizes.messages;
        (figures.people_memory_bytes, figures.message_memory_bytes) =
            (sizes.people_memory(), sizes.message_memory());
        figures.index_fields = sizes.fields;
        Ok(())
    }

    fn memory(&mut self, site: &Site) -> anyhow::Result<()> {
        let pid = site.house.pid()?;
        self.figures.memory_bytes = Some(resident_bytes(pid)?);
        self.figures.memory_own_bytes = Some(own_bytes(pid)?);
        Ok(())
    }

    /// All questions twice: timed without counting, then counted.
    async fn first(&mut self, site: &Site) -> anyhow::Result<()> {
        let target = site.note.desk.admin(site.house.url()?);
        let questions = self.draw(1, self.search.queries as usize);
        let mut asker = Asker::open(&target).await?;
        asker.run(&self.draw(2, WARM_UP), Among::Conversations, Count::Nothing).await?;
        let (times, answers) = asker.run(&questions, Among::Conversations, Count::Nothing).await?;
        let (counting, counted) = asker.run(&questions, Among::Conversations, Count::Capped).await?;
        drop(asker);
        self.figures.main(&times);
        put(&counting.all, &mut self.figures.count_p50_ms, &mut self.figures.count_p99_ms);
        say(&format!("{} searches were answered; the oracle reads them", questions.len()));
        let oracle = Oracle { world: &self.world, scope: &Scope::All, among: Among::Conversations };
        self.figures.mismatches += oracle.mismatches(&questions, &answers, Count::Nothing);
        self.figures.mismatches += oracle.mismatches(&questions, &counted, Count::Capped);
        Ok(())
    }

    async fn limited(&mut self, site: &Site) -> anyhow::Result<()> {
        let Some(token) = site.note.desk.limited.as_deref().filter(|_| self.search.does(Part::Limited))
        else {
            return Ok(());
        };
        let seen = SEEN_GROUPS.iter().filter_map(|group| site.people.groups.get(*group));
        let place = |name: &String| self.world.group_names.iter().position(|known| known == name);
        let scope = Scope::Groups(seen.filter_map(place).collect::<BTreeSet<_>>());
        let times = self.judged(&target(site.house.url()?, token), &scope, 3).await?;
        put(&times.all, &mut self.figures.limited_p50_ms, &mut self.figures.limited_p99_ms);
        let mut asker = Asker::open(&target(site.house.url()?, token)).await?;
        let mut dice = Dice::new(self.search.seed, 7);
        let guessed = hidden::guess(&mut asker, &self.world, &scope, &mut dice).await?;
        let figures = &mut self.figures;
        put(&guessed.hidden, &mut figures.hidden_p50_ms, &mut figures.hidden_p99_ms);
        put(&guessed.unknown, &mut figures.unknown_p50_ms, &mut figures.unknown_p99_ms);
        figures.hidden_longer_share = guessed.longer_share();
        Ok(())
    }

    /// Counted searches of somebody with `scope`, all of them judged.
    async fn judged(&mut self, target: &Target, scope: &Scope, stream: u64) -> anyhow::Result<ClassTimes> {
        let questions = self.draw(stream, self.side_queries());
        let mut asker = Asker::open(target).await?;
        asker.run(&self.draw(stream + 100, WARM_UP), Among::Conversations, Count::Nothing).await?;
        let (times, answers) = asker.run(&questions, Among::Conversations, Count::Nothing).await?;
        let (_, counted) = asker.run(&questions, Among::Conversations, Count::Capped).await?;
        drop(asker);
        let oracle = Oracle { world: &self.world, scope, among: Among::Conversations };
        self.figures.mismatches += oracle.mismatches(&questions, &answers, Count::Nothing);
        self.figures.mismatches += oracle.mismatches(&questions, &counted, Count::Capped);
        Ok(times)
    }

    async fn messages(&mut self, site: &Site) -> anyhow::Result<()> {
        if !self.search.does(Part::Messages) || self.world.messages.is_empty() {
            return Ok(());
        }
        let target = site.note.desk.admin(site.house.url()?);
        let drawer = |stream: u64| Drawer::new(&self.world, self.search.seed, stream);
        let warm_up = drawer(104).draw_messages(WARM_UP);
        let plain = drawer(4).draw_messages(self.side_queries());
        let of_some = drawer(6).draw_messages_of_some(self.side_queries());
        let mut asker = Asker::open(&target).await?;
        asker.run(&warm_up, Among::Messages, Count::Nothing).await?;
        let figures = &mut self.figures;
        let plain_figures = (&mut figures.messages_p50_ms, &mut figures.messages_p99_ms);
        let of_some_figures = (&mut figures.messages_of_some_p50_ms, &mut figures.messages_of_some_p99_ms);
        let mut answered = Vec::new();
        for (questions, (p50, p99)) in [(plain, plain_figures), (of_some, of_some_figures)] {
            let (times, answers) = asker.run(&questions, Among::Messages, Count::Nothing).await?;
            let (_, counted) = asker.run(&questions, Among::Messages, Count::Capped).await?;
            put(&times.all, p50, p99);
            answered.push((questions, answers, counted));
        }
        // Judging takes a core for so long that a server takes who waits for it as gone.
        drop(asker);
        let oracle = Oracle { world: &self.world, scope: &Scope::All, among: Among::Messages };
        for (questions, answers, counted) in answered {
            figures.mismatches += oracle.mismatches(&questions, &answers, Count::Nothing);
            figures.mismatches += oracle.mismatches(&questions, &counted, Count::Capped);
        }
        Ok(())
    }

    /// Some of the small workspaces, each with an oracle of its own.
    async fn small(&mut self, site: &Site) -> anyhow::Result<()> {
        let searched = site.note.small.len().min(SMALL_SEARCHED);
        let mut times = Times::default();
        for (n, desk) in site.note.small.iter().take(searched).enumerate() {
            let world = take_stock(site, desk).await?;
            let drawn = Drawer::new(&world, self.search.seed, 200 + n as u64);
            let mut drawer = drawn;
            let warm_up = drawer.draw(WARM_UP / searched.max(1));
            let questions = drawer.draw(self.side_queries() / searched.max(1));
            let mut asker = Asker::open(&desk.admin(site.house.url()?)).await?;
            asker.run(&warm_up, Among::Conversations, Count::Nothing).await?;
            let (took, answers) = asker.run(&questions, Among::Conversations, Count::Nothing).await?;
            times.add(&took.all);
            let oracle = Oracle { world: &world, scope: &Scope::All, among: Among::Conversations };
            self.figures.mismatches += oracle.mismatches(&questions, &answers, Count::Nothing);
        }
        put(&times, &mut self.figures.small_workspace_p50_ms, &mut self.figures.small_workspace_p99_ms);
        Ok(())
    }

    /// From the start of a server without an index to its first whole answer.
    async fn rebuild(&mut self, site: &mut Site) -> anyhow::Result<()> {
        let folder = site.house.data().join(INDEX);
        if !self.search.does(Part::Rebuild) {
            return Ok(());
        }
        if !folder.exists() {
            self.figures.absent.push(format!("rebuild: the server keeps no folder {INDEX}"));
            return Ok(());
        }
        site.house.stop().await?;
        std::fs::remove_dir_all(&folder)?;
        self.figures.rebuild_s = Some(start(site).await?.as_secs_f64());
        say("the index was built anew; searches on it are judged");
        let target = site.note.desk.admin(site.house.url()?);
        self.judged(&target, &Scope::All, 5).await?;
        Ok(())
    }

    async fn peers(&mut self) {
        if !self.search.does(Part::Peers) {
            return;
        }
        let questions = self.draw(1, self.search.peer_queries);
        for peer in peers::all(&self.world, &questions).await {
            let measured = match peer.outcome {
                Ok(measured) => measured,
                Err(why) => {
                    self.figures.absent.push(why);
                    continue;
                }
            };
            let times = &measured.times;
            let figures = &mut self.figures;
            let (p50, p99) = match peer.rival {
                Rival::Scan => (&mut figures.scan_p50_ms, &mut figures.scan_p99_ms),
                Rival::Fts5 => (&mut figures.fts5_p50_ms, &mut figures.fts5_p99_ms),
                Rival::PgTrgm => (&mut figures.pg_trgm_p50_ms, &mut figures.pg_trgm_p99_ms),
            };
            put(&times.all, p50, p99);
            let peer_figures = PeerFigures {
                queries: times.all.count(),
                different: measured.different,
                built_s: measured.built.as_secs_f64(),
                bytes: measured.bytes,
                classes: times.by_class(),
            };
            figures.peers.insert(peer.rival.name(), peer_figures);
        }
    }

    async fn fresh(&mut self, site: &Site) -> anyhow::Result<()> {
        if !self.search.does(Part::Fresh) {
            return Ok(());
        }
        let pace = Pace { changes: FRESH_CHANGES, per_second: FRESH_PER_SECOND, run: 1 };
        let target = site.note.desk.admin(site.house.url()?);
        let freshness = fresh::measure(&target, &site.note.desk, &site.people, &self.world, pace).await?;
        let figures = &mut self.figures;
        put(&freshness.fresh, &mut figures.freshness_p50_ms, &mut figures.freshness_p99_ms);
        put(&freshness.added, &mut figures.freshness_added_p50_ms, &mut figures.freshness_added_p99_ms);
        figures.freshness_updates_per_second = Some(freshness.changes_per_second);
        figures.not_found += freshness.missed;
        Ok(())
    }

    /// Changes arrive, with and without somebody who searches, in turn; then somebody looks for their own.
    async fn storm(&mut self, site: &Site) -> anyhow::Result<()> {
        if !self.search.does(Part::Load) {
            return Ok(());
        }
        let target = site.note.desk.admin(site.house.url()?);
        let desk = site.note.desk.clone();
        let weather =
            Arc::new(Weather::new(target.clone(), desk, &site.people, &self.world, STORM_PER_SECOND));
        let (mut alone, mut beside) = (Blown::default(), Blown::default());
        let mut searches = ClassTimes::default();
        let mut growths = Vec::new();
        // What a start reads for the first time slows the first storm down, and would be laid to one of both sides.
        let first = self.searched(&weather, STORM_ROUNDS * 2 + 1, &mut ClassTimes::default()).await?;
        for round in 0..STORM_ROUNDS {
            // Neither is always the later one, when there is more in the log.
            let (calm, searched) = if round % 2 == 0 {
                let calm = calm(&weather, round * 2).await?;
                (calm, self.searched(&weather, round * 2 + 1, &mut searches).await?)
            } else {
                let searched = self.searched(&weather, round * 2 + 1, &mut searches).await?;
                (calm(&weather, round * 2).await?, searched)
            };
            growths.extend(searched.times.growth(&calm.times));
            alone.add(&calm);
            beside.add(&searched);
        }
        let storm = Storm::begin(&weather, STORM_ROUNDS * 2).await?;
        let pace = Pace { changes: FRESH_LOADED_CHANGES, per_second: FRESH_LOADED_PER_SECOND, run: 2 };
        let freshness = fresh::measure(&target, &site.note.desk, &site.people, &self.world, pace).await?;
        let last = storm.end().await?;
        let figures = &mut self.figures;
        figures.not_found += freshness.missed;
        let left_out = [&first, &alone, &beside, &last].map(|blown| blown.left_out).iter().sum();
        figures.left_out = Some(left_out);
        if left_out > first.left_out {
            figures.absent.push(format!(
                "load: {left_out} changes and searches were left out or refused, as the server was behind"
            ));
            return Ok(());
        }
        put(&searches.all, &mut figures.loaded_p50_ms, &mut figures.loaded_p99_ms);
        figures.loaded_classes = searches.by_class();
        put(&alone.times, &mut figures.command_p50_ms, &mut figures.command_p99_ms);
        put(&beside.times, &mut figures.command_p50_loaded_ms, &mut figures.command_p99_loaded_ms);
        put(&freshness.fresh, &mut figures.freshness_loaded_p50_ms, &mut figures.freshness_loaded_p99_ms);
        put(&freshness.added, &mut None, &mut figures.freshness_loaded_added_p99_ms);
        // A machine that stands still for a moment makes one of both kinds slow, and not the median of all pairs.
        figures.command_p99_growth = median(growths.clone());
        figures.command_p99_growths = growths;
        Ok(())
    }

    /// A storm in which somebody searches all the time.
    async fn searched(
        &self,
        weather: &Arc<Weather>,
        stream: u64,
        searches: &mut ClassTimes,
    ) -> anyhow::Result<Blown> {
        let count = (STORM_SECONDS * STORM_SEARCHES_PER_SECOND) as usize;
        // Drawing takes a core, and is no matter of the storm.
        let questions = self.draw(300 + stream, count);
        let steady = Steady::open(&weather.target).await?;
        let storm = Storm::begin(weather, stream).await?;
        let asked = steady.ask(&questions, STORM_SEARCHES_PER_SECOND).await?;
        searches.add(&asked.times);
        let blown = storm.end().await?;
        Ok(Blown { left_out: blown.left_out + asked.left_out, ..blown })
    }

    /// After all changes: the log is read again, and searches are judged by it.
    async fn changed(&mut self, site: &Site) -> anyhow::Result<()> {
        if !self.search.does(Part::Fresh) && !self.search.does(Part::Load) {
            return Ok(());
        }
        self.world = take_stock(site, &site.note.desk).await?;
        let target = site.note.desk.admin(site.house.url()?);
        self.judged(&target, &Scope::All, 6).await?;
        Ok(())
    }
}
