//! Taking a lock after somebody panicked with it, since what is under one of ours is whole after every step; and taking one
//! only where nobody has to be waited for.

use std::hint::spin_loop;
use std::sync::{
    Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError, TryLockResult,
};

/// How often a lock is asked for that nobody waits for. Who has one for a few rows is done within these few microseconds;
/// who is not has lost its core, mostly, and may be without for milliseconds. Fewer and more were not timed.
const TRIES: usize = 100;

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn read_locked<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn write_locked<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

/// Nothing where somebody writes, or waits to, and is not done after a few tries.
pub(crate) fn read_unless_taken<T>(lock: &RwLock<T>) -> Option<RwLockReadGuard<'_, T>> {
    unless_taken(|| lock.try_read())
}

/// Nothing where somebody has it, and is not done after a few tries.
pub(crate) fn write_unless_taken<T>(lock: &RwLock<T>) -> Option<RwLockWriteGuard<'_, T>> {
    unless_taken(|| lock.try_write())
}

fn unless_taken<G>(try_it: impl Fn() -> TryLockResult<G>) -> Option<G> {
    (0..TRIES).find_map(|_| match try_it() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => {
            spin_loop();
            None
        }
    })
}
