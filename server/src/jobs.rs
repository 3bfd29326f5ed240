//! Drives large work: issues a job's bounded commands one after the other, and rewrites what is stored where
//! a job asks for it. What to do next is derived from the state, so a restart goes on where this was.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::{Job, JobKind, JobStatus};
use parloir_desk::view::View;
use parloir_protocol::ids::JobId;

use crate::backoff::Backoff;
use crate::insist::insist;
use crate::node::Node;
use crate::workspace::{Rejected, Workspace};
use crate::{imports, rewrite};

#[cfg(test)]
mod tests;

/// Works on the jobs of `workspace`, for ever. How many run is bounded by the rules.
pub async fn run(node: Arc<Node>, workspace: Arc<Workspace>) {
    let mut under_way: FuturesUnordered<BoxFuture<'static, ()>> = FuturesUnordered::new();
    let mut begun = BTreeSet::new();
    loop {
        let running = running(&node, &workspace);
        begun.retain(|id| running.contains(id));
        for id in running {
            if begun.insert(id) {
                let work = Work { node: Arc::clone(&node), workspace: Arc::clone(&workspace), id };
                under_way.push(Box::pin(work.finish()));
            }
        }
        tokio::select! {
            () = workspace.jobs.notified() => {}
            Some(_) = under_way.next() => {}
        }
    }
}

fn running(node: &Node, workspace: &Workspace) -> Vec<JobId> {
    let state = node.state.current();
    let jobs = View::new(&*state, workspace.id).running_jobs();
    jobs.into_iter().map(|job| job.id).collect()
}

/// One job until it is done.
struct Work {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    id: JobId,
}

impl Work {
    /// A job that the rules refuse or fail on waits for the next start.
    async fn finish(self) {
        while let Some(job) = self.job() {
            let advanced = match job.status {
                JobStatus::Running => self.step(&job).await,
                JobStatus::Rewriting => {
                    self.rewrite(&job).await;
                    self.ask(&job, Command::FinishJob { job_id: job.id }).await
                }
                JobStatus::Done => break,
            };
            if let Err(rejected) = advanced {
                tracing::error!(job = %self.id, ?rejected, "job.stopped");
                break;
            }
        }
    }

    async fn step(&self, job: &Job) -> Result<(), Rejected> {
        match &job.kind {
            JobKind::ImportContacts { attachment_id } => {
                imports::run(&self.node, &self.workspace, job, *attachment_id).await;
                // It told how far it came in between.
                let job = self.job().unwrap_or_else(|| job.clone());
                self.ask(&job, Command::FinishJob { job_id: job.id }).await
            }
            JobKind::EraseContact { .. } if job.step == 0 => {
                self.make_way(job).await;
                self.ask(job, Command::StepJob { job_id: job.id }).await
            }
            JobKind::DeleteGroup { .. } | JobKind::CloseGroup { .. } | JobKind::EraseContact { .. } => {
                self.ask(job, Command::StepJob { job_id: job.id }).await
            }
        }
    }

    /// Whoever is about to be erased is in no file that waits to be imported.
    async fn make_way(&self, job: &Job) {
        let mut backoff = Backoff::of(job.id.as_bytes());
        while let Err(error) = self.node.imports().make_way(&self.node, &self.workspace).await {
            tracing::error!(job = %self.id, %error, "job.imports_not_ended");
            backoff.wait().await;
        }
    }

    fn job(&self) -> Option<Job> {
        let state = self.node.state.current();
        View::new(&*state, self.workspace.id).job(self.id)
    }

    async fn ask(&self, job: &Job, command: Command) -> Result<(), Rejected> {
        insist(&self.workspace, Key::Job(job.id, job.step), Actor::System, &command).await.map(drop)
    }

    /// Rewrites what is stored until it holds nothing of the person any more.
    async fn rewrite(&self, job: &Job) {
        let mut backoff = Backoff::of(job.id.as_bytes());
        match &job.kind {
            JobKind::DeleteGroup { .. } | JobKind::CloseGroup { .. } | JobKind::ImportContacts { .. } => {}
            JobKind::EraseContact { subjects, .. } => {
                while let Err(error) = rewrite::without(&self.node, &self.workspace, subjects).await {
                    tracing::error!(job = %self.id, %error, "job.rewrite_failed");
                    backoff.wait().await;
                }
                self.delete_files(&mut backoff).await;
            }
        }
    }

    /// The state names no file of the person any more. Whatever is fetched or sent at this moment looks for
    /// itself once it is answered.
    async fn delete_files(&self, backoff: &mut Backoff) {
        backoff.reset();
        while let Err(error) = self.node.uploads.sweep_contents(self.workspace.id).await {
            tracing::error!(job = %self.id, %error, "job.files_not_deleted");
            backoff.wait().await;
        }
    }
}
