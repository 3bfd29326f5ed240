//! Large work in bounded steps. A step looks at what is left, so it may be issued again after a restart, and
//! it ends whatever became of the things it works on.

use parloir_protocol::ids::{AttachmentId, ContactId, ConversationId, GroupId, JobId};

use super::text::check_count;
use super::{Context, Decision, contact, conversation};
use crate::entity::{Conversation, Header, Job, JobKind, JobStatus, Status};
use crate::event::{About, Event};
use crate::refusal::Refusal;

/// `events`, then the start of a job with `total` conversations to go through.
pub(super) fn start_job(ctx: &Context<'_>, kind: JobKind, total: u64, mut events: Vec<Event>) -> Decision {
    check_count("running_jobs", ctx.view.running_jobs().len() + 1, ctx.limits.running_jobs)?;
    events.push(Event::JobStarted { job_id: ctx.ask.ids.job_id(), kind, total });
    Ok(events)
}

/// The next conversations of a job, and its end where there are no more.
pub(super) fn step(ctx: &Context<'_>, job_id: JobId) -> Decision {
    let job = ctx.job(job_id)?;
    match (job.status, &job.kind) {
        (JobStatus::Rewriting | JobStatus::Done, _) => Ok(noted(job_id)),
        (JobStatus::Running, JobKind::DeleteGroup { group_id, target }) => {
            Ok(empty_group(ctx, &job, *group_id, *target))
        }
        (JobStatus::Running, JobKind::CloseGroup { group_id }) => Ok(close_group(ctx, &job, *group_id)),
        (JobStatus::Running, JobKind::EraseContact { contact_id, conversations, .. }) => {
            Ok(erase_contact(ctx, &job, *contact_id, conversations))
        }
        // Its rows are commands of their own.
        (JobStatus::Running, JobKind::ImportContacts { .. }) => Ok(noted(job_id)),
    }
}

/// Starts to save the people of a file: one file at a time, so that the rows of two never cross, and none while
/// somebody is erased, who may be in it.
pub(super) fn import(ctx: &Context<'_>, attachment_id: AttachmentId, bytes: u64) -> Decision {
    let running = ctx.view.running_jobs();
    let same = running.iter().find(|job| job.kind.imports() == Some(attachment_id));
    if let Some(job) = same {
        return Ok(noted(job.id));
    }
    let bars = |job: &Job| job.kind.imports().is_some() || matches!(job.kind, JobKind::EraseContact { .. });
    if running.iter().any(bars) {
        return Err(Refusal::JobRunning);
    }
    start_job(ctx, JobKind::ImportContacts { attachment_id }, bytes, Vec::new())
}

/// How far an import is; never back, and never beyond its file.
pub(super) fn advance_import(ctx: &Context<'_>, job_id: JobId, done: u64) -> Decision {
    let job = ctx.job(job_id)?;
    match (job.status, job.kind.imports()) {
        (JobStatus::Running, Some(_)) => {
            Ok(vec![Event::JobAdvanced { job_id, done: done.clamp(job.done, job.total.max(job.done)) }])
        }
        (JobStatus::Running | JobStatus::Rewriting | JobStatus::Done, _) => Ok(noted(job_id)),
    }
}

/// What is stored has been rewritten, or all rows of a file are settled.
pub(super) fn finish(ctx: &Context<'_>, job_id: JobId) -> Decision {
    let job = ctx.job(job_id)?;
    match job.status {
        JobStatus::Running if job.kind.imports().is_some() => Ok(vec![Event::JobDone { job_id }]),
        JobStatus::Running => Err(Refusal::JobRunning),
        JobStatus::Rewriting => Ok(vec![Event::JobDone { job_id }]),
        JobStatus::Done => Ok(noted(job_id)),
    }
}

fn empty_group(ctx: &Context<'_>, job: &Job, group_id: GroupId, target: GroupId) -> Vec<Event> {
    let units = ctx.limits.job_step_units;
    let mut found = ctx.view.group_conversations(group_id, Status::Open, units);
    found.extend(ctx.view.group_conversations(group_id, Status::Closed, units - found.len()));
    let left = ctx.view.counters(group_id).conversations() - found.len() as u64;
    let conversations = existing(ctx, &found);
    let mut events: Vec<Event> =
        conversations.flat_map(|found| conversation::moved(ctx, found.header, target)).collect();
    events.push(advanced(job, found.len()));
    if left == 0 {
        events.extend([Event::GroupDeleted { group_id }, Event::JobDone { job_id: job.id }]);
    }
    events
}

/// Only what had its last message before the job began: whoever writes meanwhile is not closed.
fn close_group(ctx: &Context<'_>, job: &Job, group_id: GroupId) -> Vec<Event> {
    let units = ctx.limits.job_step_units;
    let found = ctx.view.open_conversations_before(group_id, job.started_seq, units);
    let mut events: Vec<Event> =
        existing(ctx, &found).map(|found| conversation::closed(&found.header)).collect();
    events.push(advanced(job, found.len()));
    if found.len() < units {
        events.push(Event::JobDone { job_id: job.id });
    }
    events
}

fn erase_contact(ctx: &Context<'_>, job: &Job, id: ContactId, all: &[ConversationId]) -> Vec<Event> {
    let done = usize::try_from(job.done).unwrap_or(usize::MAX).min(all.len());
    let step = &all[done..all.len().min(done + ctx.limits.job_step_units)];
    let mut events: Vec<Event> = existing(ctx, step).map(|found| erased(&found.header)).collect();
    events.push(advanced(job, step.len()));
    if done + step.len() == all.len() {
        let contacts = contact::everyone_in(ctx, id);
        events.extend(contacts.into_iter().map(|contact_id| Event::ContactErased { contact_id }));
        events.push(Event::JobRewriting { job_id: job.id });
    }
    events
}

fn existing(ctx: &Context<'_>, ids: &[ConversationId]) -> impl Iterator<Item = Conversation> {
    ids.iter().filter_map(|id| ctx.view.conversation(*id))
}

fn erased(header: &Header) -> Event {
    let header = Header { status: Status::Closed, unread: false, waiting: None, assignee: None, ..*header };
    Event::ConversationErased { header }
}

fn advanced(job: &Job, units: usize) -> Event {
    Event::JobAdvanced { job_id: job.id, done: job.done + units as u64 }
}

fn noted(job_id: JobId) -> Vec<Event> {
    vec![Event::Noted { about: About::Job(job_id) }]
}
