//! Who is connected. The first connection of an agent is told to colleagues at once, the last one that goes after
//! a moment in which it may come back; availability, which is recorded, follows two minutes after the last one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::Availability;
use parloir_desk::view::View;
use parloir_protocol::ids::{AgentId, CommandId};
use parloir_session::Millis;
use uuid::Uuid;

use crate::hub::Signals;
use crate::locks::locked;
use crate::node::Node;
use crate::workspace::Workspace;

/// How many connections each agent has, and when they left whose absence is waited for: bounded by the agents
/// there are.
#[derive(Debug, Default)]
pub struct Connected(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    connections: BTreeMap<AgentId, usize>,
    left: BTreeMap<AgentId, Millis>,
}

/// What the end of a connection leads to.
enum Leaving {
    /// Others are left.
    Stays,
    /// It was the last, and somebody waits already.
    IsWaitedFor,
    /// It was the last.
    Begins,
}

impl Connected {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        locked(&self.0)
    }

    /// One connection more: whether it is the agent's first. Colleagues are told while nobody else can come or go,
    /// so that what they were told last is so.
    fn add(&self, agent: AgentId, signals: &Signals, is_resumed: bool, now: Millis) -> bool {
        let mut seen = self.seen();
        let count = seen.connections.entry(agent).or_default();
        *count += 1;
        let is_first = *count == 1;
        if is_first {
            signals.come(agent, is_resumed, now);
        }
        is_first
    }

    fn remove(&self, agent: AgentId, signals: &Signals, now: Millis) -> Leaving {
        let mut seen = self.seen();
        if let Some(count) = seen.connections.get_mut(&agent).filter(|count| **count > 1) {
            *count -= 1;
            return Leaving::Stays;
        }
        seen.connections.remove(&agent);
        signals.leave(agent, now);
        match seen.left.insert(agent, now) {
            Some(_) => Leaving::IsWaitedFor,
            None => Leaving::Begins,
        }
    }

    /// When to look again, unless the agent has been gone for `away_ms`: then whether it still is.
    fn look(&self, agent: AgentId, now: Millis, away_ms: u64) -> Result<bool, Millis> {
        let mut seen = self.seen();
        let due = seen.left.get(&agent).map_or(now, |left| Millis(left.0 + away_ms));
        if due > now {
            return Err(due);
        }
        seen.left.remove(&agent);
        Ok(!seen.connections.contains_key(&agent))
    }
}

/// One connection's share of its agent's being there; dropped with the connection.
pub struct Online {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    agent: AgentId,
}

impl Online {
    /// Somebody connected.
    pub fn enter(node: &Arc<Node>, workspace: &Arc<Workspace>, agent: AgentId, is_resumed: bool) -> Self {
        let (now, signals) = (node.clock.millis(), &workspace.hub.signals);
        let is_first = workspace.connected.add(agent, signals, is_resumed, now);
        if is_first && availability(node, workspace, agent) == Some(Availability::Away) {
            let key = Key::Operator(CommandId(Uuid::now_v7()));
            tokio::spawn(record(Arc::clone(workspace), key, agent, Availability::Online));
        }
        Self { node: Arc::clone(node), workspace: Arc::clone(workspace), agent }
    }
}

impl Drop for Online {
    fn drop(&mut self) {
        let (now, signals) = (self.node.clock.millis(), &self.workspace.hub.signals);
        let leaving = self.workspace.connected.remove(self.agent, signals, now);
        if matches!(leaving, Leaving::Begins) {
            tokio::spawn(away_later(Arc::clone(&self.node), Arc::clone(&self.workspace), self.agent));
        }
    }
}

/// After a start nobody is connected: who was online gets the same two minutes to come back.
pub fn watch_absent(node: &Arc<Node>, workspace: &Arc<Workspace>) {
    let state = node.state.current();
    let agents = View::new(&*state, workspace.id).agents();
    for agent in agents.into_iter().filter(|agent| agent.availability == Availability::Online) {
        workspace.connected.seen().left.insert(agent.id, node.clock.millis());
        tokio::spawn(away_later(Arc::clone(node), Arc::clone(workspace), agent.id));
    }
}

async fn away_later(node: Arc<Node>, workspace: Arc<Workspace>, agent: AgentId) {
    let is_gone = loop {
        match workspace.connected.look(agent, node.clock.millis(), node.limits.away_ms) {
            Ok(is_gone) => break is_gone,
            Err(due) => tokio::time::sleep_until(node.clock.instant(due).into()).await,
        }
    };
    if is_gone && availability(&node, &workspace, agent) == Some(Availability::Online) {
        record(workspace, Key::Away(agent, node.clock.now()), agent, Availability::Away).await;
    }
}

async fn record(workspace: Arc<Workspace>, key: Key, agent_id: AgentId, availability: Availability) {
    let command = Command::SetAvailability { agent_id, availability };
    if let Err(rejected) = workspace.ask(key, Actor::System, command, None).await {
        tracing::warn!(workspace = %workspace.id, ?rejected, "presence.not_recorded");
    }
}

fn availability(node: &Node, workspace: &Workspace, agent: AgentId) -> Option<Availability> {
    let state = node.state.current();
    View::new(&*state, workspace.id).agent(agent).map(|agent| agent.availability)
}

#[cfg(test)]
mod tests {
    use super::*;
    use parloir_session::Scope;

    #[test]
    fn one_absence_is_waited_for_however_often_somebody_comes_and_goes() {
        let (connected, signals) = (Connected::default(), Signals::after(0));
        let agent = AgentId::from_bytes([1; 16]);
        connected.add(agent, &signals, true, Millis(0));
        assert!(matches!(connected.remove(agent, &signals, Millis(0)), Leaving::Begins));
        connected.add(agent, &signals, true, Millis(0));
        assert!(matches!(connected.remove(agent, &signals, Millis(50)), Leaving::IsWaitedFor));
        assert_eq!(connected.look(agent, Millis(100), 100), Err(Millis(150)));
        assert_eq!(connected.look(agent, Millis(150), 100), Ok(true));
        connected.add(agent, &signals, true, Millis(0));
        connected.add(agent, &signals, true, Millis(0));
        assert!(matches!(connected.remove(agent, &signals, Millis(200)), Leaving::Stays));
        signals.expire(Millis(60_000));
        assert_eq!(signals.current(&Scope::All).len(), 1, "one connection is left");
        assert_eq!(connected.look(agent, Millis(400), 100), Ok(false));
    }
}
