//! A stored content as an answer: with the headers that keep a browser from taking it for a page, whole or one
//! part of it, and not for ever. It decides nothing about who may read.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use parloir_protocol::error::Code;
use parloir_protocol::ids::WorkspaceId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::disposition::Disposition;
use super::range::{Asked, asked};
use crate::blobs::{BlobDigest, BlobError, Blobs, Pieces};
use crate::http::problem::Problem;
use crate::uploads::UploadError;

/// From the first byte to the last; who is slower goes on with a range.
const READING_MAX: Duration = Duration::from_secs(600);

/// Files that are read at once.
const READERS_MAX: usize = 2_048;

/// Of every answer with somebody's bytes.
const SAFE: [(HeaderName, HeaderValue); 7] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, noarchive")),
    (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
];

/// What a browser plays or shows without running it.
const NAMED: [&str; 6] =
    ["application/pdf", "image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4"];

/// Where contents are read, by so many at once.
#[derive(Clone)]
pub struct Reading {
    pub(in crate::http) blobs: Arc<Blobs>,
    places: Arc<Semaphore>,
}

impl Reading {
    pub fn new(blobs: Arc<Blobs>) -> Self {
        Self { blobs, places: Arc::new(Semaphore::new(READERS_MAX)) }
    }
}

/// A content on its way to somebody who may have it.
pub(in crate::http) struct Served<'a> {
    pub(in crate::http) workspace: WorkspaceId,
    pub(in crate::http) digest: BlobDigest,
    pub(in crate::http) bytes: u64,
    pub(in crate::http) media_type: &'a str,
    pub(in crate::http) disposition: Disposition<'a>,
}

impl Served<'_> {
    /// The answer to a request with these headers.
    pub(in crate::http) async fn response(
        &self,
        reading: &Reading,
        headers: &HeaderMap,
    ) -> Result<Response, Problem> {
        let (status, range) = match asked(headers, self.bytes) {
            Asked::Whole => (StatusCode::OK, 0..self.bytes),
            Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
            Asked::Beyond => return Ok(self.beyond()),
        };
        let place = Arc::clone(&reading.places).try_acquire_owned();
        let place = place.map_err(|_| Problem::new(Code::Busy, "too many files are read at this moment"))?;
        let pieces = reading.blobs.read(self.workspace, self.digest, range.clone()).await;
        let pieces = pieces.map_err(UploadError::from)?;
        let body = Body::from_stream(in_time(pieces, place));
        let mut response = (status, body).into_response();
        self.describe(response.headers_mut());
        let answer = response.headers_mut();
        answer.insert(header::CONTENT_LENGTH, (range.end - range.start).into());
        if status == StatusCode::PARTIAL_CONTENT {
            let part = format!("bytes {}-{}/{}", range.start, range.end - 1, self.bytes);
            answer.insert(header::CONTENT_RANGE, ascii(&part));
        }
        Ok(response)
    }

    fn beyond(&self) -> Response {
        let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
        self.describe(response.headers_mut());
        let whole = format!("bytes */{}", self.bytes);
        response.headers_mut().insert(header::CONTENT_RANGE, ascii(&whole));
        response
    }

    fn describe(&self, answer: &mut HeaderMap) {
        answer.extend(SAFE);
        let is_named = NAMED.contains(&self.media_type) || self.media_type.starts_with("audio/");
        let media_type = if is_named { self.media_type } else { "application/octet-stream" };
        answer.insert(header::CONTENT_TYPE, ascii(media_type));
        answer.insert(header::CONTENT_DISPOSITION, ascii(&self.disposition.to_string()));
    }
}

/// Ends with an error when it takes too long, so that nobody takes a part for the whole.
/// The place is free again with it, also when nobody reads to the end.
fn in_time(pieces: Pieces, place: OwnedSemaphorePermit) -> impl Stream<Item = Result<Bytes, BlobError>> {
    let until = Instant::now() + READING_MAX;
    stream::unfold(Some((pieces, place)), move |held| async move {
        let (mut pieces, place) = held?;
        match tokio::time::timeout_at(until, pieces.next()).await {
            Ok(Some(Ok(piece))) if Instant::now() < until => Some((Ok(piece), Some((pieces, place)))),
            Ok(None) => None,
            Ok(Some(Err(error))) => Some((Err(error), None)),
            Ok(Some(Ok(_))) | Err(_) => {
                let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
                Some((Err(BlobError::File(late)), None))
            }
        }
    })
}

fn ascii(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
