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

/// The way in which rows lie in sled: 1 was a row for each, 2 is in blocks.
const LAYOUT: u32 = 2;

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
    let versions = versions(schema);
    tally.set.add(SCHEMA_KEY, &versions);
    let mut batch = sled::Batch::default();
    batch.insert(SCHEMA_KEY, &versions);
    batch.insert(TALLY_KEY, &tally.encode()[..]);
    guard("write its heads", || db.apply_batch(batch))?;
    Ok(tally)
}

/// What stands under [`SCHEMA_KEY`].
fn versions(schema: u32) -> [u8; 8] {
    (u64::from(schema) << 32 | u64::from(LAYOUT)).to_be_bytes()
}

fn heads(db: &sled::Db, schema: u32) -> sled::Result<Result<Tally, Damage>> {
    let found = db.get(SCHEMA_KEY)?.and_then(|bytes| read_versions(&bytes));
    let tally = db.get(TALLY_KEY)?.and_then(|bytes| Tally::decode(&bytes));
    Ok(match (found, tally) {
        (None, _) => Err(Damage::Headless("schema")),
        (Some((_, found)), _) if found != LAYOUT => Err(Damage::AnotherLayout { found, expected: LAYOUT }),
        (Some((found, _)), _) if found != schema => Err(Damage::AnotherVersion { found, expected: schema }),
        (_, None) => Err(Damage::Headless("tally")),
        (Some(_), Some(tally)) => Ok(tally),
    })
}

/// The version of `apply`, and of the layout: the first one was not written down.
fn read_versions(bytes: &[u8]) -> Option<(u32, u32)> {
    let (schema, rest) = bytes.split_first_chunk()?;
    let layout = if rest.is_empty() { 1 } else { u32::from_be_bytes(rest.try_into().ok()?) };
    Some((u32::from_be_bytes(*schema), layout))
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
