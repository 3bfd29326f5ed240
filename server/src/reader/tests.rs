//! The law of reading: whatever happens, whoever looks, however small the ring and wherever the reading is
//! cut, a reader gets exactly the visible events after its place, once each and in order, in the bytes that
//! the log gives; and once it has caught up it knows the counters.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::hub::RingLimits;
use crate::node::Limits;
use crate::reader::Page;
use follower::Follower;
use play::{Moment, Play};

mod follower;
mod play;

/// What one case is about.
#[derive(Debug, Clone)]
struct Case {
    ring: RingLimits,
    log_read_bytes: usize,
    moments: Vec<Moment>,
}

fn case() -> impl Strategy<Value = Case> {
    let ring = (1_usize..12, 1_usize..5, prop_oneof![Just(1 << 20), 1_000_usize..8_000]);
    let ring = ring.prop_map(|(entries_max, batch_entries, bytes_max)| RingLimits {
        entries_max,
        bytes_max,
        batch_entries,
    });
    let case = (ring, 1_usize..6_000, vec(play::moment(), 1..25));
    case.prop_map(|(ring, log_read_bytes, moments)| Case { ring, log_read_bytes, moments })
}

async fn hold(case: Case) {
    let limits = Limits { ring: case.ring, log_read_bytes: case.log_read_bytes, ..Limits::standard() };
    let play = Play::begin(limits).await;
    let mut followers = Follower::everyone(&play);
    let mut listening = None;
    for moment in &case.moments {
        play.happen(moment).await;
        listening = moment.is_listened_to().then(|| play.workspace.hub.subscribe());
        let mut page = Page::new(&play.workspace.hub);
        for (follower, pace) in followers.iter_mut().zip(moment.paces()) {
            follower.read(&play, pace, &mut page).await;
        }
    }
    drop(listening);
    for follower in &mut followers {
        follower.catch_up(&play).await;
        follower.compare(&play);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_reader_gets_what_is_visible_once_and_in_order(case in case()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(hold(case));
    }
}

/// Otherwise its place would lie behind the ring's end: it would be set back there, be told of the same once more, and
/// its connection would look for what it has already for ever.
#[tokio::test]
async fn what_is_not_published_yet_is_not_read_from_the_log() {
    let play = Play::begin(Limits { ring: RingLimits::tiny(), ..Limits::standard() }).await;
    let mut followers = Follower::everyone(&play);
    let listening = play.workspace.hub.subscribe();
    play.write_notes(20).await;
    let unpublished = play.append_unpublished().await;
    for follower in &mut followers {
        follower.catch_up(&play).await;
        follower.share(&play, &mut Page::new(&play.workspace.hub)).await;
    }
    play.publish(&unpublished);
    for follower in &mut followers {
        follower.catch_up(&play).await;
        follower.compare(&play);
    }
    drop(listening);
}

/// Who has read further than when the page was opened stays there, though he stands at the same place.
#[tokio::test]
async fn a_page_of_before_sets_nobody_back_over_a_record_that_nobody_is_told_of() {
    let play = Play::begin(Limits::standard()).await;
    let mut followers = Follower::everyone(&play);
    let listening = play.workspace.hub.subscribe();
    play.write_notes(1).await;
    for follower in &mut followers {
        follower.catch_up(&play).await;
    }
    let mut page = Page::new(&play.workspace.hub);
    followers[0].share(&play, &mut page).await;
    let before = play.workspace.hub.head();
    play.do_nothing().await;
    assert!(play.workspace.hub.head().seq > before.seq, "it is a record all the same");
    for follower in &mut followers {
        follower.catch_up(&play).await;
        follower.share(&play, &mut page).await;
        follower.compare(&play);
    }
    drop(listening);
}
