//! Whoever asks, since a version or for everything, and whatever they see, ends with what is so.

use std::collections::BTreeMap;

use parloir_protocol::codec::Codec;
use parloir_protocol::down::{Down, Presence, Signal};
use parloir_protocol::ids::{AgentId, ConversationId, GroupId};
use parloir_session::{Millis, Scope};
use proptest::prelude::*;

use super::super::table::is_gone;
use super::super::{SignalKey, Signals};
use super::BEGIN;

/// Enough agents that a crowd is made anew again and again.
const AGENTS: u8 = 90;

/// More conversations than an agent can be seen in.
const PLACES: u8 = 40;

#[derive(Debug, Clone)]
enum Step {
    Come(u8),
    Leave(u8),
    Do(u8, u8, Presence),
    /// Hurries through all conversations and leaves each.
    Hurry(u8),
    Pass(u64),
    /// Everybody comes, or leaves.
    All(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let doing = prop_oneof![Just(Presence::Viewing), Just(Presence::Typing), Just(Presence::Nothing)];
    prop_oneof![
        4 => (0..AGENTS).prop_map(Step::Come),
        4 => (0..AGENTS).prop_map(Step::Leave),
        4 => (0..AGENTS, 0..PLACES, doing).prop_map(|(agent, place, doing)| Step::Do(agent, place, doing)),
        1 => (0..AGENTS).prop_map(Step::Hurry),
        3 => (0..40_000_u64).prop_map(Step::Pass),
        1 => any::<bool>().prop_map(Step::All),
    ]
}

fn agent(number: u8) -> AgentId {
    AgentId::from_bytes([number; 16])
}

/// The conversation with this number is always in the group with the same.
fn take(signals: &Signals, step: &Step, now: &mut u64) {
    match *step {
        Step::Come(number) => signals.come(agent(number), number % 2 == 0, Millis(*now)),
        Step::Leave(number) => signals.leave(agent(number), Millis(*now)),
        Step::All(true) => (0..AGENTS).for_each(|number| signals.come(agent(number), true, Millis(*now))),
        Step::All(false) => (0..AGENTS).for_each(|number| signals.leave(agent(number), Millis(*now))),
        Step::Hurry(number) => (0..PLACES).for_each(|place| {
            take(signals, &Step::Do(number, place, Presence::Viewing), now);
            take(signals, &Step::Do(number, place, Presence::Nothing), now);
        }),
        Step::Pass(millis) => {
            *now += millis;
            signals.expire(Millis(*now));
        }
        Step::Do(number, place, doing) => {
            let conversation_id = Some(ConversationId::from_bytes([place; 16]));
            let key = SignalKey { agent_id: agent(number), conversation_id };
            signals.set_doing(key, doing, GroupId::from_bytes([place; 16]), Millis(*now), 20_000);
        }
    }
}

type Seen = BTreeMap<(AgentId, Option<ConversationId>), Presence>;

fn fold(seen: &mut Seen, Signal { agent_id, conversation_id, doing }: Signal) {
    if is_gone(doing) && conversation_id.is_none() {
        seen.retain(|(agent, _), _| *agent != agent_id);
    } else if is_gone(doing) {
        seen.remove(&(agent_id, conversation_id));
    } else {
        seen.insert((agent_id, conversation_id), doing);
    }
}

/// The signals in frames that stand one after the other, none longer than 65,535 bytes.
fn told(codec: Codec, frames: &[bytes::Bytes]) -> Vec<Signal> {
    let bytes = frames.concat();
    let (mut rest, mut signals) = (bytes.as_slice(), Vec::new());
    while let [_, short, after @ ..] = rest {
        let (len, payload) = match (short, after) {
            (126, [high, low, payload @ ..]) => (usize::from(u16::from_be_bytes([*high, *low])), payload),
            _ => (usize::from(*short), after),
        };
        let (payload, next) = payload.split_at(len);
        match Down::read(codec, payload) {
            Ok(Down::Signal(signal)) => signals.push(signal),
            other => panic!("not a signal: {other:?}"),
        }
        rest = next;
    }
    signals
}

fn what_is_so(signals: &Signals, scope: &Scope) -> Seen {
    let mut seen = Seen::new();
    signals.current(scope).into_iter().for_each(|signal| fold(&mut seen, signal));
    seen
}

/// A client that reads at every so many steps.
struct Reader<'a> {
    scope: &'a Scope,
    codec: Codec,
    every: usize,
    seen: Seen,
    version: Option<u64>,
}

impl<'a> Reader<'a> {
    fn new(scope: &'a Scope, codec: Codec, every: usize) -> Self {
        Self { scope, codec, every, seen: Seen::new(), version: None }
    }

    /// Takes what it missed.
    fn read(&mut self, signals: &Signals) {
        let (frames, version) = signals.frames_since(self.version, self.scope, self.codec);
        told(self.codec, &frames).into_iter().for_each(|signal| fold(&mut self.seen, signal));
        self.version = Some(version);
    }
}

proptest! {
    #[test]
    fn every_reader_ends_with_what_is_so(steps in prop::collection::vec(step(), 1..80), json in any::<bool>()) {
        let codec = if json { Codec::Json } else { Codec::Msgpack };
        let scopes = [Scope::All, Scope::Groups([GroupId::from_bytes([1; 16])].into())];
        let (signals, mut now) = (Signals::after(BEGIN), 0);
        // Of each scope one who reads at each step, and one who reads now and then.
        let mut readers = [1, 4].map(|every| scopes.each_ref().map(|scope| Reader::new(scope, codec, every)));
        for (at, step) in steps.iter().enumerate() {
            take(&signals, step, &mut now);
            for scope in &scopes {
                let mut new = Reader::new(scope, codec, 1);
                new.read(&signals);
                prop_assert_eq!(&new.seen, &what_is_so(&signals, scope));
            }
            for reader in readers.as_flattened_mut().iter_mut().filter(|reader| at % reader.every == 0) {
                reader.read(&signals);
                prop_assert_eq!(&reader.seen, &what_is_so(&signals, reader.scope));
            }
        }
    }
}
