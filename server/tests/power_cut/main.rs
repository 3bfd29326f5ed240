//! Cuts the power under a real server again and again: what it acknowledged is in its log exactly once, and its
//! state is the fold of that log.
//!
//! `kill -9` alone proves nothing about durability: what a process wrote stays in the kernel's page cache and
//! reaches the disk later, synced or not. So the server's data lies on an ext4 of its own, on a loop device over
//! an image file, and a cut is a copy of that image. Dirty pages of the page cache are not in the image: only
//! what the file system sent to the device is, by a sync or by writeback. All else is gone in the copy. The copy
//! is mounted, its journal replayed, and the next server starts on it.
//!
//! The copy is of one moment, which may lie inside a sync. The ext4 under test is never frozen, since that would
//! sync it; the file system that holds the image is. From then on no write and no sync of the server ends,
//! although it runs and answers: whatever it acknowledges, before or during the copy, must stand in the copy.
//! What the device took counts as stored; the log's own tests drop and keep unsynced pages by chance.
//!
//! Needs root, loop devices, mkfs.ext4 and fsfreeze. Where one is missing it says so, and fails if `CI` is
//! `true`. It knows the server only from outside.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::signal::unix::{SignalKind, signal};

use desk::Desk;
use disk::Disk;
use promises::Promises;
use server::{Home, Server};
use work::Workers;

mod desk;
mod disk;
mod http;
mod promises;
mod proof;
mod server;
mod work;

/// How many cuts, where nobody says.
const CUTS: u32 = 20;
const CUTS_VARIABLE: &str = "PARLOIR_CUTS";

/// The last two cuts of each round of this many are special: a long life, and a cut while the server starts.
const ROUND: u32 = 5;
/// How long the server works before most cuts, in ms.
const SHORT_LIFE: (u32, u32) = (20, 1_200);
/// Long enough that the state is flushed, and that the kernel writes back by itself.
const LONG_LIFE: (u32, u32) = (5_200, 6_200);
/// How long a server that recovers is left alone, in ms.
const START: (u32, u32) = (0, 50);

#[tokio::main]
async fn main() -> ExitCode {
    match Disk::blank() {
        Ok(disk) => match until_interrupted(suite(disk)).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                say(&format!("power cut: FAILED: {error:#}"));
                ExitCode::FAILURE
            }
        },
        Err(error) => {
            say(&format!("power cut: not run, so nothing is proved: {error:#}"));
            let must_run = std::env::var("CI").is_ok_and(|ci| ci == "true");
            if must_run { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
    }
}

/// An interrupted suite is dropped, and takes its mount and loop device with it.
async fn until_interrupted(suite: impl Future<Output = Result<()>>) -> Result<()> {
    let (mut terminated, mut interrupted) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        done = suite => done,
        _ = terminated.recv() => anyhow::bail!("it was terminated"),
        _ = interrupted.recv() => anyhow::bail!("it was interrupted"),
    }
}

async fn suite(disk: Disk) -> Result<()> {
    let cuts = match std::env::var(CUTS_VARIABLE) {
        Ok(text) => text.parse().with_context(|| format!("{CUTS_VARIABLE} is '{text}', not a number"))?,
        Err(_) => CUTS,
    };
    let mut rig = Rig::open(disk).await?;
    while rig.cuts < cuts {
        rig.cut_at_work().await.with_context(|| format!("around cut {}", rig.cuts + 1))?;
        if rig.cuts % ROUND == ROUND - 1 && rig.cuts < cuts {
            rig.cut_while_starting().await.with_context(|| format!("around cut {}", rig.cuts + 1))?;
        }
        rig.recover().await.with_context(|| format!("after cut {}", rig.cuts))?;
    }
    say(&format!(
        "power cut: {cuts} cuts ({} before the server listened), {} acknowledged, 0 lost; {} MiB on the disk",
        rig.cuts_while_starting,
        rig.promises.count(),
        rig.disk.used_mib()?
    ));
    Ok(())
}

/// A desk that lives through every cut.
struct Rig {
    home: Home,
    disk: Disk,
    desk: Desk,
    promises: Arc<Promises>,
    cuts: u32,
    cuts_while_starting: u32,
}

impl Rig {
    async fn open(disk: Disk) -> Result<Self> {
        let home = Home::new(disk.files())?;
        let server = Server::start(&home)?;
        let desk = Desk::found(server.listening().await?, &home).await?;
        server.stop().await?;
        let promises = Arc::new(Promises::default());
        Ok(Self { home, disk, desk, promises, cuts: 0, cuts_while_starting: 0 })
    }

    async fn cut_at_work(&mut self) -> Result<()> {
        let server = Server::start(&self.home)?;
        self.promises.power_on();
        let workers = Workers::begin(&self.desk, server.listening().await?, &self.promises)?;
        self.promises.one_more().await?;
        let is_long = self.cuts % ROUND == ROUND - 2;
        tokio::time::sleep(moment(if is_long { LONG_LIFE } else { SHORT_LIFE })?).await;
        self.cut(server, Some(workers)).await
    }

    /// A cut in the recovery from the cut before it.
    async fn cut_while_starting(&mut self) -> Result<()> {
        let server = Server::start(&self.home)?;
        tokio::time::sleep(moment(START)?).await;
        let is_starting = server.address()?.is_none();
        self.cuts_while_starting += u32::from(is_starting);
        self.cut(server, None).await
    }

    async fn cut(&mut self, server: Server, workers: Option<Workers>) -> Result<()> {
        self.disk.cut(|| self.promises.power_off())?;
        server.kill()?;
        if let Some(workers) = workers {
            workers.end().await;
        }
        self.cuts += 1;
        self.disk.power_on()
    }

    /// Starts on what is left: everything promised is there, and the state fits.
    async fn recover(&self) -> Result<()> {
        let server = Server::start(&self.home)?;
        let log = self.desk.log(server.listening().await?).await;
        let log = log.context("the log of an acknowledged desk cannot be read")?;
        let commits = proof::everything_promised_is_there(&log, &self.promises)?;
        server.stop().await?;
        self.home.check()?;
        say(&format!(
            "cut {}: {} acknowledged so far, each once among {commits} commits; the state is their fold",
            self.cuts,
            self.promises.count()
        ));
        Ok(())
    }
}

/// A random time between two bounds in ms.
fn moment((from, to): (u32, u32)) -> Result<Duration> {
    Ok(Duration::from_millis(u64::from(from + getrandom::u32()? % (to - from))))
}

#[expect(clippy::print_stdout, reason = "it is for the person at the terminal")]
fn say(sentence: &str) {
    println!("{sentence}");
}

/// The end of a file of text, for a sentence about what went wrong.
fn tail(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<_> = text.lines().rev().take(12).collect();
    lines.into_iter().rev().map(|line| format!("\n  {line}")).collect()
}
