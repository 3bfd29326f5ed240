//! Requests over HTTP, as programs make them: JSON in, JSON out, with the status and the kind of the answer.

use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use uuid::Uuid;

/// A program that talks to one server.
#[derive(Clone)]
pub(crate) struct Http {
    client: Client<HttpConnector, Full<Bytes>>,
    address: SocketAddr,
}

/// What the server answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: String,
    /// What the server asks a browser to keep.
    pub(crate) cookie: Option<String>,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The `ok` of a command or query that was accepted.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()["ok"].clone()
    }

    /// The status and code of a problem document.
    #[track_caller]
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.kind, "application/problem+json", "{} {}", self.status, self.text());
        let document = self.json();
        assert_eq!(document["status"], self.status, "{document}");
        assert!(document["title"].is_string() && document["temporary"].is_boolean(), "{document}");
        (self.status, document["code"].as_str().expect("a code").to_owned())
    }
}

/// A fresh command id.
pub(crate) fn fresh_id() -> String {
    Uuid::now_v7().to_string()
}

impl Http {
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build(HttpConnector::new()), address }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// One request; an error when the server is not there or went away.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: impl Into<Bytes>,
    ) -> Result<Answer, String> {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> =
            bearer.iter().map(|value| ("authorization", value.as_str())).collect();
        self.ask_with(method, path, &headers, body).await
    }

    /// One request with these headers and no others of its own.
    pub(crate) async fn ask_with(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Answer, String> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).expect("a request");
        let response = self.client.request(request).await.map_err(|error| error.to_string())?;
        let status = response.status().as_u16();
        let header = |name: &str| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let (kind, cookie) = (header("content-type").unwrap_or_default(), header("set-cookie"));
        let body = response.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
        Ok(Answer { status, kind, cookie, body })
    }

    /// One request with headers of one's own, and the whole answer.
    pub(crate) async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Response<Bytes> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).expect("a request");
        let (head, body) = self.client.request(request).await.expect("the server answers").into_parts();
        Response::from_parts(head, body.collect().await.expect("a whole answer").to_bytes())
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.ask(Method::GET, path, token, Bytes::new()).await.expect("the server answers")
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Answer {
        self.ask(Method::POST, path, token, body.to_string()).await.expect("the server answers")
    }

    /// One command under an id of its own.
    pub(crate) async fn command(&self, token: &str, name: &str, params: Value) -> Answer {
        self.command_as(token, &fresh_id(), name, params).await
    }

    pub(crate) async fn command_as(&self, token: &str, id: &str, name: &str, params: Value) -> Answer {
        let body = json!({ "command_id": id, "name": name, "params": params });
        self.post("/v1/commands", Some(token), &body).await
    }

    pub(crate) async fn query(&self, token: &str, name: &str, params: Value) -> Answer {
        self.post("/v1/queries", Some(token), &json!({ "name": name, "params": params })).await
    }

    /// One figure of `/metrics`; 0 when it was never counted.
    pub(crate) async fn figure(&self, name: &str) -> f64 {
        let text = self.get("/metrics", None).await.text();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0.0, |figure| figure.parse().expect("a figure is a number"))
    }

    /// The log's lines after `seq`.
    pub(crate) async fn log(&self, token: &str, after: u64) -> Vec<Value> {
        let answer = self.get(&format!("/v1/log?after={after}"), Some(token)).await;
        assert_eq!((answer.status, answer.kind.as_str()), (200, "application/x-ndjson"));
        answer.text().lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
    }
}
