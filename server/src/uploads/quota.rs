//! How much one agent, one workspace and one server may have on the way. It only counts.

use std::collections::BTreeMap;
use std::sync::Arc;

use parloir_protocol::ids::{AttachmentId, WorkspaceId};

use super::{Announced, Limits, Upload, UploadError};

pub(super) fn check_size(limits: &Limits, bytes: u64) -> Result<(), UploadError> {
    match bytes {
        0 => Err(UploadError::Empty),
        bytes if bytes > limits.file_bytes => Err(UploadError::TooLarge { max: limits.file_bytes }),
        _ => Ok(()),
    }
}

/// Whether one more upload fits beside those that are known.
pub(super) fn check(
    limits: &Limits,
    known: &BTreeMap<(WorkspaceId, AttachmentId), Arc<Upload>>,
    announced: &Announced,
) -> Result<(), UploadError> {
    let ours = known.values().filter(|upload| upload.key().0 == announced.workspace);
    let agents = ours.clone().filter(|upload| upload.agent() == announced.agent);
    let full = |of: &'static str, max: u64| Err(UploadError::Quota { of, max });
    let agent = Sum::of(agents, announced.bytes);
    let workspace = Sum::of(ours, announced.bytes);
    if agent.uploads > limits.agent_uploads {
        return full("uploads of an agent", limits.agent_uploads as u64);
    }
    if agent.bytes > limits.agent_bytes {
        return full("bytes of an agent", limits.agent_bytes);
    }
    if workspace.uploads > limits.workspace_uploads {
        return full("uploads of a workspace", limits.workspace_uploads as u64);
    }
    if workspace.bytes > limits.workspace_bytes {
        return full("bytes of a workspace", limits.workspace_bytes);
    }
    if known.len() >= limits.uploads {
        return full("uploads of the server", limits.uploads as u64);
    }
    Ok(())
}

struct Sum {
    uploads: usize,
    bytes: u64,
}

impl Sum {
    /// With one more of `bytes`.
    fn of<'a>(uploads: impl Iterator<Item = &'a Arc<Upload>>, bytes: u64) -> Self {
        let one_more = Self { uploads: 1, bytes };
        uploads.fold(one_more, |sum, upload| Self {
            uploads: sum.uploads + 1,
            bytes: sum.bytes.saturating_add(upload.bytes()),
        })
    }
}
