//! Whoever has nothing else to do than wait for the disk writes a record themselves: handing it to the log's thread and
//! hearing of it wakes two threads, which takes half as long as the sync. Meanwhile a thread of the runtime stands still,
//! and those whose connections it would have read with it, if no other thread happens to be awake. So the log's thread
//! looks every now and then, and where one stands still for long it gives the runtime something to do, for which another
//! thread wakes and takes the connections. Only tasks that gave up their turn on the thread that writes, and whom it would
//! run next, wait as long as it does. One runtime is looked after, that of whoever wrote first.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::JoinHandle;

/// How often is looked while nothing else comes. Others stand still with whoever writes for two looks.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(2);
/// Looks at nobody after which nobody looks any more.
const LOOKS_AT_NOBODY: u32 = 50;

/// Those who write themselves, one at a time.
#[derive(Default)]
pub(super) struct Alone {
    began: AtomicU64,
    ended: AtomicU64,
    is_watched: AtomicBool,
}

/// Somebody who is writing.
pub(super) struct Writing<'a>(&'a Alone);

impl Alone {
    /// Somebody begins; `watch` is called unless somebody looks already.
    pub(super) fn begin(&self, watch: impl FnOnce()) -> Writing<'_> {
        self.began.fetch_add(1, SeqCst);
        if !self.is_watched.swap(true, SeqCst) {
            watch();
        }
        Writing(self)
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, SeqCst);
    }
}

/// Whoever looks.
pub(super) struct Watch {
    runtime: Handle,
    /// How many had begun at the last look.
    began: u64,
    looks_at_nobody: u32,
    /// What another thread was called with.
    call: Option<JoinHandle<()>>,
}

impl Watch {
    /// Over the threads of `runtime`.
    pub(super) fn over(runtime: Handle) -> Self {
        Self { runtime, began: 0, looks_at_nobody: 0, call: None }
    }

    /// While somebody writes: whichever thread takes this up looks after the connections from then on.
    pub(super) fn call_another(&mut self, alone: &Alone) {
        let is_called = self.call.as_ref().is_some_and(|call| !call.is_finished());
        if alone.ended.load(SeqCst) < alone.began.load(SeqCst) && !is_called {
            self.call = Some(self.runtime.spawn(async {}));
        }
    }

    /// Looks once; whether to go on.
    pub(super) fn look(&mut self, alone: &Alone) -> bool {
        let began = alone.began.load(SeqCst);
        let is_the_same = std::mem::replace(&mut self.began, began) == began;
        if alone.ended.load(SeqCst) < began {
            if is_the_same {
                self.call_another(alone);
            }
            return true;
        }
        self.looks_at_nobody = if is_the_same { self.looks_at_nobody + 1 } else { 0 };
        if self.looks_at_nobody < LOOKS_AT_NOBODY {
            return true;
        }
        alone.is_watched.store(false, SeqCst);
        // Whoever began since has either seen that, and calls another watch, or counts on this one.
        alone.began.load(SeqCst) != began && !alone.is_watched.swap(true, SeqCst)
    }
}

/// The runtime of this thread, where others can take over what it leaves.
pub(super) fn runtime_with_others() -> Option<Handle> {
    let runtime = Handle::try_current().ok()?;
    let has_others =
        runtime.runtime_flavor() == RuntimeFlavor::MultiThread && runtime.metrics().num_workers() > 1;
    has_others.then_some(runtime)
}
