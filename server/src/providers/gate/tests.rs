//! What an account's gate lets through, on a clock of its own.

use std::time::Duration;

use parloir_desk::entity::Failure;
use parloir_protocol::ids::ChannelId;
use parloir_protocol::time::Time;
use tokio::time::Instant;

use super::{Admission, Condition, Effect, FAILURES_MAX, Gate, OPEN_LONGEST, PACE_LONGEST, full_jitter};
use crate::dice::Dice;
use crate::providers::{Cause, Later, Rate, Rates};

const FAST: Rates = alone(Rate { per_second: 1_000, burst: 1_000 });
const WALL: Time = Time(1_000);

/// The pace of each channel by itself.
const fn alone(channel: Rate) -> Rates {
    Rates { channel, account: None }
}

fn channel(n: u8) -> ChannelId {
    ChannelId::from_bytes([n; 16])
}

fn later(cause: Cause, after: Option<Duration>) -> Effect {
    Effect::Later(Later { failure: Failure::Throttled, after, cause })
}

/// The first moment from `now` on at which a message may go.
fn opens(gate: &Gate, mut now: Instant) -> Instant {
    for _ in 0..1_000 {
        match gate.admit(channel(1), FAST, now) {
            Admission::Go => return now,
            Admission::Paced { until } | Admission::Broken { until } => now = until,
        }
    }
    panic!("it never opens")
}

#[test]
fn a_channel_keeps_its_pace_and_others_have_their_own() {
    let (gate, now) = (Gate::seeded(1, "a"), Instant::now());
    let rate = alone(Rate { per_second: 10, burst: 3 });
    for _ in 0..3 {
        assert_eq!(gate.admit(channel(1), rate, now), Admission::Go);
    }
    let until = now + Duration::from_millis(100);
    assert_eq!(gate.admit(channel(1), rate, now), Admission::Paced { until });
    assert_eq!(gate.admit(channel(2), rate, now), Admission::Go);
    assert_eq!(gate.admit(channel(1), rate, until), Admission::Go);
    let mut sent = 0;
    for ms in 0..10_000 {
        let at = until + Duration::from_millis(ms);
        sent += u32::from(gate.admit(channel(1), rate, at) == Admission::Go);
    }
    assert!((99..=103).contains(&sent), "{sent} in ten seconds at ten a second");
}

#[test]
fn channels_share_the_pace_of_their_account() {
    let (gate, now) = (Gate::seeded(1, "a"), Instant::now());
    let rate = Rate { per_second: 10, burst: 3 };
    let rates = Rates { channel: rate, account: Some(rate) };
    assert_eq!(gate.admit(channel(1), rates, now), Admission::Go);
    assert_eq!(gate.admit(channel(2), rates, now), Admission::Go);
    assert_eq!(gate.admit(channel(3), rates, now), Admission::Go);
    let until = now + Duration::from_millis(100);
    assert_eq!(gate.admit(channel(4), rates, now), Admission::Paced { until });
    let mut sent = 0;
    for ms in 0..10_000_u64 {
        let (at, n) = (until + Duration::from_millis(ms), u8::try_from(ms % 5).expect("small"));
        sent += u32::from(gate.admit(channel(n), rates, at) == Admission::Go);
    }
    assert!((99..=103).contains(&sent), "{sent} in ten seconds at ten a second");
}

#[test]
fn who_is_too_fast_pauses_as_long_as_the_provider_says() {
    let (gate, now) = (Gate::seeded(1, "a"), Instant::now());
    gate.settle(later(Cause::Pace, Some(Duration::from_secs(7))), now, WALL);
    assert_eq!(gate.standing(now).condition, Condition::Degraded);
    let opens = opens(&gate, now);
    assert!(opens >= now + Duration::from_secs(7) && opens < now + Duration::from_secs(8));
    gate.settle(later(Cause::Pace, Some(Duration::from_secs(36_000))), now, WALL);
    assert!(self::opens(&gate, now) <= now + PACE_LONGEST + Duration::from_secs(1));
}

#[test]
fn several_failures_open_the_breaker_and_one_message_probes() {
    let (gate, now) = (Gate::seeded(1, "a"), Instant::now());
    for _ in 0..FAILURES_MAX {
        assert_eq!(gate.admit(channel(1), FAST, now), Admission::Go);
        gate.settle(Effect::Silent, now, WALL);
    }
    let standing = gate.standing(now);
    assert_eq!(standing.condition, Condition::Down);
    assert_eq!(standing.last_failure, Some((Failure::Unknown, WALL)));
    let later = now + OPEN_LONGEST;
    assert_eq!(gate.admit(channel(1), FAST, later), Admission::Go);
    assert!(matches!(gate.admit(channel(2), FAST, later), Admission::Broken { .. }), "a second probe");
    gate.settle(Effect::Silent, later, WALL);
    let much_later = later + OPEN_LONGEST;
    assert_eq!(gate.admit(channel(1), FAST, much_later), Admission::Go);
    gate.settle(Effect::Answered, much_later, WALL);
    assert_eq!(gate.standing(much_later).condition, Condition::Up);
    assert_eq!(gate.admit(channel(2), FAST, much_later), Admission::Go);
}

#[test]
fn an_answer_about_one_message_closes_the_breaker() {
    let (gate, now) = (Gate::seeded(1, "a"), Instant::now());
    for _ in 0..100 {
        gate.settle(Effect::Silent, now, WALL);
        gate.settle(later(Cause::Message, None), now, WALL);
    }
    assert_eq!(gate.admit(channel(1), FAST, now), Admission::Go);
}

#[test]
fn jitter_is_full_and_bounded() {
    let mut dice = Dice::of(1, &[]);
    let (first, longest) = (Duration::from_millis(100), Duration::from_secs(10));
    let waits: Vec<_> = (0..2_000).map(|_| full_jitter(first, longest, 40, &mut dice)).collect();
    assert!(waits.iter().all(|wait| *wait <= longest));
    assert!(
        waits.iter().any(|wait| *wait < longest / 20) && waits.iter().any(|wait| *wait > longest / 20 * 19)
    );
    assert!((0..100).all(|_| full_jitter(first, longest, 0, &mut dice) <= first));
}
