//! What sled is asked when it opens, and whether its rows are whole. It runs on a thread that may be left
//! behind, and decides nothing about the folder.

use std::path::Path;

use super::failure::{StateError, guard};
use super::position::{SCHEMA_KEY, TALLY_KEY};
use super::set::{SetHash, Tally};
use super::{Damage, Options, flushed};

/// What the rows must satisfy.
#[derive(Clone, Copy)]
pub(super) enum Check {
    /// Nothing is there; the first rows are written.
    Fresh,
    /// The files are those of a clean stop.
    Heads,
    /// Every row is read.
    AllRows,
}

/// An open database and the tally of its rows.
pub(super) type Whole = (sled::Db, Tally);

pub(super) fn open_and_check(
    folder: &Path,
    options: &Options,
    check: Check,
) -> Result<Result<Whole, Damage>, StateError> {
    let config = sled::Config::new()
        .path(folder)
        .cache_capacity(options.cache_bytes)
        .flush_every_ms(Some(500))
        .mode(sled::Mode::HighThroughput);
    let db = guard("open", || config.open())?;
    let checked = match check {
        Check::Fresh => write_heads(&db, options.schema).map(Ok),
        Check::Heads => guard("read its heads", || heads(&db, options.schema)),
        Check::AllRows => guard("read all rows", || all_rows(&db, options.schema)),
    }?;
    match checked {
        Ok(tally) => Ok(flushed::check(folder, tally.writes)?.map(|()| (db, tally))),
        Err(damage) => Ok(Err(damage)),
    }
}

fn write_heads(db: &sled::Db, schema: u32) -> Result<Tally, StateError> {
    let mut tally = Tally::default();
    tally.set.add(SCHEMA_KEY, &schema.to_be_bytes());
    let mut batch = sled::Batch::default();
    batch.insert(SCHEMA_KEY, &schema.to_be_bytes());
    batch.insert(TALLY_KEY, &tally.encode());
    guard("write its heads", || db.apply_batch(batch))?;
    Ok(tally)
}

fn heads(db: &sled::Db, schema: u32) -> sled::Result<Result<Tally, Damage>> {
    let found =
        db.get(SCHEMA_KEY)?.and_then(|bytes| Some(u32::from_be_bytes(bytes.as_ref().try_into().ok()?)));
    let tally = db.get(TALLY_KEY)?.and_then(|bytes| Tally::decode(&bytes));
    Ok(match (found, tally) {
        (None, _) => Err(Damage::Headless("schema")),
        (_, None) => Err(Damage::Headless("tally")),
        (Some(found), _) if found != schema => Err(Damage::AnotherVersion { found, expected: schema }),
        (Some(_), Some(tally)) => Ok(tally),
    })
}

fn all_rows(db: &sled::Db, schema: u32) -> sled::Result<Result<Tally, Damage>> {
    let stored = match heads(db, schema)? {
        Ok(stored) => stored,
        Err(damage) => return Ok(Err(damage)),
    };
    let mut sum = SetHash::default();
    for row in db.iter() {
        let (key, value) = row?;
        if key != TALLY_KEY {
            sum.add(&key, &value);
        }
    }
    Ok(if sum == stored.set { Ok(stored) } else { Err(Damage::Differs) })
}
