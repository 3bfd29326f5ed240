//! Choices without content, which the rules and the wire call the same.

use parloir_desk::{entity as desk, event};
use parloir_protocol::entity as wire;

macro_rules! words {
    ($($function:ident($from:path) -> $to:path { $($choice:ident),* $(,)? })*) => {$(
        pub fn $function(choice: $from) -> $to {
            match choice { $(<$from>::$choice => <$to>::$choice,)* }
        }
    )*};
}

words! {
    status(desk::Status) -> wire::Status { Open, Closed }
    direction(desk::Direction) -> wire::Direction { Inbound, Outbound }
    delivery(desk::Delivery) -> wire::Delivery {
        Scheduled, Held, Queued, Sending, Accepted, Sent, Delivered, Read, Failed, Unknown, Cancelled
    }
    failure(desk::Failure) -> wire::Failure {
        WindowExpired, NotOnChannel, InvalidNumber, Blocked, OptedOut, Unreachable, Expired,
        RejectedContent, Throttled, Auth, Billing, Unsupported, Unknown
    }
    consent(event::Consent) -> wire::Consent { OptedOut, OptedIn }
    carriage(desk::Carriage) -> wire::Carriage { Text, Native, Document, Link }
    attachment_kind(desk::AttachmentKind) -> wire::AttachmentKind {
        Picture, Video, Document, Audio, Sticker, Other
    }
    attachment_state(desk::AttachmentState) -> wire::AttachmentState { Stored, Fetching, Missing }
    action_kind(desk::ActionKind) -> wire::ActionKind { Reply, Link, Call }
    approval(desk::Approval) -> wire::Approval { None, Pending, Approved, Rejected, Paused }
    template_status(desk::TemplateStatus) -> wire::TemplateStatus { Active, Deleted }
    webhook_status(desk::WebhookStatus) -> wire::WebhookStatus { Active, Disabled }
    stop_reason(desk::StopReason) -> wire::StopReason { ByHand, Gone, Exhausted }
    reopen_cause(event::ReopenCause) -> wire::ReopenCause { Reply, Send, Agent }
    role(desk::Role) -> wire::Role { Admin, Supervisor, Agent, TemplateAgent, Integration }
    agent_status(desk::AgentStatus) -> wire::AgentStatus { Active, Deactivated }
    availability(desk::Availability) -> wire::Availability { Online, Away }
    channel_kind(desk::ChannelKind) -> wire::ChannelKind { Sms, Rcs, Whatsapp }
    address_kind(desk::AddressKind) -> wire::AddressKind { E164, Bsuid, Rcs }
    group_status(desk::GroupStatus) -> wire::GroupStatus { Active, Archived, Emptying }
    job_status(desk::JobStatus) -> wire::JobStatus { Running, Rewriting, Done }

    asked_role(wire::Role) -> desk::Role { Admin, Supervisor, Agent, TemplateAgent, Integration }
    asked_consent(wire::Consent) -> event::Consent { OptedOut, OptedIn }
    asked_action_kind(wire::ActionKind) -> desk::ActionKind { Reply, Link, Call }
    asked_approval(wire::Approval) -> desk::Approval { None, Pending, Approved, Rejected, Paused }
    asked_webhook_status(wire::WebhookStatus) -> desk::WebhookStatus { Active, Disabled }
    asked_right(wire::Right) -> desk::Right { Log, Agents, Settings, Inbound }
    asked_availability(wire::Availability) -> desk::Availability { Online, Away }
    asked_channel_kind(wire::ChannelKind) -> desk::ChannelKind { Sms, Rcs, Whatsapp }
    asked_address_kind(wire::AddressKind) -> desk::AddressKind { E164, Bsuid, Rcs }
    asked_status(wire::Status) -> desk::Status { Open, Closed }
}
