//! What was tried lately, for those who look after webhooks: the newest tries of each, in memory and in a file
//! of its own. The last seconds of it may be lost; nothing is decided by it.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

use parloir_protocol::entity::WebhookDelivery;
use parloir_protocol::ids::{WebhookId, WorkspaceId};

use crate::locks::locked;

/// Tries of one webhook that are kept.
pub(super) const TRIES_MAX: usize = 200;

type Tries = VecDeque<WebhookDelivery>;

/// The tries of all webhooks.
pub struct Ledger {
    folder: PathBuf,
    known: Mutex<BTreeMap<(WorkspaceId, WebhookId), Tries>>,
}

impl Ledger {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, known: Mutex::default() }
    }

    /// A webhook's tries, newest first, at most `limit`; of one event where `seq` is given.
    pub fn newest(
        &self,
        workspace: WorkspaceId,
        webhook: WebhookId,
        seq: Option<u64>,
        limit: usize,
    ) -> Vec<WebhookDelivery> {
        let mut known = self.lock();
        let tries = known.entry((workspace, webhook)).or_insert_with(|| self.kept(workspace, webhook));
        let wanted = tries.iter().rev().filter(|tried| seq.is_none_or(|seq| tried.seq == seq));
        wanted.take(limit).cloned().collect()
    }

    pub(super) fn add(&self, workspace: WorkspaceId, webhook: WebhookId, tried: WebhookDelivery) {
        let mut known = self.lock();
        let tries = known.entry((workspace, webhook)).or_insert_with(|| self.kept(workspace, webhook));
        tries.push_back(tried);
        if tries.len() > TRIES_MAX {
            tries.pop_front();
        }
    }

    /// Writes a webhook's tries down. It waits for the disk, so it belongs on a thread that may block.
    pub(super) fn keep(&self, workspace: WorkspaceId, webhook: WebhookId) {
        let tries = self.lock().get(&(workspace, webhook)).cloned();
        let Some(tries) = tries else { return };
        let path = self.path(workspace, webhook);
        let written = serde_json::to_vec(&tries).map_err(io::Error::other).and_then(|bytes| {
            fs::create_dir_all(path.parent().unwrap_or(&self.folder))?;
            let beside = path.with_extension("tmp");
            fs::write(&beside, bytes)?;
            fs::rename(&beside, &path)
        });
        if let Err(error) = written {
            tracing::warn!(%webhook, %error, "hooks.tries_not_kept");
        }
    }

    /// Forgets a webhook that is gone.
    pub(super) fn forget(&self, workspace: WorkspaceId, webhook: WebhookId) {
        self.lock().remove(&(workspace, webhook));
        // What was never written cannot be removed.
        let _was_there = fs::remove_file(self.path(workspace, webhook)).is_ok();
    }

    /// What an earlier life of the server wrote; nothing when that is of no use.
    fn kept(&self, workspace: WorkspaceId, webhook: WebhookId) -> Tries {
        let bytes = fs::read(self.path(workspace, webhook)).unwrap_or_default();
        let mut tries: Tries = serde_json::from_slice(&bytes).unwrap_or_default();
        tries.drain(..tries.len().saturating_sub(TRIES_MAX));
        tries
    }

    fn path(&self, workspace: WorkspaceId, webhook: WebhookId) -> PathBuf {
        self.folder.join(workspace.to_string()).join(format!("{webhook}.json"))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(WorkspaceId, WebhookId), Tries>> {
        locked(&self.known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parloir_protocol::entity::DeliveryOutcome;
    use parloir_protocol::time::Time;

    const WORKSPACE: WorkspaceId = WorkspaceId(uuid::Uuid::from_bytes([1; 16]));

    fn tried(seq: u64) -> WebhookDelivery {
        WebhookDelivery {
            delivery_id: format!("dlv_{seq}"),
            seq,
            name: "message.received".to_owned(),
            at: Time(0),
            attempt: 1,
            outcome: DeliveryOutcome::Delivered,
            http: Some(204),
            problem: None,
            took_ms: 1,
        }
    }

    fn seqs(ledger: &Ledger, webhook: WebhookId, limit: usize) -> Vec<u64> {
        ledger.newest(WORKSPACE, webhook, None, limit).iter().map(|tried| tried.seq).collect()
    }

    #[test]
    fn the_newest_tries_are_kept_over_a_restart_and_go_with_their_webhook() {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, other) = (WebhookId::from_bytes([2; 16]), WebhookId::from_bytes([3; 16]));
        let ledger = Ledger::new(folder.path().to_owned());
        (0..TRIES_MAX as u64 + 5).for_each(|seq| ledger.add(WORKSPACE, one, tried(seq)));
        ledger.keep(WORKSPACE, one);
        let again = Ledger::new(folder.path().to_owned());
        assert_eq!(seqs(&again, one, 2), [TRIES_MAX as u64 + 4, TRIES_MAX as u64 + 3]);
        assert_eq!(seqs(&again, one, 1_000).len(), TRIES_MAX);
        assert_eq!(again.newest(WORKSPACE, one, Some(7), 9).len(), 1);
        assert_eq!(seqs(&again, other, 9), [0_u64; 0]);
        again.forget(WORKSPACE, one);
        assert_eq!(seqs(&Ledger::new(folder.path().to_owned()), one, 9), [0_u64; 0]);
    }
}
