//! Creating, renaming, archiving, deleting and closing groups. The default group stays, and no conversation
//! is ever without a group.

use parloir_protocol::ids::GroupId;
use parloir_protocol::text::fold;

use super::job::start_job;
use super::text::{check_count, check_name};
use super::{Context, Decision};
use crate::entity::{Group, GroupStatus, Job, JobKind};
use crate::event::{About, Event};
use crate::refusal::Refusal;

pub(super) fn create(ctx: &Context<'_>, name: &str) -> Decision {
    let name = name.trim();
    check_name("name", name, ctx.limits.name_chars)?;
    check_count("groups", ctx.view.groups().len() + 1, ctx.limits.groups)?;
    let id = ctx.ask.ids.group_id();
    check_name_free(ctx, id, name)?;
    let group = Group { id, name: name.to_owned(), status: GroupStatus::Active, seq: ctx.next_seq() };
    Ok(vec![Event::GroupCreated { group }])
}

pub(super) fn rename(ctx: &Context<'_>, group_id: GroupId, name: &str) -> Decision {
    let group = ctx.group(group_id)?;
    let name = name.trim();
    check_name("name", name, ctx.limits.name_chars)?;
    check_name_free(ctx, group_id, name)?;
    if group.name == name {
        return Ok(noted(group_id));
    }
    Ok(vec![Event::GroupRenamed { group_id, name: name.to_owned() }])
}

pub(super) fn archive(ctx: &Context<'_>, group_id: GroupId) -> Decision {
    let group = ctx.group(group_id)?;
    check_not_default(ctx, group_id)?;
    match group.status {
        GroupStatus::Active => Ok(vec![Event::GroupArchived { group_id }]),
        GroupStatus::Archived => Ok(noted(group_id)),
        GroupStatus::Emptying => Err(Refusal::JobRunning),
    }
}

/// An empty group is gone at once; one with conversations after a job moved them to the target.
pub(super) fn delete(ctx: &Context<'_>, group_id: GroupId, target: Option<GroupId>) -> Decision {
    ctx.group(group_id)?;
    let into = target.filter(|target| *target != group_id);
    if let Some(target) = into {
        ctx.group(target)?;
    }
    check_not_default(ctx, group_id)?;
    if let Some(job) = running(
        ctx,
        |kind| matches!(kind, JobKind::DeleteGroup { group_id: emptied, .. } if *emptied == group_id),
    ) {
        return Ok(vec![Event::Noted { about: About::Job(job.id) }]);
    }
    if running(ctx, |kind| kind.needs(group_id)).is_some() {
        return Err(Refusal::JobRunning);
    }
    let conversations = ctx.view.counters(group_id).conversations();
    match into {
        _ if conversations == 0 => Ok(vec![Event::GroupDeleted { group_id }]),
        None => Err(Refusal::GroupNotEmpty { conversations }),
        Some(target) => {
            ctx.receiving_group(target)?;
            let kind = JobKind::DeleteGroup { group_id, target };
            start_job(ctx, kind, conversations, vec![Event::GroupEmptying { group_id, target }])
        }
    }
}

/// Closes what is open in the group at this moment, by a job.
pub(super) fn close(ctx: &Context<'_>, group_id: GroupId) -> Decision {
    ctx.group(group_id)?;
    if let Some(job) = running(ctx, |kind| kind.needs(group_id)) {
        return match job.kind {
            JobKind::CloseGroup { .. } => Ok(vec![Event::Noted { about: About::Job(job.id) }]),
            JobKind::DeleteGroup { .. } | JobKind::EraseContact { .. } | JobKind::ImportContacts { .. } => {
                Err(Refusal::JobRunning)
            }
        };
    }
    match ctx.view.counters(group_id).open {
        0 => Ok(noted(group_id)),
        open => start_job(ctx, JobKind::CloseGroup { group_id }, open, Vec::new()),
    }
}

fn running(ctx: &Context<'_>, wanted: impl Fn(&JobKind) -> bool) -> Option<Job> {
    ctx.view.running_jobs().into_iter().find(|job| wanted(&job.kind))
}

fn check_not_default(ctx: &Context<'_>, group_id: GroupId) -> Result<(), Refusal> {
    if ctx.workspace()?.default_group == group_id { Err(Refusal::DefaultGroup) } else { Ok(()) }
}

fn check_name_free(ctx: &Context<'_>, owner: GroupId, name: &str) -> Result<(), Refusal> {
    let folded = fold(name);
    let taken = ctx.view.groups().iter().any(|group| group.id != owner && fold(&group.name) == folded);
    if taken { Err(Refusal::NameTaken) } else { Ok(()) }
}

fn noted(group_id: GroupId) -> Vec<Event> {
    vec![Event::Noted { about: About::Group(group_id) }]
}
