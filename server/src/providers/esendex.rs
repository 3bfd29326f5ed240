//! Esendex over its REST interface: texts as SMS, inbound messages and receipts as notifications in XML. It
//! signs nothing: its webhooks carry a secret in their path.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use parloir_desk::entity::Failure;
use parloir_protocol::ids::ChannelId;
use reqwest::Method;

use super::credential::Credential;
use super::settings::Table;
use super::verdict::{Doubt, of_status};
use super::web::{Call, CallBody, NoAnswer, Web};
use super::{
    BadPayload, Capabilities, Content, FetchError, Fetched, Files, Idempotency, MediaRef, Outcome, Outgoing,
    Provider, Rate, RawRequest, Reports, Verdict,
};

mod notification;
mod xml;

/// Where it is.
const BASE: &str = "https://api.esendex.com";
/// What one account may have a second, where nothing else is agreed.
const PER_SECOND: u32 = 20;

/// One account.
pub(super) struct Esendex {
    name: String,
    web: Web,
    rate: Rate,
    account: String,
    login: Credential,
    webhook_secret: Credential,
}

impl Esendex {
    pub(super) fn new(table: &Table<'_>) -> Result<Self, String> {
        let login = format!("{}:{}", table.username()?, table.password()?.reveal());
        Ok(Self {
            name: table.name.to_owned(),
            web: table.web(BASE)?,
            rate: table.rate(PER_SECOND),
            account: table.account()?,
            login: Credential::new(STANDARD.encode(login)),
            webhook_secret: table.webhook_secret()?,
        })
    }

    async fn hand_over(&self, outgoing: &Outgoing) -> Outcome {
        let Content::Text { text } = &outgoing.content else {
            return Outcome::Failed { failure: Failure::Unsupported };
        };
        let to = outgoing.to.value.trim_start_matches('+');
        let from = outgoing.from.value.trim_start_matches('+');
        let body = xml::dispatch(&self.account, from, to, text);
        let answer = self
            .web
            .call(Call {
                method: Method::POST,
                path: "/v1.0/messagedispatcher".to_owned(),
                headers: vec![("authorization", format!("Basic {}", self.login.reveal()))],
                body: CallBody::Bytes("application/xml", body.into_bytes()),
            })
            .await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(NoAnswer::NotCalled(reason)) => return super::verdict::not_called(&self.name, &reason),
            Err(NoAnswer::Lost(reason)) => return super::verdict::lost(&self.name, &reason),
        };
        match answer.status {
            200..=299 => match xml::message_id(&answer.body) {
                Some(provider_message_id) => Outcome::Accepted { provider_message_id },
                None => super::verdict::lost(&self.name, "the answer names no message"),
            },
            _ => of_status(&answer, Doubt::MayHaveLeft),
        }
    }
}

impl Provider for Esendex {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::TEXT
    }

    fn rate(&self) -> Rate {
        self.rate
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing, _: &'a dyn Files) -> BoxFuture<'a, Outcome> {
        self.hand_over(outgoing).boxed()
    }

    /// It takes no key of ours, and cannot be asked for a message by one.
    fn idempotency(&self) -> Idempotency<'_> {
        Idempotency::Neither
    }

    fn verify(&self, request: &RawRequest) -> Verdict {
        if self.webhook_secret.is(request.last_segment()) { Verdict::Genuine } else { Verdict::Forged }
    }

    fn receive(&self, _: ChannelId, body: &[u8]) -> Result<Reports, BadPayload> {
        notification::read(body)
            .map(Reports::from)
            .map_err(|reason| BadPayload { provider: "esendex", reason })
    }

    fn fetch<'a>(&'a self, media: &'a MediaRef) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        std::future::ready(Err(FetchError::Gone(media.reference.clone()))).boxed()
    }
}
