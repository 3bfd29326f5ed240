//! Why something cannot be sent as it is: what to do, and the facts.

use parloir_desk::refusal::Refusal;
use parloir_protocol::error::{Code, ErrorBody};

use crate::wire::entity;

/// The error of a refusal to send, with the sentence `advice`.
pub(super) fn facts(refusal: &Refusal, advice: String) -> ErrorBody {
    use Refusal as R;
    let says = |code| ErrorBody::new(code, advice);
    match refusal {
        R::ConversationChanged { newest_seq, by } => {
            let by = by.map(|by| serde_json::json!(entity::actor(by)));
            says(Code::ConversationChanged).with("newest_seq", *newest_seq).with("by", by)
        }
        R::OwnNumber => says(Code::OwnNumber),
        R::OptedOut => says(Code::OptedOut),
        R::SenderNotApproved { country } => says(Code::SenderNotApproved).with("country", country.as_str()),
        R::AddressErased => says(Code::AddressErased),
        R::NotRetryable { conversation_id } => {
            says(Code::NotRetryable).with("conversation_id", conversation_id.to_string())
        }
        R::TemplateRequired => says(Code::TemplateRequired),
        R::MessageEmpty => says(Code::MessageEmpty),
        R::TemplateFieldsMissing { fields } => {
            says(Code::TemplateFieldsMissing).with("fields", fields.clone())
        }
        R::TemplateChanged { digest } => says(Code::TemplateChanged).with("digest", digest.clone()),
        R::TemplateNotApproved { approval } => {
            says(Code::TemplateNotApproved).with("approval", serde_json::json!(entity::approval(*approval)))
        }
        R::WindowClosed { until } => match until {
            Some(until) => says(Code::WindowClosed).with("until", until.to_string()),
            None => says(Code::WindowClosed),
        },
        R::CardNotSupported => says(Code::CardNotSupported),
        R::AttachmentTooLarge { max } => says(Code::AttachmentTooLarge).with("max", *max),
        R::UnsupportedFile { found } => match found {
            Some(found) => says(Code::UnsupportedFile).with("found", found.clone()),
            None => says(Code::UnsupportedFile),
        },
        R::NotCancellable { delivery } => {
            says(Code::NotCancellable).with("delivery", serde_json::json!(delivery.map(entity::delivery)))
        }
        R::InvalidTime { field, min, max } => says(Code::InvalidTime)
            .with("field", *field)
            .with("min", min.to_string())
            .with("max", max.to_string()),
        _ => unreachable!("only refusals to send come here"),
    }
}

/// What to do.
pub(super) fn advice(refusal: &Refusal) -> String {
    use Refusal as R;
    match refusal {
        R::MessageEmpty => "there is nothing to send: give a text, a file, a template or a card".into(),
        R::TemplateFieldsMissing { fields } => format!("fill in {}", fields.join(", ")),
        R::TemplateChanged { .. } => "the template or a value changed: look at the preview again".into(),
        R::TemplateNotApproved { .. } => {
            "this template is not approved by WhatsApp: choose another, or wait until they write".into()
        }
        R::WindowClosed { .. } => "they wrote over 24 h ago: choose an approved template".into(),
        R::CardNotSupported => "this channel has no cards: send a text or a file".into(),
        R::AttachmentTooLarge { max } => format!("the file is too large: {max} bytes at most"),
        R::UnsupportedFile { .. } => "only PDF, JPEG, PNG and MP4 can be sent here".into(),
        R::NotCancellable { .. } => "the message is not planned any more: it left, or was cancelled".into(),
        R::InvalidTime { field, .. } => format!("{field} is 1 minute to 365 days ahead"),
        R::TemplateRequired => "only templates can be sent here: choose one".into(),
        _ => unreachable!("only refusals to send come here"),
    }
}
