//! Rewriting what is stored without some people: the log loses their payloads, then a state built from it
//! takes the place of the old one, since sled keeps what was deleted. Service goes on beside it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parloir_desk::entity;
use thiserror::Error;

use crate::log::{EraseError, SubjectId};
use crate::node::Node;
use crate::rebuild::{FoldError, catch_up};
use crate::search::SearchError;
use crate::state::{CatchUpError, State, StateError};
use crate::workspace::Workspace;

/// How often is looked whether the old state is gone, at first and at most.
const LOOK_FIRST: Duration = Duration::from_millis(10);
const LOOK_LONGEST: Duration = Duration::from_secs(1);

/// Why something of them may still be stored.
#[derive(Debug, Error)]
pub enum RewriteError {
    #[error("the log could not be rewritten: {0}")]
    Log(EraseError),
    #[error("the new state could not be made: {0}")]
    State(StateError),
    #[error("the new state could not be filled: {0}")]
    Fill(CatchUpError<FoldError>),
    #[error("the new search index could not be built: {0}")]
    Search(SearchError),
    #[error("the rewriting failed: {0}")]
    Panicked(tokio::task::JoinError),
}

/// Removes everything about `subjects` from what is stored. When it returns `Ok`, no byte of it is left.
///
/// # Errors
/// [`RewriteError`]; all of it may be tried again.
pub async fn without(
    node: &Arc<Node>,
    workspace: &Arc<Workspace>,
    subjects: &[entity::SubjectId],
) -> Result<(), RewriteError> {
    // A state built before another erasure would bring back what that one removed.
    let _alone = node.rewriting.lock().await;
    let subjects: BTreeSet<SubjectId> = subjects.iter().map(|subject| SubjectId(subject.0)).collect();
    let (node, workspace) = (Arc::clone(node), Arc::clone(workspace));
    let rewritten = tokio::task::spawn_blocking(move || {
        node.log.erase(workspace.id, &subjects).map_err(RewriteError::Log)?;
        let old = renew_state(&node, &workspace)?;
        node.search.renew(&node).map_err(RewriteError::Search)?;
        Ok(old)
    });
    let old = rewritten.await.map_err(RewriteError::Panicked)??;
    gone(&old).await;
    Ok(())
}

/// Puts a state built from the log in the place of the one in use; the folder that will go.
fn renew_state(node: &Node, workspace: &Workspace) -> Result<PathBuf, RewriteError> {
    let fresh = node.state.build_beside().map_err(RewriteError::State)?;
    fill(node, &fresh)?;
    let _nobody_applies = node.applying.blocking_write();
    fill(node, &fresh)?;
    let old = node.state.replace(fresh).map_err(RewriteError::State)?;
    node.state.delete_damaged().map_err(RewriteError::State)?;
    workspace.forget();
    Ok(old)
}

fn fill(node: &Node, state: &State) -> Result<(), RewriteError> {
    catch_up(&*node.log, state, node.rules, |_| {}).map_err(RewriteError::Fill)
}

/// Waits until the last reader has let go of the old state.
async fn gone(folder: &Path) {
    let mut pause = LOOK_FIRST;
    while folder.exists() {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LOOK_LONGEST);
    }
}
