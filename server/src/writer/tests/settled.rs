//! What stands in memory alone, and until when.

use std::sync::Arc;

use super::seqs;
use crate::log::MemoryLog;
use crate::node::Limits;
use crate::rehearsal::{Rehearsal, create_group, system};
use crate::rules::Rules;

#[tokio::test]
async fn nothing_is_left_in_memory_once_everybody_is_answered() {
    let one_by_one = Limits { batch_commands: 1, ..Limits::standard() };
    let stage = Rehearsal::found(Arc::new(MemoryLog::new()), one_by_one, Rules::OURS).await;
    let asked = system(create_group("new a"));
    let [refused, repeated] = [system(create_group("new a")), asked.clone()];
    for (first, last) in [(asked, refused), (system(create_group("new b")), repeated)] {
        let answers = stage.ask_together(vec![first, last]).await;
        assert!(seqs(&answers)[0].is_some(), "{answers:?}");
        assert_eq!(stage.node.state.current().waiting_bytes(), 0, "{answers:?}");
    }
}
