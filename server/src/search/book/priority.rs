//! Threads that give way to others: merging segments is nobody's wait, while searches and commands are somebody's.

use std::panic::resume_unwind;
use std::thread;

/// How far they give way, of 19.
#[cfg(target_os = "linux")]
const NICE: i32 = 15;

/// Makes something; the threads that begin meanwhile give way, as each begins with the priority of who starts it.
pub(super) fn giving_way<T: Send>(make: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let made = scope.spawn(|| {
            give_way();
            make()
        });
        made.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// Of this thread alone, which only Linux has.
#[cfg(target_os = "linux")]
fn give_way() {
    let given = rustix::process::setpriority_process(None, NICE);
    given.unwrap_or_else(|error| tracing::warn!(%error, "search.does_not_give_way"));
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn priority() -> i32 {
        rustix::process::getpriority_process(None).expect("a thread knows its own")
    }

    #[test]
    fn threads_that_begin_give_way_and_others_do_not() {
        let before = priority();
        let begun = giving_way(|| thread::spawn(priority).join().expect("it ends"));
        assert_eq!((begun, priority()), (NICE.max(before), before));
    }
}
