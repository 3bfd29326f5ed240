//! One round: a server, its workspaces, hands in processes of their own, the plan, and the oracle. It does no act
//! itself.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use parloir_client::Client;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::watch;
use uuid::Uuid;

use super::judge::{self, Acknowledged};
use super::orders::{Call, Orders, Share, Told, Word};
use super::outcome::{Better, Round, Second};
use super::plan::Plan;
use super::progress::{Live, Shown};
use crate::agent::{self, options};
use crate::cores::Cores;
use crate::folder::Folder;
use crate::house::{Desk, House};
use crate::mark::Moment;
use crate::measure::process::{cpu_seconds, family_cpu_seconds, peak_bytes, resident_bytes};
use crate::oracle;
use crate::webhook::Http;

/// From the order to begin to the beginning, so that every hand has read it.
const LEAD: Duration = Duration::from_millis(300);
/// Workspaces whose real client the oracle compares; each asks the server for everything anew.
const WATCHED_MAX: usize = 4;
/// The log is at rest when its head did not move for so long.
const REST: Duration = Duration::from_millis(1_500);
const REST_MAX: Duration = Duration::from_secs(120);
/// A hand that says nothing for so long is lost.
const SILENCE_MAX: Duration = Duration::from_secs(300);

/// What a round needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ring<'a> {
    pub(super) program: &'a Path,
    pub(super) folder: Option<&'a Path>,
    pub(super) processes: u32,
    pub(super) plan: &'a Plan,
    pub(super) number: u32,
}

/// A load process as the coordinator sees it. It ends with it.
struct Helper {
    child: Child,
    input: ChildStdin,
    words: Lines<BufReader<ChildStdout>>,
}

pub(super) async fn play(ring: Ring<'_>) -> anyhow::Result<Round> {
    let folder = Folder::new(ring.folder, "run")?;
    let mut house = House::new(ring.program.to_owned(), folder.path().to_owned());
    house.start(Cores::One).await?;
    let (url, data) = (house.url()?.to_owned(), house.data());
    let desks = found(ring, &url, &data).await?;
    let mut watchers = Vec::new();
    for desk in &desks {
        let client = Client::connect(options(&url, &desk.admin))?;
        agent::live(&client).await?;
        watchers.push(client);
    }
    let mut hands = hire(ring, &house, &desks).await?;
    let mut round = Round::default();
    let told = work(ring, &house, &mut hands, &watchers, &mut round).await?;
    round.tell(&told.0, ring.plan.scenario.seconds);
    let mut written = Vec::new();
    for (number, desk) in (0..).zip(&desks) {
        let mut acknowledged = Acknowledged::of(&told.0, number);
        Http::new(desk.admin(&url)).log_lines(0, |line| acknowledged.read(line)).await?;
        acknowledged.judge(&mut round.report);
        written.push(acknowledged.written);
    }
    judge::deliveries(&mut round.report, &told.0, &told.1, &written);
    let mut pictures = 0_u32;
    for (client, desk) in watchers.iter().zip(&desks).take(WATCHED_MAX) {
        oracle::check_client(&mut round.report, &url, &desk.admin, client).await?;
        pictures += 1;
    }
    round.put("pictures_compared".to_owned(), f64::from(pictures), "", Better::Higher);
    house.stop().await?;
    Ok(round)
}

async fn found(ring: Ring<'_>, url: &str, data: &Path) -> anyhow::Result<Vec<Desk>> {
    let scenario = &ring.plan.scenario;
    let logins = scenario.logins.as_ref().map_or(0, |logins| logins.agents.div_ceil(scenario.desks.count));
    let agents = (scenario.desks.agents + logins).min(AGENTS_MAX) as usize;
    let mut desks = Vec::new();
    for n in 0..scenario.desks.count {
        let conversations = scenario.desks.conversations as usize;
        desks.push(Desk::found(url, data, &format!("Desk {n}"), agents, conversations).await?);
    }
    Ok(desks)
}

/// A workspace has no more agents; further connections are second ones of the same.
const AGENTS_MAX: u32 = 1_500;

async fn hire(ring: Ring<'_>, house: &House, desks: &[Desk]) -> anyhow::Result<Vec<Helper>> {
    let run = Uuid::now_v7().simple().to_string().split_off(20);
    let mut hands = Vec::new();
    for number in 0..ring.processes {
        let share = Share { number, of: ring.processes };
        let numbered = (0_u32..).zip(ring.plan.round(ring.number).iter().copied());
        let orders = Orders {
            url: house.url()?.to_owned(),
            address: house.address()?,
            run: run.clone(),
            share,
            desks: desks.to_vec(),
            agents: ring.plan.scenario.desks.agents,
            slow: ring.plan.scenario.slow.clone(),
            seconds: ring.plan.scenario.seconds,
            acts: numbered.filter(|(number, due)| share.does(*number, due)).collect(),
        };
        hands.push(Helper::start(&orders).await?);
    }
    for hand in &mut hands {
        let word = hand.word(|_| {}).await?;
        anyhow::ensure!(matches!(word, Word::Ready), "a hand is not ready: {word:?}");
    }
    Ok(hands)
}

/// Lets the hands work; what they told, and the heads of the logs that they all came to.
async fn work(
    ring: Ring<'_>,
    house: &House,
    hands: &mut [Helper],
    watchers: &[Client],
    round: &mut Round,
) -> anyhow::Result<(Vec<Told>, Vec<u64>)> {
    let begin = Moment::now().after(LEAD);
    for hand in hands.iter_mut() {
        hand.say(&Call::Begin(begin.0)).await?;
    }
    let pids: Vec<u32> = hands.iter().filter_map(|hand| hand.child.id()).collect();
    let (live, shown) = (Arc::new(Live::new(hands.len())), Shown::new(ring.number, ring.plan));
    let (ended, end) = watch::channel(false);
    let looking = tokio::spawn(look(house.pid()?, pids, begin, Arc::clone(&live), shown, end));
    let working = hands.iter_mut().enumerate().map(|(n, hand)| {
        let live = Arc::clone(&live);
        async move { hand.word(|progress| live.put(n, progress)).await }
    });
    for word in futures_util::future::join_all(working).await {
        anyhow::ensure!(matches!(word?, Word::Idle), "a hand told everything before it was asked");
    }
    ended.send_replace(true);
    let seconds = looking.await??;
    let heads = rest(watchers).await?;
    machine(round, seconds, peak_bytes(house.pid()?)?);
    let mut told = Vec::new();
    for hand in hands.iter_mut() {
        hand.say(&Call::End(heads.clone())).await?;
    }
    for hand in hands {
        match hand.word(|_| {}).await? {
            Word::Told(all) => told.push(*all),
            other => anyhow::bail!("a hand did not tell what it saw: {other:?}"),
        }
        hand.child.wait().await?;
    }
    Ok((told, heads))
}

/// Once a second: what the machine says of the server and the hands.
async fn look(
    server: u32,
    hands: Vec<u32>,
    begin: Moment,
    live: Arc<Live>,
    mut shown: Shown,
    mut end: watch::Receiver<bool>,
) -> anyhow::Result<Vec<Second>> {
    tokio::time::sleep(begin.since(Moment::now())).await;
    let (mut seconds, mut before) =
        (Vec::new(), (Moment::now(), family_cpu_seconds(server)?, load_cpu_seconds(&hands)?));
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.tick().await;
    while !*end.borrow() {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = end.changed() => break,
        }
        let now = (Moment::now(), family_cpu_seconds(server)?, load_cpu_seconds(&hands)?);
        let took = now.0.since(before.0).as_secs_f64().max(f64::EPSILON);
        let second = Second {
            server_cores: (now.1 - before.1) / took,
            load_cores: (now.2 - before.2) / took,
            server_mib: mib(resident_bytes(server)?),
            ..Second::default()
        };
        shown.show(&live.sum(), &second);
        seconds.push(second);
        before = now;
    }
    shown.end();
    Ok(seconds)
}

/// Of all hands and of this process, where the real clients are.
fn load_cpu_seconds(hands: &[u32]) -> anyhow::Result<f64> {
    hands.iter().copied().chain([std::process::id()]).map(cpu_seconds).sum()
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn machine(round: &mut Round, seconds: Vec<Second>, peak_bytes: u64) {
    let count = seconds.len().max(1) as f64;
    let mean = |of: fn(&Second) -> f64| seconds.iter().map(of).sum::<f64>() / count;
    let values = [
        ("server_cores", mean(|second| second.server_cores), "cores"),
        ("load_cores", mean(|second| second.load_cores), "cores"),
        ("server_peak_mib", mib(peak_bytes), "MiB"),
    ];
    values.into_iter().for_each(|(name, value, unit)| round.put(name.to_owned(), value, unit, Better::Lower));
    round.seconds = seconds;
}

/// The heads of all workspaces once they are at rest, by the server's own word and not by what it told; deliveries still
/// come in after the last act.
async fn rest(watchers: &[Client]) -> anyhow::Result<Vec<u64>> {
    let heads = || futures_util::future::try_join_all(watchers.iter().map(oracle::head));
    let (mut at, until) = (Vec::new(), tokio::time::Instant::now() + REST_MAX);
    loop {
        let now = heads().await;
        let is_late = tokio::time::Instant::now() > until;
        match now {
            Ok(now) if now == at => return Ok(now),
            Ok(_) if is_late && !at.is_empty() => {
                anyhow::bail!("the log did not come to rest in {} s", REST_MAX.as_secs())
            }
            Ok(now) => at = now,
            Err(error) if is_late => return Err(error),
            // Who works off a load may be too busy to say where it stands. What it said before is no longer so.
            Err(_) => at.clear(),
        }
        tokio::time::sleep(REST).await;
    }
}

impl Helper {
    async fn start(orders: &Orders) -> anyhow::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("hand")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("a load process cannot be started")?;
        let input = child.stdin.take().context("a hand has an input")?;
        let words = BufReader::new(child.stdout.take().context("a hand has an output")?).lines();
        let mut helper = Self { child, input, words };
        helper.say(orders).await?;
        Ok(helper)
    }

    async fn say(&mut self, what: &impl serde::Serialize) -> anyhow::Result<()> {
        let line = serde_json::to_string(what)? + "\n";
        self.input.write_all(line.as_bytes()).await?;
        Ok(self.input.flush().await?)
    }

    /// The next word that is no progress.
    async fn word(&mut self, mut progress: impl FnMut(super::orders::Progress)) -> anyhow::Result<Word> {
        loop {
            let line = tokio::time::timeout(SILENCE_MAX, self.words.next_line()).await;
            let line = line.context("a hand says nothing")??.context("a hand ended before it told")?;
            match serde_json::from_str(&line)? {
                Word::Progress(now) => progress(now),
                word @ (Word::Ready | Word::Idle | Word::Told(_)) => return Ok(word),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_is_this_process_as_well() {
        let own = || cpu_seconds(std::process::id()).expect("it can be read");
        let (before, until) = (own(), std::time::Instant::now() + Duration::from_secs(10));
        while own() <= before && std::time::Instant::now() < until {
            std::hint::black_box((0..10_000_u64).sum::<u64>());
        }
        assert!(load_cpu_seconds(&[]).expect("it can be read") > before);
        assert!(load_cpu_seconds(&[u32::MAX]).is_err(), "a hand that is gone is not passed over");
    }

    #[test]
    fn the_peak_is_the_kernels_mark_and_not_the_highest_look() {
        let mut round = Round::default();
        let seconds =
            [3.0, 5.0].map(|server_mib| Second { server_mib, server_cores: 0.5, ..Second::default() });
        machine(&mut round, seconds.to_vec(), 9 << 20);
        let value = |name: &str| round.values[name].value;
        assert_eq!((value("server_peak_mib"), value("server_cores")), (9.0, 0.5));
    }
}
