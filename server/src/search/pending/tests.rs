//! What waits is put once, by whoever is first, and never counts as put before it is.

use std::thread;

use parloir_protocol::ids::ConversationId;

use super::*;

fn here() -> WorkspaceId {
    WorkspaceId::from_bytes([1; 16])
}

fn touch(number: u8) -> Touch {
    Touch::Conversation(ConversationId::from_bytes([number; 16]))
}

fn at(seq: u64) -> Applied {
    Applied { epoch: 1, seq, hash: [0; 32] }
}

/// Something of which the event with this number touched this many conversations, for each of some.
fn noted(events: &[(u64, u8)]) -> Pending {
    let pending = Pending::default();
    pending.open();
    events.iter().for_each(|(seq, touches)| note(&pending, *seq, 0..*touches));
    pending
}

fn note(pending: &Pending, seq: u64, touches: std::ops::Range<u8>) {
    pending.note(here(), at(seq), touches.map(touch));
}

fn is_any(pending: &Pending) -> bool {
    !pending.workspaces().is_empty()
}

/// Takes everything that nobody is at.
fn taken(pending: &Pending) -> Vec<Taken<'_>> {
    let Some(until) = pending.cut(here()) else { return Vec::new() };
    std::iter::from_fn(|| pending.take(here(), until, Putter::Beside)).collect()
}

fn one(pending: &Pending) -> Taken<'_> {
    let mut all = taken(pending);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

#[test]
fn everything_is_taken_once_in_short_pieces() {
    let pending = noted(&[(1, 80)]);
    let pieces = taken(&pending);
    let touches: Vec<Touch> = pieces.iter().flat_map(|taken| taken.touches.iter().cloned()).collect();
    assert_eq!(touches, (0..80).map(touch).collect::<Vec<_>>());
    assert_eq!(pieces.iter().map(|taken| taken.touches.len()).collect::<Vec<_>>(), [32, 32, 16]);
    pieces.into_iter().for_each(|taken| _ = taken.done());
    assert!(!is_any(&pending));
}

#[test]
fn nothing_is_kept_before_it_is_opened() {
    let pending = Pending::default();
    note(&pending, 1, 0..1);
    assert!(!is_any(&pending));
}

#[test]
fn who_must_not_miss_anything_takes_what_another_is_at_and_nothing_that_follows() {
    let pending = noted(&[(1, 1)]);
    let another = one(&pending);
    let until = pending.cut(here()).expect("it is not put yet");
    assert!(
        pending.take(here(), until, Putter::Beside).is_none(),
        "the thread beside leaves it to the other"
    );
    note(&pending, 2, 1..2);
    _ = pending.cut(here());
    drop(pending.take(here(), until, Putter::InAMoment).expect("it is no long work"));
    let same = pending.take(here(), until, Putter::First).expect("it is there");
    assert!(!pending.is_put(here(), until));
    assert_eq!(same.touches, another.touches);
    assert_eq!(same.done(), Some(at(1)), "the second event has not been put");
    assert!(
        pending.take(here(), until, Putter::First).is_none() && pending.is_put(here(), until),
        "it is put"
    );
    assert_eq!(another.done(), Some(at(1)));
    assert_eq!(one(&pending).done(), Some(at(2)));
}

#[test]
fn what_nobody_is_at_is_taken_before_what_somebody_is() {
    let pending = noted(&[(1, 40)]);
    let until = pending.cut(here()).expect("two pieces");
    let first = pending.take(here(), until, Putter::First).expect("one");
    let second = pending.take(here(), until, Putter::First).expect("the other");
    assert_eq!((first.touches.len(), second.touches.len()), (32, 8));
}

#[test]
fn a_place_is_reached_when_everything_before_it_was_put() {
    let pending = noted(&[(7, 1)]);
    let first = one(&pending);
    note(&pending, 8, 1..2);
    let second = one(&pending);
    note(&pending, 9, 2..3);
    assert_eq!(second.done(), None, "where the log stood before the first is not known");
    assert_eq!(first.done(), Some(at(8)));
    assert_eq!(one(&pending).done(), Some(at(9)));
}

#[test]
fn an_event_that_touched_nothing_moves_the_place() {
    let pending = noted(&[(1, 0)]);
    assert_eq!(one(&pending).done(), Some(at(1)));
    let pending = noted(&[(1, 1), (2, 0)]);
    assert_eq!(one(&pending).done(), Some(at(2)));
}

#[test]
fn what_is_touched_again_while_it_is_put_waits_again() {
    let pending = noted(&[(1, 1)]);
    let taken = one(&pending);
    note(&pending, 2, 0..1);
    assert_eq!(taken.done(), Some(at(1)));
    assert_eq!(one(&pending).touches.len(), 1);
}

#[test]
fn what_was_not_done_with_waits_again() {
    let pending = noted(&[(1, 1)]);
    drop(one(&pending));
    assert_eq!(one(&pending).done(), Some(at(1)));
}

#[test]
fn whoever_comes_late_disturbs_nothing_that_came_after() {
    let pending = noted(&[(1, 1)]);
    let late = one(&pending);
    let until = pending.cut(here()).expect("it is not put yet");
    pending.take(here(), until, Putter::First).expect("it is there").done();
    note(&pending, 2, 1..2);
    let newer = one(&pending);
    late.failed();
    assert!(pending.take(here(), pending.cut(here()).expect("a piece"), Putter::Beside).is_none());
    assert_eq!(newer.done(), Some(at(2)));
    assert!(!is_any(&pending));
}

#[test]
fn what_cannot_be_put_takes_in_what_follows_and_stays_one_piece() {
    let pending = noted(&[(1, 2)]);
    for round in 0..50 {
        // As searches do, each of which ends at the first piece that fails.
        let until = pending.cut(here()).expect("it waits");
        let trying = pending.take(here(), until, Putter::First).expect("it waits");
        note(&pending, 2, 1..1 + round);
        let until = pending.cut(here()).expect("it waits");
        trying.failed();
        pending.take(here(), until, Putter::First).expect("it waits").failed();
    }
    let failed = one(&pending);
    assert_eq!(failed.touches.len(), 50);
    assert_eq!(failed.done(), Some(at(2)));
    assert!(!is_any(&pending));
}

#[test]
fn what_two_are_at_in_vain_is_still_there_for_both() {
    let pending = noted(&[(1, 40)]);
    let [first, second] = <[Taken<'_>; 2]>::try_from(taken(&pending)).ok().expect("two pieces");
    let until = pending.cut(here()).expect("they are not put");
    first.failed();
    second.failed();
    let both = pending.take(here(), until, Putter::First).expect("it is tried again");
    assert_eq!(both.touches.len(), 40);
}

#[test]
fn much_is_left_to_others() {
    assert_eq!(noted(&[]).cut_little(here()), Ok(None));
    let pending = noted(&[(1, 2)]);
    let until = pending.cut_little(here()).expect("that is little");
    assert!(until.is_some() && pending.cut(here()) == until, "it is cut");
    note(&pending, 2, 40..41);
    assert_eq!(pending.cut_little(here()), Err(Much), "what is in pieces counts");
    assert_eq!(pending.cut_little(WorkspaceId::from_bytes([2; 16])), Ok(None), "each workspace for itself");
    let pending = noted(&[(1, 3)]);
    assert_eq!(pending.cut_little(here()), Err(Much));
    note(&pending, 2, 40..41);
    assert_eq!(taken(&pending).len(), 1, "nothing was cut");
    let pending = noted(&[]);
    pending.note(here(), at(1), [long_work()].into_iter());
    assert_eq!(pending.cut_little(here()), Err(Much), "a conversation may have many messages");
}

#[test]
fn what_has_become_one_with_others_is_not_put_in_a_moment() {
    let pending = noted(&[(1, 2)]);
    let until = pending.cut_little(here()).expect("that is little").expect("something waits");
    note(&pending, 2, 40..41);
    let [first, other] = <[Taken<'_>; 2]>::try_from(taken(&pending)).ok().expect("two pieces");
    drop(other);
    first.failed();
    assert!(pending.take(here(), until, Putter::InAMoment).is_none());
    assert!(!pending.is_put(here(), until));
    let all = pending.take(here(), until, Putter::First).expect("it waits still");
    assert_eq!(all.touches.len(), 3);
}

fn long_work() -> Touch {
    Touch::Messages(ConversationId::from_bytes([1; 16]))
}

#[test]
fn long_work_is_done_by_one_and_waited_for() {
    let pending = noted(&[]);
    pending.note(here(), at(1), [long_work(), touch(9)].into_iter());
    let long = one(&pending);
    let until = pending.cut(here()).expect("it is not put yet");
    let found =
        |which| pending.locked().workspaces.get_mut(&here()).and_then(|waits| waits.take(until, which));
    assert!(matches!(found(Putter::First), Some(Found::LongWork)));
    assert!(found(Putter::Beside).is_none(), "the thread beside leaves it");
    assert!(found(Putter::InAMoment).is_none(), "whoever others wait for does not wait");
    drop(long);
    assert!(found(Putter::InAMoment).is_none(), "nor does it such work");
    assert!(!pending.is_put(here(), until));
    assert!(matches!(found(Putter::First), Some(Found::Piece(..))));
}

#[test]
fn who_waits_for_long_work_is_woken_when_it_is_done_or_left() {
    for round in 0..200 {
        let pending = noted(&[]);
        pending.note(here(), at(1), [long_work()].into_iter());
        let long = one(&pending);
        let until = pending.cut(here()).expect("it is not put yet");
        thread::scope(|scope| {
            let waiting = scope.spawn(|| pending.take(here(), until, Putter::First).and_then(Taken::done));
            thread::yield_now();
            let left = round % 2 == 0;
            if left {
                drop(long)
            } else {
                _ = long.done()
            }
            assert_eq!(waiting.join().expect("it is woken").is_some(), left);
        });
    }
}

#[test]
fn each_turn_is_later_than_all_before() {
    let pending = Pending::default();
    let turns: Vec<Turn> = (0..3).map(|_| pending.turn()).collect();
    assert!(turns[0] > Turn::default() && turns.is_sorted_by(|one, next| one < next), "{turns:?}");
}

#[test]
fn who_fails_takes_nothing_into_what_another_is_at() {
    let pending = noted(&[(1, 40)]);
    let until = pending.cut(here()).expect("two pieces");
    let first = pending.take(here(), until, Putter::First).expect("it is there");
    let second = pending.take(here(), until, Putter::First).expect("it is there");
    let both = pending.take(here(), until, Putter::First).expect("it is the first again");
    drop(second);
    first.failed();
    both.done();
    assert_eq!(one(&pending).touches.len(), 8, "the other piece is not put");
}

#[test]
fn the_thread_beside_waits_while_others_are_at_everything() {
    let pending = noted(&[(1, 1)]);
    let is_idle = || pending.locked().workspaces.values().any(Backlog::is_idle);
    assert!(is_idle());
    let taken = one(&pending);
    assert!(!is_idle());
    note(&pending, 2, 0..0);
    assert!(!is_idle(), "what touched nothing has time");
    drop(taken);
    assert!(is_idle());
}

#[test]
fn the_thread_beside_is_woken_by_what_is_noted() {
    for _ in 0..200 {
        let pending = noted(&[]);
        thread::scope(|scope| {
            let waiting = scope.spawn(|| pending.wait(Duration::from_secs(3_600)));
            thread::yield_now();
            note(&pending, 1, 0..1);
            waiting.join().expect("it is woken");
        });
    }
}
