//! Facts about large work.

use parloir_desk::entity::JobKind;
use parloir_protocol::entity::{Job, JobStatus};
use parloir_protocol::event::{Fact, workspace as wire};
use parloir_protocol::ids::JobId;

use crate::wire::entity;

pub(super) fn started(job_id: JobId, kind: &JobKind, total: u64, seq: u64) -> Fact {
    let kind = entity::job_kind(kind);
    Fact::JobStarted(wire::JobStarted {
        job: Job { job_id, kind, status: JobStatus::Running, done: 0, total, seq },
    })
}

pub(super) fn advanced(job_id: JobId, done: u64) -> Fact {
    Fact::JobAdvanced(wire::JobAdvanced { job_id, done })
}

pub(super) fn rewriting(job_id: JobId) -> Fact {
    Fact::JobRewriting(wire::JobRewriting { job_id })
}

pub(super) fn done(job_id: JobId) -> Fact {
    Fact::JobDone(wire::JobDone { job_id })
}
