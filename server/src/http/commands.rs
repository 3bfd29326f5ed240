//! Commands and queries for programs without a socket: the same names, params and answers.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use parloir_protocol::codec::Codec;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::up::{UpError, read_command_body, read_query_body};
use serde::Serialize;

use super::Edge;
use super::problem::{Problem, caller, unreadable};
use crate::asked;
use crate::queries::{self, Turns};

#[derive(Serialize)]
struct Accepted<T> {
    ok: T,
}

/// `POST /v1/commands`.
pub(super) async fn command(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let caller = caller(&edge.node, &headers)?;
    let body = body.map_err(|rejection| unreadable(&rejection))?;
    let frame = read_command_body(Codec::Json, &body).map_err(|error| bad_body(&error))?;
    let done = asked::run_command(&edge.node, &caller, frame).await.map_err(Problem)?;
    Ok(Json(Accepted { ok: done }).into_response())
}

/// `POST /v1/queries`.
pub(super) async fn query(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let caller = caller(&edge.node, &headers)?;
    let body = body.map_err(|rejection| unreadable(&rejection))?;
    let frame = read_query_body(Codec::Json, &body).map_err(|error| bad_body(&error))?;
    let alone = Turns::default();
    let reply = queries::run(&edge.node, &caller, Codec::Json, frame, &alone).await.map_err(Problem)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], reply).into_response())
}

fn bad_body(error: &UpError) -> Problem {
    let code = match error {
        UpError::Malformed(_) => Code::BadFrame,
        UpError::Unknown { what, .. } => what.code(),
        UpError::Params { .. } => Code::InvalidParams,
    };
    Problem(ErrorBody::new(code, error.to_string()))
}
