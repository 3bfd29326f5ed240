//! What sled is asked when it opens, whether its rows are whole, and its first write. It runs on a thread that may be
//! left behind, and decides nothing about the folder.

use std::path::Path;

use super::failure::{StateError, guard};
use super::position::{SCHEMA_KEY, TALLY_KEY};
use super::set::{SetHash, Tally};
use super::{Damage, Options, flushed, steps};

use crate::log::{DiskFiles, Files as _};

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

/// Free bytes on the disk below which sled is not made to write: after a write that failed it takes nothing any more.
const FREE_BYTES_MIN: u64 = 16 << 20;

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
    let tally = match check {
        Check::Fresh => write_heads(&db, options.schema)?,
        Check::Heads | Check::AllRows => match kept(&db, folder, options.schema, check)? {
            Ok(tally) => tally,
            Err(damage) => return Ok(Err(damage)),
        },
    };
    // What cannot be told is no reason to let whoever comes first wait.
    let free_bytes = DiskFiles.free_bytes(folder).unwrap_or(u64::MAX);
    let tally = write_first(&db, tally, free_bytes)?;
    Ok(Ok((db, tally)))
}

/// The tally of the rows in `folder`, once what a kill cut off has its end.
fn kept(
    db: &sled::Db,
    folder: &Path,
    schema: u32,
    check: Check,
) -> Result<Result<Tally, Damage>, StateError> {
    let tally = match guard("read its heads", || heads(db, schema))? {
        Ok(tally) => tally,
        Err(damage) => return Ok(Err(damage)),
    };
    if let Err(damage) = flushed::check(folder, tally.writes)? {
        return Ok(Err(damage));
    }
    if matches!(check, Check::Heads) {
        return Ok(Ok(tally));
    }
    let ended = steps::end(db, folder, tally)?;
    let is_whole = guard("read all rows", || set(db))? == ended.set;
    Ok(if is_whole { Ok(ended) } else { Err(Damage::Differs) })
}

/// A step without rows, with which sled 0.34 begins to go over all segments of its file, as it does once at its first
/// write, counting all of them for each: half a second with 8 GB, in which nobody writes. So that begins with the
/// start.
fn write_first(db: &sled::Db, before: Tally, free_bytes: u64) -> Result<Tally, StateError> {
    if free_bytes < FREE_BYTES_MIN {
        return Ok(before);
    }
    let tally = Tally { writes: before.writes + 1, ..before };
    guard("write for the first time", || {
        db.insert(TALLY_KEY, &tally.encode()[..])?;
        db.flush()
    })?;
    Ok(tally)
}

fn write_heads(db: &sled::Db, schema: u32) -> Result<Tally, StateError> {
    let mut tally = Tally::default();
    let versions = versions(schema);
    tally.set.add(SCHEMA_KEY, &versions);
    guard("write its heads", || {
        db.insert(SCHEMA_KEY, &versions)?;
        db.insert(TALLY_KEY, &tally.encode()[..])
    })?;
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

/// The hash of all rows.
fn set(db: &sled::Db) -> sled::Result<SetHash> {
    let mut sum = SetHash::default();
    for row in db.iter() {
        let (key, value) = row?;
        if key != TALLY_KEY {
            sum.add(&key, &value);
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_writes_where_there_is_room() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = sled::open(folder.path()).expect("an empty database");
        let stored = || db.get(TALLY_KEY).expect("it is read").and_then(|bytes| Tally::decode(&bytes));
        let before = Tally { writes: 7, ..Tally::default() };
        assert_eq!(write_first(&db, before, FREE_BYTES_MIN - 1).expect("nothing is done"), before);
        assert_eq!(stored(), None);
        let tally = write_first(&db, before, FREE_BYTES_MIN).expect("it is written");
        assert_eq!((tally, stored()), (Tally { writes: 8, ..before }, Some(tally)));
    }
}
