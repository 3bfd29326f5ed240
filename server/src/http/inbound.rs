//! Webhooks of providers. The answer is 2xx only after what they say is on stable storage, or kept aside with
//! the reason why it could not be read; 503 otherwise, so that the provider says it again.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use parloir_desk::entity::{Agent, Channel, Right, Role};
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::ChannelId;

use super::Edge;
use super::problem::{Problem, bearer, caller, unreadable};
use crate::fault::{self, Point};
use crate::inbound;
use crate::poison::Kept;
use crate::providers::{Poison, Provider, RawRequest, Reply, Verdict, simulator};
use crate::workspace::Workspace;

/// A channel, its workspace, and who carries it.
struct Found {
    workspace: Arc<Workspace>,
    channel: Channel,
    provider: Option<Arc<dyn Provider>>,
}

/// `GET` and `POST /v1/inbound/{channel}`.
pub(super) async fn inbound(
    State(edge): State<Arc<Edge>>,
    peer: ConnectInfo<SocketAddr>,
    Path(channel): Path<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    take(&edge, peer, &channel, method, &uri, headers, body).await
}

/// `GET` and `POST /v1/inbound/{channel}/{secret}`, for providers that do not sign.
pub(super) async fn inbound_with_secret(
    State(edge): State<Arc<Edge>>,
    peer: ConnectInfo<SocketAddr>,
    Path((channel, _)): Path<(String, String)>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    take(&edge, peer, &channel, method, &uri, headers, body).await
}

async fn take(
    edge: &Edge,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    channel: &str,
    method: Method,
    uri: &Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let found = find(edge, channel);
    let provider = found.as_ref().and_then(|found| found.provider.clone());
    let body = match (&provider, body) {
        (Some(_), Err(rejection)) => return Err(unreadable(&rejection)),
        (None, Err(_)) => Bytes::new(),
        (Some(_) | None, Ok(body)) => body,
    };
    let request = RawRequest {
        method,
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        headers,
        body,
        public_url: edge.public_url.clone(),
    };
    let verdict = provider.as_ref().map_or(Verdict::Unsigned, |provider| provider.verify(&request));
    if verdict != Verdict::Genuine
        && let Some(reply) = provider.as_ref().and_then(|provider| provider.handshake(&request))
    {
        return Ok(answer(reply));
    }
    let found = match verdict {
        Verdict::Genuine => found,
        Verdict::Forged => return Err(forged()),
        Verdict::Unsigned => with_token(edge, peer, &request.headers, found)?,
    };
    let found = found.ok_or_else(|| Problem::new(Code::ChannelNotFound, "no such channel"))?;
    if request.method != Method::POST {
        return Err(Problem::new(Code::NotFound, "messages are handed in with POST"));
    }
    taken(edge, &found, &request.body).await
}

fn find(edge: &Edge, channel: &str) -> Option<Found> {
    let (workspace, channel) = inbound::find(&edge.node, channel.parse::<ChannelId>().ok()?)?;
    let account = edge.providers.account_of(workspace.id, &channel.provider);
    let provider = account.map(|account| Arc::clone(&account.provider));
    Some(Found { workspace, channel, provider })
}

/// Without a signature the caller needs a token of the channel's workspace.
fn with_token(
    edge: &Edge,
    peer: SocketAddr,
    headers: &HeaderMap,
    found: Option<Found>,
) -> Result<Option<Found>, Problem> {
    let is_let_in = |found: &Found| {
        edge.open_simulator && found.channel.provider == simulator::NAME && peer.ip().is_loopback()
    };
    if bearer(headers).is_none() && found.as_ref().is_some_and(is_let_in) {
        return Ok(found);
    }
    // Who may not ask does not learn which channels there are.
    let caller = caller(&edge.node, headers)?;
    let found = found.filter(|found| found.workspace.id == caller.workspace.id);
    if !may_hand_in(&caller.agent) {
        return Err(Problem::new(Code::NotAllowed, "this token may not hand in messages"));
    }
    Ok(found)
}

async fn taken(edge: &Edge, found: &Found, body: &Bytes) -> Result<Response, Problem> {
    let Found { workspace, channel, provider } = found;
    let error = match inbound::take(&edge.node, &edge.providers, workspace, channel, body).await {
        Ok(()) => {
            fault::at(Point::InboundTaken);
            return Ok(answer(provider.as_ref().map_or_else(Reply::empty, |provider| provider.thanks())));
        }
        Err(error) => error,
    };
    let Some(provider) = provider.as_ref().filter(|provider| provider.poison() == Poison::KeepAside) else {
        return Err(Problem(error));
    };
    if error.temporary {
        return Err(Problem(error));
    }
    keep_aside(edge, found, body, &error).await?;
    Ok(answer(provider.thanks()))
}

async fn keep_aside(edge: &Edge, found: &Found, body: &[u8], error: &ErrorBody) -> Result<(), Problem> {
    let (workspace, channel) = (found.workspace.id, &found.channel);
    let at = edge.node.clock.now();
    let kept = Kept::new(workspace, channel.id, &channel.provider, at, &error.message, body);
    let poison = Arc::clone(&edge.poison);
    let is_strangers = inbound::is_for_another(error);
    let done = tokio::task::spawn_blocking(move || {
        if is_strangers { poison.keep_if_roomy(&kept) } else { poison.keep(&kept).map(Some) }
    });
    match done.await {
        Ok(Ok(None)) => {
            metrics::counter!("parloir_inbound_for_nobody_dropped_total").increment(1);
            tracing::error!(channel = %channel.id, reason = error.message, "inbound.for_nobody_dropped");
            Ok(())
        }
        Ok(Ok(Some(id))) => {
            metrics::counter!("parloir_inbound_kept_aside_total").increment(1);
            tracing::warn!(channel = %channel.id, code = error.code, id, "inbound.kept_aside");
            Ok(())
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "inbound.not_kept_aside");
            Err(Problem::new(Code::Unavailable, "what cannot be read cannot be kept either"))
        }
        Err(_) => Err(Problem::new(Code::Unavailable, "what cannot be read cannot be kept either")),
    }
}

fn forged() -> Problem {
    metrics::counter!("parloir_inbound_forged_total").increment(1);
    Problem::new(Code::Unauthenticated, "the signature or secret of the webhook is not right")
}

fn answer(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    match reply.content_type {
        Some(kind) => (status, [(header::CONTENT_TYPE, kind)], reply.body).into_response(),
        None => (status, reply.body).into_response(),
    }
}

fn may_hand_in(agent: &Agent) -> bool {
    agent.role == Role::Admin || agent.rights.contains(&Right::Inbound)
}
