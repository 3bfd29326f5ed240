//! Figures of accounts at providers, each under the account's name: what is counted, and how an account stands
//! at the moment of asking. It knows no message, and nobody decides by it.

use tokio::time::Instant;

use crate::providers::{Condition, Providers};

pub const ACCEPTED: &str = "parloir_outbox_accepted_total";
pub const FAILED: &str = "parloir_outbox_failed_total";
pub const UNKNOWN: &str = "parloir_outbox_unknown_total";
pub const PUT_OFF: &str = "parloir_outbox_put_off_total";
pub const BREAKERS_OPENED: &str = "parloir_outbox_breakers_opened_total";
pub const FILES_FETCHED: &str = "parloir_files_fetched_total";
pub const FILES_PUT_OFF: &str = "parloir_files_put_off_total";
pub const FILES_GIVEN_UP: &str = "parloir_files_given_up_total";

const COUNTERS: [&str; 8] =
    [ACCEPTED, FAILED, UNKNOWN, PUT_OFF, BREAKERS_OPENED, FILES_FETCHED, FILES_PUT_OFF, FILES_GIVEN_UP];

/// Counts something of an account once more.
pub fn count(counter: &'static str, account: &str) {
    metrics::counter!(counter, "provider" => account.to_owned()).increment(1);
}

/// Shows the counters of all accounts from the start, so that what never happened reads 0.
pub fn show(providers: &Providers) {
    for (name, _) in providers.accounts() {
        for counter in COUNTERS {
            metrics::counter!(counter, "provider" => name.to_owned()).increment(0);
        }
    }
}

/// Writes down how all accounts stand now.
pub fn measure(providers: &Providers) {
    let now = Instant::now();
    for (name, account) in providers.accounts() {
        let standing = account.gate.standing(now);
        let set = |gauge: &'static str, value: f64| {
            metrics::gauge!(gauge, "provider" => name.to_owned()).set(value);
        };
        set("parloir_outbox_waiting", standing.waiting as f64);
        set("parloir_files_waiting", standing.files_waiting as f64);
        set("parloir_provider_state", state(standing.condition));
    }
}

fn state(condition: Condition) -> f64 {
    match condition {
        Condition::Up => 0.0,
        Condition::Degraded => 1.0,
        Condition::Down => 2.0,
    }
}
