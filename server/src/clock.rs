//! The two clocks: the wall's for what is recorded, a steady one for deadlines. Tests bring their own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use parloir_protocol::time::Time;
use parloir_session::Millis;

type Wall = Arc<dyn Fn() -> Time + Send + Sync>;

/// Where the time comes from.
#[derive(Clone)]
pub struct Clock {
    wall: Wall,
    behind: Arc<AtomicI64>,
    started: Instant,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::with_wall(Arc::new(machine_time))
    }

    /// Another wall clock, for tests of what clocks do.
    pub fn with_wall(wall: Wall) -> Self {
        Self { wall, behind: Arc::default(), started: Instant::now() }
    }

    /// What the wall clock shows. It may jump.
    pub fn now(&self) -> Time {
        Time((self.wall)().0 - self.behind.load(Ordering::Relaxed))
    }

    /// Puts the wall clock back by so many milliseconds, so that a demonstration has a past.
    pub fn set_back(&self, millis: i64) {
        self.behind.store(millis, Ordering::Relaxed);
    }

    /// Milliseconds since the start. They never go back.
    pub fn millis(&self) -> Millis {
        Millis(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// The moment that `millis` shows as `at`.
    pub fn instant(&self, at: Millis) -> Instant {
        self.started + std::time::Duration::from_millis(at.0)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("started", &self.started).finish_non_exhaustive()
    }
}

fn machine_time() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
