//! What is due at a time: looks in the state for it and asks the rules when the time has come. It remembers
//! nothing, so a restart loses nothing: what became due meanwhile goes once, at once.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, DeadlineKind, Key};
use parloir_desk::view::View;
use parloir_protocol::ids::{CommandId, MessageId};
use parloir_protocol::time::Time;
use uuid::Uuid;

use crate::insist::insist;
use crate::node::Node;
use crate::workspace::Workspace;

#[cfg(test)]
mod tests;

/// Messages looked at, the soonest first.
const LOOK_AHEAD: usize = 512;
/// Messages asked for together, so that one record may hold them.
const AT_ONCE: usize = 64;
/// The longest sleep: a clock that is set anew is noticed within it.
const SLEEP_MAX: Duration = Duration::from_secs(30);
/// Messages remembered because the rules refused, failed on or did not let go of them; they wait for the next start.
const SET_ASIDE_MAX: usize = 256;

/// Lets go what is due in `workspace`, for ever.
pub async fn run(node: Arc<Node>, workspace: Arc<Workspace>) {
    let mut set_aside = BTreeSet::new();
    loop {
        let planned = planned(&node, &workspace, &set_aside);
        let now = node.clock.now();
        let due: Vec<_> = planned.iter().take_while(|(due, _)| *due <= now).take(AT_ONCE).copied().collect();
        if due.is_empty() {
            wait(&workspace, planned.first().map(|(due, _)| due.millis_since(now))).await;
            continue;
        }
        let asked = due.into_iter().map(|(due, id)| release(&node, &workspace, id, due));
        for id in Box::pin(join_all(asked)).await.into_iter().flatten() {
            if set_aside.len() < SET_ASIDE_MAX {
                set_aside.insert(id);
            }
        }
    }
}

/// What waits for its time, the soonest first.
fn planned(node: &Node, workspace: &Workspace, set_aside: &BTreeSet<MessageId>) -> Vec<(Time, MessageId)> {
    let state = node.state.current();
    let messages = View::new(&*state, workspace.id).due(LOOK_AHEAD);
    let waiting = messages.into_iter().filter(|message| !set_aside.contains(&message.id));
    waiting.filter_map(|message| Some((message.due_at?, message.id))).collect()
}

async fn wait(workspace: &Workspace, millis: Option<i64>) {
    let until = millis.map(|millis| Duration::from_millis(millis.max(1).unsigned_abs()));
    let longest = until.unwrap_or(SLEEP_MAX).min(SLEEP_MAX);
    tokio::select! {
        () = workspace.due.notified() => {}
        () = tokio::time::sleep(longest) => {}
    }
}

/// A message that is asked for no more; nothing when it went, or was gone already.
async fn release(node: &Node, workspace: &Workspace, id: MessageId, due: Time) -> Option<MessageId> {
    let of_its_time = Key::Deadline(DeadlineKind::Release, *id.as_bytes(), due);
    // A clock that was set back lets the same time come twice, of which the first has its answer.
    let of_its_own = Key::Operator(CommandId(Uuid::now_v7()));
    let command = Command::ReleaseMessage { message_id: id };
    for key in [of_its_time, of_its_own] {
        if let Err(rejected) = insist(workspace, key, Actor::System, &command).await {
            tracing::error!(message = %id, ?rejected, "due.set_aside");
            return Some(id);
        }
        if !is_planned(node, workspace, id, due) {
            return None;
        }
    }
    tracing::error!(message = %id, %due, "due.set_aside");
    Some(id)
}

fn is_planned(node: &Node, workspace: &Workspace, id: MessageId, due: Time) -> bool {
    let state = node.state.current();
    let message = View::new(&*state, workspace.id).message(id);
    message.is_some_and(|message| message.is_planned() && message.due_at == Some(due))
}
