//! Who counts as alone.

use std::sync::Arc;

use super::groups;
use crate::log::contract::injected::Injected;
use crate::log::{Log, MemoryLog};
use crate::node::Limits;
use crate::rehearsal::{Rehearsal, create_group, system};
use crate::rules::Rules;
use crate::writer::LONELY_BEFORE;

#[tokio::test]
async fn whoever_asks_after_some_who_were_alone_is_alone() {
    let log = Arc::new(Injected::new(MemoryLog::new(), []));
    let stage = Rehearsal::found(Arc::clone(&log) as Arc<dyn Log>, Limits::standard(), Rules::OURS).await;
    assert!(stage.ask_together(groups(&["a", "b"])).await.iter().all(Result::is_ok));
    assert_eq!(log.asked_alone().pop(), Some(false), "two are not alone");
    let mut expected = log.asked_alone();
    expected.extend([false].repeat(LONELY_BEFORE as usize));
    expected.extend([true, true]);
    for number in log.asked_alone().len()..expected.len() {
        assert!(stage.ask(system(create_group(&format!("group {number}")))).await.is_ok());
    }
    assert_eq!(log.asked_alone(), expected);
    assert!(stage.ask_together(groups(&["c", "d"])).await.iter().all(Result::is_ok));
    assert!(stage.ask(system(create_group("e"))).await.is_ok());
    assert!(!log.asked_alone()[expected.len()..].contains(&true), "there were two a moment ago");
}
