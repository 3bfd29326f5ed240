//! Uploads: announced, sent piece by piece from an offset, given up. Offsets mean what they do in tus 1.0. A
//! body is never held whole.

use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use parloir_desk::entity::Role;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::AttachmentId;
use serde::Deserialize;

use super::told::Told;
use crate::admission::Caller;
use crate::http::Edge;
use crate::http::problem::{Problem, caller, unreadable};
use crate::uploads::{Announced, Purpose, UploadError};

/// Where the next piece begins.
pub(super) const OFFSET: &str = "upload-offset";

#[derive(Debug, Deserialize)]
struct Announcement {
    name: String,
    bytes: u64,
    #[serde(default)]
    purpose: Purpose,
}

impl From<UploadError> for Problem {
    fn from(error: UploadError) -> Self {
        Self(error.body())
    }
}

/// `POST /v1/attachments`.
pub(super) async fn begin(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let caller = caller(&edge.node, &headers)?;
    check_role(&caller)?;
    let body = body.map_err(|rejection| unreadable(&rejection))?;
    let Announcement { name, bytes, purpose } = serde_json::from_slice(&body)
        .map_err(|error| Problem(ErrorBody::new(Code::InvalidParams, error.to_string())))?;
    let announced =
        Announced { workspace: caller.workspace.id, agent: caller.agent.id, name, bytes, purpose };
    let progress = edge.node.uploads.begin(announced).await?;
    let place = [(header::LOCATION, format!("/v1/attachments/{}", progress.attachment_id))];
    Ok((StatusCode::CREATED, place, Json(Told::from(progress))).into_response())
}

/// `PATCH /v1/attachments/{id}`.
pub(super) async fn receive(
    State(edge): State<Arc<Edge>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Told>, Problem> {
    let caller = caller(&edge.node, &headers)?;
    let uploads = &edge.node.uploads;
    let upload = uploads.of_agent(caller.workspace.id, caller.agent.id, id_of(&id)?)?;
    if headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(Problem::new(Code::UnsupportedFile, "send the bytes as they are, without an encoding"));
    }
    let at = number(&headers, OFFSET).ok_or_else(|| {
        let error = ErrorBody::new(Code::InvalidParams, "say in `Upload-Offset` where these bytes begin");
        Problem(error.with("field", "Upload-Offset"))
    })?;
    // What is too much is known before it comes, where the client says how much that is.
    let length = number(&headers, header::CONTENT_LENGTH.as_str()).unwrap_or(0);
    if at == upload.offset() && length > upload.bytes() - at {
        uploads.give_up(&upload).await;
        let max = edge.node.limits.uploads.file_bytes;
        return Err(UploadError::TooLarge { max }.into());
    }
    let progress = uploads.receive(&upload, at, body.into_data_stream()).await?;
    Ok(Json(progress.into()))
}

/// `DELETE /v1/attachments/{id}`.
pub(super) async fn give_up(
    State(edge): State<Arc<Edge>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let caller = caller(&edge.node, &headers)?;
    let upload = edge.node.uploads.of_agent(caller.workspace.id, caller.agent.id, id_of(&id)?)?;
    edge.node.uploads.give_up(&upload).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Who may not send a text of their own may not send a file.
fn check_role(caller: &Caller) -> Result<(), Problem> {
    match caller.agent.role {
        Role::Admin | Role::Supervisor | Role::Agent | Role::Integration => Ok(()),
        Role::TemplateAgent => Err(Problem::new(Code::NotAllowed, "this role sends templates only")),
    }
}

/// Whatever is no id is of nothing.
pub(in crate::http) fn id_of(text: &str) -> Result<AttachmentId, Problem> {
    text.parse().map_err(|_| UploadError::NotFound.into())
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}
