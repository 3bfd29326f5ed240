//! What events about large work change: how far it is, and which work is not done.

use parloir_protocol::ids::JobId;

use super::Edit;
use crate::entity::{Job, JobKind, JobStatus};

pub(super) fn started(edit: &mut Edit<'_>, id: JobId, kind: &JobKind, total: u64) {
    let job = Job {
        id,
        kind: kind.clone(),
        status: JobStatus::Running,
        by: edit.actor,
        done: 0,
        total,
        step: 0,
        started_seq: edit.seq,
        seq: edit.seq,
    };
    edit.put(edit.keys.job(id), &job);
    edit.put(edit.keys.running_job(id), &id);
}

pub(super) fn advanced(edit: &mut Edit<'_>, id: JobId, done: u64) {
    change(edit, id, |job| {
        job.done = done;
        job.step = job.step.saturating_add(1);
    });
}

pub(super) fn rewriting(edit: &mut Edit<'_>, id: JobId) {
    change(edit, id, |job| job.status = JobStatus::Rewriting);
}

pub(super) fn done(edit: &mut Edit<'_>, id: JobId) {
    change(edit, id, |job| job.status = JobStatus::Done);
    edit.remove(edit.keys.running_job(id));
}

fn change(edit: &mut Edit<'_>, id: JobId, change: impl FnOnce(&mut Job)) {
    let Some(mut job) = edit.view().job(id) else { return };
    change(&mut job);
    job.seq = edit.seq;
    edit.put(edit.keys.job(id), &job);
}
