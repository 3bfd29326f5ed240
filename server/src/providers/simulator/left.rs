//! How often each message left, whatever the server believes: what a load test compares the log with. The
//! oldest messages are forgotten first. It decides nothing.

use std::collections::BTreeMap;
use std::sync::Mutex;

use parloir_protocol::ids::MessageId;

use crate::locks::locked;

/// Messages that are remembered: more than a load test sends.
const LEFT_MAX: usize = 100_000;

#[derive(Default)]
pub(super) struct Left {
    times: Mutex<BTreeMap<MessageId, u32>>,
}

impl Left {
    /// The message left, once more.
    pub(super) fn note(&self, message: MessageId) {
        let mut times = locked(&self.times);
        *times.entry(message).or_default() += 1;
        if times.len() > LEFT_MAX {
            times.pop_first();
        }
    }

    pub(super) fn times(&self) -> BTreeMap<MessageId, u32> {
        locked(&self.times).clone()
    }
}
