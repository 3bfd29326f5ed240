//! The WhatsApp Cloud API: text, files, templates and buttons out; batches of messages and statuses in, signed
//! over the raw body. It takes no key of ours, so a lost answer stays a lost answer.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use parloir_desk::entity::ChannelKind;
use parloir_desk::plan::TemplateNames;
use parloir_protocol::ids::ChannelId;
use reqwest::Method;
use serde::Deserialize;

use super::credential::Credential;
use super::settings::Table;
use super::signature::{Hash, from_hex, is_signed};
use super::verdict::{Doubt, lost, not_called, of_status};
use super::web::{Answer, Call, CallBody, NoAnswer, Upload, Web, encoded, form_pairs};
use super::{
    BadPayload, Capabilities, Cause, Content, FetchError, Fetched, FileRef, Files, Idempotency, Later,
    MediaRef, MediaSupport, Outcome, Outgoing, Owner, Provider, Rate, RawRequest, Reply, Reports, Seat,
    Verdict,
};
use crate::fetch::Door;

mod codes;
mod shape;
mod webhook;

const BASE: &str = "https://graph.facebook.com/v23.0";
/// Where files that came in are kept.
const MEDIA_HOSTS: [&str; 2] = ["lookaside.fbsbx.com", "*.whatsapp.net"];
/// A number's usual throughput.
const PER_SECOND: u32 = 80;

/// One number.
pub(super) struct Whatsapp {
    name: String,
    web: Web,
    rate: Rate,
    phone_number_id: String,
    token: Credential,
    app_secret: Credential,
    verify_token: Credential,
    door: Door,
}

#[derive(Deserialize)]
struct Accepted {
    messages: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

#[derive(Deserialize)]
struct Refused {
    error: RefusedError,
}

#[derive(Deserialize)]
struct RefusedError {
    code: i64,
}

#[derive(Deserialize)]
struct MediaPlace {
    url: String,
}

impl Whatsapp {
    pub(super) fn new(table: &Table<'_>) -> Result<Self, String> {
        Ok(Self {
            name: table.name.to_owned(),
            web: table.web(BASE)?,
            rate: table.rate(PER_SECOND),
            phone_number_id: table.phone_number_id()?,
            token: table.token()?,
            app_secret: table.app_secret()?,
            verify_token: table.webhook_secret()?,
            door: table.media_door(&MEDIA_HOSTS)?,
        })
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        vec![("authorization", format!("Bearer {}", self.token.reveal()))]
    }

    async fn hand_over(&self, outgoing: &Outgoing, files: &dyn Files) -> Outcome {
        let media_id = match file_of(&outgoing.content) {
            None => None,
            Some(file) => match self.upload(file, files).await {
                Ok(id) => Some(id),
                Err(outcome) => return outcome,
            },
        };
        let Some(body) = shape::message(outgoing, media_id.as_deref()) else {
            return Outcome::Failed { failure: parloir_desk::entity::Failure::Unsupported };
        };
        let path = format!("/{}/messages", encoded(&self.phone_number_id));
        let (headers, body) =
            (self.headers(), CallBody::Bytes("application/json", body.to_string().into_bytes()));
        match self.web.call(Call { method: Method::POST, path, headers, body }).await {
            Ok(answer) if (200..300).contains(&answer.status) => self.accepted(&answer),
            Ok(answer) => refused(&answer, Doubt::MayHaveLeft),
            Err(NoAnswer::NotCalled(reason)) => not_called(&self.name, &reason),
            Err(NoAnswer::Lost(reason)) => lost(&self.name, &reason),
        }
    }

    fn accepted(&self, answer: &Answer) -> Outcome {
        let named = serde_json::from_slice::<Accepted>(&answer.body).ok();
        match named.and_then(|accepted| accepted.messages.into_iter().next()) {
            Some(Named { id }) if !id.is_empty() => Outcome::Accepted { provider_message_id: id },
            Some(_) | None => lost(&self.name, "the answer names no message"),
        }
    }

    /// The id of a file that was handed over. Whatever goes wrong here, the message did not leave.
    async fn upload(&self, file: &FileRef, files: &dyn Files) -> Result<String, Outcome> {
        let waits = |reason: &str| {
            tracing::warn!(provider = self.name, reason, "provider.upload");
            let failure = parloir_desk::entity::Failure::Unknown;
            Outcome::Later(Later { failure, after: None, cause: Cause::Message })
        };
        let content = files.open(file).await.map_err(|missing| waits(&missing.to_string()))?;
        let fields = vec![("messaging_product", "whatsapp".to_owned()), ("type", file.media_type.clone())];
        let (name, media_type) = (file.name.clone(), file.media_type.clone());
        let body = CallBody::Upload(Upload { fields, name, media_type, content });
        let path = format!("/{}/media", encoded(&self.phone_number_id));
        match self.web.call(Call { method: Method::POST, path, headers: self.headers(), body }).await {
            Ok(answer) if (200..300).contains(&answer.status) => {
                let named =
                    serde_json::from_slice::<Named>(&answer.body).map_err(|_| waits("no id came back"))?;
                Ok(named.id)
            }
            Ok(answer) => Err(refused(&answer, Doubt::Harmless)),
            Err(NoAnswer::NotCalled(reason)) => Err(not_called(&self.name, &reason)),
            Err(NoAnswer::Lost(reason)) => Err(waits(&reason)),
        }
    }

    /// Where a file is, which is told for a few minutes; then the file itself.
    async fn fetch_by_id(&self, id: &str) -> Result<Fetched, FetchError> {
        let path = format!("/{}", encoded(id));
        let call = Call { method: Method::GET, path, headers: self.headers(), body: CallBody::Empty };
        let answer = self.web.call(call).await.map_err(|error| FetchError::Later(error.to_string()))?;
        match answer.status {
            200..=299 => {}
            400 | 404 | 410 => {
                return Err(FetchError::Gone(format!("the provider answered {}", answer.status)));
            }
            status => return Err(FetchError::Later(format!("the provider answered {status}"))),
        }
        let place: MediaPlace = serde_json::from_slice(&answer.body)
            .map_err(|_| FetchError::Later("the provider told no address".to_owned()))?;
        self.door.fetch(&place.url, Some(format!("Bearer {}", self.token.reveal()))).await
    }
}

/// A message as it would be said, with its file handed over.
#[cfg(test)]
pub(super) fn shaped(outgoing: &Outgoing) -> Option<serde_json::Value> {
    shape::message(outgoing, file_of(&outgoing.content).map(|_| "media-1"))
}

fn file_of(content: &Content) -> Option<&FileRef> {
    match content {
        Content::Media { file, .. } => Some(file),
        Content::Card(card) => card.media.as_ref(),
        Content::Text { .. } | Content::Template(_) => None,
    }
}

fn refused(answer: &Answer, doubt: Doubt) -> Outcome {
    // Whatever its code, a server that failed may have taken the message before.
    if answer.status >= 500 && doubt == Doubt::MayHaveLeft {
        return of_status(answer, doubt);
    }
    let code = serde_json::from_slice::<Refused>(&answer.body).map(|refused| refused.error.code);
    let known = code.ok().and_then(|code| codes::outcome(code, answer.retry_after));
    known.unwrap_or_else(|| of_status(answer, doubt))
}

impl Provider for Whatsapp {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            kinds: &[ChannelKind::Whatsapp],
            media: MediaSupport::Upload,
            cards: true,
            templates: TemplateNames::Any,
            reads: true,
        }
    }

    fn rate(&self) -> Rate {
        self.rate
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing, files: &'a dyn Files) -> BoxFuture<'a, Outcome> {
        self.hand_over(outgoing, files).boxed()
    }

    fn idempotency(&self) -> Idempotency<'_> {
        Idempotency::Neither
    }

    fn verify(&self, request: &RawRequest) -> Verdict {
        let tag = request.header("x-hub-signature-256").and_then(|header| header.strip_prefix("sha256="));
        let is_genuine = tag
            .and_then(from_hex)
            .is_some_and(|tag| is_signed(Hash::Sha256, &self.app_secret, &request.body, &tag));
        if is_genuine { Verdict::Genuine } else { Verdict::Forged }
    }

    /// `GET ?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…`
    fn handshake(&self, request: &RawRequest) -> Option<Reply> {
        if request.method != Method::GET {
            return None;
        }
        let fields = form_pairs(request.query.as_bytes())?;
        let field =
            |name: &str| fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
        let is_ours = field("hub.mode") == Some("subscribe")
            && field("hub.verify_token").is_some_and(|told| self.verify_token.is(told));
        let challenge = field("hub.challenge").filter(|text| text.len() <= 256 && text.is_ascii());
        challenge.filter(|_| is_ours).map(Reply::text)
    }

    fn seat(&self) -> Option<Seat> {
        Some(Seat { owner: Owner::of(&self.app_secret), name: self.phone_number_id.clone() })
    }

    fn receive(&self, _: ChannelId, body: &[u8]) -> Result<Reports, BadPayload> {
        let bad = |reason| BadPayload { provider: "whatsapp", reason };
        webhook::read(body, &self.phone_number_id).map_err(bad)
    }

    fn fetch<'a>(&'a self, media: &'a MediaRef) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        self.fetch_by_id(&media.reference).boxed()
    }
}
