//! Files on their way up: begun, sent piece by piece from an offset on, gone on with after a loss, given up. It
//! follows the offsets that the server tells and never guesses one.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use parloir_protocol::entity::Attachment;
use parloir_protocol::error::ErrorBody;
use parloir_protocol::ids::AttachmentId;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::backoff::Backoff;
use crate::connection::chance;
use crate::options::Door;
use crate::token::Tokens;

mod http;

use http::{Answered, Asked, Http, Method};

/// Bytes of one request: after a loss no more than this is sent again.
const PIECE_BYTES: usize = 256 << 10;
/// Tries without a step forward before an upload fails.
const TRIES_MAX: u32 = 6;

/// How a file is uploaded.
#[derive(Default)]
pub struct Uploading {
    /// Goes on with an upload of the same file that was begun before.
    pub resume: Option<AttachmentId>,
    /// Called with the bytes that the server has and those of the whole file.
    pub progress: Option<Box<dyn FnMut(u64, u64) + Send>>,
    /// Ends it; what was uploaded is given up.
    pub cancel: Option<Cancel>,
}

impl fmt::Debug for Uploading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Uploading").field("resume", &self.resume).finish_non_exhaustive()
    }
}

/// Ends an upload from outside. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Cancel(watch::Sender<bool>);

impl Default for Cancel {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Cancel {
    /// Ends it now, or as soon as it begins.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    async fn cancelled(&self) {
        // This one holds a sender, so the channel stays open.
        self.0.subscribe().wait_for(|cancelled| *cancelled).await.map(drop).ok();
    }
}

/// Why a file was not uploaded.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum UploadError {
    /// The server said no; what was uploaded is gone.
    #[error("{}: {}", .0.code, .0.message)]
    Refused(ErrorBody),
    /// Nothing got on, again and again. The upload can be gone on with by its id for ten minutes.
    #[error("the upload does not get on: {0}")]
    Stalled(String),
    /// By [`Cancel`].
    #[error("the upload was cancelled")]
    Cancelled,
    /// The answer is of another shape than this client knows.
    #[error("the answer cannot be read: {0}")]
    Malformed(String),
}

#[derive(Serialize)]
struct Begin<'a> {
    name: &'a str,
    bytes: usize,
}

/// What the server says of an upload.
#[derive(Deserialize)]
struct Step {
    attachment_id: AttachmentId,
    offset: u64,
    #[serde(default)]
    attachment: Option<Attachment>,
}

/// One upload.
pub(crate) struct Upload<'a> {
    http: Http,
    tokens: &'a Tokens,
    name: &'a str,
    file: Bytes,
    progress: Option<Box<dyn FnMut(u64, u64) + Send>>,
    id: Option<AttachmentId>,
}

/// Uploads a file to the server behind `door`.
pub(crate) async fn upload(
    door: &Door,
    tokens: &Tokens,
    name: &str,
    file: Bytes,
    options: Uploading,
) -> Result<Attachment, UploadError> {
    let Uploading { resume, progress, cancel } = options;
    let http = Http::to(door.clone());
    let mut upload = Upload { http, tokens, name, file, progress, id: resume };
    let Some(cancel) = cancel else { return upload.run().await };
    let outcome = tokio::select! {
        biased;
        () = cancel.cancelled() => Err(UploadError::Cancelled),
        outcome = upload.run() => return outcome,
    };
    upload.give_up().await;
    outcome
}

impl Upload<'_> {
    async fn run(&mut self) -> Result<Attachment, UploadError> {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(10));
        let (mut offset, mut stalled, mut why) = (None, 0, String::new());
        while stalled < TRIES_MAX {
            let step = match offset {
                None => self.whereabouts().await,
                Some(offset) => self.send(offset).await,
            };
            match step {
                Ok(Step { attachment: Some(attachment), .. }) => return Ok(attachment),
                Ok(step) => {
                    if offset.is_none_or(|before| step.offset > before) {
                        (stalled, backoff) = (0, Backoff::new(backoff.floor, backoff.ceiling));
                    } else {
                        stalled += 1;
                    }
                    offset = Some(step.offset);
                    self.tell(step.offset);
                }
                Err(Lost::Final(error)) => return Err(error),
                Err(Lost::Again(error)) => {
                    (stalled, offset, why) = (stalled + 1, None, error);
                    sleep(backoff.pause(chance())).await;
                }
            }
        }
        Err(UploadError::Stalled(why))
    }

    /// Begins, or asks how far the server is.
    async fn whereabouts(&mut self) -> Result<Step, Lost> {
        let Some(attachment_id) = self.id else {
            let begin = json(&Begin { name: self.name, bytes: self.file.len() });
            let answered = self.ask(Method::Post, String::new(), None, begin).await?;
            let step = answered.step()?;
            self.id = Some(step.attachment_id);
            return Ok(step);
        };
        let answered = self.ask(Method::Head, format!("/{attachment_id}"), None, Bytes::new()).await?;
        match (answered.status, answered.offset) {
            (200..300, Some(offset)) => Ok(Step { attachment_id, offset, attachment: None }),
            (404 | 410, _) => {
                Err(Lost::Final(UploadError::Stalled(format!("there is no upload {attachment_id}"))))
            }
            (status, _) => Err(Lost::Again(format!("the server answered {status}"))),
        }
    }

    /// Sends what follows `offset`. Where the server is elsewhere, that is where it goes on.
    async fn send(&mut self, offset: u64) -> Result<Step, Lost> {
        let Some(id) = self.id else { return Err(Lost::Again("nothing was begun".to_owned())) };
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.file.len());
        let piece = self.file.slice(from..self.file.len().min(from + PIECE_BYTES));
        let answered = self.ask(Method::Patch, format!("/{id}"), Some(offset), piece).await?;
        match answered.other_offset() {
            Some(offset) => Ok(Step { attachment_id: id, offset, attachment: None }),
            None => answered.step(),
        }
    }

    async fn give_up(&mut self) {
        if let Some(id) = self.id {
            // What stays there the server gives up by itself.
            self.ask(Method::Delete, format!("/{id}"), None, Bytes::new()).await.map(drop).ok();
        }
    }

    async fn ask(
        &mut self,
        method: Method,
        path: String,
        offset: Option<u64>,
        body: Bytes,
    ) -> Result<Answered, Lost> {
        let token = self.tokens.current().await.map_err(Lost::Again)?;
        self.http.ask(Asked { method, path, token: token.token, offset, body }).await.map_err(Lost::Again)
    }

    fn tell(&mut self, sent: u64) {
        if let Some(progress) = &mut self.progress {
            progress(sent, self.file.len() as u64);
        }
    }
}

/// Why a step was not made.
enum Lost {
    Again(String),
    Final(UploadError),
}

impl Answered {
    fn step(&self) -> Result<Step, Lost> {
        if self.status < 300 {
            let step = parloir_protocol::codec::Codec::Json.read(&self.body);
            return step.map_err(|error| Lost::Final(UploadError::Malformed(error.to_string())));
        }
        match self.problem() {
            Some(error) if error.temporary => Err(Lost::Again(format!("{}: {}", error.code, error.message))),
            Some(error) => Err(Lost::Final(UploadError::Refused(error))),
            None => Err(Lost::Again(format!("the server answered {}", self.status))),
        }
    }
}

fn json<T: Serialize>(value: &T) -> Bytes {
    Bytes::from(parloir_protocol::codec::Codec::Json.write(value))
}
