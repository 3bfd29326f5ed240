//! What becomes of a command: events, or the one reason why not. It reads and changes nothing, and gives
//! the same result for the same rows and the same ask.
//!
//! Refusals come in this order: the key was used for something else; the command's id is too old or from
//! the future; the caller is unknown or deactivated, or his role may not; what is named does not exist or
//! is hidden from him; a field is out of bounds; somebody wrote since; the rules of state.

use parloir_protocol::time::Time;

pub(crate) use context::Context;

use crate::answer::Answer;
use crate::command::Command::{self, *};
use crate::command::{Ask, Asked};
use crate::commit::{Commit, Digest, Key};
use crate::event::Event;
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::view::View;

mod agent;
mod consent;
mod contact;
mod context;
mod conversation;
mod delivery;
mod group;
mod job;
mod link;
mod media;
mod note;
mod ownership;
mod planned;
mod receive;
mod send;
mod template;
pub(crate) mod text;
mod unread;
mod webhook;
mod workspace;

/// The oldest command id of a client: its answer is kept a little longer than that.
const COMMAND_AGE_MILLIS_MAX: i64 = 29 * 24 * 60 * 60 * 1_000;
/// How far a client's clock may run ahead.
const COMMAND_AHEAD_MILLIS_MAX: i64 = 10 * 60 * 1_000;

/// What becomes of an accepted command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decided {
    New(Commit),
    /// The same command was accepted before.
    Repeated(Answer),
}

pub(crate) type Decision = Result<Vec<Event>, Refusal>;

/// Decides `ask`, whose first event will have the seq `next_seq`.
pub fn decide(view: &View<'_>, next_seq: u64, ask: &Ask, limits: &Limits) -> Result<Decided, Refusal> {
    let params = params_digest(view, &ask.command);
    if let Some(stored) = view.answer(&ask.key) {
        let same = stored.params == params;
        return if same { Ok(Decided::Repeated(stored.answer)) } else { Err(Refusal::CommandIdReused) };
    }
    check_age(&ask.key, ask.clock)?;
    let ctx = Context::new(view, next_seq, ask, limits)?;
    let events = dispatch(&ctx, &ask.command)?;
    assert!(!events.is_empty(), "an accepted command has at least one event");
    assert!(events.len() <= limits.events_per_commit, "a command's events fit into one commit");
    Ok(Decided::New(Commit { key: ask.key, params, actor: ask.actor, events }))
}

/// A workspace's first command brings the key of its digests along; `sys` has no key and keeps no secrets
/// in its params.
fn params_digest(view: &View<'_>, asked: &Asked) -> Digest {
    let key = match (view.workspace(), &**asked) {
        (Some(workspace), _) => workspace.digest_key,
        (None, Command::Provision { digest_key, .. }) => digest_key.0,
        (None, _) => [0; 32],
    };
    Digest::keyed(&key, &[asked.params()])
}

fn check_age(key: &Key, clock: Time) -> Result<(), Refusal> {
    let Key::Client(_, command) = key else { return Ok(()) };
    let made = command.millis().map(Time).ok_or(Refusal::CommandIdTooOld)?;
    if clock.millis_since(made) > COMMAND_AGE_MILLIS_MAX {
        return Err(Refusal::CommandIdTooOld);
    }
    if made.millis_since(clock) > COMMAND_AHEAD_MILLIS_MAX {
        return Err(Refusal::CommandIdInFuture);
    }
    Ok(())
}

macro_rules! ways {
    ($ctx:ident, $command:ident: $($asked:pat => $becomes:expr,)*) => {
        /// What decides each command; the compiler sees that none is forgotten.
        fn dispatch($ctx: &Context<'_>, $command: &Command) -> Decision {
            match $command {
                $($asked => $becomes,)*
            }
        }
    };
}

ways! { ctx, command:
    Start { channel_id, to, group_id } => conversation::start(ctx, *channel_id, to, *group_id),
    Receive(inbound) => receive::receive(ctx, inbound),
    Move { conversation_id, group_id, expected_group } => {
        conversation::move_to(ctx, *conversation_id, *group_id, *expected_group)
    },
    Close { conversation_id } => conversation::close(ctx, *conversation_id),
    Reopen { conversation_id } => conversation::reopen(ctx, *conversation_id),
    Assign { conversation_id, agent_id } => ownership::assign(ctx, *conversation_id, *agent_id),
    Claim { conversation_id } => ownership::claim(ctx, *conversation_id),
    Release { conversation_id } => ownership::release(ctx, *conversation_id),
    Next { group_id } => ownership::next(ctx, *group_id),
    MarkRead { conversation_id, up_to } => unread::mark_read(ctx, *conversation_id, *up_to),
    MarkUnread { conversation_id } => unread::mark_unread(ctx, *conversation_id),
    Send(asked) => send::send(ctx, asked),
    Retry { message_id } => send::retry(ctx, *message_id),
    CancelMessage { message_id } => planned::cancel(ctx, *message_id),
    ReleaseMessage { message_id } => planned::release(ctx, *message_id),
    RescheduleMessage { message_id, send_at } => planned::reschedule(ctx, *message_id, *send_at),
    StoreMedia { message_id, index, facts } => media::store(ctx, *message_id, *index, facts),
    GiveUpMedia { message_id, index } => media::give_up(ctx, *message_id, *index),
    OpenLink { hash } => link::open(ctx, *hash),
    RevokeLink { message_id } => link::revoke(ctx, *message_id),
    ChangeConsent { conversation_id, consent } => consent::change(ctx, *conversation_id, *consent),
    SaveTemplate(draft) => template::save(ctx, draft),
    DeleteTemplate { template_id } => template::delete(ctx, *template_id),
    SaveWebhook(draft) => webhook::save(ctx, draft),
    DeleteWebhook { webhook_id } => webhook::delete(ctx, *webhook_id),
    RotateWebhook { webhook_id, salt, keep_ms } => webhook::rotate(ctx, *webhook_id, *salt, *keep_ms),
    ReplayWebhook { webhook_id, from_seq } => webhook::replay(ctx, *webhook_id, *from_seq),
    AdvanceWebhook { webhook_id, to } => webhook::advance(ctx, *webhook_id, *to),
    DisableWebhook { webhook_id, step, failed_seq, reason } => {
        webhook::disable(ctx, *webhook_id, *step, *failed_seq, *reason)
    },
    Dispatch { message_id, attempt } => delivery::dispatch(ctx, *message_id, *attempt),
    Answered { message_id, attempt, outcome } => delivery::answered(ctx, *message_id, *attempt, *outcome),
    Receipt { channel_id, provider_message, delivery, failure } => {
        delivery::receipt(ctx, *channel_id, *provider_message, *delivery, *failure)
    },
    OptOut { channel_id, from } => receive::opt_out(ctx, *channel_id, from),
    AddNote { conversation_id, text, mentions } => note::add(ctx, *conversation_id, text, mentions),
    SaveContact { contact_id, change } => contact::save(ctx, *contact_id, change),
    MergeContacts { survivor, survivor_version, merged, merged_version } => {
        contact::merge(ctx, (*survivor, *survivor_version), (*merged, *merged_version))
    },
    UnmergeContacts { survivor, merged } => contact::unmerge(ctx, *survivor, *merged),
    EraseContact { contact_id } => contact::erase(ctx, *contact_id),
    CreateGroup { name } => group::create(ctx, name),
    RenameGroup { group_id, name } => group::rename(ctx, *group_id, name),
    ArchiveGroup { group_id } => group::archive(ctx, *group_id),
    DeleteGroup { group_id, target } => group::delete(ctx, *group_id, *target),
    CloseGroup { group_id } => group::close(ctx, *group_id),
    CreateAgent { name, role, scope, rights } => agent::create(ctx, name, *role, scope, rights),
    ChangeAgent { agent_id, name, role, scope } => agent::change(ctx, *agent_id, name, *role, scope),
    DeactivateAgent { agent_id } => agent::deactivate(ctx, *agent_id),
    SetAvailability { agent_id, availability: now } => agent::set_availability(ctx, *agent_id, *now),
    CreateToken(draft) => agent::create_token(ctx, draft),
    Redeem { invitation, hash, expires_at } => agent::redeem(ctx, invitation, *hash, *expires_at),
    RevokeToken { token_id } => agent::revoke_token(ctx, *token_id),
    CreateChannel { kind, name, address, provider, approved_countries: approved } => {
        workspace::create_channel(ctx, *kind, name, address, provider, approved.as_ref())
    },
    ChangeChannel { channel_id: id, name, approved_countries: approved } => {
        workspace::change_channel(ctx, *id, name.as_deref(), approved.as_ref())
    },
    ChangeWorkspace { name, country, unread_until: until, hold_ms, link_days } => {
        let change = workspace::Change {
            country: *country,
            unread_until: *until,
            hold_ms: *hold_ms,
            link_days: *link_days,
        };
        workspace::change(ctx, name.as_deref(), change)
    },
    Provision { workspace_id: id, name, country, digest_key: key, admin, hash } => {
        workspace::provision(ctx, *id, name, *country, *key, admin, *hash)
    },
    RegisterWorkspace { workspace_id, name } => workspace::register(ctx, *workspace_id, name),
    BeginEpoch { epoch } => workspace::begin_epoch(ctx, *epoch),
    ImportContacts { attachment_id, bytes } => job::import(ctx, *attachment_id, *bytes),
    AdvanceImport { job_id, done } => job::advance_import(ctx, *job_id, *done),
    StepJob { job_id } => job::step(ctx, *job_id),
    FinishJob { job_id } => job::finish(ctx, *job_id),
}
