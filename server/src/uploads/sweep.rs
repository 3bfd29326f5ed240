//! What nobody came back for: uploads that do not go on, and whole ones that no message claims. A content that
//! an event names is never removed.

use std::sync::Arc;

use parloir_desk::entity::FileFacts;
use parloir_protocol::ids::WorkspaceId;

use super::{Upload, Uploads};

/// Whether an event of the workspace names the file.
pub type IsNamed<'a> = &'a (dyn Fn(WorkspaceId, &FileFacts) -> bool + Sync);

impl Uploads {
    /// Gives up what is due; how many that were.
    pub async fn sweep(&self, is_named: IsNamed<'_>) -> usize {
        let now = self.clock.now();
        let known: Vec<Arc<Upload>> = self.known().values().cloned().collect();
        let mut swept = 0;
        for upload in known {
            let max_ms = match upload.facts() {
                Some(_) => self.limits.unclaimed_ms,
                None => self.limits.unfinished_ms,
            };
            // Somebody writes at this moment.
            let is_busy = upload.spool().try_lock().is_err();
            if is_busy || upload.idle_ms(now) < max_ms {
                continue;
            }
            let (workspace, id) = upload.key();
            match upload.facts() {
                Some(facts) if is_named(workspace, facts) => self.claimed(workspace, id).await,
                Some(_) | None => self.forget(&upload).await,
            }
            swept += 1;
        }
        swept
    }
}
