//! Other ways to search the same data in the same run, by the same rules: a scan in memory, SQLite and
//! PostgreSQL. Each does what it can do best; one that is not there is said to be absent.

use std::time::{Duration, Instant};

use super::progress::say;
use super::question::Question;
use super::reference::{self, Scope, TOP};
use super::times::ClassTimes;
use super::world::World;

#[cfg(feature = "peers")]
mod fts5;
#[cfg(feature = "peers")]
mod pg_trgm;
mod scan;
#[cfg(feature = "peers")]
mod sql;

/// Differences of one peer that are shown; the number tells the rest.
const SHOWN_MAX: u64 = 3;

/// Who searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rival {
    Scan,
    Fts5,
    PgTrgm,
}

impl Rival {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Fts5 => "fts5",
            Self::PgTrgm => "pg_trgm",
        }
    }
}

/// One peer after its run.
pub(crate) struct Peer {
    pub(crate) rival: Rival,
    /// Or why it is absent.
    pub(crate) outcome: Result<Measured, String>,
}

/// What a peer did.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) times: ClassTimes,
    /// Searches with another first page than the oracle's.
    pub(crate) different: u64,
    /// To take the data in.
    pub(crate) built: Duration,
    pub(crate) bytes: Option<u64>,
}

/// Lets every peer answer `questions`.
pub(crate) async fn all(world: &World, questions: &[Question]) -> Vec<Peer> {
    let scan = Peer { rival: Rival::Scan, outcome: Ok(scan::measure(world, questions)) };
    vec![scan, fts5(world, questions), pg_trgm(world, questions).await]
}

#[cfg(feature = "peers")]
fn fts5(world: &World, questions: &[Question]) -> Peer {
    let outcome = fts5::measure(world, questions).map_err(|error| format!("SQLite: {error:#}"));
    Peer { rival: Rival::Fts5, outcome }
}

#[cfg(feature = "peers")]
async fn pg_trgm(world: &World, questions: &[Question]) -> Peer {
    let outcome = pg_trgm::measure(world, questions).await.map_err(|error| format!("PostgreSQL: {error:#}"));
    Peer { rival: Rival::PgTrgm, outcome }
}

#[cfg(not(feature = "peers"))]
fn fts5(_: &World, _: &[Question]) -> Peer {
    Peer { rival: Rival::Fts5, outcome: Err(WITHOUT.to_owned()) }
}

#[cfg(not(feature = "peers"))]
async fn pg_trgm(_: &World, _: &[Question]) -> Peer {
    Peer { rival: Rival::PgTrgm, outcome: Err(WITHOUT.to_owned()) }
}

#[cfg(not(feature = "peers"))]
const WITHOUT: &str = "this program was built without the feature `peers`";

impl Measured {
    /// Takes one answer down: places of documents, in order.
    fn take(&mut self, rival: Rival, world: &World, question: &Question, took: Duration, places: &[usize]) {
        self.times.record(question.class, took);
        let wanted = reference::documents(world, question, &Scope::All).top;
        let ids = places.iter().map(|place| world.documents[*place].id);
        if !ids.eq(wanted.iter().map(|(_, id)| *id)) {
            self.different += 1;
            if self.different <= SHOWN_MAX {
                say(&format!(
                    "{} finds others for '{}' ({})",
                    rival.name(),
                    question.text,
                    question.class.name()
                ));
            }
        }
    }
}

/// Asks one question and takes the time.
fn timed<T>(ask: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let answer = ask();
    (began.elapsed(), answer)
}
