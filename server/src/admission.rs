//! Who comes in, and where they begin: token to agent, cursor to position, or a snapshot.

use std::sync::Arc;

use parloir_desk::entity::{Agent, AgentStatus, Purpose, Token};
use parloir_desk::rights::keeps_settings;
use parloir_desk::view::View;
use parloir_protocol::codec::Codec;
use parloir_protocol::cursor::Cursor;
use parloir_protocol::down::{Down, ResetReason, Welcome};
use parloir_protocol::entity;
use parloir_protocol::ids::TokenId;
use parloir_protocol::time::Time;
use parloir_session::{Admission, Mark, Office, Refused, Scope, Start};
use tokio::sync::watch;

use crate::hub;
use crate::node::{Node, mark_of};
use crate::secret::Secret;
use crate::snapshot;
use crate::wire;
use crate::workspace::Workspace;

#[cfg(test)]
mod tests;

/// Somebody whose token is good.
#[derive(Clone)]
pub struct Caller {
    pub workspace: Arc<Workspace>,
    pub agent: Agent,
    pub token: TokenId,
    /// When the token stops working by itself.
    pub expires_at: Option<Time>,
    pub purpose: Purpose,
}

/// Somebody who came in over a socket.
pub struct Admitted {
    pub caller: Caller,
    pub admission: Admission,
    /// As long as it is held, events are kept for whoever reads; subscribed to before anything was read.
    pub head: watch::Receiver<Mark>,
}

/// Whose token this is.
///
/// # Errors
/// [`Refused`]: no such token, or one that does not work any more.
pub fn authenticate(node: &Node, token: Option<&str>) -> Result<Caller, Refused> {
    let (secret, workspace) = named(node, token)?;
    let state = node.state.current();
    let view = View::new(&*state, workspace.id);
    let found = view.token(&secret.hash()).filter(|token| token.purpose != Purpose::Invitation);
    let token = found.ok_or(Refused::Unauthenticated)?;
    if is_expired(node, &token) {
        return Err(Refused::Revoked);
    }
    match view.agent(token.agent_id) {
        Some(agent) if agent.status == AgentStatus::Active => Ok(Caller {
            workspace,
            agent,
            token: token.id,
            expires_at: token.expires_at,
            purpose: token.purpose,
        }),
        Some(_) => Err(Refused::Revoked),
        None => Err(Refused::Unauthenticated),
    }
}

/// A token's secret and the workspace that it names, whether or not it is good there.
fn named(node: &Node, token: Option<&str>) -> Result<(Secret, Arc<Workspace>), Refused> {
    let secret = token.and_then(Secret::parse).ok_or(Refused::Unauthenticated)?;
    let workspace = node.workspace(secret.workspace).ok_or(Refused::Unauthenticated)?;
    Ok((secret, workspace))
}

/// Whether this secret is a recorded token's: of a command asked twice only the first one's is.
pub fn is_recorded(node: &Node, secret: &Secret) -> bool {
    let state = node.state.current();
    View::new(&*state, secret.workspace).token(&secret.hash()).is_some()
}

/// Whether the agent sees and may do what they did when they came in.
pub fn is_current(node: &Node, caller: &Caller) -> bool {
    let state = node.state.current();
    let agent = View::new(&*state, caller.workspace.id).agent(caller.agent.id);
    agent.is_some_and(|agent| {
        agent.status == AgentStatus::Active && agent.scope_changed_seq == caller.agent.scope_changed_seq
    })
}

fn is_expired(node: &Node, token: &Token) -> bool {
    token.expires_at.is_some_and(|at| at <= node.clock.now())
}

/// What an agent sees, as sessions know it.
pub fn scope_of(agent: &Agent) -> Scope {
    match &agent.scope {
        parloir_desk::entity::Scope::All => Scope::All,
        parloir_desk::entity::Scope::Groups(groups) => Scope::Groups(groups.clone()),
    }
}

/// Whether an agent is told what concerns the settings.
pub fn office_of(agent: &Agent) -> Office {
    if keeps_settings(agent) { Office::Keeper } else { Office::None }
}

/// Lets somebody in over a socket.
///
/// # Errors
/// [`Refused`].
pub async fn admit(
    node: &Arc<Node>,
    codec: Codec,
    token: Option<&str>,
    resume: Option<Cursor>,
    view: &entity::View,
) -> Result<Admitted, Refused> {
    let (_, workspace) = named(node, token)?;
    let head = workspace.hub.subscribe();
    let mark = *head.borrow();
    // After `mark`: what took the token or the rights before it is not told to a reader who begins there.
    let caller = authenticate(node, token)?;
    let known = resume.and_then(|cursor| cursor.signals);
    let resumed = match resume {
        Some(cursor) => Some(check(node, &caller, cursor, mark).await?),
        None => None,
    };
    let (begin, start, reset) = match resumed {
        Some(Ok(begin)) => (begin, None, None),
        Some(Err(reason)) => (mark, Some(snapshot_of(node, codec, &caller, view, mark)), Some(reason)),
        None => (mark, Some(snapshot_of(node, codec, &caller, view, mark)), None),
    };
    let signals = match &start {
        Some(snapshot) => Some(snapshot.signals_version),
        None => known.filter(|version| caller.workspace.hub.signals.reaches(*version)),
    };
    let start = start.map_or(Start::Resumed, |snapshot| Start::Snapshot(snapshot.parts.clone()));
    let welcome = welcome(node, &caller, begin, signals, start == Start::Resumed).write(codec);
    let (agent, scope) = (caller.agent.id, scope_of(&caller.agent));
    let admission = Admission { agent, scope, mark: begin, start, signals, reset, welcome };
    Ok(Admitted { caller, admission, head })
}

/// The snapshot after which the events after `mark` follow: somebody else's, if he sees and asked for the same.
fn snapshot_of(
    node: &Node,
    codec: Codec,
    caller: &Caller,
    view: &entity::View,
    mark: Mark,
) -> Arc<hub::Encoded> {
    let hub = &caller.workspace.hub;
    let query = wire::queue::query(view, caller.agent.id);
    let wanted = hub::Wanted { scope: scope_of(&caller.agent), view: view.clone(), query, codec };
    if let Some(encoded) = hub.snapshots.find(&wanted, mark.seq, &hub.signals) {
        return encoded;
    }
    // Before the signals are read: what comes between is told once more, not missed.
    let signals_version = hub.signals.version();
    let parts = snapshot::parts(node, caller, view, mark.seq);
    let frame = |part| hub::framed(codec, &Down::Snapshot(Box::new(part)).write(codec));
    let parts = parts.into_iter().map(|part| Arc::from(&*frame(part))).collect();
    let encoded = Arc::new(hub::Encoded { seq: mark.seq, signals_version, parts });
    hub.snapshots.keep(wanted, Arc::clone(&encoded));
    encoded
}

/// Whether a cursor is of this history, this agent and this scope: the mark to read on from, or why not.
async fn check(
    node: &Arc<Node>,
    caller: &Caller,
    cursor: Cursor,
    head: Mark,
) -> Result<Result<Mark, ResetReason>, Refused> {
    let ours = cursor.agent == caller.agent.id && cursor.epoch == head.epoch && cursor.seq <= head.seq;
    if !ours {
        return Ok(Err(ResetReason::UnknownCursor));
    }
    if cursor.seq < caller.agent.scope_changed_seq {
        return Ok(Err(ResetReason::ScopeChanged));
    }
    if head.seq - cursor.seq > node.limits.resume_events_max {
        return Ok(Err(ResetReason::TooOld));
    }
    let at_hand = Some(head).filter(|head| cursor.seq == head.seq);
    let found = match at_hand.or_else(|| caller.workspace.hub.mark_at(cursor.seq)) {
        Some(mark) => Some(mark),
        None => mark_at(node, caller, cursor.seq).await?,
    };
    Ok(found
        .filter(|mark| mark.hash_prefix == cursor.hash_prefix)
        .map(|mark| Mark { seq: cursor.seq, ..mark })
        .ok_or(ResetReason::UnknownCursor))
}

/// The mark of the record that holds `seq`, from the log.
async fn mark_at(node: &Arc<Node>, caller: &Caller, seq: u64) -> Result<Option<Mark>, Refused> {
    let Some(before) = seq.checked_sub(1) else { return Ok(None) };
    let _turn = node.log_readers.acquire().await;
    let (log, workspace) = (Arc::clone(&node.log), caller.workspace.id);
    let read = tokio::task::spawn_blocking(move || log.read(workspace, before, 1)).await;
    let records = read.map_err(|_| Refused::Unavailable)?.map_err(|error| {
        tracing::error!(%error, "log.unreadable");
        Refused::Unavailable
    })?;
    Ok(records.first().map(|record| mark_of(record.position(), record.prev_hash.0)))
}

fn welcome(node: &Node, caller: &Caller, begin: Mark, signals: Option<u64>, resumed: bool) -> Down {
    let state = node.state.current();
    let view = View::new(&*state, caller.workspace.id);
    let workspace = view.workspace().expect("a workspace with agents has settings");
    Down::Welcome(Box::new(Welcome {
        workspace: wire::entity::workspace(&workspace),
        agent: wire::entity::agent(&caller.agent),
        epoch: begin.epoch,
        cursor: begin.cursor(caller.agent.id, signals),
        seq: begin.seq,
        resumed,
        signals_kept: resumed && signals.is_some(),
        limits: (*node.limits.wire).clone(),
        server: concat!("parloir/", env!("CARGO_PKG_VERSION")).to_owned(),
    }))
}
