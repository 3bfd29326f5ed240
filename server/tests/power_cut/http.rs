//! Requests over HTTP, as programs make them. Any answer but 200 is an error.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

use super::server::PATIENCE;

/// A program that talks to one life of a server.
#[derive(Clone)]
pub(crate) struct Http {
    client: Client<HttpConnector, Full<Bytes>>,
    address: SocketAddr,
}

impl Http {
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), address }
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Result<Bytes> {
        self.ask(self.request("GET", path).header("authorization", bearer(token)), Bytes::new()).await
    }

    /// A command that must be accepted; its `ok`.
    pub(crate) async fn command(&self, token: &str, name: &str, params: Value) -> Result<Value> {
        let body = json!({ "command_id": Uuid::now_v7(), "name": name, "params": params });
        let request = self.request("POST", "/v1/commands").header("authorization", bearer(token));
        let answer = self.ask(request, body.to_string()).await.with_context(|| name.to_owned())?;
        Ok(serde_json::from_slice::<Value>(&answer)?["ok"].take())
    }

    /// What a provider hands in.
    pub(crate) async fn inbound(&self, channel: &str, body: &Value) -> Result<()> {
        let request = self.request("POST", &format!("/v1/inbound/{channel}"));
        self.ask(request, body.to_string()).await.map(drop)
    }

    fn request(&self, method: &str, path: &str) -> hyper::http::request::Builder {
        Request::builder().method(method).uri(format!("http://{}{path}", self.address))
    }

    async fn ask(&self, request: hyper::http::request::Builder, body: impl Into<Bytes>) -> Result<Bytes> {
        let request = request.body(Full::new(body.into()))?;
        let answer = async {
            let response = self.client.request(request).await?;
            let status = response.status();
            let body = response.into_body().collect().await?.to_bytes();
            ensure!(status == StatusCode::OK, "{status}: {}", String::from_utf8_lossy(&body));
            Ok(body)
        };
        timeout(PATIENCE, answer).await.context("no answer in time")?
    }
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}
