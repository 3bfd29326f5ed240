//! What a start knows of what was answered.

use std::sync::Arc;

use super::seqs;
use crate::log::MemoryLog;
use crate::node::Limits;
use crate::rehearsal::{Rehearsal, create_group, system};
use crate::rules::Rules;

#[tokio::test]
async fn whatever_was_answered_is_known_to_a_start() {
    let one_by_one = Limits { batch_commands: 1, ..Limits::standard() };
    let stage = Rehearsal::found(Arc::new(MemoryLog::new()), one_by_one, Rules::OURS).await;
    let asked = system(create_group("new a"));
    let [refused, repeated] = [system(create_group("new a")), asked.clone()];
    for (first, last) in [(asked, refused), (system(create_group("new b")), repeated)] {
        let answers = stage.ask_together(vec![first, last]).await;
        assert!(seqs(&answers)[0].is_some(), "{answers:?}");
        let state = stage.node.state.current();
        assert_eq!(seqs(&answers)[0], Some(state.reached(stage.workspace.id).seq));
    }
}
