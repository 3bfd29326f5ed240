//! The log as an outside checker reads it: a line of JSON per commit, in order.

use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use parloir_desk::entity::{Agent, Right, Role};
use parloir_protocol::error::Code;
use parloir_protocol::ids::WorkspaceId;
use serde::Deserialize;

use super::Edge;
use super::problem::{Problem, reader};
use crate::log::{ReadError, Record};
use crate::node::Node;
use crate::record::{self, RecordError};
use crate::wire;

/// `?after=`: only what comes after this seq.
#[derive(Deserialize)]
pub(super) struct From {
    #[serde(default)]
    after: u64,
}

/// `GET /v1/log?after=`: for admins, and integrations with the right `log`.
pub(super) async fn export(
    State(edge): State<Arc<Edge>>,
    from: Result<Query<From>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = reader(&edge.node, &headers)?;
    if !may_export(&caller.agent) {
        return Err(Problem::new(Code::NotAllowed, "this token may not export the log"));
    }
    let Query(from) =
        from.map_err(|_| Problem::new(Code::InvalidParams, "`after` is a seq: a whole number"))?;
    let (node, workspace) = (Arc::clone(&edge.node), caller.workspace.id);
    let until = caller.workspace.hub.head().seq;
    let pieces = stream::unfold(from.after, move |after| {
        let node = Arc::clone(&node);
        async move {
            if after >= until {
                return None;
            }
            let records = read(node, workspace, after)
                .await
                .inspect_err(|error| tracing::error!(%error, "log.unreadable"));
            let Ok(records) = records else {
                // An export that ends early must not look whole.
                return Some((Err(io::Error::other("the log cannot be read")), until));
            };
            match lines(&records, after, until) {
                Ok((lines, last)) => (last > after).then_some((Ok(Bytes::from(lines)), last)),
                Err(error) => Some((Err(io::Error::other(error)), until)),
            }
        }
    });
    let headers = [(header::CONTENT_TYPE, "application/x-ndjson"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from_stream(pieces)).into_response())
}

async fn read(node: Arc<Node>, workspace: WorkspaceId, after: u64) -> Result<Vec<Record>, ReadError> {
    let _turn = node.log_readers.acquire().await;
    let (log, bytes) = (Arc::clone(&node.log), node.limits.log_read_bytes);
    let read = tokio::task::spawn_blocking(move || log.read(workspace, after, bytes)).await;
    read.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked.into_panic()))
}

/// The lines of commits that end after `after` and begin up to `until`, and the last seq read.
fn lines(records: &[Record], after: u64, until: u64) -> Result<(Vec<u8>, u64), RecordError> {
    let mut lines = Vec::new();
    let mut last = after;
    for record in records {
        let commits = record::open(record)?;
        for opened in commits.into_iter().filter(|opened| opened.first_seq <= until) {
            let end = opened.first_seq + opened.commit.events.len() as u64 - 1;
            if end > after {
                lines.extend(wire::export::line(&opened, record.at));
            }
        }
        last = record.last_seq;
    }
    Ok((lines, last))
}

fn may_export(agent: &Agent) -> bool {
    agent.role == Role::Admin || agent.rights.contains(&Right::Log)
}
