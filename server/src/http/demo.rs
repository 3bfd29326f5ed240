//! The demonstration's door: one click signs in as any of its people. Elsewhere these paths do not exist.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use axum::response::Response;
use parloir_protocol::error::Code;
use parloir_protocol::ids::{AgentId, WorkspaceId};
use serde::{Deserialize, Serialize};

use super::problem::{Problem, no_such_path, unreadable};
use super::session::{self, Ends, Telling};
use super::{Edge, origin};

/// Who the demonstration lets anybody be.
#[derive(Debug, Clone, Serialize)]
pub struct Demo {
    #[serde(skip)]
    pub workspace: WorkspaceId,
    pub agents: Vec<Person>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Person {
    pub agent_id: AgentId,
    pub name: String,
    pub role: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    agent_id: AgentId,
}

/// `GET /v1/demo`.
pub(super) async fn people(State(edge): State<Arc<Edge>>) -> Result<Json<Demo>, Problem> {
    match edge.demo.get() {
        Some(demo) => Ok(Json(demo.clone())),
        None => Err(no_such_path().await),
    }
}

/// `POST /v1/demo/sign-in`.
pub(super) async fn sign_in(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let Some(demo) = edge.demo.get() else { return Err(no_such_path().await) };
    origin::check(&edge.node, &headers)?;
    if !origin::is_address(&headers) {
        return Err(Problem::new(Code::NotAllowed, "open the demonstration by its address, or as localhost"));
    }
    let body = body.map_err(|rejection| unreadable(&rejection))?;
    let asked: SignIn = serde_json::from_slice(&body)
        .map_err(|_| Problem::new(Code::InvalidParams, "send the `agent_id` of one of the demonstration"))?;
    if !demo.agents.iter().any(|person| person.agent_id == asked.agent_id) {
        return Err(Problem::new(Code::AgentNotFound, "the demonstration has no such agent"));
    }
    session::session_of(&edge.node, demo.workspace, asked.agent_id, Ends::default(), Telling::CookieAndPage)
        .await
}
