//! RCS Business Messaging: text, files and rich cards out, events in. The message's id is ours, so sending it
//! again sends nothing again.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use parloir_desk::entity::{AddressKind, ChannelKind, Failure};
use parloir_desk::plan::TemplateNames;
use parloir_protocol::ids::ChannelId;
use reqwest::Method;
use serde::Deserialize;

use super::credential::Credential;
use super::settings::Table;
use super::signature::{Hash, from_base64, is_signed};
use super::verdict::{Doubt, lost, not_called, of_status};
use super::web::{Answer, Call, CallBody, NoAnswer, Web, encoded};
use super::{
    BadPayload, Capabilities, FetchError, Fetched, Files, Idempotency, MediaRef, MediaSupport, Outcome,
    Outgoing, Owner, Provider, Rate, RawRequest, Reply, Reports, Seat, Verdict,
};
use crate::fetch::Door;
use access::Access;

mod access;
mod shape;
mod webhook;

const BASE: &str = "https://europe-rcsbusinessmessaging.googleapis.com";
/// Where files that came in are kept.
const MEDIA_HOSTS: [&str; 2] = ["rcs-user-content-eu.storage.googleapis.com", "*.googleapis.com"];
/// What an agent may have a second.
const PER_SECOND: u32 = 50;

/// One agent.
pub(super) struct Rcs {
    name: String,
    web: Web,
    rate: Rate,
    agent_id: String,
    access: Access,
    client_token: Credential,
    door: Door,
}

/// What is posted once, when the webhook is set up.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SetUp {
    client_token: String,
    secret: String,
}

impl Rcs {
    pub(super) fn new(table: &Table<'_>) -> Result<Self, String> {
        let access = match table.service_account() {
            Some(path) => Access::service_account(path)?,
            None => Access::fixed(table.token()?),
        };
        Ok(Self {
            name: table.name.to_owned(),
            web: table.web(BASE)?,
            rate: table.rate(PER_SECOND),
            agent_id: table.agent_id()?,
            access,
            client_token: table.webhook_secret()?,
            door: table.media_door(&MEDIA_HOSTS)?,
        })
    }

    async fn hand_over(&self, outgoing: &Outgoing) -> Outcome {
        if outgoing.to.kind != AddressKind::E164 {
            return Outcome::Failed { failure: Failure::InvalidNumber };
        }
        let Some(body) = shape::message(&outgoing.content) else {
            return Outcome::Failed { failure: Failure::Unsupported };
        };
        let token = match self.access.token().await {
            Ok(token) => token,
            Err(reason) => return not_called(&self.name, &reason),
        };
        let id = message_id(outgoing);
        let (to, agent) = (encoded(&outgoing.to.value), encoded(&self.agent_id));
        let answer = self
            .web
            .call(Call {
                method: Method::POST,
                path: format!("/v1/phones/{to}/agentMessages?messageId={}&agentId={agent}", encoded(&id)),
                headers: vec![("authorization", format!("Bearer {}", token.reveal()))],
                body: CallBody::Bytes("application/json", body.to_string().into_bytes()),
            })
            .await;
        match answer {
            Ok(answer) => outcome(&answer, id),
            Err(NoAnswer::NotCalled(reason)) => not_called(&self.name, &reason),
            Err(NoAnswer::Lost(reason)) => lost(&self.name, &reason),
        }
    }
}

/// A message as it would be said.
#[cfg(test)]
pub(super) fn shaped(outgoing: &Outgoing) -> Option<serde_json::Value> {
    shape::message(&outgoing.content)
}

/// Ours: the same for the same attempt.
fn message_id(outgoing: &Outgoing) -> String {
    format!("{}-{}", outgoing.message_id.0, outgoing.attempt.0)
}

fn outcome(answer: &Answer, id: String) -> Outcome {
    match answer.status {
        // 409: it had the message already.
        200..=299 | 409 => Outcome::Accepted { provider_message_id: id },
        404 => Outcome::Failed { failure: Failure::NotOnChannel },
        400 => Outcome::Failed { failure: Failure::Unsupported },
        _ => of_status(answer, Doubt::Harmless),
    }
}

impl Provider for Rcs {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            kinds: &[ChannelKind::Rcs],
            media: MediaSupport::ByAddress,
            cards: true,
            templates: TemplateNames::None,
            reads: true,
        }
    }

    fn rate(&self) -> Rate {
        self.rate
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing, _: &'a dyn Files) -> BoxFuture<'a, Outcome> {
        self.hand_over(outgoing).boxed()
    }

    fn idempotency(&self) -> Idempotency<'_> {
        Idempotency::Idempotent
    }

    /// The provider signs the bytes that its envelope holds in base64.
    fn verify(&self, request: &RawRequest) -> Verdict {
        let signed = || {
            let tag = from_base64(request.header("x-goog-signature")?)?;
            let inside = webhook::inside(&request.body)?;
            Some(is_signed(Hash::Sha512, &self.client_token, &inside, &tag))
        };
        if signed() == Some(true) { Verdict::Genuine } else { Verdict::Forged }
    }

    fn handshake(&self, request: &RawRequest) -> Option<Reply> {
        let set_up: SetUp = serde_json::from_slice(&request.body).ok()?;
        let is_ours = self.client_token.is(&set_up.client_token) && set_up.secret.len() <= 256;
        is_ours.then(|| Reply::text(set_up.secret))
    }

    fn seat(&self) -> Option<Seat> {
        let name = webhook::agent_name(&self.agent_id).to_owned();
        Some(Seat { owner: Owner::of(&self.client_token), name })
    }

    fn receive(&self, _: ChannelId, body: &[u8]) -> Result<Reports, BadPayload> {
        webhook::read(body, &self.agent_id).map_err(|reason| BadPayload { provider: "rcs", reason })
    }

    fn fetch<'a>(&'a self, media: &'a MediaRef) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        self.door.fetch(&media.reference, None).boxed()
    }
}
