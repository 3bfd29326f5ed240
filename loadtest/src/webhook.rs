//! Plain HTTP to the server under test: the simulator's webhook, single commands and the export of the log.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode, http::request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use parloir_client::protocol::codec::Codec;
use parloir_client::protocol::command::{Command, CommandFrame};
use parloir_client::protocol::down::{Done, read_ok};
use parloir_client::protocol::error::ErrorBody;
use parloir_client::protocol::ids::{ChannelId, CommandId, MessageId};
use serde::Deserialize;
use uuid::Uuid;

use crate::customer::Inbound;
use crate::plan::Target;

/// A provider tries again as long.
const TRIES_MAX: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// A thousand files at once share one disk.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(600);

/// Imports as the server lists them.
#[derive(Deserialize)]
struct Imports {
    items: Vec<Import>,
}

#[derive(Deserialize)]
struct Import {
    attachment_id: String,
    imported: u64,
    ended: Option<Ended>,
}

#[derive(Deserialize)]
struct Ended {
    how: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Http {
    client: Client<HttpConnector, Full<Bytes>>,
    target: Target,
}

impl Http {
    pub(crate) fn new(target: Target) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self { client: Client::builder(TokioExecutor::new()).build(connector), target }
    }

    /// Hands a message in until the server says that it is durable.
    pub(crate) async fn hand_in(&self, channel: ChannelId, inbound: &Inbound) -> anyhow::Result<()> {
        let body = Bytes::from(serde_json::to_vec(inbound).context("a message is JSON")?);
        for _ in 0..TRIES_MAX {
            let (status, answer) =
                self.call(Method::POST, &format!("/v1/inbound/{channel}"), body.clone()).await?;
            match status {
                StatusCode::OK => return Ok(()),
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    tokio::time::sleep(PAUSE).await;
                }
                _ => bail!("the webhook answered {status}: {}", String::from_utf8_lossy(&answer)),
            }
        }
        bail!("the webhook was busy {TRIES_MAX} times for {}", inbound.event_id)
    }

    /// The commits after `after`, a line each.
    pub(crate) async fn log(&self, after: u64) -> anyhow::Result<Bytes> {
        let (status, body) = self.call(Method::GET, &format!("/v1/log?after={after}"), Bytes::new()).await?;
        anyhow::ensure!(status == StatusCode::OK, "the log's export answered {status}");
        Ok(body)
    }

    /// The same a line at a time, for a log that fits into no memory. An export that ends early is an error.
    pub(crate) async fn log_lines(
        &self,
        after: u64,
        mut take: impl FnMut(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let answer = self.ask(Method::GET, &format!("/v1/log?after={after}"), Bytes::new()).await?;
        anyhow::ensure!(answer.status() == StatusCode::OK, "the log's export answered {}", answer.status());
        let (mut body, mut rest) = (answer.into_body(), Vec::new());
        while let Some(frame) = tokio::time::timeout(ANSWER_TIMEOUT, body.frame()).await? {
            let Ok(piece) = frame?.into_data() else { continue };
            for (n, line) in piece.split(|byte| *byte == b'\n').enumerate() {
                if n > 0 {
                    take(&rest)?;
                    rest.clear();
                }
                rest.extend_from_slice(line);
            }
        }
        if rest.is_empty() { Ok(()) } else { take(&rest) }
    }

    /// How often each message left, by the simulator's own count; nothing where no demonstration runs on this
    /// machine.
    pub(crate) async fn left(&self) -> anyhow::Result<Option<BTreeMap<MessageId, u32>>> {
        let (status, body) = self.call(Method::GET, "/simulator/left", Bytes::new()).await?;
        match status {
            StatusCode::OK => Ok(Some(serde_json::from_slice(&body).context("what left")?)),
            StatusCode::NOT_FOUND => Ok(None),
            _ => bail!("the question what left was answered {status}"),
        }
    }

    /// The server's own figures, as text.
    pub(crate) async fn metrics(&self) -> anyhow::Result<String> {
        let (status, body) = self.call(Method::GET, "/metrics", Bytes::new()).await?;
        anyhow::ensure!(status == StatusCode::OK, "the figures were answered {status}");
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// Sends a whole file.
    pub(crate) async fn upload(&self, name: &str, content: Bytes) -> anyhow::Result<()> {
        let announced = serde_json::json!({ "name": name, "bytes": content.len() });
        self.send_file(name, &announced, content).await.map(|_| ())
    }

    /// Has an address book imported, and waits for its end; how many of its rows are people now.
    pub(crate) async fn import(&self, name: &str, content: String) -> anyhow::Result<u64> {
        let announced = serde_json::json!({ "name": name, "bytes": content.len(), "purpose": "import" });
        let id = self.send_file(name, &announced, content.into()).await?;
        let asked = serde_json::json!({ "attachment_id": id }).to_string();
        let (status, answer) = self.call(Method::POST, "/v1/imports", asked.into()).await?;
        anyhow::ensure!(status == StatusCode::CREATED, "an import was answered {status}: {answer:?}");
        loop {
            let (status, answer) = self.call(Method::GET, "/v1/imports", Bytes::new()).await?;
            anyhow::ensure!(status == StatusCode::OK, "the imports were answered {status}");
            let Imports { items } = serde_json::from_slice(&answer).context("a list of imports")?;
            let own = items.into_iter().find(|import| import.attachment_id == id);
            let own = own.context("an import that began is in the list")?;
            if let Some(ended) = own.ended {
                anyhow::ensure!(ended.how == "whole", "an import ended as {}", ended.how);
                return Ok(own.imported);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Announces a file and sends it; its id.
    async fn send_file(
        &self,
        name: &str,
        announced: &serde_json::Value,
        content: Bytes,
    ) -> anyhow::Result<String> {
        let announced = announced.to_string();
        let (status, answer) = self.call(Method::POST, "/v1/attachments", announced.into()).await?;
        anyhow::ensure!(status == StatusCode::CREATED, "{name} was answered {status}: {answer:?}");
        let answer: serde_json::Value = serde_json::from_slice(&answer)?;
        let id = answer["attachment_id"].as_str().context("an upload has an id")?;
        let path = format!("/v1/attachments/{id}");
        let request =
            self.request(Method::PATCH, &path).header("upload-offset", "0").body(Full::new(content))?;
        let answer = tokio::time::timeout(UPLOAD_TIMEOUT, self.client.request(request)).await??;
        anyhow::ensure!(answer.status() == StatusCode::OK, "{name} was answered {}", answer.status());
        Ok(id.to_owned())
    }

    /// Gives one command, under one id until the server has answered it for good.
    pub(crate) async fn command(&self, command: Command) -> anyhow::Result<Done> {
        let name = command.name();
        match self.offer(command).await? {
            Ok(done) => Ok(done),
            Err(refusal) => bail!("{name} was refused: {}: {}", refusal.code, refusal.message),
        }
    }

    /// The same, with the refusal.
    pub(crate) async fn offer(&self, command: Command) -> anyhow::Result<Result<Done, ErrorBody>> {
        let frame = CommandFrame { command_id: CommandId(Uuid::now_v7()), expected: None, command };
        let body = Bytes::from(Codec::Json.write(&frame));
        for _ in 0..TRIES_MAX {
            let (status, answer) = self.call(Method::POST, "/v1/commands", body.clone()).await?;
            if status == StatusCode::OK {
                return Ok(Ok(read_ok(Codec::Json, &answer)?));
            }
            let refusal: ErrorBody = serde_json::from_slice(&answer)
                .with_context(|| format!("a command was answered {status} without a reason"))?;
            if !refusal.temporary {
                return Ok(Err(refusal));
            }
            tokio::time::sleep(refusal.retry_after_ms.map_or(PAUSE, Duration::from_millis)).await;
        }
        bail!("the server was busy {TRIES_MAX} times for one command")
    }

    async fn call(&self, method: Method, path: &str, body: Bytes) -> anyhow::Result<(StatusCode, Bytes)> {
        let answer = self.ask(method, path, body).await?;
        let status = answer.status();
        let body = tokio::time::timeout(ANSWER_TIMEOUT, answer.into_body().collect());
        Ok((status, body.await.with_context(|| format!("no whole answer to {path} in time"))??.to_bytes()))
    }

    /// Again where the server has just closed a connection that was idle: whatever is asked here may be asked twice.
    async fn ask(&self, method: Method, path: &str, body: Bytes) -> anyhow::Result<Response<Incoming>> {
        for _ in 0..TRIES_MAX {
            let request = self.request(method.clone(), path).header("content-type", "application/json");
            let answer = self.client.request(request.body(Full::new(body.clone()))?);
            let answer = tokio::time::timeout(ANSWER_TIMEOUT, answer).await;
            match answer.with_context(|| format!("no answer to {path} in time"))? {
                Err(error) if was_closed(&error) => {}
                answer => return Ok(answer?),
            }
        }
        bail!("the connection was closed {TRIES_MAX} times at {path}")
    }

    fn request(&self, method: Method, path: &str) -> request::Builder {
        Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.target.url.trim_end_matches('/')))
            .header("authorization", format!("Bearer {}", self.target.token))
    }
}

/// Whether a connection ended before anything was answered.
fn was_closed(error: &hyper_util::client::legacy::Error) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<hyper::Error>());
    cause.is_some_and(hyper::Error::is_incomplete_message)
}
