//! Letting go of sled: its drop flushes, waits for threads and may panic or never end, so that nobody who
//! has something else to do runs it himself.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How often the lock on sled's file is tried while its threads end.
const LOCK_POLL: Duration = Duration::from_millis(2);

/// Drops `db`; whether that ended, and all threads that hold its `file` with it, within `limit`.
pub(super) fn release(db: sled::Db, file: &File, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    let (ended, wait) = mpsc::sync_channel(1);
    let dropping = thread::Builder::new().name("state-release".to_owned()).spawn(move || {
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(db)));
        // The receiver is gone only when the limit has passed.
        ended.send(dropped.is_ok()).ok();
    });
    dropping.is_ok() && wait.recv_timeout(limit) == Ok(true) && is_let_go(file, deadline)
}

/// Whether nobody holds the lock that sled takes on `file` before `deadline`.
fn is_let_go(file: &File, deadline: Instant) -> bool {
    while file.try_lock().is_err() {
        if Instant::now() >= deadline {
            return false;
        }
        thread::sleep(LOCK_POLL);
    }
    file.unlock().is_ok()
}
