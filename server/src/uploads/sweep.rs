//! What nobody came back for: uploads that do not go on, and whole ones that no message claims. A content that
//! an event names is never removed.

use std::sync::Arc;

use parloir_protocol::ids::{AttachmentId, WorkspaceId};

use super::{Purpose, Upload, Uploads};

impl Uploads {
    /// Uploads that a message went with are over: a planned one had left them, or a crash.
    pub async fn claim_sent(&self, is_sent: &(dyn Fn(WorkspaceId, AttachmentId) -> bool + Sync)) {
        let whole: Vec<Arc<Upload>> =
            self.known().values().filter(|upload| upload.facts().is_some()).cloned().collect();
        for (workspace, id) in whole.iter().map(|upload| upload.key()) {
            if is_sent(workspace, id) {
                self.claimed(workspace, id).await;
            }
        }
    }

    /// Gives up what is due; how many that were.
    pub async fn sweep(&self) -> usize {
        let now = self.clock.now();
        let known: Vec<Arc<Upload>> = self.known().values().cloned().collect();
        let mut swept = 0;
        for upload in known {
            let max_ms = match upload.facts() {
                Some(_) => self.limits.unclaimed_ms,
                None if upload.purpose() == Purpose::Import && upload.is_whole() => self.limits.unclaimed_ms,
                None => self.limits.unfinished_ms,
            };
            // Somebody writes at this moment.
            let is_busy = upload.spool().try_lock().is_err();
            if is_busy || upload.idle_ms(now) < max_ms {
                continue;
            }
            self.forget(&upload).await;
            swept += 1;
        }
        swept
    }
}
