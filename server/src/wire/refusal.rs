//! Why the rules said no, as the caller reads it: a code, a sentence that says what to do, and the facts.

use parloir_desk::refusal::Refusal;
use parloir_protocol::cursor::Epoch;
use parloir_protocol::error::{Code, ErrorBody};

mod sending;

/// The error that a refused command answers.
pub fn refusal(refusal: &Refusal) -> ErrorBody {
    use Refusal as R;
    let says = |code| ErrorBody::new(code, advice(refusal));
    match refusal {
        R::NotAllowed => says(Code::NotAllowed),
        R::AgentDeactivated => says(Code::AgentDeactivated),
        R::ConversationOutOfScope => says(Code::ConversationOutOfScope),
        R::ConversationNotFound => says(Code::ConversationNotFound),
        R::MessageNotFound => says(Code::MessageNotFound),
        R::ContactNotFound => says(Code::ContactNotFound),
        R::GroupNotFound => says(Code::GroupNotFound),
        R::AgentNotFound => says(Code::AgentNotFound),
        R::ChannelNotFound => says(Code::ChannelNotFound),
        R::TokenNotFound => says(Code::TokenNotFound),
        R::JobNotFound => says(Code::JobNotFound),
        R::TemplateNotFound => says(Code::TemplateNotFound),
        R::LinkNotFound => says(Code::LinkNotFound),
        R::WebhookNotFound => says(Code::WebhookNotFound),
        R::InvalidSeq { field, min, max } => within(says(Code::InvalidSeq), field, (*min, *max)),
        R::CommandIdReused => says(Code::CommandIdReused),
        R::CommandIdTooOld => says(Code::CommandIdTooOld),
        R::CommandIdInFuture => says(Code::CommandIdInFuture),
        R::FieldTooLong { field, max, actual } => {
            says(Code::FieldTooLong).with("field", *field).with("max", *max).with("actual", *actual)
        }
        R::FieldEmpty { field } => says(Code::FieldEmpty).with("field", *field),
        R::TooMany { field, max } => says(Code::TooMany).with("field", *field).with("max", *max),
        R::InvalidText { field } => says(Code::InvalidText).with("field", *field),
        R::ConversationChanged { .. } => sending::facts(refusal, advice(refusal)),
        R::StaleEpoch { epoch } => says(Code::StaleEpoch).with("epoch", Epoch(*epoch).to_string()),
        R::AlreadyClaimed { by } => says(Code::AlreadyClaimed).with("agent_id", by.to_string()),
        R::GroupChanged { group_id } => says(Code::GroupChanged).with("group_id", group_id.to_string()),
        R::ContactChanged { contact_id, version } => {
            says(Code::ContactChanged).with("contact_id", contact_id.to_string()).with("version", *version)
        }
        R::NothingWaiting => says(Code::NothingWaiting),
        R::OwnNumber | R::OptedOut | R::AddressErased => sending::facts(refusal, advice(refusal)),
        R::SenderNotApproved { .. } | R::NotRetryable { .. } => sending::facts(refusal, advice(refusal)),
        R::TemplateRequired | R::MessageEmpty => sending::facts(refusal, advice(refusal)),
        R::CardNotSupported | R::TemplateFieldsMissing { .. } => sending::facts(refusal, advice(refusal)),
        R::TemplateChanged { .. } => sending::facts(refusal, advice(refusal)),
        R::TemplateNotApproved { .. } | R::WindowClosed { .. } => sending::facts(refusal, advice(refusal)),
        R::AttachmentTooLarge { .. } | R::InvalidTime { .. } => sending::facts(refusal, advice(refusal)),
        R::UnsupportedFile { .. } | R::NotCancellable { .. } => sending::facts(refusal, advice(refusal)),
        R::AddressTaken { contact_id } => says(Code::AddressTaken).with("contact_id", contact_id.to_string()),
        R::ContactErased => says(Code::ContactErased),
        R::ContactMerged { survivor } => says(Code::ContactMerged).with("survivor", survivor.to_string()),
        R::NotMerged => says(Code::NotMerged),
        R::NameTaken => says(Code::NameTaken),
        R::DefaultGroup => says(Code::DefaultGroup),
        R::GroupArchived => says(Code::GroupArchived),
        R::GroupNotEmpty { conversations } => says(Code::GroupNotEmpty).with("conversations", *conversations),
        R::AgentOutsideGroup { agent_id } => {
            says(Code::AgentOutsideGroup).with("agent_id", agent_id.to_string())
        }
        R::LastAdmin => says(Code::LastAdmin),
        R::AlreadyProvisioned => says(Code::AlreadyProvisioned),
        R::JobRunning => says(Code::JobRunning),
    }
}

fn advice(refusal: &Refusal) -> String {
    use Refusal as R;
    match refusal {
        R::NotAllowed => "your role does not allow this: ask an admin".into(),
        R::AgentDeactivated => "your access was ended: ask an admin".into(),
        R::ConversationOutOfScope => "this thread is in a group you do not see: ask a supervisor".into(),
        R::ConversationNotFound => "there is no such conversation here: reload the queue".into(),
        R::MessageNotFound => "there is no such message here: reload the conversation".into(),
        R::ContactNotFound => "there is no such contact: search for it again".into(),
        R::GroupNotFound => "there is no such group: choose another".into(),
        R::AgentNotFound => "there is no such agent: choose another".into(),
        R::ChannelNotFound => "there is no such channel: choose another".into(),
        R::TokenNotFound => "there is no such token: it may be revoked already".into(),
        R::JobNotFound => "there is no such job: reload".into(),
        R::TemplateNotFound => "there is no such template: choose another".into(),
        R::LinkNotFound => "there is no such link, or it works no more".into(),
        R::WebhookNotFound => "there is no such webhook, or not one that you look after".into(),
        R::InvalidSeq { field, min, max } => format!("{field} is not in the log: from {min} to {max}"),
        R::CommandIdReused => "this command id was used for something else: make a new one".into(),
        R::CommandIdTooOld => "this command id is not a UUIDv7 of the last 29 days: make a new one".into(),
        R::CommandIdInFuture => "this command id is over 10 minutes ahead: set the clock".into(),
        R::FieldTooLong { field, max, actual } => format!("{field} has {actual} characters: {max} at most"),
        R::FieldEmpty { field } => format!("{field} is empty: fill it in"),
        R::TooMany { field, max } => format!("{field} holds too many: {max} at most"),
        R::InvalidText { field } => {
            format!("{field} holds control characters, or what cannot stand there: remove it")
        }
        R::ConversationChanged { .. } => "somebody wrote meanwhile: read it, then repeat or drop this".into(),
        R::StaleEpoch { .. } => "the log has a new epoch: reload, then repeat this".into(),
        R::AlreadyClaimed { .. } => "a colleague has this conversation: ask for it".into(),
        R::GroupChanged { .. } => "the conversation is in another group now: look, then repeat".into(),
        R::ContactChanged { .. } => "the contact changed meanwhile: read it, then repeat this".into(),
        R::NothingWaiting => "nobody waits for you: try again later".into(),
        R::OwnNumber => "this is one of our own senders: choose another number".into(),
        R::OptedOut => "this person asked for no more messages here: wait for a START".into(),
        R::SenderNotApproved { country } => not_approved(country.as_str()),
        R::AddressErased => "this person was erased: start again from the number".into(),
        R::NotRetryable { .. } => "only a failed or maybe-sent message can be retried".into(),
        R::TemplateRequired | R::MessageEmpty | R::CardNotSupported => sending::advice(refusal),
        R::TemplateFieldsMissing { .. } | R::TemplateChanged { .. } => sending::advice(refusal),
        R::TemplateNotApproved { .. } | R::WindowClosed { .. } => sending::advice(refusal),
        R::AttachmentTooLarge { .. } | R::UnsupportedFile { .. } => sending::advice(refusal),
        R::NotCancellable { .. } | R::InvalidTime { .. } => sending::advice(refusal),
        R::AddressTaken { .. } => "another contact has this address: merge the two".into(),
        R::ContactErased => "this contact was erased: save a new one".into(),
        R::ContactMerged { .. } => "this contact was merged into another: use that one".into(),
        R::NotMerged => "these contacts are not merged: reload them".into(),
        R::NameTaken => "this name is in use: choose another".into(),
        R::DefaultGroup => "the default group always stays: choose another group".into(),
        R::GroupArchived => "this group takes no conversations: choose another".into(),
        R::GroupNotEmpty { conversations } => {
            format!("{conversations} conversations are in it: name a target")
        }
        R::AgentOutsideGroup { .. } => "this agent does not see the group: choose another".into(),
        R::LastAdmin => "this is the last admin: make another one first".into(),
        R::AlreadyProvisioned => "this workspace exists: use it".into(),
        R::JobRunning => "a job of this kind is at work: try again when it is done".into(),
    }
}

fn not_approved(country: &str) -> String {
    format!("this sender is not approved for {country}: use another, or have it approved")
}

fn within(body: ErrorBody, field: &str, (min, max): (u64, u64)) -> ErrorBody {
    body.with("field", field).with("min", min).with("max", max)
}
