//! Who is connected. The first connection of an agent and the last one that goes are told to colleagues at
//! once; availability, which is recorded, follows two minutes after the last one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::Availability;
use parloir_desk::view::View;
use parloir_protocol::down::Presence;
use parloir_protocol::ids::{AgentId, CommandId};
use uuid::Uuid;

use crate::node::Node;
use crate::workspace::Workspace;

/// How many connections each agent has, bounded by the agents there are.
#[derive(Debug, Default)]
pub struct Connected(Mutex<BTreeMap<AgentId, usize>>);

impl Connected {
    fn add(&self, agent: AgentId) -> usize {
        let mut connected = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = connected.entry(agent).or_default();
        *count += 1;
        *count
    }

    fn remove(&self, agent: AgentId) -> usize {
        let mut connected = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(count) = connected.get_mut(&agent) else { return 0 };
        *count -= 1;
        let left = *count;
        if left == 0 {
            connected.remove(&agent);
        }
        left
    }

    fn has(&self, agent: AgentId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&agent)
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
    pub fn enter(node: &Arc<Node>, workspace: &Arc<Workspace>, agent: AgentId) -> Self {
        if workspace.connected.add(agent) == 1 {
            workspace.hub.signals.set_online(agent, Presence::Online, node.clock.millis());
            if availability(node, workspace, agent) == Some(Availability::Away) {
                let key = Key::Operator(CommandId(Uuid::now_v7()));
                tokio::spawn(record(Arc::clone(workspace), key, agent, Availability::Online));
            }
        }
        Self { node: Arc::clone(node), workspace: Arc::clone(workspace), agent }
    }
}

impl Drop for Online {
    fn drop(&mut self) {
        if self.workspace.connected.remove(self.agent) == 0 {
            self.workspace.hub.signals.set_online(self.agent, Presence::Offline, self.node.clock.millis());
            tokio::spawn(away_later(Arc::clone(&self.node), Arc::clone(&self.workspace), self.agent));
        }
    }
}

/// After a start nobody is connected: who was online gets the same two minutes to come back.
pub fn watch_absent(node: &Arc<Node>, workspace: &Arc<Workspace>) {
    let state = node.state.current();
    let agents = View::new(&*state, workspace.id).agents();
    for agent in agents.into_iter().filter(|agent| agent.availability == Availability::Online) {
        tokio::spawn(away_later(Arc::clone(node), Arc::clone(workspace), agent.id));
    }
}

async fn away_later(node: Arc<Node>, workspace: Arc<Workspace>, agent: AgentId) {
    tokio::time::sleep(Duration::from_millis(node.limits.away_ms)).await;
    let is_gone = !workspace.connected.has(agent);
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
