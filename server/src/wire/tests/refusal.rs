//! Every refusal has the code of its name, a sentence and its facts.

use std::collections::BTreeSet;

use parloir_desk::commit::Actor;
use parloir_desk::entity::{Approval, Country, Delivery};
use parloir_desk::refusal::Refusal::{self, *};
use parloir_protocol::error::Code;
use serde_json::json;

use crate::samples::{AGENT, AT, CONTACT, CONVERSATION, GROUP};
use crate::wire::refusal::refusal;

/// Codes of doors and drivers, which the rules never say.
const NOT_OF_THE_RULES: [Code; 21] = [
    Code::WebhookAddress,
    Code::AttachmentNotFound,
    Code::AttachmentIncomplete,
    Code::UploadOffset,
    Code::QuotaExceeded,
    Code::BadFrame,
    Code::FrameTooLarge,
    Code::UnknownType,
    Code::UnknownCommand,
    Code::UnknownQuery,
    Code::InvalidParams,
    Code::InvalidNumber,
    Code::Unauthenticated,
    Code::NotFound,
    Code::RateLimited,
    Code::Busy,
    Code::ReadOnly,
    Code::Unavailable,
    Code::Internal,
    Code::InvalidQuery,
    Code::SearchTimeout,
];

fn all() -> Vec<Refusal> {
    let plain = [
        NotAllowed,
        AgentDeactivated,
        ConversationOutOfScope,
        ConversationNotFound,
        MessageNotFound,
        ContactNotFound,
        GroupNotFound,
        AgentNotFound,
        ChannelNotFound,
        TokenNotFound,
        JobNotFound,
        CommandIdReused,
        CommandIdTooOld,
        CommandIdInFuture,
        NothingWaiting,
        OwnNumber,
        OptedOut,
        AddressErased,
        TemplateRequired,
        ContactErased,
        NotMerged,
        NameTaken,
        DefaultGroup,
        GroupArchived,
        LastAdmin,
        AlreadyProvisioned,
        JobRunning,
        TemplateNotFound,
        LinkNotFound,
        WebhookNotFound,
        MessageEmpty,
        CardNotSupported,
    ];
    plain.into_iter().chain(with_facts()).collect()
}

fn with_facts() -> Vec<Refusal> {
    vec![
        FieldTooLong { field: "text", max: 4096, actual: 5000 },
        FieldEmpty { field: "name" },
        TooMany { field: "tags", max: 100 },
        InvalidText { field: "text" },
        ConversationChanged { newest_seq: 41, by: Some(Actor::Agent(AGENT)) },
        StaleEpoch { epoch: 7 },
        AlreadyClaimed { by: AGENT },
        GroupChanged { group_id: GROUP },
        ContactChanged { contact_id: CONTACT, version: 40 },
        SenderNotApproved { country: Country::FRANCE },
        NotRetryable { conversation_id: CONVERSATION },
        AddressTaken { contact_id: CONTACT },
        ContactMerged { survivor: CONTACT },
        GroupNotEmpty { conversations: 3 },
        AgentOutsideGroup { agent_id: AGENT },
        TemplateFieldsMissing { fields: vec!["name".to_owned()] },
        TemplateChanged { digest: "00".to_owned() },
        TemplateNotApproved { approval: Approval::Pending },
        WindowClosed { until: Some(AT) },
        AttachmentTooLarge { max: 30_000_000 },
        UnsupportedFile { found: Some("audio/ogg".to_owned()) },
        NotCancellable { delivery: Some(Delivery::Sent) },
        InvalidSeq { field: "from_seq", min: 1, max: 41 },
        InvalidTime { field: "send_at", min: AT, max: AT },
    ]
}

fn snake(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let parts = words.char_indices().map(|(at, letter)| match letter.is_uppercase() && at > 0 {
        true => format!("_{}", letter.to_ascii_lowercase()),
        false => letter.to_ascii_lowercase().to_string(),
    });
    parts.collect()
}

#[test]
fn every_refusal_has_the_code_of_its_name() {
    let mut said = BTreeSet::new();
    for why in all() {
        let body = refusal(&why);
        assert_eq!(body.code, snake(&format!("{why:?}")));
        assert!(body.message.starts_with(|c: char| !c.is_uppercase()), "{}", body.message);
        said.insert(body.code);
    }
    let rules = Code::ALL.iter().filter(|code| !NOT_OF_THE_RULES.contains(code));
    assert_eq!(said, rules.map(|code| code.as_str().to_owned()).collect());
}

#[test]
fn a_refusal_brings_its_facts() {
    let facts = |why: &Refusal| json!(refusal(why).details);
    assert_eq!(
        facts(&ConversationChanged { newest_seq: 41, by: Some(Actor::Agent(AGENT)) }),
        json!({"newest_seq": 41, "by": {"kind": "agent", "agent_id": AGENT}})
    );
    assert_eq!(
        facts(&FieldTooLong { field: "text", max: 4096, actual: 5000 }),
        json!({"field": "text", "max": 4096, "actual": 5000})
    );
    assert_eq!(facts(&SenderNotApproved { country: Country(*b"GB") }), json!({"country": "GB"}));
    assert_eq!(facts(&AlreadyClaimed { by: AGENT }), json!({"agent_id": AGENT}));
    assert_eq!(facts(&StaleEpoch { epoch: 7 }), json!({"epoch": "0000000000000007"}));
    assert!(refusal(&SenderNotApproved { country: Country(*b"GB") }).message.contains("GB"));
}
