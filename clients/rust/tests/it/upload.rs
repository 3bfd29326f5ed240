//! Files on their way up, to a server that answers as a test says.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use parloir_client::protocol::entity::{Attachment, AttachmentKind, AttachmentState};
use parloir_client::protocol::ids::AttachmentId;
use parloir_client::{Client, Options, UploadError, Uploading};
use serde_json::json;
use tokio::net::TcpListener;

use super::desk::soon;

/// An answer: its status, the offset in its header, its body.
pub(crate) type Answer = (u16, Option<u64>, String);

/// Answers in turn, and what was asked.
#[derive(Default)]
struct Script {
    answers: Vec<Answer>,
    asked: Vec<String>,
}

pub(crate) struct Door {
    pub(crate) address: String,
    script: Arc<Mutex<Script>>,
}

impl Door {
    pub(crate) async fn open(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it listens").to_string();
        let script = Arc::new(Mutex::new(Script { answers, asked: Vec::new() }));
        let told = Arc::clone(&script);
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                let script = Arc::clone(&told);
                let answer = service_fn(move |request| {
                    let answer = answer(&script, &request);
                    async move { Ok::<_, Infallible>(answer) }
                });
                let serving = hyper::server::conn::http1::Builder::new();
                tokio::spawn(serving.serve_connection(TokioIo::new(tcp), answer));
            }
        });
        Self { address, script }
    }

    async fn upload(&self, path: &str) -> Result<Attachment, UploadError> {
        let url = format!("http://{}{path}", self.address);
        let client = Client::connect(Options::new(url, "secret")).expect("a good address");
        soon(client.upload("note.txt", &b"Bonjour"[..], Uploading::default())).await
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner).asked.clone()
    }
}

fn answer<B>(script: &Mutex<Script>, request: &Request<B>) -> Response<Full<Bytes>> {
    let uri = request.uri().path();
    let mut script = script.lock().unwrap_or_else(PoisonError::into_inner);
    if !uri.contains("/v1/attachments") {
        return Response::builder().status(503).body(Full::default()).expect("an answer");
    }
    script.asked.push(format!("{} {uri}", request.method()));
    let (status, offset, body) =
        if script.answers.is_empty() { (404, None, String::new()) } else { script.answers.remove(0) };
    let answer = Response::builder().status(status);
    let answer = match offset {
        Some(offset) => answer.header("upload-offset", offset),
        None => answer,
    };
    answer.body(Full::from(body)).expect("an answer")
}

fn id() -> AttachmentId {
    AttachmentId::from_bytes([7; 16])
}

fn attachment() -> Attachment {
    Attachment {
        attachment_id: id(),
        name: Some("note.txt".to_owned()),
        media_type: "text/plain".to_owned(),
        kind: AttachmentKind::Document,
        bytes: 7,
        width: None,
        height: None,
        thumbnail: false,
        state: AttachmentState::Stored,
    }
}

pub(crate) fn begun() -> Answer {
    (201, None, json!({ "attachment_id": id(), "offset": 0, "bytes": 7 }).to_string())
}

pub(crate) fn whole() -> Answer {
    let body = json!({ "attachment_id": id(), "offset": 7, "bytes": 7, "attachment": attachment() });
    (200, None, body.to_string())
}

#[tokio::test]
async fn a_file_goes_where_the_address_says() {
    let door = Door::open(vec![begun(), whole()]).await;
    assert_eq!(door.upload("/inbox/").await, Ok(attachment()));
    let one = format!("/inbox/v1/attachments/{}", id());
    assert_eq!(door.asked(), ["POST /inbox/v1/attachments".to_owned(), format!("PATCH {one}")]);
}

/// An answer without a word, as a proxy gives it.
fn bare(status: u16) -> Answer {
    (status, None, String::new())
}

#[tokio::test]
async fn a_server_that_cannot_say_now_how_far_it_is_is_asked_again() {
    let known = (200, Some(0), String::new());
    let door = Door::open(vec![begun(), bare(502), bare(503), bare(429), known, whole()]).await;
    assert_eq!(door.upload("").await, Ok(attachment()));
    let methods: Vec<_> =
        door.asked().iter().filter_map(|asked| asked.split(' ').next().map(str::to_owned)).collect();
    assert_eq!(methods, ["POST", "PATCH", "HEAD", "HEAD", "HEAD", "PATCH"]);
}

#[tokio::test]
async fn an_upload_that_is_gone_is_not_gone_on_with() {
    for status in [404, 410] {
        let door = Door::open(vec![begun(), bare(502), bare(status)]).await;
        let failed = door.upload("").await;
        assert!(matches!(failed, Err(UploadError::Stalled(_))), "{failed:?}");
        assert_eq!(door.asked().len(), 3);
    }
}
