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
        Queued, Sending, Accepted, Sent, Delivered, Read, Failed, Unknown
    }
    failure(desk::Failure) -> wire::Failure {
        WindowExpired, NotOnChannel, InvalidNumber, Blocked, OptedOut, Unreachable, Expired,
        RejectedContent, Throttled, Auth, Billing, Unsupported, Unknown
    }
    consent(event::Consent) -> wire::Consent { OptedOut, OptedIn }
    reopen_cause(event::ReopenCause) -> wire::ReopenCause { Reply, Send, Agent }
    role(desk::Role) -> wire::Role { Admin, Supervisor, Agent, TemplateAgent, Integration }
    agent_status(desk::AgentStatus) -> wire::AgentStatus { Active, Deactivated }
    availability(desk::Availability) -> wire::Availability { Online, Away }
    channel_kind(desk::ChannelKind) -> wire::ChannelKind { Sms, Rcs, Whatsapp }
    address_kind(desk::AddressKind) -> wire::AddressKind { E164, Bsuid, Rcs }
    group_status(desk::GroupStatus) -> wire::GroupStatus { Active, Archived, Emptying }
    job_status(desk::JobStatus) -> wire::JobStatus { Running, Rewriting, Done }

    asked_role(wire::Role) -> desk::Role { Admin, Supervisor, Agent, TemplateAgent, Integration }
    asked_right(wire::Right) -> desk::Right { Log, Agents, Settings, Inbound }
    asked_availability(wire::Availability) -> desk::Availability { Online, Away }
    asked_channel_kind(wire::ChannelKind) -> desk::ChannelKind { Sms, Rcs, Whatsapp }
    asked_address_kind(wire::AddressKind) -> desk::AddressKind { E164, Bsuid, Rcs }
    asked_status(wire::Status) -> desk::Status { Open, Closed }
}
