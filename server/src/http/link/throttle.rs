//! How often somebody did something in the last minute, for many at once, in bounded memory.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard};

use axum::http::HeaderMap;
use parloir_session::Millis;

use crate::locks::locked;

const WINDOW_MS: u64 = 60_000;
/// Who is remembered at once; one more makes the one forgotten whose minute began first.
const REMEMBERED_MAX: usize = 20_000;

/// Counts, each over a minute.
#[derive(Debug)]
pub(super) struct Throttle {
    max: u32,
    counts: Mutex<BTreeMap<Vec<u8>, Count>>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    since: Millis,
    times: u32,
}

impl Throttle {
    pub(super) fn new(max: u32) -> Self {
        Self { max, counts: Mutex::default() }
    }

    /// Whether `who` did it as often as is allowed.
    pub(super) fn is_over(&self, who: &[u8], now: Millis) -> bool {
        self.lock().get(who).is_some_and(|count| count.is_current(now) && count.times >= self.max)
    }

    /// Once more.
    pub(super) fn count(&self, who: &[u8], now: Millis) {
        let mut counts = self.lock();
        if counts.len() >= REMEMBERED_MAX && !counts.contains_key(who) {
            counts.retain(|_, count| count.is_current(now));
            let oldest = counts.iter().min_by_key(|(_, count)| count.since.0).map(|(who, _)| who.clone());
            oldest.filter(|_| counts.len() >= REMEMBERED_MAX).map(|oldest| counts.remove(&oldest));
        }
        let count = counts.entry(who.to_vec()).or_insert(Count { since: now, times: 0 });
        if !count.is_current(now) {
            *count = Count { since: now, times: 0 };
        }
        count.times = count.times.saturating_add(1);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Vec<u8>, Count>> {
        locked(&self.counts)
    }
}

impl Count {
    fn is_current(self, now: Millis) -> bool {
        now.0 - self.since.0.min(now.0) < WINDOW_MS
    }
}

/// The network that a request is from: /24 and /64. A proxy on this machine is believed about whom it speaks
/// for, as everybody would come from the same place otherwise.
pub(super) fn network(peer: SocketAddr, headers: &HeaderMap) -> Vec<u8> {
    let told = headers.get_all("x-forwarded-for").iter().next_back();
    let told = told.filter(|_| peer.ip().to_canonical().is_loopback());
    let told = told.and_then(|told| told.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    match told.unwrap_or(peer.ip()).to_canonical() {
        IpAddr::V4(ip) => ip.octets()[..3].to_vec(),
        IpAddr::V6(ip) => ip.octets()[..8].to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_and_then_begins_anew() {
        let throttle = Throttle::new(2);
        let (early, late) = (Millis(1_000), Millis(61_001));
        throttle.count(b"a", early);
        assert!(!throttle.is_over(b"a", early));
        throttle.count(b"a", early);
        assert!(throttle.is_over(b"a", early));
        assert!(!throttle.is_over(b"b", early));
        assert!(!throttle.is_over(b"a", late));
        throttle.count(b"a", late);
        assert!(!throttle.is_over(b"a", late));
    }

    #[test]
    fn only_so_many_are_remembered() {
        let throttle = Throttle::new(1);
        for who in 0..=REMEMBERED_MAX as u64 {
            throttle.count(&who.to_be_bytes(), Millis(who));
        }
        assert_eq!(throttle.lock().len(), REMEMBERED_MAX);
        assert!(!throttle.is_over(&0_u64.to_be_bytes(), Millis(0)), "the first one is forgotten");
    }

    #[test]
    fn a_network_is_a_prefix_and_only_a_local_proxy_speaks_for_others() {
        let of = |peer: &str, told: Option<&str>| {
            let mut headers = HeaderMap::new();
            if let Some(told) = told {
                headers.insert("x-forwarded-for", told.parse().expect("a header"));
            }
            network(peer.parse().expect("an address"), &headers)
        };
        assert_eq!(of("192.0.2.7:80", None), of("192.0.2.99:81", None));
        assert_ne!(of("192.0.2.7:80", None), of("192.0.3.7:80", None));
        assert_eq!(of("[2001:db8::1]:80", None), of("[2001:db8::2:1]:80", None));
        assert_eq!(of("[::ffff:192.0.2.1]:80", None), of("192.0.2.7:80", None));
        assert_eq!(of("127.0.0.1:80", Some("198.51.100.1, 192.0.2.7")), of("192.0.2.1:80", None));
        assert_eq!(of("192.0.2.7:80", Some("198.51.100.1")), of("192.0.2.7:80", None));
    }
}
