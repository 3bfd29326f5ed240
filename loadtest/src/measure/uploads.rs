//! What files cost on their way in: the server's memory while many arrive at once, and their pace beside a plain
//! copy of the same bytes in the same run. It judges nothing.

use std::io::Write as _;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use clap::Args;
use futures_util::future::try_join_all;
use tokio::sync::watch;

use super::{process, say};
use crate::plan::Target;
use crate::webhook::Http;

/// How often the server's memory is read.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// The largest file that a server takes.
const FILE_BYTES_MAX: u64 = 30_000_000;

#[derive(Debug, Clone, Args)]
pub(crate) struct Uploads {
    #[command(flatten)]
    target: Target,
    /// The server's process.
    #[arg(long)]
    pid: u32,
    /// Files at once.
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    files: u32,
    /// Bytes of each.
    #[arg(long, default_value_t = FILE_BYTES_MAX, value_parser = clap::value_parser!(u64).range(1_000..=FILE_BYTES_MAX))]
    bytes: u64,
}

impl Uploads {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let http = Http::new(self.target.clone());
        let films: Vec<Bytes> = (0..=self.files).map(|n| film(self.bytes as usize, n)).collect();
        // The first file wakes what every later one shares.
        http.upload("warm.mp4", films[0].clone()).await?;
        let before = process::own_bytes(self.pid)?;
        let (ended, running) = watch::channel(false);
        let peak = tokio::spawn(peak(self.pid, running));
        let began = Instant::now();
        try_join_all(films[1..].iter().map(|film| http.upload("film.mp4", film.clone()))).await?;
        let took = began.elapsed();
        ended.send_replace(true);
        let more = peak.await??.saturating_sub(before) as f64;
        let megabytes = f64::from(self.files) * self.bytes as f64 / 1e6;
        let (ours, copied) = (megabytes / took.as_secs_f64(), megabytes / copied(&films[1..])?.as_secs_f64());
        say(&format!(
            "{} files of {} bytes at once: {:.0} KiB of the server's memory each, {ours:.0} MB/s; \
             a synced copy of the same bytes {copied:.0} MB/s, {:.2} of it",
            self.files,
            self.bytes,
            more / f64::from(self.files) / 1_024.0,
            ours / copied,
        ));
        Ok(())
    }
}

/// The same files written and synced one after the other by this process.
fn copied(films: &[Bytes]) -> anyhow::Result<Duration> {
    let folder = std::env::temp_dir().join(format!("parloir-uploads-{}", std::process::id()));
    std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let began = Instant::now();
    let copied = films.iter().enumerate().try_for_each(|(n, film)| {
        let mut file = std::fs::File::create(folder.join(n.to_string()))?;
        file.write_all(film)?;
        file.sync_all()
    });
    let took = began.elapsed();
    std::fs::remove_dir_all(&folder)?;
    copied.map(|()| took).context("cannot copy")
}

/// The most memory of its own that the process holds until `ended`.
async fn peak(pid: u32, mut ended: watch::Receiver<bool>) -> anyhow::Result<u64> {
    let mut peak = 0;
    while !*ended.borrow_and_update() {
        peak = peak.max(process::own_bytes(pid)?);
        // Either a moment passes or the run ends: both lead to the next look.
        let _ended = tokio::time::timeout(LOOK_EVERY, ended.changed()).await.is_ok();
    }
    Ok(peak)
}

/// An MP4 of so many bytes, another one for each `n`.
fn film(bytes: usize, n: u32) -> Bytes {
    let part = |name: &[u8; 4], content: &[u8]| {
        let length = (content.len() as u32 + 8).to_be_bytes();
        [length.as_slice(), name, content].concat()
    };
    let head = [part(b"ftyp", b"isom\0\0\x02\0isommp42"), part(b"moov", &[0; 40])].concat();
    let film: Vec<u8> = (0..bytes - head.len() - 12).map(|at| (at % 251) as u8).collect();
    [head, part(b"mdat", &[n.to_be_bytes().as_slice(), &film].concat())].concat().into()
}
