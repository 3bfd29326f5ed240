//! Where a message is on its way, why it failed, and whether a person wants any.

use parloir_desk::{entity, event};

use super::kept::words;

words! {
    Delivery of entity::Delivery {
        Queued = "queued",
        Sending = "sending",
        Accepted = "accepted",
        Sent = "sent",
        Delivered = "delivered",
        Read = "read",
        Failed = "failed",
        Unknown = "unknown",
        Scheduled = "scheduled",
        Held = "held",
        Cancelled = "cancelled",
    }
    Failure of entity::Failure {
        WindowExpired = "window_expired",
        NotOnChannel = "not_on_channel",
        InvalidNumber = "invalid_number",
        Blocked = "blocked",
        OptedOut = "opted_out",
        Unreachable = "unreachable",
        Expired = "expired",
        RejectedContent = "rejected_content",
        Throttled = "throttled",
        Auth = "auth",
        Billing = "billing",
        Unsupported = "unsupported",
        NotApproved = "not_approved",
        Unknown = "unknown",
    }
    Consent of event::Consent { OptedOut = "opted_out", OptedIn = "opted_in" }
}
