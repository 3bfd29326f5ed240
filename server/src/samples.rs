//! One of each event, for tests of every form that an event takes. Everything personal in them holds
//! [`CANARY`], so that a place where it must not be is found by searching for it.

use std::collections::{BTreeMap, BTreeSet};

use parloir_desk::commit::{Actor, Commit, DeadlineKind, Digest, Key, OutboxStep};
use parloir_desk::entity::{
    Address, AddressKind, Attempt, Availability, Card, Country, Delivery, Failure, Header, JobKind, LinkHash,
    Personal, Purpose, Role, Scope, Status, SubjectId, Token, UnreadUntil, Waiting,
};
use parloir_desk::event::{About, Consent, Counterpart, Event, ReopenCause};
use parloir_protocol::ids::{
    AgentId, AttachmentId, ChannelId, CommandId, ContactId, ConversationId, GroupId, JobId, MessageId,
    NoteId, TokenId, WorkspaceId,
};
use parloir_protocol::time::Time;
use uuid::Uuid;

pub(crate) use entities::{agent, channel, group, token, workspace};

mod content;
mod entities;
mod webhooks;

/// Stands in every personal value and nowhere else.
pub(crate) const CANARY: &str = "canary";

pub(crate) const WORKSPACE: WorkspaceId = WorkspaceId(Uuid::from_bytes([1; 16]));
pub(crate) const AGENT: AgentId = AgentId(Uuid::from_bytes([2; 16]));
pub(crate) const CHANNEL: ChannelId = ChannelId(Uuid::from_bytes([3; 16]));
pub(crate) const GROUP: GroupId = GroupId(Uuid::from_bytes([4; 16]));
pub(crate) const CONVERSATION: ConversationId = ConversationId(Uuid::from_bytes([5; 16]));
pub(crate) const CONTACT: ContactId = ContactId(Uuid::from_bytes([6; 16]));
pub(crate) const MESSAGE: MessageId = MessageId(Uuid::from_bytes([7; 16]));
pub(crate) const SUBJECT: SubjectId = SubjectId([8; 16]);
pub(crate) const COMMAND: CommandId = CommandId(Uuid::from_bytes([9; 16]));
pub(crate) const AT: Time = Time(1_793_697_302_123);

const OTHER_GROUP: GroupId = GroupId(Uuid::from_bytes([10; 16]));
const OTHER_AGENT: AgentId = AgentId(Uuid::from_bytes([11; 16]));
const OTHER_CONTACT: ContactId = ContactId(Uuid::from_bytes([12; 16]));
const JOB: JobId = JobId(Uuid::from_bytes([13; 16]));
const NOTE: NoteId = NoteId(Uuid::from_bytes([14; 16]));
const TOKEN: TokenId = TokenId(Uuid::from_bytes([15; 16]));
const DIGEST: Digest = Digest([16; 16]);

/// One of each event, and of each choice within one.
pub(crate) fn events() -> Vec<Event> {
    let first = [
        of_workspace(),
        of_people(),
        of_groups(),
        of_conversations(),
        of_messages(),
        of_contacts(),
        of_jobs(),
    ];
    [first.concat(), content::events(), webhooks::events()].concat()
}

/// One commit for each event, under one of each key and actor in turn.
pub(crate) fn commits() -> Vec<Commit> {
    let keys = [
        (Key::Client(AGENT, COMMAND), Actor::Agent(AGENT)),
        (Key::Provider(CHANNEL, DIGEST), Actor::Contact(CHANNEL)),
        (Key::Away(AGENT, AT), Actor::System),
        (Key::Outcome(MESSAGE, Attempt(2), OutboxStep::Started), Actor::System),
        (Key::Outcome(MESSAGE, Attempt(2), OutboxStep::Answered), Actor::Provider(CHANNEL)),
        (Key::Job(JOB, 3), Actor::System),
        (Key::Operator(COMMAND), Actor::System),
    ];
    let later = [
        (Key::Deadline(DeadlineKind::Release, *MESSAGE.as_bytes(), AT), Actor::System),
        (Key::Media(MESSAGE, 1), Actor::System),
        (Key::Link(LinkHash([19; 32]), [20; 16]), Actor::System),
    ];
    let of_webhooks = (Key::Webhook(webhooks::WEBHOOK, 4), Actor::System);
    let commit = |(event, (key, actor))| Commit { key, params: DIGEST, actor, events: vec![event] };
    let (first, then, last) = (events(), content::events().len(), webhooks::events().len());
    let keys = keys.into_iter().cycle().take(first.len() - then - last);
    let keys = keys.chain(later.into_iter().cycle().take(then)).chain(std::iter::repeat(of_webhooks));
    first.into_iter().zip(keys).map(commit).collect()
}

pub(crate) fn header() -> Header {
    Header {
        conversation_id: CONVERSATION,
        status: Status::Open,
        unread: true,
        group_id: GROUP,
        assignee: Some(AGENT),
        activity_seq: 41,
        activity_at: AT,
        waiting: Some(Waiting { seq: 40, since: AT }),
        episode: 2,
        window_until: None,
    }
}

pub(crate) fn address() -> Address {
    Address { kind: AddressKind::E164, value: format!("+33-{CANARY}-address") }
}

pub(crate) fn card(name: &str) -> Card {
    Card {
        name: format!("{CANARY}-{name}"),
        tags: BTreeSet::from([format!("{CANARY}-tag")]),
        properties: BTreeMap::from([(format!("{CANARY}-key"), format!("{CANARY}-value"))]),
        addresses: BTreeSet::from([
            address(),
            Address { kind: AddressKind::Bsuid, value: format!("{CANARY}-bsuid") },
            Address { kind: AddressKind::Rcs, value: format!("{CANARY}-rcs") },
        ]),
    }
}

fn words(name: &str) -> Personal<String> {
    Personal::Known(format!("{CANARY}-{name}"))
}

fn closed() -> Header {
    Header { status: Status::Closed, unread: false, assignee: None, waiting: None, ..header() }
}

fn of_workspace() -> Vec<Event> {
    let about = [
        About::Nothing,
        About::Conversation(CONVERSATION),
        About::Message(MESSAGE),
        About::Contact(CONTACT),
        About::Group(GROUP),
        About::Agent(AGENT),
        About::Job(JOB),
    ];
    let mut events = vec![
        Event::WorkspaceCreated { workspace: workspace() },
        Event::WorkspaceChanged {
            name: "Lyon".into(),
            country: Country::FRANCE,
            unread_until: UnreadUntil::Answered,
            hold_ms: 0,
            link_days: 7,
        },
        Event::WorkspaceRegistered { workspace_id: WORKSPACE, name: "Lyon".into() },
        Event::EpochStarted { epoch: 7 },
        Event::ChannelCreated { channel: channel() },
        Event::ChannelChanged { channel_id: CHANNEL, name: "Main".into(), approved_countries: None },
    ];
    events.extend(about.map(|about| Event::Noted { about }));
    events
}

fn of_people() -> Vec<Event> {
    let scope = Scope::Groups(BTreeSet::from([GROUP, OTHER_GROUP]));
    let roles = [Role::Admin, Role::Supervisor, Role::Agent, Role::TemplateAgent, Role::Integration];
    let mut events = vec![
        Event::AgentCreated { agent: agent() },
        Event::AgentDeactivated { agent_id: AGENT },
        Event::AvailabilityChanged { agent_id: AGENT, availability: Availability::Away },
        Event::AvailabilityChanged { agent_id: AGENT, availability: Availability::Online },
        Event::TokenCreated { token: token() },
        Event::TokenCreated { token: Token { purpose: Purpose::Session, ..token() } },
        Event::TokenCreated { token: Token { purpose: Purpose::Invitation, ..token() } },
        Event::TokenCreated { token: Token { made_from: Some(token().id), ..token() } },
        Event::TokenRevoked { token_id: TOKEN, hash: [17; 32] },
    ];
    let changed =
        |role| Event::AgentChanged { agent_id: AGENT, name: "Ana".into(), role, scope: scope.clone() };
    events.extend(roles.map(changed));
    events
}

fn of_groups() -> Vec<Event> {
    vec![
        Event::GroupCreated { group: group() },
        Event::GroupRenamed { group_id: GROUP, name: "Sales".into() },
        Event::GroupArchived { group_id: GROUP },
        Event::GroupEmptying { group_id: GROUP, target: OTHER_GROUP },
        Event::GroupDeleted { group_id: GROUP },
    ]
}

fn of_conversations() -> Vec<Event> {
    let counterpart = Counterpart { address: address(), profile_name: Some(format!("{CANARY}-profile")) };
    let mut events = vec![
        Event::ConversationStarted {
            header: header(),
            channel_id: CHANNEL,
            subject: SUBJECT,
            country: Some(Country::FRANCE),
            counterpart: Personal::Known(counterpart),
        },
        Event::ProfileNamed { header: header(), subject: SUBJECT, profile_name: words("renamed") },
        Event::ConversationMoved { header: header(), from: OTHER_GROUP },
        Event::ConversationClosed { header: closed() },
        Event::ConversationAssigned { header: header(), from: Some(OTHER_AGENT) },
        Event::ConversationAssigned { header: closed(), from: None },
        Event::ConversationRead { header: header(), agent_id: AGENT, up_to: 39 },
        Event::ConversationMarkedUnread { header: header() },
        Event::ConversationErased { header: closed() },
    ];
    let causes = [ReopenCause::Reply, ReopenCause::Send, ReopenCause::Agent];
    events.extend(causes.map(|cause| Event::ConversationReopened { header: header(), cause }));
    let consent = |consent| Event::ConsentChanged {
        conversation_id: CONVERSATION,
        group_id: GROUP,
        channel_id: CHANNEL,
        address: DIGEST,
        consent,
    };
    events.extend([Consent::OptedOut, Consent::OptedIn].map(consent));
    events
}

fn of_messages() -> Vec<Event> {
    let outgoing = content::plain_outgoing();
    let mut events = vec![
        Event::MessageReceived {
            header: header(),
            message_id: MESSAGE,
            subject: SUBJECT,
            incoming: Personal::Known(content::plain_incoming()),
        },
        Event::MessageQueued {
            header: header(),
            message_id: MESSAGE,
            subject: SUBJECT,
            channel_id: CHANNEL,
            outgoing: Personal::Known(outgoing),
            seen_seq: Some(38),
            author: None,
        },
        Event::ReceiptKept {
            channel_id: CHANNEL,
            provider_message: DIGEST,
            delivery: Delivery::Failed,
            failure: Some(Failure::Blocked),
        },
        Event::NoteAdded {
            header: header(),
            note_id: NOTE,
            subject: SUBJECT,
            text: words("note"),
            mentions: vec![AGENT, OTHER_AGENT],
        },
    ];
    events.extend(deliveries().into_iter().map(|(delivery, failure)| Event::DeliveryChanged {
        conversation_id: CONVERSATION,
        group_id: GROUP,
        message_id: MESSAGE,
        attempt: Attempt(2),
        delivery,
        failure,
        provider_message: Some(DIGEST),
        link_expires_at: None,
    }));
    events.push(Event::DeliveryChanged {
        conversation_id: CONVERSATION,
        group_id: GROUP,
        message_id: MESSAGE,
        attempt: Attempt(3),
        delivery: Delivery::Queued,
        failure: None,
        provider_message: None,
        link_expires_at: Some(AT),
    });
    events
}

fn deliveries() -> Vec<(Delivery, Option<Failure>)> {
    use Failure::{
        Auth, Billing, Blocked, Expired, InvalidNumber, NotOnChannel, OptedOut, RejectedContent, Throttled,
        Unreachable, Unsupported, WindowExpired,
    };
    let on_its_way = [
        Delivery::Queued,
        Delivery::Sending,
        Delivery::Accepted,
        Delivery::Sent,
        Delivery::Delivered,
        Delivery::Read,
        Delivery::Unknown,
    ];
    let failures = [
        WindowExpired,
        NotOnChannel,
        InvalidNumber,
        Blocked,
        OptedOut,
        Unreachable,
        Expired,
        RejectedContent,
        Throttled,
        Auth,
        Billing,
        Unsupported,
        Failure::Unknown,
    ];
    let failed = failures.map(|failure| (Delivery::Failed, Some(failure)));
    on_its_way.map(|delivery| (delivery, None)).into_iter().chain(failed).collect()
}

fn of_contacts() -> Vec<Event> {
    vec![
        Event::ContactSaved { contact_id: CONTACT, subject: SUBJECT, card: Personal::Known(card("saved")) },
        Event::ContactMerged {
            survivor: CONTACT,
            merged: OTHER_CONTACT,
            subject: SUBJECT,
            card: Personal::Known(card("merged")),
        },
        Event::ContactUnmerged { survivor: CONTACT, restored: OTHER_CONTACT },
        Event::ContactErased { contact_id: CONTACT },
    ]
}

fn of_jobs() -> Vec<Event> {
    let kinds = [
        JobKind::DeleteGroup { group_id: GROUP, target: OTHER_GROUP },
        JobKind::CloseGroup { group_id: GROUP },
        JobKind::EraseContact {
            contact_id: CONTACT,
            subjects: vec![SUBJECT],
            conversations: vec![CONVERSATION],
        },
        JobKind::ImportContacts { attachment_id: AttachmentId::from_bytes([24; 16]) },
    ];
    let mut events: Vec<Event> =
        kinds.into_iter().map(|kind| Event::JobStarted { job_id: JOB, kind, total: 250 }).collect();
    events.extend([
        Event::JobAdvanced { job_id: JOB, done: 100 },
        Event::JobRewriting { job_id: JOB },
        Event::JobDone { job_id: JOB },
    ]);
    events
}
