//! Calls to providers over HTTPS: bounded in time and size, no redirects, secrets only in headers. What an
//! answer means is the provider's matter.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Client, Method, Response};
use thiserror::Error;

use super::content::ByteStream;

pub(super) use encoding::{encoded, form, form_pairs};

mod encoding;

/// From the first byte to a connection.
const CONNECT_MAX: Duration = Duration::from_secs(10);
/// From a call to its answer: below what the outbox waits.
const ANSWER_MAX: Duration = Duration::from_secs(25);
/// Of a server that looks through all that it has before it answers.
const SILENCE_MAX: Duration = Duration::from_secs(300);
/// An answer's body; what providers say is far shorter.
const ANSWER_BYTES_MAX: usize = 256 << 10;
/// Connections kept for the next call.
const IDLE_MAX: usize = 64;
/// What a provider may ask for as a pause.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3_600);

/// Who may be called.
#[derive(Clone)]
pub(super) struct Web {
    client: Client,
    base: String,
    patience: Duration,
}

/// What is said to a provider.
pub(super) struct Call {
    pub(super) method: Method,
    /// Behind the base, with its query; parts of it that come from elsewhere are [`encoded`].
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: CallBody,
}

pub(super) enum CallBody {
    Empty,
    Bytes(&'static str, Vec<u8>),
    /// One file among fields, as `multipart/form-data`.
    Upload(Upload),
}

/// A file that is handed over as it is read.
pub(super) struct Upload {
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) content: ByteStream,
}

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) retry_after: Option<Duration>,
    pub(super) body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum NoAnswer {
    /// Nothing was said to anybody.
    #[error("nobody could be reached: {0}")]
    NotCalled(String),
    /// It was said, or begun, and the answer did not come whole.
    #[error("no whole answer came: {0}")]
    Lost(String),
}

impl Web {
    /// Calls to what begins with `base`.
    ///
    /// # Errors
    /// A sentence when `base` is no address.
    pub(super) fn new(base: &str) -> Result<Self, String> {
        let base = base.trim_end_matches('/').to_owned();
        let parsed =
            reqwest::Url::parse(&base).map_err(|error| format!("'{base}' is no address: {error}"))?;
        let is_fit = matches!(parsed.scheme(), "https" | "http")
            && parsed.query().is_none()
            && parsed.fragment().is_none()
            && parsed.username().is_empty()
            && parsed.password().is_none();
        if !is_fit {
            return Err(format!("'{base}' must be an https address without a query, a fragment or a user"));
        }
        Ok(Self { client: builder().build().map_err(|error| error.to_string())?, base, patience: ANSWER_MAX })
    }

    /// The same with another wait for answers, up to the longest.
    pub(super) fn patient(self, patience: Duration) -> Self {
        Self { patience: patience.min(ANSWER_MAX), ..self }
    }

    /// The answer, whatever its status.
    pub(super) async fn call(&self, call: Call) -> Result<Answer, NoAnswer> {
        let response = self.ask(call).await?;
        let (status, retry_after) = (response.status().as_u16(), retry_after(response.headers()));
        Ok(Answer { status, retry_after, body: whole(response).await? })
    }

    async fn ask(&self, call: Call) -> Result<Response, NoAnswer> {
        let url = format!("{}{}", self.base, call.path);
        let mut request = self.client.request(call.method, url).timeout(self.patience);
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        let request = match call.body {
            CallBody::Empty => request,
            CallBody::Bytes(media_type, bytes) => request.header(CONTENT_TYPE, media_type).body(bytes),
            CallBody::Upload(upload) => upload.on(request),
        };
        request.send().await.map_err(|error| no_answer(&error))
    }
}

impl Upload {
    fn on(self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        // Nobody can put it into a file by chance or on purpose, since it is new each time.
        let boundary = format!("parloir-{}", uuid::Uuid::new_v4().simple());
        let mut head = String::new();
        for (name, value) in &self.fields {
            head.push_str(&part(&boundary, &format!("name=\"{name}\""), None));
            head.push_str(&one_line(value));
            head.push_str("\r\n");
        }
        let named = format!("name=\"file\"; filename=\"{}\"", one_line(&self.name));
        head.push_str(&part(&boundary, &named, Some(&one_line(&self.media_type))));
        let tail = format!("\r\n--{boundary}--\r\n");
        let first = futures_util::stream::iter([Ok(Bytes::from(head))]);
        let last = futures_util::stream::iter([Ok(Bytes::from(tail))]);
        let body = reqwest::Body::wrap_stream(first.chain(self.content).chain(last));
        request.header(CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}")).body(body)
    }
}

fn part(boundary: &str, disposition: &str, media_type: Option<&str>) -> String {
    let kind = media_type.map(|kind| format!("Content-Type: {kind}\r\n")).unwrap_or_default();
    format!("--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n{kind}\r\n")
}

/// A value that cannot end its line or its quotes.
fn one_line(value: &str) -> String {
    value.chars().map(|c| if c.is_control() || c == '"' || c == '\\' { '_' } else { c }).collect()
}

/// What every client of ours has in common.
pub(super) fn builder() -> reqwest::ClientBuilder {
    static PROVIDER: std::sync::Once = std::sync::Once::new();
    PROVIDER.call_once(|| {
        // Somebody else in the process may have chosen the same before.
        let _chosen = rustls::crypto::ring::default_provider().install_default().is_err();
    });
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_MAX)
        .pool_max_idle_per_host(IDLE_MAX)
        .no_proxy()
        .referer(false)
        .user_agent(concat!("parloir/", env!("CARGO_PKG_VERSION")))
}

/// A client without any provider's habits, for the command line.
pub(crate) fn plain_client() -> Result<Client, String> {
    builder().timeout(ANSWER_MAX).build().map_err(|error| error.to_string())
}

/// The same for answers of any length: it gives up when nothing comes for so long.
pub(crate) fn patient_client() -> Result<Client, String> {
    builder().read_timeout(SILENCE_MAX).build().map_err(|error| error.to_string())
}

/// A client whose connections go where `resolver` lets them.
pub(crate) fn guarded(resolver: Arc<impl reqwest::dns::Resolve + 'static>) -> reqwest::ClientBuilder {
    builder().dns_resolver(resolver)
}

async fn whole(mut response: Response) -> Result<Bytes, NoAnswer> {
    let mut body = BytesMut::new();
    while let Some(piece) = response.chunk().await.map_err(|error| no_answer(&error))? {
        if body.len() + piece.len() > ANSWER_BYTES_MAX {
            return Err(NoAnswer::Lost(format!("the answer has more than {ANSWER_BYTES_MAX} bytes")));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

/// Seconds only: a date would need the provider's clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse::<u64>().ok()?;
    Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX))
}

/// Without the address, which may hold what is nobody's business.
fn no_answer(error: &reqwest::Error) -> NoAnswer {
    let mut sentence = String::new();
    let mut source: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(cause) = source {
        sentence = cause.to_string();
        source = cause.source();
    }
    if error.is_connect() || error.is_builder() {
        NoAnswer::NotCalled(sentence)
    } else if error.is_timeout() {
        NoAnswer::Lost("it took too long".to_owned())
    } else {
        NoAnswer::Lost(sentence)
    }
}
