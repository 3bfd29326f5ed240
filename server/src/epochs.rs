//! Which workspaces begin a new epoch at the next start, because their log lost its end: noted beside the
//! log, so that it is neither forgotten nor done twice.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use parloir_desk::command::{Command, Outcome};
use parloir_desk::commit::{Actor, Key, OutboxStep};
use parloir_desk::entity::{Delivery, Message};
use parloir_desk::view::View;
use parloir_protocol::ids::{CommandId, WorkspaceId};
use uuid::Uuid;

use crate::node::Node;
use crate::private_file;
use crate::secret::random_bytes;
use crate::workspace::{Rejected, Workspace};

const FILE: &str = "epochs.due";
/// Stands in the file for all workspaces.
const EVERY: &str = "every";

/// Messages read at a time.
const MESSAGES_AT_ONCE: usize = 256;

/// Who begins a new epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    Every,
    These(BTreeSet<WorkspaceId>),
}

/// Notes who is due, in the place of what was noted before.
///
/// # Errors
/// Those of the file system.
pub fn note(data_dir: &Path, due: &Due) -> io::Result<()> {
    let lines = match due {
        Due::Every => format!("{EVERY}\n"),
        Due::These(workspaces) => workspaces.iter().map(|workspace| format!("{workspace}\n")).collect(),
    };
    private_file::write(&path(data_dir), lines.as_bytes())
}

/// Notes that these are due too.
///
/// # Errors
/// Those of the file system.
pub fn add(data_dir: &Path, workspaces: &BTreeSet<WorkspaceId>) -> io::Result<()> {
    match read(data_dir)? {
        Some(Due::Every) => Ok(()),
        Some(Due::These(due)) => note(data_dir, &Due::These(&due | workspaces)),
        None => note(data_dir, &Due::These(workspaces.clone())),
    }
}

/// Begins what is due, before anything is sent. Beginning again after a crash in between is one more epoch,
/// which harms nobody.
///
/// # Errors
/// [`Rejected`] when an epoch cannot be recorded; the note stays.
pub async fn begin(node: &Arc<Node>, data_dir: &Path) -> Result<(), Rejected> {
    let due = match read(data_dir).map_err(|_| Rejected::Unavailable)? {
        None => return Ok(()),
        Some(Due::Every) => node.workspaces(),
        Some(Due::These(ids)) => ids.into_iter().filter_map(|id| node.workspace(id)).collect(),
    };
    for workspace in due {
        let epoch = u64::from_le_bytes(random_bytes());
        ask(&workspace, Key::Operator(CommandId(Uuid::now_v7())), Command::BeginEpoch { epoch }).await?;
        doubt(node, &workspace).await?;
    }
    fs::remove_file(path(data_dir)).map_err(|_| Rejected::Unavailable)
}

/// What was to leave may have left already, in the part of the log that was lost: nothing is sent again
/// unasked.
async fn doubt(node: &Node, workspace: &Workspace) -> Result<(), Rejected> {
    let mut newest = 0;
    loop {
        let mut messages = waiting(node, workspace);
        messages.retain(|message| message.seq > newest);
        let Some(last) = messages.last() else { return Ok(()) };
        newest = last.seq;
        for Message { id: message_id, attempt, delivery, .. } in messages {
            if delivery == Some(Delivery::Queued) {
                let key = Key::Outcome(message_id, attempt, OutboxStep::Started);
                ask(workspace, key, Command::Dispatch { message_id, attempt }).await?;
            }
            let key = Key::Outcome(message_id, attempt, OutboxStep::Answered);
            ask(workspace, key, Command::Answered { message_id, attempt, outcome: Outcome::Unknown }).await?;
        }
    }
}

fn waiting(node: &Node, workspace: &Workspace) -> Vec<Message> {
    let state = node.state.current();
    let view = View::new(&*state, workspace.id);
    view.messages(view.outbox(MESSAGES_AT_ONCE))
}

async fn ask(workspace: &Workspace, key: Key, command: Command) -> Result<(), Rejected> {
    workspace.ask(key, Actor::System, command, None).await.map(|_| ())
}

fn read(data_dir: &Path) -> io::Result<Option<Due>> {
    match fs::read_to_string(path(data_dir)) {
        Ok(lines) if lines.trim() == EVERY => Ok(Some(Due::Every)),
        Ok(lines) => Ok(Some(Due::These(lines.lines().filter_map(|line| line.parse().ok()).collect()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_due() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(read(dir.path()).expect("read"), None);
        let these = Due::These(BTreeSet::from([WorkspaceId::from_bytes([1; 16])]));
        for due in [Due::Every, these] {
            note(dir.path(), &due).expect("noted");
            assert_eq!(read(dir.path()).expect("read"), Some(due));
        }
        let two = WorkspaceId::from_bytes([2; 16]);
        add(dir.path(), &BTreeSet::from([two])).expect("noted");
        let both = BTreeSet::from([WorkspaceId::from_bytes([1; 16]), two]);
        assert_eq!(read(dir.path()).expect("read"), Some(Due::These(both)));
    }
}
