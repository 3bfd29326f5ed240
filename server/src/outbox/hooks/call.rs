//! One try: the request, signed, and what the answer means. It tells nothing of an answer's body, since whoever
//! set the address up may not see what stands behind it.

use std::time::Duration;

use parloir_protocol::ids::{WebhookId, WorkspaceId};
use parloir_protocol::time::Time;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::{Response, StatusCode};

use super::secret::{HookSecret, seconds, signatures};
use super::window::Parcel;
use super::{Hooks, normal};
use crate::fetch::is_not_public;

/// Bytes of an answer that are waited for; more are nobody's business.
const ANSWER_BYTES_MAX: usize = 16 << 10;

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Taken {
        http: u16,
    },
    /// The receiver is there no more.
    Gone,
    Failed {
        http: Option<u16>,
        problem: String,
        retry_after: Option<Duration>,
    },
}

/// The id of an event for one webhook, the same at every try.
pub(super) fn delivery_id(workspace: WorkspaceId, webhook: WebhookId, epoch: u64, seq: u64) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"parloir delivery 1\n");
    hasher.update(workspace.as_bytes());
    hasher.update(webhook.as_bytes());
    hasher.update(&epoch.to_be_bytes());
    hasher.update(&seq.to_be_bytes());
    let hex = hasher.finalize().to_hex();
    format!("dlv_{}", &hex[..32])
}

impl Hooks {
    /// Sends `parcel` to `url`, once.
    pub(super) async fn call(
        &self,
        url: &str,
        secrets: &[HookSecret],
        id: &str,
        at: Time,
        parcel: &Parcel,
    ) -> Outcome {
        // What was allowed when it was saved may not be any more.
        if let Err(unfit) = normal(url, self.place) {
            return failed(None, unfit.to_string());
        }
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds(at).to_string())
            .header("webhook-signature", signatures(secrets, id, at, &parcel.body))
            .body(parcel.body.clone());
        match request.send().await {
            Ok(response) => answered(response).await,
            Err(error) => failed(None, unsent(&error)),
        }
    }
}

async fn answered(response: Response) -> Outcome {
    let status = response.status();
    let http = status.as_u16();
    if status.is_success() {
        return match drained(response).await {
            Ok(()) => Outcome::Taken { http },
            Err(problem) => failed(Some(http), problem),
        };
    }
    if status == StatusCode::GONE {
        return Outcome::Gone;
    }
    let asks = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    let retry_after = retry_after(response.headers()).filter(|_| asks);
    let problem = if status.is_redirection() {
        format!("it was answered {http}, which leads elsewhere and is not followed")
    } else {
        format!("it was answered {http}")
    };
    Outcome::Failed { http: Some(http), problem, retry_after }
}

/// Waits for the end of the answer, or for more than anybody needs.
async fn drained(mut response: Response) -> Result<(), String> {
    let mut bytes = 0;
    while bytes <= ANSWER_BYTES_MAX {
        match response.chunk().await {
            Ok(Some(piece)) => bytes += piece.len(),
            Ok(None) => return Ok(()),
            Err(_) => return Err("the answer did not come whole".to_owned()),
        }
    }
    Ok(())
}

/// In seconds; a date would need the receiver's clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn failed(http: Option<u16>, problem: String) -> Outcome {
    Outcome::Failed { http, problem, retry_after: None }
}

/// Without the address, which may hold a secret.
fn unsent(error: &reqwest::Error) -> String {
    let sentence = if is_not_public(error) {
        "its host stands for an address that is not public"
    } else if error.is_timeout() {
        "no answer came in time"
    } else if error.is_connect() {
        "nobody could be reached"
    } else {
        "no whole answer came"
    };
    sentence.to_owned()
}
