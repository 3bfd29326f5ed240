//! What time takes away: answers to clients, and receipts whose message never got their name. A commit now and then
//! takes some, so that none has much to do.

use parloir_protocol::ids::ChannelId;

use super::Edit;
use crate::commit::Digest;
use crate::view::decode;

/// Twice as long as a client may repeat a command, because a record's time may differ from the clock.
const ANSWER_MILLIS: i64 = 60 * 24 * 60 * 60 * 1_000;
/// Providers answer within minutes; a receipt for nothing of ours is of no use later.
const KEPT_RECEIPT_MILLIS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// One commit in so many events looks for what is due.
const EVENTS: u64 = 16;
/// More than so many events add, so that what is due gets less.
const AT_ONCE_MAX: usize = 32;

pub(super) fn prune(edit: &mut Edit<'_>, first_seq: u64) {
    if first_seq.saturating_sub(1) / EVENTS == edit.seq / EVENTS {
        return;
    }
    let answers = edit.keys.client_answers_before(edit.at.plus_millis(-ANSWER_MILLIS));
    for (key, _) in edit.view().rows(&answers, AT_ONCE_MAX) {
        edit.remove(key);
    }
    let kept = edit.keys.kept_before(edit.at.plus_millis(-KEPT_RECEIPT_MILLIS));
    for (place, value) in edit.view().rows(&kept, AT_ONCE_MAX) {
        let (channel, name): (ChannelId, Digest) = decode(&value);
        edit.remove(edit.keys.kept_receipt(channel, name));
        edit.remove(place);
    }
}

#[cfg(test)]
mod tests {
    use parloir_protocol::ids::{AgentId, CommandId, MessageId, WorkspaceId};
    use parloir_protocol::time::Time;

    use super::*;
    use crate::apply::apply;
    use crate::commit::{Actor, Commit, DeadlineKind, Key};
    use crate::entity::Delivery;
    use crate::event::{About, Event};
    use crate::keys::Keys;
    use crate::rows::{Changes, MemoryRows};
    use crate::view::View;

    const NOW: Time = Time(1_800_000_000_000);

    fn keys() -> Keys {
        Keys(WorkspaceId::from_bytes([1; 16]))
    }

    /// The key of an answer to a command that was made so long ago.
    fn answer(millis: i64, number: u8) -> Vec<u8> {
        let mut id = [number; 16];
        id[..6].copy_from_slice(&NOW.plus_millis(-millis).0.to_be_bytes()[2..]);
        (id[6], id[8]) = (0x70, 0x80);
        keys().answer(&Key::Client(AgentId::from_bytes([2; 16]), CommandId(MessageId::from_bytes(id).0)))
    }

    /// What a commit with these events takes away.
    fn taken(rows: &MemoryRows, first_seq: u64, last_seq: u64) -> Changes {
        let mut edit = Edit::new(rows, keys(), Actor::System, NOW);
        edit.seq = last_seq;
        prune(&mut edit, first_seq);
        edit.into_changes()
    }

    #[test]
    fn one_commit_in_sixteen_events_takes_answers_that_are_too_old() {
        let (old, young) = (ANSWER_MILLIS + 1_000, ANSWER_MILLIS - 1_000);
        let answers = (0..40).map(|number| answer(old, number)).chain([answer(young, 0), answer(0, 0)]);
        let mut rows = MemoryRows(answers.map(|key| (key, Vec::new())).collect());
        for (first, last) in [(1, 1), (17, 31), (33, 33)] {
            assert_eq!(taken(&rows, first, last), Changes::new(), "{first} to {last}");
        }
        for (first, last, left) in [(31, 33, 10), (48, 48, 2), (64, 64, 2)] {
            let changes = taken(&rows, first, last);
            assert!(changes.values().all(Option::is_none));
            rows.apply(&changes);
            assert_eq!(rows.0.len(), left);
        }
        assert!(rows.0.contains_key(&answer(young, 0)) && rows.0.contains_key(&answer(0, 0)));
    }

    /// The rows after a commit of one event with this seq, at this time.
    fn fold(rows: &mut MemoryRows, event: Event, seq: u64, at: Time) {
        let (key, params) = (Key::Deadline(DeadlineKind::Release, [4; 16], at), Digest([5; 16]));
        let commit = Commit { key, params, actor: Actor::System, events: vec![event] };
        let changes = apply(rows, keys().0, &commit, seq, at, 7);
        rows.apply(&changes);
    }

    #[test]
    fn a_receipt_that_no_message_claims_goes_after_its_week() {
        let (channel_id, name) = (ChannelId::from_bytes([3; 16]), Digest([4; 16]));
        let (delivery, failure) = (Delivery::Delivered, None);
        let kept = Event::ReceiptKept { channel_id, provider_message: name, delivery, failure };
        let mut rows = MemoryRows::default();
        fold(&mut rows, kept, 1, NOW);
        let (week, late) = (NOW.plus_millis(KEPT_RECEIPT_MILLIS), NOW.plus_millis(KEPT_RECEIPT_MILLIS + 1));
        for (seq, at, is_there) in [(16, week, true), (17, late, true), (32, late, false)] {
            fold(&mut rows, Event::Noted { about: About::Nothing }, seq, at);
            let found = View::new(&rows, keys().0).kept_receipt(channel_id, name);
            assert_eq!(found.is_some(), is_there, "after {seq}");
        }
        let places = View::new(&rows, keys().0).rows(&keys().kept_before(late), 1);
        assert!(places.is_empty(), "its place goes with it");
    }
}
