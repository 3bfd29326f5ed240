//! What a commit changes in the rows. It decides nothing and cannot fail: values that were erased since are
//! accepted everywhere, and an event about something that is not there changes nothing.

use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;

pub(crate) use edit::Edit;

use crate::answer::{self, Answer, StoredAnswer};
use crate::commit::Commit;
use crate::event::Event::{self, *};
use crate::keys::Keys;
use crate::rows::{Changes, Rows};
use crate::view::Head;

mod agent;
mod attachment;
mod channel;
mod contact;
mod conversation;
mod edit;
mod group;
mod job;
mod link;
mod message;
mod planned;
mod prune;
mod template;
mod webhook;
mod workspace;

/// The rows to write for `commit`, whose first event has the seq `first_seq`, in a record of this time and
/// epoch.
pub fn apply(
    rows: &dyn Rows,
    workspace: WorkspaceId,
    commit: &Commit,
    first_seq: u64,
    at: Time,
    epoch: u64,
) -> Changes {
    let mut edit = Edit::new(rows, Keys(workspace), commit.actor, at);
    for (seq, event) in (first_seq..).zip(&commit.events) {
        edit.seq = seq;
        fold(&mut edit, event);
    }
    let answer = StoredAnswer { params: commit.params, answer: Answer::of(commit, first_seq) };
    edit.put(edit.keys.answer(&commit.key), &answer);
    prune::prune(&mut edit, first_seq);
    edit.put(edit.keys.head(), &Head { epoch, seq: answer::last_seq(commit, first_seq), at });
    edit.into_changes()
}

macro_rules! folds {
    ($edit:ident, $event:ident: $($happened:pat => $changes:expr,)*) => {
        /// What each event changes; the compiler sees that none is forgotten.
        fn fold($edit: &mut Edit<'_>, $event: &Event) {
            match $event {
                $($happened => $changes,)*
            }
        }
    };
}

folds! { edit, event:
    Noted { .. } | EpochStarted { .. } => {},
    WorkspaceCreated { workspace } => workspace::created(edit, workspace),
    WorkspaceChanged { name, country, unread_until: until, hold_ms, link_days } => {
        workspace::changed(edit, name, *country, *until, (*hold_ms, *link_days));
    },
    WorkspaceRegistered { workspace_id, name } => workspace::registered(edit, *workspace_id, name),
    AgentCreated { agent } => agent::created(edit, agent),
    AgentChanged { agent_id, name, role, scope } => agent::changed(edit, *agent_id, name, *role, scope),
    AgentDeactivated { agent_id } => agent::deactivated(edit, *agent_id),
    AvailabilityChanged { agent_id, availability } => agent::turned(edit, *agent_id, *availability),
    TokenCreated { token } => agent::token_created(edit, token),
    TokenRevoked { token_id, hash } => agent::token_revoked(edit, *token_id, hash),
    ChannelCreated { channel } => channel::created(edit, channel),
    ChannelChanged { channel_id, name, approved_countries } => {
        channel::changed(edit, *channel_id, name, approved_countries.as_ref());
    },
    GroupCreated { group } => group::created(edit, group),
    GroupRenamed { group_id, name } => group::renamed(edit, *group_id, name),
    GroupArchived { group_id } => group::archived(edit, *group_id),
    GroupEmptying { group_id, .. } => group::emptying(edit, *group_id),
    GroupDeleted { group_id } => group::deleted(edit, *group_id),
    ContactSaved { contact_id, subject, card } => contact::saved(edit, *contact_id, *subject, card),
    ContactMerged { survivor, merged, card, .. } => contact::merged(edit, *survivor, *merged, card),
    ContactUnmerged { survivor, restored } => contact::unmerged(edit, *survivor, *restored),
    ContactErased { contact_id } => contact::erased(edit, *contact_id),
    JobStarted { job_id, kind, total } => job::started(edit, *job_id, kind, *total),
    JobAdvanced { job_id, done } => job::advanced(edit, *job_id, *done),
    JobRewriting { job_id } => job::rewriting(edit, *job_id),
    JobDone { job_id } => job::done(edit, *job_id),
    ConversationStarted { header, channel_id, subject, country, counterpart } => {
        conversation::started(edit, header, *channel_id, *subject, *country, counterpart);
    },
    ProfileNamed { header, profile_name, .. } => conversation::named(edit, header, profile_name),
    ConversationMoved { header, from } => conversation::moved(edit, header, *from),
    ConversationClosed { header } => conversation::closed(edit, header),
    ConversationReopened { header, cause } => conversation::reopened(edit, header, *cause),
    ConversationAssigned { header, from } => conversation::assigned(edit, header, *from),
    ConversationRead { header, agent_id, up_to } => conversation::read(edit, header, *agent_id, *up_to),
    ConversationMarkedUnread { header } => conversation::marked_unread(edit, header),
    ConversationErased { header } => conversation::erased(edit, header),
    MessageReceived { header, message_id: id, incoming, .. } => {
        message::received(edit, header, *id, incoming);
    },
    MessageQueued { header, message_id, channel_id, outgoing, seen_seq, author, .. } => {
        let (id, channel_id) = (*message_id, *channel_id);
        message::queued(edit, header, (id, channel_id), outgoing, *seen_seq, *author);
    },
    MessagePlanned { header, message_id, channel_id, outgoing, seen_seq, delivery, due_at, .. } => {
        let (id, channel_id) = (*message_id, *channel_id);
        planned::planned(edit, header, (id, channel_id), outgoing, *seen_seq, (*delivery, *due_at));
    },
    MessagePlanChanged { message_id, delivery, due_at, .. } => {
        planned::changed(edit, *message_id, *delivery, *due_at);
    },
    MessageCancelled { message_id, .. } => planned::cancelled(edit, *message_id),
    AttachmentStored { message_id, attachment_id, file, .. } => {
        attachment::stored(edit, *message_id, *attachment_id, file);
    },
    AttachmentMissing { message_id, attachment_id, .. } => {
        attachment::missing(edit, *message_id, *attachment_id);
    },
    LinkOpened { conversation_id, message_id, .. } => link::opened(edit, *conversation_id, *message_id),
    LinkRevoked { conversation_id, message_id, .. } => link::revoked(edit, *conversation_id, *message_id),
    DeliveryChanged {
        message_id, attempt, delivery, failure, provider_message, link_expires_at, ..
    } => {
        message::delivery_changed(edit, *message_id, *attempt, (*delivery, *failure), *provider_message);
        link::renewed(edit, *message_id, *link_expires_at);
    },
    ReceiptKept { channel_id, provider_message, delivery, failure } => {
        message::receipt_kept(edit, *channel_id, *provider_message, (*delivery, *failure));
    },
    TemplateSaved { template } => template::saved(edit, template),
    TemplateDeleted { template_id } => template::deleted(edit, *template_id),
    WebhookSaved { webhook } => webhook::saved(edit, webhook),
    WebhookDeleted { webhook_id } => webhook::deleted(edit, *webhook_id),
    WebhookReplayed { webhook_id, from_seq } => webhook::replayed(edit, *webhook_id, *from_seq),
    WebhookAdvanced { webhook_id, position, step, failing_since } => {
        webhook::advanced(edit, *webhook_id, *position, *step, *failing_since);
    },
    WebhookDisabled { webhook_id, step, failed_seq, reason } => {
        webhook::disabled(edit, *webhook_id, *step, *failed_seq, *reason);
    },
    NoteAdded { header, note_id: id, text, mentions, .. } => {
        conversation::note_added(edit, header, *id, text, mentions);
    },
    ConsentChanged { conversation_id, channel_id, address, consent, .. } => {
        conversation::consent_changed(edit, *conversation_id, *channel_id, *address, *consent);
    },
}
