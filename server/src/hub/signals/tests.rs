//! Signals come, are renewed, give way and go, and every reader learns it.

use parloir_protocol::down::{Presence, Signal};
use parloir_protocol::ids::{AgentId, ConversationId, GroupId};
use parloir_session::{Millis, Scope};

use super::table::{GONE_MS, PER_AGENT_MAX};
use super::{LEAVING_MS, SignalKey, Signals};

mod law;

fn key(agent: u8, conversation: u8) -> SignalKey {
    SignalKey {
        agent_id: AgentId::from_bytes([agent; 16]),
        conversation_id: Some(ConversationId::from_bytes([conversation; 16])),
    }
}

fn seen(signals: &Signals) -> Vec<(u8, Presence)> {
    signals.current(&Scope::All).iter().map(|signal| (signal.agent_id.as_bytes()[0], signal.doing)).collect()
}

/// What was told after a version, in order, and the newest version.
fn since(signals: &Signals, version: u64, scope: &Scope) -> (Vec<Signal>, u64) {
    let told = signals.with(|table| table.since(version, scope));
    (told.iter().map(|told| told.signal.clone()).collect(), signals.version())
}

fn come(signals: &Signals, agent: u8) {
    signals.come(AgentId::from_bytes([agent; 16]), true, Millis(0));
}

fn go(signals: &Signals) {
    signals.leave(AgentId::from_bytes([1; 16]), Millis(5));
    signals.expire(Millis(5 + LEAVING_MS));
}

const GROUP: [u8; 16] = [7; 16];

/// The version before the first change.
const BEGIN: u64 = 1_000;

fn doing(signals: &Signals, agent: u8, doing: Presence, at: u64) {
    signals.set_doing(key(agent, 1), doing, GroupId::from_bytes(GROUP), Millis(at), 20_000);
}

#[test]
fn the_first_who_types_holds_the_lease_until_it_is_taken() {
    let signals = Signals::after(BEGIN);
    doing(&signals, 1, Presence::Typing, 0);
    doing(&signals, 2, Presence::Typing, 0);
    assert_eq!(seen(&signals), [(1, Presence::Leasing), (2, Presence::Typing)]);
    doing(&signals, 2, Presence::Leasing, 1);
    assert_eq!(seen(&signals), [(1, Presence::Typing), (2, Presence::Leasing)]);
}

#[test]
fn a_signal_that_is_not_renewed_goes_and_every_reader_learns_it() {
    let signals = Signals::after(BEGIN);
    doing(&signals, 1, Presence::Viewing, 0);
    let version = signals.version();
    doing(&signals, 1, Presence::Viewing, 15_000);
    assert_eq!(since(&signals, version, &Scope::All), (vec![], version));
    signals.expire(Millis(34_999));
    assert_eq!(seen(&signals), [(1, Presence::Viewing)]);
    signals.expire(Millis(35_000));
    let (changed, _) = since(&signals, version, &Scope::All);
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].doing, Presence::Nothing);
    signals.expire(Millis(35_000 + GONE_MS));
    // Who knows nothing of it any more hears that nothing is left.
    let told = since(&signals, 0, &Scope::All).0;
    assert_eq!(told.iter().map(|signal| signal.doing).collect::<Vec<_>>(), [Presence::Offline]);
}

#[test]
fn who_goes_takes_all_signals_along() {
    let signals = Signals::after(BEGIN);
    come(&signals, 1);
    doing(&signals, 1, Presence::Typing, 0);
    go(&signals);
    assert_eq!(seen(&signals), []);
}

#[test]
fn one_agent_is_seen_in_a_bounded_number_of_conversations() {
    let signals = Signals::after(BEGIN);
    for conversation in 0..100 {
        let group = GroupId::from_bytes(GROUP);
        signals.set_doing(key(1, conversation), Presence::Viewing, group, Millis(0), 20_000);
    }
    assert_eq!(seen(&signals).len(), PER_AGENT_MAX);
}

fn at(conversation: u8, group: u8, millis: u64) -> impl Fn(&Signals, Presence) {
    move |signals, doing| {
        let group = GroupId::from_bytes([group; 16]);
        signals.set_doing(key(1, conversation), doing, group, Millis(millis), 20_000);
    }
}

fn group(group: u8) -> Scope {
    Scope::Groups([GroupId::from_bytes([group; 16])].into())
}

/// What who sees a group is told of conversations.
fn changes(signals: &Signals, version: u64, scope: u8) -> Vec<(u8, Presence)> {
    let (changed, _) = since(signals, version, &group(scope));
    let within = |signal: Signal| Some((signal.conversation_id?.as_bytes()[0], signal.doing));
    changed.into_iter().filter_map(within).collect()
}

#[test]
fn a_lease_is_free_again_once_its_holder_stops_goes_or_is_silent() {
    let stop = |signals: &Signals| doing(signals, 1, Presence::Nothing, 5);
    let look = |signals: &Signals| doing(signals, 1, Presence::Viewing, 5);
    let fall_silent = |signals: &Signals| signals.expire(Millis(20_000));
    let ways: [&dyn Fn(&Signals); 4] = [&stop, &look, &go, &fall_silent];
    for leave in ways {
        let signals = Signals::after(BEGIN);
        come(&signals, 1);
        doing(&signals, 1, Presence::Typing, 0);
        leave(&signals);
        doing(&signals, 2, Presence::Typing, 20_001);
        assert!(seen(&signals).contains(&(2, Presence::Leasing)));
    }
}

#[test]
fn one_lease_does_not_keep_another_conversation() {
    let signals = Signals::after(BEGIN);
    at(1, 7, 0)(&signals, Presence::Typing);
    at(2, 7, 0)(&signals, Presence::Typing);
    assert_eq!(seen(&signals), [(1, Presence::Leasing), (1, Presence::Leasing)]);
}

#[test]
fn the_end_of_a_signal_is_told_to_nobody_else() {
    let signals = Signals::after(BEGIN);
    come(&signals, 1);
    doing(&signals, 1, Presence::Viewing, 0);
    let version = signals.version();
    go(&signals);
    assert_eq!(changes(&signals, version, 7), [(1, Presence::Nothing)]);
    assert_eq!(changes(&signals, version, 8), []);
    let signals = Signals::after(BEGIN);
    (0..=16).for_each(|conversation| at(conversation, 7, 0)(&signals, Presence::Viewing));
    assert!(changes(&signals, 0, 7).contains(&(0, Presence::Nothing)));
    assert_eq!(changes(&signals, 0, 8), []);
}

#[test]
fn a_signal_follows_its_conversation_to_another_group() {
    let signals = Signals::after(BEGIN);
    at(1, 7, 0)(&signals, Presence::Viewing);
    let version = signals.version();
    at(1, 8, 1)(&signals, Presence::Viewing);
    assert_eq!(changes(&signals, version, 8), [(1, Presence::Viewing)]);
    let told = since(&signals, version, &group(7)).0;
    assert_eq!(
        told.iter().map(|signal| signal.doing).collect::<Vec<_>>(),
        [Presence::Offline],
        "it ends there"
    );
}

#[test]
fn what_ran_out_is_told_even_when_the_next_signal_changes_nothing() {
    let signals = Signals::after(BEGIN);
    doing(&signals, 2, Presence::Viewing, 0);
    doing(&signals, 1, Presence::Viewing, 10_000);
    let mut told = signals.subscribe();
    told.mark_unchanged();
    doing(&signals, 1, Presence::Viewing, 25_000);
    assert!(told.has_changed().expect("the signals are there"));
    assert_eq!(seen(&signals), [(1, Presence::Viewing)]);
}

#[test]
fn who_hurries_through_conversations_leaves_a_bounded_trace() {
    let signals = Signals::after(BEGIN);
    (0..=255).for_each(|conversation| at(conversation, 7, 0)(&signals, Presence::Viewing));
    assert!(since(&signals, 0, &Scope::All).0.len() <= 2 * PER_AGENT_MAX);
    assert_eq!(seen(&signals).len(), PER_AGENT_MAX);
}

#[test]
fn who_comes_back_at_once_is_no_news() {
    let signals = Signals::after(BEGIN);
    come(&signals, 1);
    doing(&signals, 1, Presence::Typing, 0);
    let version = signals.version();
    signals.leave(AgentId::from_bytes([1; 16]), Millis(5));
    signals.expire(Millis(4 + LEAVING_MS));
    come(&signals, 1);
    signals.expire(Millis(5 + LEAVING_MS));
    assert_eq!(since(&signals, version, &Scope::All).0, []);
    assert_eq!(seen(&signals), [(1, Presence::Online), (1, Presence::Leasing)]);
}

#[test]
fn who_goes_is_told_as_offline_once_he_did_not_come_back() {
    let signals = Signals::after(BEGIN);
    come(&signals, 1);
    let version = signals.version();
    go(&signals);
    let told = since(&signals, version, &Scope::All).0;
    assert_eq!(told.iter().map(|signal| signal.doing).collect::<Vec<_>>(), [Presence::Offline]);
    assert_eq!(seen(&signals), []);
}

#[test]
fn who_begins_anew_is_seen_nowhere_yet() {
    let signals = Signals::after(BEGIN);
    come(&signals, 1);
    doing(&signals, 1, Presence::Typing, 0);
    let agent = AgentId::from_bytes([1; 16]);
    signals.leave(agent, Millis(5));
    signals.come(agent, false, Millis(6));
    assert_eq!(seen(&signals), [(1, Presence::Online)]);
}

#[test]
fn who_missed_what_is_told_no_more_does_not_learn_it_from_changes() {
    let signals = Signals::after(BEGIN);
    at(0, 7, 0)(&signals, Presence::Viewing);
    let version = signals.version();
    at(0, 7, 0)(&signals, Presence::Nothing);
    assert!(signals.reaches(version));
    for conversation in 1..=PER_AGENT_MAX as u8 {
        at(conversation, 7, 0)(&signals, Presence::Viewing);
        at(conversation, 7, 0)(&signals, Presence::Nothing);
    }
    assert!(!signals.reaches(version));
    assert!(signals.reaches(signals.version()));
}
