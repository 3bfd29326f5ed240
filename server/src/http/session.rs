//! Signing a browser in and out. A session is a token like others, made for a browser, with an end; it stands
//! in a cookie and nowhere else.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use parloir_desk::command::{Command, TokenDraft, TokenHash};
use parloir_desk::commit::{Actor, Key};
use parloir_desk::entity::Purpose;
use parloir_desk::view::View;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::{AgentId, CommandId, TokenId, WorkspaceId};
use parloir_protocol::time::Time;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::problem::{Problem, bearer, reader, unreadable};
use super::{Edge, cookie, origin};
use crate::admission::{Caller, authenticate};
use crate::asked::error_of;
use crate::node::Node;
use crate::secret::Secret;
use crate::workspace::Rejected;

/// How long a browser stays signed in: a week.
const SESSION_SECONDS: i64 = 7 * 24 * 60 * 60;

/// How somebody signs in.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum SignIn {
    Token {
        token: String,
    },
    Invitation {
        invitation: String,
        /// Whoever is signed in here as somebody else is signed out.
        #[serde(default)]
        replace: bool,
    },
}

/// Who is signed in.
#[derive(Serialize)]
struct SignedIn {
    agent_id: AgentId,
    workspace_id: WorkspaceId,
    expires_at: Option<Time>,
    /// For a window of the demonstration, where one browser is several people.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// Whether the page itself learns the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    Cookie,
    CookieAndPage,
}

/// `POST /v1/session`: a token, or an invitation once, for a session.
pub(super) async fn sign_in(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    origin::check(&edge.node, &headers)?;
    let body = body.map_err(|rejection| unreadable(&rejection))?;
    let asked: SignIn = serde_json::from_slice(&body)
        .map_err(|_| Problem::new(Code::InvalidParams, "send `token` or `invitation`"))?;
    match asked {
        SignIn::Token { token } => {
            let caller = authenticate(&edge.node, Some(&token)).map_err(|_| unknown())?;
            // A session that makes another one would never end.
            if caller.purpose == Purpose::Session {
                return Err(unknown());
            }
            let (workspace, agent) = (caller.workspace.id, caller.agent.id);
            let ends = Ends { at: caller.expires_at, with: Some(caller.token) };
            session_of(&edge.node, workspace, agent, ends, Telling::Cookie).await
        }
        SignIn::Invitation { invitation, replace } => {
            let replacing = if replace { Replacing::Anybody } else { Replacing::Nobody };
            redeemed(&edge.node, &headers, &invitation, replacing).await
        }
    }
}

/// `GET /v1/session`.
pub(super) async fn signed_in(
    State(edge): State<Arc<Edge>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = reader(&edge.node, &headers)?;
    Ok((no_store(), Json(who(&caller))).into_response())
}

/// `DELETE /v1/session`: also on every open connection of this browser.
pub(super) async fn sign_out(State(edge): State<Arc<Edge>>, headers: HeaderMap) -> Result<Response, Problem> {
    let secret = match bearer(&headers) {
        Some(token) => Some(token),
        None => {
            origin::check_own(&edge.node, &headers)?;
            cookie::secret(&headers)
        }
    };
    if let Ok(caller) = authenticate(&edge.node, secret) {
        end_session(&caller).await?;
    }
    // In the demonstration another window of this browser may be somebody else, whose cookie it is.
    let is_in_use = cookie::secret(&headers).is_some_and(|kept| authenticate(&edge.node, Some(kept)).is_ok());
    let forgotten = (!is_in_use).then(|| [(header::SET_COOKIE, cookie::forgotten())]);
    Ok((StatusCode::NO_CONTENT, forgotten, ()).into_response())
}

async fn end_session(caller: &Caller) -> Result<(), Problem> {
    let revoke = Command::RevokeToken { token_id: caller.token };
    let actor = Actor::Agent(caller.agent.id);
    let revoked = caller.workspace.ask(fresh_key(), actor, revoke, None).await;
    revoked.map(drop).map_err(|rejected| Problem(error_of(&rejected)))
}

/// What a session ends with, beside its week.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ends {
    pub(super) at: Option<Time>,
    /// The token that it was made from.
    pub(super) with: Option<TokenId>,
}

/// A session for an agent whose right to one is settled.
pub(super) async fn session_of(
    node: &Node,
    workspace: WorkspaceId,
    agent_id: AgentId,
    ends: Ends,
    telling: Telling,
) -> Result<Response, Problem> {
    let secret = Secret::random(workspace);
    let create = Command::CreateToken(TokenDraft {
        agent_id,
        hash: TokenHash(secret.hash()),
        expires_at: Some(ends.at.map_or(end(node), |until| until.min(end(node)))),
        purpose: Purpose::Session,
        made_from: ends.with,
    });
    given(node, secret, create, telling).await
}

/// Whether an invitation may take the place of who is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Replacing {
    Nobody,
    Anybody,
}

async fn redeemed(
    node: &Node,
    headers: &HeaderMap,
    invitation: &str,
    replacing: Replacing,
) -> Result<Response, Problem> {
    let invitation = Secret::parse(invitation).ok_or_else(unknown)?;
    let before = cookie::secret(headers).and_then(|secret| authenticate(node, Some(secret)).ok());
    if let Some(before) = before.as_ref().filter(|_| replacing == Replacing::Nobody)
        && before.agent.id != invited(node, &invitation)?
    {
        return Err(already_signed_in(before));
    }
    let secret = Secret::random(invitation.workspace);
    let redeem = Command::Redeem {
        invitation: invitation.hash(),
        hash: TokenHash(secret.hash()),
        expires_at: end(node),
    };
    let answer = given(node, secret, redeem, Telling::Cookie).await?;
    if let Some(before) = before {
        end_session(&before).await?;
    }
    Ok(answer)
}

/// Whom an invitation that works is for.
fn invited(node: &Node, invitation: &Secret) -> Result<AgentId, Problem> {
    let state = node.state.current();
    let found = View::new(&*state, invitation.workspace).token(&invitation.hash());
    let found = found.filter(|token| token.purpose == Purpose::Invitation).ok_or_else(unknown)?;
    let is_over = found.expires_at.is_some_and(|until| until <= node.clock.now());
    if is_over { Err(unknown()) } else { Ok(found.agent_id) }
}

fn already_signed_in(who: &Caller) -> Problem {
    let sentence = "somebody else is signed in here: send `replace` to sign them out";
    let error = ErrorBody::new(Code::AlreadySignedIn, sentence);
    Problem(error.with("agent_id", who.agent.id.to_string()).with("name", who.agent.name.as_str()))
}

/// Asks for the session and puts its secret into a cookie.
async fn given(node: &Node, secret: Secret, command: Command, telling: Telling) -> Result<Response, Problem> {
    let workspace = node.workspace(secret.workspace).ok_or_else(unknown)?;
    let made = workspace.ask(fresh_key(), Actor::System, command, None).await;
    made.map_err(|rejected| match rejected {
        Rejected::Refused(_) => unknown(),
        Rejected::Busy | Rejected::ReadOnly | Rejected::Unavailable | Rejected::Internal => {
            Problem(error_of(&rejected))
        }
    })?;
    let text = secret.text();
    let caller = authenticate(node, Some(&text)).map_err(|_| unknown())?;
    let set = (header::SET_COOKIE, cookie::kept(&text, SESSION_SECONDS));
    let told = SignedIn { token: (telling == Telling::CookieAndPage).then_some(text), ..who(&caller) };
    Ok(([set], no_store(), Json(told)).into_response())
}

fn who(caller: &Caller) -> SignedIn {
    SignedIn {
        agent_id: caller.agent.id,
        workspace_id: caller.workspace.id,
        expires_at: caller.expires_at,
        token: None,
    }
}

fn end(node: &Node) -> Time {
    node.clock.now().plus_millis(SESSION_SECONDS * 1_000)
}

fn fresh_key() -> Key {
    Key::Operator(CommandId(Uuid::now_v7()))
}

fn no_store() -> [(header::HeaderName, &'static str); 1] {
    [(header::CACHE_CONTROL, "no-store")]
}

/// Which of the reasons it was is nobody's business.
fn unknown() -> Problem {
    Problem::new(Code::Unauthenticated, "this way in does not work: ask for another one")
}
