//! Webhooks that were kept aside: an admin reads which there are and hands one in again.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use parloir_desk::entity::Role;
use parloir_protocol::error::Code;
use parloir_protocol::ids::ChannelId;
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};

use super::Edge;
use super::problem::{Problem, caller};
use crate::admission::Caller;
use crate::inbound;
use crate::poison::Kept;

/// What is kept aside.
#[derive(Debug, Serialize, Deserialize)]
pub struct Aside {
    pub items: Vec<Item>,
}

/// One webhook; its body is not shown.
#[derive(Debug, Serialize, Deserialize)]
pub struct Item {
    pub id: String,
    pub channel_id: ChannelId,
    pub provider: String,
    pub at: Time,
    pub reason: String,
    pub bytes: usize,
}

/// Says that it was taken.
#[derive(Debug, Serialize, Deserialize)]
pub struct Taken {
    pub id: String,
}

/// `GET /v1/aside`.
pub(super) async fn list(State(edge): State<Arc<Edge>>, headers: HeaderMap) -> Result<Json<Aside>, Problem> {
    let caller = admin(&edge, &headers)?;
    let (poison, workspace) = (Arc::clone(&edge.poison), caller.workspace.id);
    let listed = tokio::task::spawn_blocking(move || poison.list(workspace)).await;
    let Ok(Ok(kept)) = listed else {
        return Err(Problem::new(Code::Unavailable, "what is kept aside cannot be read"));
    };
    let items = kept.into_iter().map(|(id, kept)| {
        let bytes = kept.body().len();
        let Kept { channel_id, provider, at, reason, .. } = kept;
        Item { id, channel_id, provider, at, reason, bytes }
    });
    Ok(Json(Aside { items: items.collect() }))
}

/// `POST /v1/aside/{id}/retry`.
pub(super) async fn retry(
    State(edge): State<Arc<Edge>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Taken>, Problem> {
    let caller = admin(&edge, &headers)?;
    let workspace = caller.workspace;
    let kept = edge.poison.get(workspace.id, &id);
    let kept = kept.ok_or_else(|| Problem::new(Code::NotFound, "nothing of this id is kept aside"))?;
    let found = inbound::find(&edge.node, kept.channel_id).filter(|(found, _)| found.id == workspace.id);
    let (_, channel) = found.ok_or_else(|| Problem::new(Code::ChannelNotFound, "no such channel"))?;
    inbound::take(&edge.node, &edge.providers, &workspace, &channel, &kept.body()).await.map_err(Problem)?;
    // Handed in once more it would change nothing.
    if let Err(error) = edge.poison.forget(&id) {
        tracing::warn!(%error, id, "inbound.aside_not_removed");
    }
    Ok(Json(Taken { id }))
}

fn admin(edge: &Edge, headers: &HeaderMap) -> Result<Caller, Problem> {
    let caller = caller(&edge.node, headers)?;
    if caller.agent.role == Role::Admin {
        return Ok(caller);
    }
    Err(Problem::new(Code::NotAllowed, "what is kept aside is for admins"))
}
