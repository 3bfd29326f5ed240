//! Reading all rows of a state that was taken over unread from a clean stop, beside service. It changes nothing.

use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::node::Node;
use crate::state::{Progress, State, Verifier};
use crate::writer::exit;

/// How long it rests after a piece, in the time that the piece took: service comes first.
const REST: u32 = 9;
const REST_MIN: Duration = Duration::from_millis(2);

/// Begins, where there is something to read. Rows that are not those that were written end the process, and the next
/// start builds the state anew from the log.
pub(super) fn read_rows(node: &Node) {
    let state = node.state.current();
    if !state.is_unread() {
        return;
    }
    let (verifier, state) = (Verifier::new(&state), Arc::downgrade(&state));
    let reader = std::thread::Builder::new().name("state-reader".to_owned());
    if let Err(error) = reader.spawn(move || read(&state, verifier)) {
        tracing::warn!(%error, "state.left_unread");
    }
}

/// Ends with the state: one that took its place was built from the log just now.
fn read(state: &Weak<State>, mut verifier: Verifier) {
    while let Some(state) = state.upgrade() {
        match verifier.step(&state) {
            Ok(Progress::Walking { .. }) => {}
            Ok(Progress::Matches) => return,
            Ok(Progress::Differs) => end_process(&state, &"its rows are not those that were written"),
            Err(error) => end_process(&state, &error),
        }
        drop(state);
        std::thread::sleep((verifier.took() * REST).max(REST_MIN));
    }
}

fn end_process(state: &State, why: &dyn std::fmt::Display) -> ! {
    tracing::error!(%why, "state.damaged");
    state.give_up();
    std::process::exit(exit::STATE_FAILED);
}
