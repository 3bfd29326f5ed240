//! Webhooks that could not be understood: kept in private files with their reason, until somebody tries them
//! again or they are too old. It never reads what they say.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parloir_protocol::ids::{ChannelId, WorkspaceId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::locks::locked;
use crate::private_file;

/// Files kept.
const FILES_MAX: usize = 1_000;
/// And of them what is for nobody here: whatever comes for strangers, there is room for what is ours.
const STRANGERS_MAX: usize = FILES_MAX / 2;
/// So long one is kept, whatever becomes of the person who wrote it: nobody can tell whom it is from before it can
/// be read.
const AGE_MAX: Duration = Duration::from_secs(30 * 24 * 3_600);
/// Characters of a reason.
const REASON_CHARS_MAX: usize = 500;
/// Characters of an id: a digest in hexadecimal digits.
const ID_CHARS: usize = 32;
const FOLDER_MODE: u32 = 0o700;

/// The folder.
pub struct Poison {
    folder: PathBuf,
    writing: Mutex<()>,
}

/// One webhook's body, and why it is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub workspace_id: WorkspaceId,
    pub channel_id: ChannelId,
    pub provider: String,
    pub at: Time,
    pub reason: String,
    /// In base64.
    body: String,
}

/// Why a body could not be kept.
#[derive(Debug, Error)]
pub enum KeepError {
    #[error("{} webhooks are kept aside already: try them again", FILES_MAX)]
    Full,
    #[error("a webhook cannot be kept aside")]
    Io(#[from] io::Error),
}

impl Kept {
    /// A body to keep.
    pub fn new(
        workspace_id: WorkspaceId,
        channel_id: ChannelId,
        provider: &str,
        at: Time,
        reason: &str,
        body: &[u8],
    ) -> Self {
        let reason = reason.chars().take(REASON_CHARS_MAX).collect();
        Self {
            workspace_id,
            channel_id,
            provider: provider.to_owned(),
            at,
            reason,
            body: STANDARD.encode(body),
        }
    }

    /// The bytes as they came.
    pub fn body(&self) -> Vec<u8> {
        STANDARD.decode(&self.body).unwrap_or_default()
    }

    /// The same for the same body on the same channel: the provider may say it again.
    fn id(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.channel_id.as_bytes());
        hasher.update(self.body.as_bytes());
        hasher.finalize().to_hex().chars().take(ID_CHARS).collect()
    }
}

impl Poison {
    /// What is kept in `folder`, which is made when there is something to keep.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, writing: Mutex::default() }
    }

    /// Keeps a body; durable when it returns.
    ///
    /// # Errors
    /// [`KeepError`]; then the provider has to keep it.
    pub fn keep(&self, kept: &Kept) -> Result<String, KeepError> {
        let _alone = locked(&self.writing);
        fs::DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(&self.folder)?;
        let (id, ids) = (kept.id(), self.ids()?);
        if ids.contains(&id) {
            return Ok(id);
        }
        if ids.len() >= FILES_MAX {
            return Err(KeepError::Full);
        }
        let text = serde_json::to_vec(kept).map_err(io::Error::other)?;
        private_file::write(&self.path(&id), &text)?;
        Ok(id)
    }

    /// Keeps a body that nobody here waits for, while there is plenty of room; durable when it returns an id.
    ///
    /// # Errors
    /// [`KeepError`]; then the provider has to keep it.
    pub fn keep_if_roomy(&self, kept: &Kept) -> Result<Option<String>, KeepError> {
        let is_roomy = self.ids()?.len() < STRANGERS_MAX;
        if is_roomy { self.keep(kept).map(Some) } else { Ok(None) }
    }

    /// What is kept for a workspace, the oldest first.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn list(&self, workspace_id: WorkspaceId) -> io::Result<Vec<(String, Kept)>> {
        let ids = self.ids()?.into_iter();
        let mut kept: Vec<_> =
            ids.filter_map(|id| self.get(workspace_id, &id).map(|kept| (id, kept))).collect();
        kept.sort_by_key(|(_, kept)| kept.at);
        Ok(kept)
    }

    /// One of them.
    pub fn get(&self, workspace_id: WorkspaceId, id: &str) -> Option<Kept> {
        if id.len() != ID_CHARS || !id.chars().all(|c| c.is_ascii_hexdigit()) {
            return None;
        }
        let text = fs::read(self.path(id)).ok()?;
        let kept: Kept = serde_json::from_slice(&text).ok()?;
        (kept.workspace_id == workspace_id).then_some(kept)
    }

    /// It was taken after all.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn forget(&self, id: &str) -> io::Result<()> {
        fs::remove_file(self.path(id))
    }

    /// Takes away what is too old.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn sweep(&self) -> io::Result<()> {
        let _alone = locked(&self.writing);
        self.ids().map(drop)
    }

    /// The ids of all that are not too old; those that are go.
    fn ids(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let Some(id) = id_of(&path) else { continue };
            if is_old(&path) {
                fs::remove_file(&path)?;
            } else {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }
}

fn id_of(path: &Path) -> Option<String> {
    let is_ours = path.extension().is_some_and(|extension| extension == "json");
    Some(path.file_stem().filter(|_| is_ours)?.to_str()?.to_owned())
}

fn is_old(path: &Path) -> bool {
    let written = fs::metadata(path).and_then(|facts| facts.modified());
    written.is_ok_and(|at| SystemTime::now().duration_since(at).is_ok_and(|age| age > AGE_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(body: &[u8]) -> Kept {
        let (workspace, channel) = (WorkspaceId::from_bytes([1; 16]), ChannelId::from_bytes([2; 16]));
        Kept::new(workspace, channel, "sms", Time(5), "it is no XML", body)
    }

    #[test]
    fn a_body_is_kept_once_for_its_workspace_until_it_is_forgotten() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let poison = Poison::new(folder.path().join("poison"));
        let (ours, other) = (WorkspaceId::from_bytes([1; 16]), WorkspaceId::from_bytes([9; 16]));
        assert!(poison.list(ours).expect("nothing is kept").is_empty());
        let id = poison.keep(&kept(b"<\xff>")).expect("kept");
        assert_eq!(poison.keep(&kept(b"<\xff>")).expect("kept"), id);
        let second = poison.keep(&kept(b"other")).expect("kept");
        assert_eq!(poison.list(ours).expect("readable").len(), 2);
        assert!(poison.list(other).expect("readable").is_empty());
        assert_eq!(poison.get(ours, &id).expect("it is there").body(), b"<\xff>");
        assert!(poison.get(other, &id).is_none());
        assert!(poison.get(ours, "../../etc/passwd").is_none());
        let mode = fs::metadata(poison.path(&id)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o077, 0);
        poison.forget(&id).expect("gone");
        assert_eq!(poison.list(ours).expect("readable")[0].0, second);
    }

    #[test]
    fn what_nobody_tried_again_goes_after_its_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let poison = Poison::new(folder.path().to_owned());
        let [old, young] = [&b"old"[..], b"young"].map(|body| poison.keep(&kept(body)).expect("kept"));
        let past = SystemTime::now() - AGE_MAX - Duration::from_secs(60);
        let file = fs::File::options().write(true).open(poison.path(&old)).expect("it is there");
        file.set_modified(past).expect("its time is set");
        poison.sweep().expect("the folder is read");
        assert!(!poison.path(&old).exists() && poison.path(&young).exists());
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let poison = Poison::new(folder.path().to_owned());
        for n in 0..FILES_MAX {
            fs::write(poison.path(&format!("{n:032x}")), b"{}").expect("written");
        }
        assert!(matches!(poison.keep(&kept(b"one more")), Err(KeepError::Full)));
        assert!(matches!(poison.keep_if_roomy(&kept(b"one more")), Ok(None)));
    }

    #[test]
    fn what_is_for_nobody_leaves_room_for_what_is_ours() {
        let folder = tempfile::tempdir().expect("a folder");
        let poison = Poison::new(folder.path().to_owned());
        for n in 1..STRANGERS_MAX {
            fs::write(poison.path(&format!("{n:032x}")), b"{}").expect("written");
        }
        assert!(matches!(poison.keep_if_roomy(&kept(b"for nobody")), Ok(Some(_))));
        assert!(matches!(poison.keep_if_roomy(&kept(b"for nobody else")), Ok(None)));
        assert!(poison.keep(&kept(b"ours")).is_ok());
    }
}
