//! The log's own thread: it commits what is handed to it, and looks after those who write themselves.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex};

use super::alone::{Alone, LOOK_EVERY, Watch};
use super::committer::{Committer, Request};
use crate::locks::locked;

pub(super) struct Thread {
    pub(super) committer: Arc<Mutex<Committer>>,
    pub(super) alone: Arc<Alone>,
    pub(super) requests: Receiver<Request>,
}

impl Thread {
    /// Serves requests until nobody can send any more.
    pub(super) fn run(self) {
        let _unfinished = locked(&self.committer).unfinished();
        let (mut next, mut watch) = (None, None);
        while let Some(request) = next.take().or_else(|| self.receive(&mut watch)) {
            // Whoever writes has to end first, and nobody looks meanwhile.
            watch.iter_mut().for_each(|watch: &mut Watch| watch.call_another(&self.alone));
            match request {
                Request::Append(first) => next = locked(&self.committer).commit_with(first, &self.requests),
                Request::Roll(answer) => locked(&self.committer).roll_asked(&answer),
                Request::Watch(runtime) => watch = Some(Watch::over(runtime)),
            }
        }
        locked(&self.committer).end();
    }

    fn receive(&self, watch: &mut Option<Watch>) -> Option<Request> {
        while let Some(watching) = watch {
            match self.requests.recv_timeout(LOOK_EVERY) {
                Ok(request) => return Some(request),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) if watching.look(&self.alone) => {}
                Err(RecvTimeoutError::Timeout) => *watch = None,
            }
        }
        self.requests.recv().ok()
    }
}
