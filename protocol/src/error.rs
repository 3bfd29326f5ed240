//! Refusals and failures as a client sees them. The codes are those of `registry/errors.json`, which other
//! languages read; a test holds the two together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An error in a `reply`, and with the same code in an HTTP problem (RFC 9457).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct ErrorBody {
    /// Stable; one of `registry/errors.json`.
    pub code: String,
    /// A sentence in English that says what to do.
    pub message: String,
    /// Whether the same thing may work later.
    pub temporary: bool,
    /// When to try again at the earliest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// The facts: fields, limits, the current seq.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, serde_json::Value>,
}

impl ErrorBody {
    /// An error with this code and sentence and no details yet.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code: code.as_str().to_owned(),
            message: message.into(),
            temporary: code.is_temporary(),
            retry_after_ms: None,
            details: BTreeMap::new(),
        }
    }

    /// The same with one more fact.
    #[must_use]
    pub fn with(mut self, name: &str, fact: impl Into<serde_json::Value>) -> Self {
        self.details.insert(name.to_owned(), fact.into());
        self
    }
}

/// Whether the same command may be accepted later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    Temporary,
    Permanent,
}

macro_rules! codes {
    ($($name:ident = $text:literal, $http:literal, $lasting:ident;)*) => {
        /// Every code that the server sends in an error.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = concat!("`", $text, "`")] $name,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The status of an HTTP answer that carries it.
            pub const fn http(self) -> u16 {
                match self { $(Self::$name => $http,)* }
            }

            /// Whether the same thing may work later.
            pub const fn is_temporary(self) -> bool {
                let lasting = match self { $(Self::$name => Lasting::$lasting,)* };
                matches!(lasting, Lasting::Temporary)
            }
        }
    };
}

codes! {
    BadFrame = "bad_frame", 400, Permanent;
    FrameTooLarge = "frame_too_large", 413, Permanent;
    UnknownType = "unknown_type", 400, Permanent;
    UnknownCommand = "unknown_command", 400, Permanent;
    UnknownQuery = "unknown_query", 400, Permanent;
    InvalidParams = "invalid_params", 400, Permanent;
    InvalidNumber = "invalid_number", 422, Permanent;
    Unauthenticated = "unauthenticated", 401, Permanent;
    NotAllowed = "not_allowed", 403, Permanent;
    AgentDeactivated = "agent_deactivated", 403, Permanent;
    ConversationOutOfScope = "conversation_out_of_scope", 403, Permanent;
    NotFound = "not_found", 404, Permanent;
    ConversationNotFound = "conversation_not_found", 404, Permanent;
    MessageNotFound = "message_not_found", 404, Permanent;
    ContactNotFound = "contact_not_found", 404, Permanent;
    GroupNotFound = "group_not_found", 404, Permanent;
    AgentNotFound = "agent_not_found", 404, Permanent;
    ChannelNotFound = "channel_not_found", 404, Permanent;
    TokenNotFound = "token_not_found", 404, Permanent;
    JobNotFound = "job_not_found", 404, Permanent;
    CommandIdReused = "command_id_reused", 409, Permanent;
    CommandIdTooOld = "command_id_too_old", 409, Permanent;
    CommandIdInFuture = "command_id_in_future", 409, Permanent;
    FieldTooLong = "field_too_long", 422, Permanent;
    FieldEmpty = "field_empty", 422, Permanent;
    TooMany = "too_many", 422, Permanent;
    InvalidText = "invalid_text", 422, Permanent;
    ConversationChanged = "conversation_changed", 409, Permanent;
    StaleEpoch = "stale_epoch", 409, Permanent;
    AlreadyClaimed = "already_claimed", 409, Permanent;
    GroupChanged = "group_changed", 409, Permanent;
    ContactChanged = "contact_changed", 409, Permanent;
    NothingWaiting = "nothing_waiting", 409, Temporary;
    OwnNumber = "own_number", 422, Permanent;
    OptedOut = "opted_out", 422, Permanent;
    SenderNotApproved = "sender_not_approved", 422, Permanent;
    AddressErased = "address_erased", 410, Permanent;
    NotRetryable = "not_retryable", 409, Permanent;
    TemplateRequired = "template_required", 422, Permanent;
    AddressTaken = "address_taken", 409, Permanent;
    ContactErased = "contact_erased", 410, Permanent;
    ContactMerged = "contact_merged", 409, Permanent;
    NotMerged = "not_merged", 409, Permanent;
    NameTaken = "name_taken", 409, Permanent;
    DefaultGroup = "default_group", 409, Permanent;
    GroupArchived = "group_archived", 409, Permanent;
    GroupNotEmpty = "group_not_empty", 409, Permanent;
    AgentOutsideGroup = "agent_outside_group", 409, Permanent;
    LastAdmin = "last_admin", 409, Permanent;
    AlreadyProvisioned = "already_provisioned", 409, Permanent;
    InvalidQuery = "invalid_query", 422, Permanent;
    SearchTimeout = "search_timeout", 503, Temporary;
    JobRunning = "job_running", 409, Temporary;
    MessageEmpty = "message_empty", 422, Permanent;
    TemplateNotFound = "template_not_found", 404, Permanent;
    TemplateFieldsMissing = "template_fields_missing", 422, Permanent;
    TemplateChanged = "template_changed", 409, Permanent;
    TemplateNotApproved = "template_not_approved", 422, Permanent;
    WindowClosed = "window_closed", 422, Permanent;
    CardNotSupported = "card_not_supported", 422, Permanent;
    AttachmentNotFound = "attachment_not_found", 404, Permanent;
    AttachmentIncomplete = "attachment_incomplete", 409, Permanent;
    AttachmentTooLarge = "attachment_too_large", 413, Permanent;
    UnsupportedFile = "unsupported_file", 415, Permanent;
    UploadOffset = "upload_offset", 409, Permanent;
    QuotaExceeded = "quota_exceeded", 507, Permanent;
    NotCancellable = "not_cancellable", 409, Permanent;
    InvalidTime = "invalid_time", 422, Permanent;
    LinkNotFound = "link_not_found", 404, Permanent;
    WebhookNotFound = "webhook_not_found", 404, Permanent;
    WebhookAddress = "webhook_address", 422, Permanent;
    InvalidSeq = "invalid_seq", 422, Permanent;
    RateLimited = "rate_limited", 429, Temporary;
    Busy = "busy", 503, Temporary;
    ReadOnly = "read_only", 503, Temporary;
    Unavailable = "unavailable", 503, Temporary;
    Internal = "internal", 500, Permanent;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Row {
        code: String,
        http: u16,
        temporary: bool,
    }

    #[test]
    fn the_registry_and_the_code_say_the_same() {
        let registry: Vec<Row> =
            serde_json::from_str(include_str!("../registry/errors.json")).expect("errors.json");
        let listed: Vec<_> =
            registry.iter().map(|row| (row.code.as_str(), row.http, row.temporary)).collect();
        let ours: Vec<_> =
            Code::ALL.iter().map(|code| (code.as_str(), code.http(), code.is_temporary())).collect();
        assert_eq!(listed, ours);
    }
}
