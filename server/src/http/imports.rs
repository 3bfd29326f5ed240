//! Address books over HTTP: shown before anything happens, begun, followed, called off, and the rows that failed. The
//! file itself comes as an upload.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use futures_util::stream;
use parloir_desk::command::Command;
use parloir_desk::commit::{Actor, Key};
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::{AttachmentId, CommandId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::attachments::disposition::Disposition;
use super::attachments::upload::id_of;
use super::problem::{Problem, caller, reader, unreadable};
use super::{API_BODY_BYTES_MAX, Edge, in_time};
use crate::admission::Caller;
use crate::asked::error_of;
use crate::blocking::blocking;
use crate::import::book::BookError;
use crate::import::journal::Tally;
use crate::imports::place::Place;
use crate::imports::preview::{Preview, word_of};
use crate::imports::{Beginning, Ended, How, Journal, Told, may_import, prepare, sees};
use crate::uploads::{Upload, UploadError};
use crate::workspace::Rejected;

/// Bytes of the rows that failed that are read at once.
const PIECE_BYTES: usize = 64 << 10;

pub(super) fn routes() -> Router<Arc<Edge>> {
    let asked = Router::new()
        .route("/v1/imports", get(list).post(begin))
        .route("/v1/imports/preview", post(preview))
        .route("/v1/imports/{id}", delete(cancel))
        .layer(DefaultBodyLimit::max(API_BODY_BYTES_MAX))
        .layer(middleware::from_fn(in_time));
    Router::new().route("/v1/imports/{id}/errors.csv", get(failed)).merge(asked)
}

/// Which file, and how it is to be read.
#[derive(Debug, Deserialize)]
struct Asked {
    attachment_id: AttachmentId,
    #[serde(flatten)]
    told: Told,
}

/// An import as the desk shows it.
#[derive(Debug, Serialize)]
struct Shown {
    attachment_id: AttachmentId,
    name: String,
    agent_id: parloir_protocol::ids::AgentId,
    begun_at: Time,
    bytes: u64,
    read: u64,
    #[serde(flatten)]
    tally: Tally,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<Ended>,
    /// Whether the rows that failed can be had.
    errors: bool,
}

#[derive(Debug, Serialize)]
struct List {
    items: Vec<Shown>,
}

async fn preview(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Preview>, Problem> {
    let caller = caller(&edge.node, &headers)?;
    let asked = asked(&caller, body)?;
    let book = edge.node.uploads.book(caller.workspace.id, caller.agent.id, asked.attachment_id)?;
    previewed(book, asked.told).await.map(Json)
}

async fn previewed(book: Arc<Upload>, told: Told) -> Result<Preview, Problem> {
    told.reading(book.name()).map_err(|sentence| invalid(&sentence))?;
    let seen = blocking(move || Preview::of(book.open_book()?, &told, book.name())).await;
    seen.map_err(|error| no_book(&error))
}

async fn begin(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let caller = caller(&edge.node, &headers)?;
    let asked = asked(&caller, body)?;
    // It goes on to the end also when nobody waits for it any more.
    let begun = tokio::spawn(begun(edge, caller, asked));
    begun.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

async fn begun(
    edge: Arc<Edge>,
    caller: Caller,
    Asked { attachment_id, told }: Asked,
) -> Result<Response, Problem> {
    let (workspace, uploads) = (caller.workspace.id, Arc::clone(&edge.node.uploads));
    // Two who ask at once begin one import.
    let _alone = edge.node.imports().beginning.lock().await;
    let book = uploads.book(workspace, caller.agent.id, attachment_id);
    if known(&edge, &caller, attachment_id).await.is_none() {
        let book = book.as_ref().map_err(|_| UploadError::NotFound)?;
        start(&edge, &caller, (attachment_id, Arc::clone(book)), told).await?;
    }
    if let Ok(book) = book {
        uploads.give_up(&book).await;
    }
    let journal = journal_of(&edge, &caller, attachment_id).await?;
    Ok((StatusCode::CREATED, Json(shown(&edge, &caller, journal))).into_response())
}

async fn start(
    edge: &Edge,
    caller: &Caller,
    (attachment_id, book): (AttachmentId, Arc<Upload>),
    told: Told,
) -> Result<(), Problem> {
    let (workspace, bytes) = (caller.workspace.id, book.bytes());
    if let Some(problem) = previewed(Arc::clone(&book), told.clone()).await?.problem() {
        return Err(invalid_columns(problem));
    }
    let (imports, uploads) = (Arc::clone(edge.node.imports()), Arc::clone(&edge.node.uploads));
    let (name, now) = (book.name().to_owned(), edge.node.clock.now());
    let beginning = Beginning { attachment_id, agent: caller.agent.id, name, bytes, told, now };
    blocking(move || prepare(&imports, workspace, beginning, |to| uploads.copy_book(&book, to)))
        .await
        .map_err(|error| Problem::from(UploadError::File(error)))?;
    let key = Key::Client(caller.agent.id, CommandId(Uuid::now_v7()));
    let import = Command::ImportContacts { attachment_id, bytes };
    let answered = caller.workspace.ask(key, Actor::Agent(caller.agent.id), import, None).await;
    answered.map(drop).map_err(|rejected| {
        // Nothing of it was begun, unless that is not known: then it is swept a day later.
        if rejected != Rejected::Unavailable {
            edge.node.imports().place(workspace, attachment_id).forget();
        }
        Problem(error_of(&rejected))
    })
}

async fn list(State(edge): State<Arc<Edge>>, headers: HeaderMap) -> Result<Response, Problem> {
    let caller = reader(&edge.node, &headers)?;
    check_role(&caller)?;
    let (node, workspace) = (Arc::clone(&edge.node), Arc::clone(&caller.workspace));
    let all = blocking(move || node.imports().all(&node, &workspace)).await;
    let items = all.into_iter().filter(|journal| sees(&caller.agent, journal));
    let items = items.map(|journal| shown(&edge, &caller, journal)).collect();
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(List { items })).into_response())
}

async fn cancel(
    State(edge): State<Arc<Edge>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let caller = caller(&edge.node, &headers)?;
    let (journal, place) = named(&edge, &caller, &id).await?;
    if journal.ended.is_none() {
        let asked = blocking(move || place.ask_to_stop(&How::Cancelled)).await;
        asked.map_err(|error| Problem::from(UploadError::File(error)))?;
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn failed(
    State(edge): State<Arc<Edge>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = reader(&edge.node, &headers)?;
    let (journal, place) = named(&edge, &caller, &id).await?;
    let file = blocking(move || place.failed()).await.ok_or(UploadError::NotFound)?;
    let name = Disposition::Attachment { name: &format!("{}.errors.csv", journal.name) }.to_string();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    // Only what the journal counts: more of it may be on its way.
    let left = journal.failed_bytes;
    let pieces = stream::try_unfold((file, left), |(file, left)| async move {
        if left == 0 {
            return Ok::<_, std::io::Error>(None);
        }
        let (file, piece) = blocking(move || read_piece(file, left)).await?;
        let left = left - piece.len() as u64;
        Ok(Some((piece, (file, left))))
    });
    Ok((headers, Body::from_stream(pieces)).into_response())
}

fn read_piece(mut file: std::fs::File, left: u64) -> std::io::Result<(std::fs::File, Bytes)> {
    let length = usize::try_from(left).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
    let mut piece = vec![0; length];
    std::io::Read::read_exact(&mut file, &mut piece)?;
    Ok((file, Bytes::from(piece)))
}

fn asked(caller: &Caller, body: Result<Bytes, BytesRejection>) -> Result<Asked, Problem> {
    check_role(caller)?;
    let body = body.map_err(|rejection| unreadable(&rejection))?;
    serde_json::from_slice(&body).map_err(|error| invalid(&error.to_string()))
}

fn check_role(caller: &Caller) -> Result<(), Problem> {
    if may_import(&caller.agent) {
        return Ok(());
    }
    Err(Problem::new(Code::NotAllowed, "only those who lead the desk may import"))
}

/// The import that a path names, and where it has its files.
async fn named(edge: &Edge, caller: &Caller, id: &str) -> Result<(Journal, Place), Problem> {
    check_role(caller)?;
    let id = id_of(id)?;
    Ok((journal_of(edge, caller, id).await?, place(edge, caller, id)))
}

/// What is known of an import that the caller is told of.
async fn journal_of(edge: &Edge, caller: &Caller, id: AttachmentId) -> Result<Journal, Problem> {
    let journal = known(edge, caller, id).await.filter(|journal| sees(&caller.agent, journal));
    journal.ok_or_else(|| UploadError::NotFound.into())
}

async fn known(edge: &Edge, caller: &Caller, id: AttachmentId) -> Option<Journal> {
    let (node, workspace) = (Arc::clone(&edge.node), Arc::clone(&caller.workspace));
    blocking(move || node.imports().known(&node, &workspace, id)).await
}

fn place(edge: &Edge, caller: &Caller, id: AttachmentId) -> Place {
    edge.node.imports().place(caller.workspace.id, id)
}

fn shown(edge: &Edge, caller: &Caller, journal: Journal) -> Shown {
    let errors = journal.failed_bytes > 0 && place(edge, caller, journal.attachment_id).failed().is_some();
    Shown {
        attachment_id: journal.attachment_id,
        name: journal.name,
        agent_id: journal.agent,
        begun_at: journal.begun,
        bytes: journal.bytes,
        read: journal.read,
        tally: journal.tally,
        ended: journal.ended,
        errors,
    }
}

fn no_book(error: &BookError) -> Problem {
    let sentence = error.to_string();
    Problem(ErrorBody::new(Code::UnsupportedFile, sentence).with("found", word_of(error)))
}

fn invalid(sentence: &str) -> Problem {
    Problem(ErrorBody::new(Code::InvalidParams, sentence))
}

fn invalid_columns(problem: &str) -> Problem {
    let error =
        ErrorBody::new(Code::InvalidParams, "by these columns nobody can be saved: say which is the name");
    Problem(error.with("field", "columns").with("reason", problem))
}
