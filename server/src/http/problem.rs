//! Errors over HTTP: problem documents (RFC 9457) with the same codes as on the socket.

use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use parloir_protocol::error::{Code, ErrorBody};
use serde::Serialize;

use super::{cookie, origin};
use crate::admission::{Caller, authenticate};
use crate::node::Node;

/// An error on its way to an HTTP client.
#[derive(Debug)]
pub(super) struct Problem(pub(super) ErrorBody);

#[derive(Serialize)]
struct Document<'a> {
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(flatten)]
    error: &'a ErrorBody,
}

impl Problem {
    pub(super) fn new(code: Code, message: &str) -> Self {
        Self(ErrorBody::new(code, message))
    }

    fn status(&self) -> StatusCode {
        let code = Code::ALL.iter().find(|code| code.as_str() == self.0.code);
        code.and_then(|code| StatusCode::from_u16(code.http()).ok())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let document = Document {
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail: &self.0.message,
            error: &self.0,
        };
        let body = serde_json::to_vec(&document).expect("a problem can be written");
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if let Some(after) = self.0.retry_after_ms {
            response.headers_mut().insert(header::RETRY_AFTER, after.div_ceil(1_000).into());
        }
        response
    }
}

/// A body that could not be read whole.
pub(super) fn unreadable(rejection: &BytesRejection) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::FrameTooLarge, "the body is larger than allowed"),
        _ => Problem::new(Code::BadFrame, "the body did not arrive whole"),
    }
}

/// The token of `Authorization: Bearer`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// Who asks for a change: whose token a request carries, or whose cookie when it comes from a page of this host.
pub(super) fn caller(node: &Node, headers: &HeaderMap) -> Result<Caller, Problem> {
    match (bearer(headers), cookie::secret(headers)) {
        (None, Some(secret)) => {
            origin::check_own(node, headers)?;
            known(node, Some(secret))
        }
        (token, _) => known(node, token),
    }
}

/// Who asks to read: as [`caller`], but browsers do not say where a page is from that only reads.
pub(super) fn reader(node: &Node, headers: &HeaderMap) -> Result<Caller, Problem> {
    origin::check(node, headers)?;
    known(node, bearer(headers).or_else(|| cookie::secret(headers)))
}

fn known(node: &Node, secret: Option<&str>) -> Result<Caller, Problem> {
    authenticate(node, secret).map_err(|_| {
        Problem::new(Code::Unauthenticated, "sign in, or send a token that works: `Authorization: Bearer …`")
    })
}

pub(super) async fn no_such_path() -> Problem {
    Problem::new(Code::NotFound, "no such path")
}
