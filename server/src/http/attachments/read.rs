//! Reading an attachment: the uploader before it is sent, then whoever sees its conversation. Everybody else
//! learns nothing, not even that it exists.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use parloir_desk::entity::FileFacts;
use parloir_desk::view::View;
use parloir_protocol::ids::AttachmentId;

use super::disposition::Disposition;
use super::served::Served;
use super::upload::{OFFSET, id_of};
use crate::admission::Caller;
use crate::blobs::BlobDigest;
use crate::http::Edge;
use crate::http::problem::{Problem, reader};
use crate::sent;
use crate::uploads::UploadError;

/// `GET /v1/attachments/{id}`.
pub(super) async fn file(
    State(edge): State<Arc<Edge>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = reader(&edge.node, &headers)?;
    let facts = find(&edge, &caller, id_of(&id)?)?;
    whole(&caller, &facts).response(&edge.reading, &headers).await
}

/// `HEAD /v1/attachments/{id}`: how far the upload is, and what `GET` would say of a whole one.
pub(super) async fn head(
    State(edge): State<Arc<Edge>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = reader(&edge.node, &headers)?;
    let id = id_of(&id)?;
    let upload = edge.node.uploads.of_agent(caller.workspace.id, caller.agent.id, id).ok();
    let mut response = match find(&edge, &caller, id) {
        Ok(facts) => whole(&caller, &facts).response(&edge.reading, &headers).await?,
        Err(_) if upload.is_some() => Response::default(),
        Err(problem) => return Err(problem),
    };
    let answer = response.headers_mut();
    if let Some(upload) = upload {
        answer.insert(OFFSET, upload.offset().into());
        answer.insert("upload-length", upload.bytes().into());
        answer.insert("cache-control", HeaderValue::from_static("no-store"));
    }
    Ok(response)
}

/// `GET /v1/attachments/{id}/thumbnail`.
pub(super) async fn thumbnail(
    State(edge): State<Arc<Edge>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = reader(&edge.node, &headers)?;
    let facts = find(&edge, &caller, id_of(&id)?)?;
    let digest = BlobDigest(facts.thumbnail.ok_or(UploadError::NotFound)?);
    let bytes = edge.reading.blobs.size(caller.workspace.id, digest).await.map_err(UploadError::from)?;
    let served = Served {
        workspace: caller.workspace.id,
        digest,
        bytes,
        media_type: &facts.media_type,
        // It was made here, so a browser may show it by itself.
        disposition: Disposition::Inline,
    };
    served.response(&edge.reading, &headers).await
}

fn whole<'a>(caller: &Caller, facts: &'a FileFacts) -> Served<'a> {
    Served {
        workspace: caller.workspace.id,
        digest: BlobDigest(facts.digest),
        bytes: facts.bytes,
        media_type: &facts.media_type,
        disposition: Disposition::Attachment { name: &facts.name },
    }
}

fn find(edge: &Edge, caller: &Caller, id: AttachmentId) -> Result<FileFacts, Problem> {
    match edge.node.uploads.finished(caller.workspace.id, caller.agent.id, id) {
        Err(UploadError::NotFound) => {
            let state = edge.node.state.current();
            let view = View::new(&*state, caller.workspace.id);
            sent::who_may_read(&view, &caller.agent, id).ok_or_else(|| UploadError::NotFound.into())
        }
        found => Ok(found?),
    }
}
