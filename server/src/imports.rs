//! Address books that the desk imports: each a file in a folder of its own with what came of its rows, read and saved
//! piece by piece by the job that the log knows. Nothing of a file stands in the log but what its contacts are.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parloir_desk::entity::{Agent, Job, Role, Scope};
use parloir_desk::view::View;
use parloir_protocol::ids::{AgentId, AttachmentId, WorkspaceId};
use parloir_protocol::time::Time;
use tokio::sync::Mutex;

pub use course::run;
pub use journal::{Ended, How, Journal, Told};

use crate::clock::Clock;
use crate::node::Node;
use crate::workspace::Workspace;
use place::Place;

mod asked;
mod course;
mod failed;
mod journal;
pub mod place;
pub mod preview;

/// The folder under the data folder.
const FOLDER: &str = "imports";

/// How long it is kept what came of an import, with the rows that failed.
const KEPT_MS: i64 = 24 * 3_600_000;

/// All imports of a server.
pub struct Imports {
    folder: PathBuf,
    clock: Clock,
    /// Held by whoever begins one, and by whoever looks for what was never begun.
    pub beginning: Mutex<()>,
}

impl Imports {
    pub fn new(data_dir: &Path, clock: Clock) -> Self {
        Self { folder: data_dir.join(FOLDER), clock, beginning: Mutex::new(()) }
    }

    /// Where one import has its files.
    pub fn place(&self, workspace: WorkspaceId, id: AttachmentId) -> Place {
        Place::new(self.folder.join(workspace.to_string()).join(id.to_string()))
    }

    /// The import of a file that was begun. It blocks.
    pub fn known(&self, node: &Node, workspace: &Workspace, id: AttachmentId) -> Option<Journal> {
        let journal = self.place(workspace.id, id).journal();
        journal.filter(|journal| journal.ended.is_some() || running(node, workspace).contains(&id))
    }

    /// The imports of a workspace that were begun, the newest first. It blocks.
    pub fn all(&self, node: &Node, workspace: &Workspace) -> Vec<Journal> {
        let running = running(node, workspace);
        let begun = |journal: &Journal| journal.ended.is_some() || running.contains(&journal.attachment_id);
        let places = self.places(workspace.id);
        let mut all: Vec<Journal> = places.iter().filter_map(Place::journal).filter(begun).collect();
        all.sort_by_key(|journal| std::cmp::Reverse((journal.begun, journal.attachment_id)));
        all
    }

    /// Forgets what ended a day ago, and what was never begun. It blocks.
    pub fn sweep(&self, node: &Node) {
        let _nobody_begins = self.beginning.blocking_lock();
        for workspace in node.workspaces() {
            let running = running(node, &workspace);
            for place in self.places(workspace.id) {
                let runs = place.id().is_some_and(|id| running.contains(&id));
                let is_due = || place.journal().is_none_or(|journal| self.is_due(&journal));
                if !runs
                    && is_due()
                    && let Err(error) = place.remove()
                {
                    tracing::warn!(%error, "imports.not_swept");
                }
            }
        }
    }

    fn is_due(&self, journal: &Journal) -> bool {
        let since = journal.ended.as_ref().map_or(journal.begun, |ended| ended.at);
        self.clock.now().millis_since(since) > KEPT_MS
    }

    /// Ends what is imported into a workspace, and forgets address books and rows that failed there: they may be about
    /// a person who is about to be erased, and would bring that person back. The rules begin no import meanwhile.
    ///
    /// # Errors
    /// Those of the file system; to be tried again.
    pub async fn make_way(&self, node: &Node, workspace: &Workspace) -> io::Result<()> {
        let mut head = workspace.hub.subscribe();
        loop {
            let running = running(node, workspace);
            for id in &running {
                self.place(workspace.id, *id).ask_to_stop(&How::Erasure)?;
            }
            if running.is_empty() || head.changed().await.is_err() {
                break;
            }
        }
        node.uploads.give_up_books(workspace.id).await;
        let _nobody_begins = self.beginning.lock().await;
        for place in self.places(workspace.id) {
            place.forget_failed()?;
            place.forget_file()?;
        }
        Ok(())
    }

    fn places(&self, workspace: WorkspaceId) -> Vec<Place> {
        let folders = std::fs::read_dir(self.folder.join(workspace.to_string()));
        let folders = folders.into_iter().flatten().flatten().map(|folder| folder.path());
        folders.filter(|path| path.is_dir()).map(Place::new).collect()
    }
}

/// The files whose people are being saved into a workspace.
fn running(node: &Node, workspace: &Workspace) -> Vec<AttachmentId> {
    let state = node.state.current();
    let jobs: Vec<Job> = View::new(&*state, workspace.id).running_jobs();
    jobs.into_iter().filter_map(|job| job.kind.imports()).collect()
}

/// Whether an agent may import, see how it goes, and have the rows that failed.
pub fn may_import(agent: &Agent) -> bool {
    match agent.role {
        Role::Admin | Role::Supervisor => true,
        Role::Agent | Role::TemplateAgent | Role::Integration => false,
    }
}

/// Whether an agent is told of one: rows that failed may be about people whom others do not see.
pub fn sees(agent: &Agent, journal: &Journal) -> bool {
    may_import(agent) && (agent.scope == Scope::All || agent.id == journal.agent)
}

/// What is known when an import begins.
pub struct Beginning {
    pub attachment_id: AttachmentId,
    pub agent: AgentId,
    pub name: String,
    pub bytes: u64,
    pub told: Told,
    pub now: Time,
}

/// Makes an import ready to be begun: its file and its journal are on stable storage. It blocks.
///
/// # Errors
/// Those of the file system; nothing is left then.
pub fn prepare(
    imports: &Arc<Imports>,
    workspace: WorkspaceId,
    beginning: Beginning,
    copy: impl FnOnce(&Path) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let place = imports.place(workspace, beginning.attachment_id);
    let made = place.make(copy, &Journal::begin(beginning));
    if made.is_err() {
        // Whatever is left is swept.
        place.remove().ok();
    }
    made
}
