//! Rules that fail on a marked command.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parloir_desk::command::{Ask, Command};
use parloir_desk::commit::Commit;
use parloir_desk::decide::{Decided, decide};
use parloir_desk::event::Event;
use parloir_desk::refusal::Refusal;
use parloir_desk::rows::{Changes, Rows};
use parloir_desk::view::View;
use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;

use super::{group_names, groups};
use crate::log::MemoryLog;
use crate::node::Limits;
use crate::rehearsal::{FOUNDING_RECORDS, Rehearsal};
use crate::rules::Rules;
use crate::workspace::Rejected;

/// Groups of these names are more than the rules can bear.
const UNDECIDABLE: &str = "new undecidable";
const INAPPLICABLE: &str = "new inapplicable";

static TRIED: AtomicUsize = AtomicUsize::new(0);

fn failing_decide(
    view: &View<'_>,
    next_seq: u64,
    ask: &Ask,
    limits: &parloir_desk::limits::Limits,
) -> Result<Decided, Refusal> {
    if matches!(&*ask.command, Command::CreateGroup { name } if name == UNDECIDABLE) {
        TRIED.fetch_add(1, Ordering::Relaxed);
        panic!("the rules fail on '{UNDECIDABLE}'");
    }
    decide(view, next_seq, ask, limits)
}

fn failing_apply(
    rows: &dyn Rows,
    workspace: WorkspaceId,
    commit: &Commit,
    first_seq: u64,
    at: Time,
    epoch: u64,
) -> Changes {
    let fails = |event: &Event| matches!(event, Event::GroupCreated { group } if group.name == INAPPLICABLE);
    assert!(!commit.events.iter().any(fails), "the rules fail on '{INAPPLICABLE}'");
    parloir_desk::apply::apply(rows, workspace, commit, first_seq, at, epoch)
}

#[tokio::test]
async fn a_command_that_the_rules_fail_on_is_set_aside_alone() {
    let rules = Rules { decide: failing_decide, apply: failing_apply };
    let stage = Rehearsal::found(Arc::new(MemoryLog::new()), Limits::standard(), rules).await;
    let asked = groups(&["new a", UNDECIDABLE, INAPPLICABLE, "new b"]);
    let answers = stage.ask_together(asked.clone()).await;
    assert!(answers[0].is_ok() && answers[3].is_ok(), "{answers:?}");
    assert_eq!(answers[1..3], [Err(Rejected::Internal), Err(Rejected::Internal)]);
    assert_eq!(stage.ask_together(asked).await, answers);
    assert_eq!(TRIED.load(Ordering::Relaxed), 1);
    assert_eq!(group_names(&stage), ["new a", "new b"]);
    assert_eq!(stage.records().len(), FOUNDING_RECORDS + 1);
}
