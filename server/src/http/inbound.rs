//! Webhooks of providers. The answer is 2xx only after what they say is on stable storage; 503 otherwise, so
//! that the provider says it again.

use std::net::SocketAddr;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode};
use parloir_desk::entity::{Agent, Channel, Right, Role};
use parloir_protocol::error::Code;
use parloir_protocol::ids::ChannelId;

use super::Edge;
use super::problem::{Problem, bearer, caller, unreadable};
use crate::inbound;
use crate::providers::simulator;

/// `POST /v1/inbound/{channel}`.
pub(super) async fn inbound(
    State(edge): State<Edge>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(channel): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode, Problem> {
    let channel = channel.parse::<ChannelId>().ok();
    let mut found = channel.and_then(|channel| inbound::find(&edge.node, channel));
    let is_let_in = |channel: &Channel| {
        edge.open_simulator && channel.provider == simulator::NAME && peer.ip().is_loopback()
    };
    let is_open = found.as_ref().is_some_and(|(_, channel)| is_let_in(channel));
    if bearer(&headers).is_some() || !is_open {
        // Who may not ask does not learn which channels there are.
        let caller = caller(&edge.node, &headers)?;
        found = found.filter(|(workspace, _)| workspace.id == caller.workspace.id);
        if !may_hand_in(&caller.agent) {
            return Err(Problem::new(Code::NotAllowed, "this token may not hand in messages"));
        }
    }
    let (workspace, channel) = found.ok_or_else(|| Problem::new(Code::ChannelNotFound, "no such channel"))?;
    let body = body.map_err(|rejection| unreadable(&rejection))?;
    inbound::take(&edge.node, &edge.providers, &workspace, &channel, &body).await.map_err(Problem)?;
    Ok(StatusCode::OK)
}

fn may_hand_in(agent: &Agent) -> bool {
    agent.role == Role::Admin || agent.rights.contains(&Right::Inbound)
}
