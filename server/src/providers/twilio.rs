//! Twilio Messaging: forms both ways, signatures over the public address and the fields. It takes no key of
//! ours, so a lost answer stays a lost answer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use parloir_desk::entity::{ChannelKind, Failure};
use parloir_desk::plan::TemplateNames;
use parloir_protocol::ids::ChannelId;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::credential::Credential;
use super::settings::Table;
use super::signature::{Hash, from_base64, is_signed};
use super::verdict::{Doubt, lost, not_called, of_status};
use super::web::{Answer, Call, CallBody, NoAnswer, Web, encoded, form, form_pairs};
use super::{
    BadPayload, Capabilities, Content, FetchError, Fetched, Files, Idempotency, MediaRef, MediaSupport,
    Outcome, Outgoing, Provider, Rate, RawRequest, Reply, Reports, Template, Verdict,
};
use crate::fetch::Door;

mod codes;
mod webhook;

const BASE: &str = "https://api.twilio.com";
/// Where it keeps media, which its API leads to.
const MEDIA_HOSTS: [&str; 3] = ["api.twilio.com", "mms.twiliocdn.com", "media.twiliocdn.com"];
/// What names of its Content API begin with.
const CONTENT: &str = "HX";
/// What a long number may have a second in most of Europe.
const PER_SECOND: u32 = 10;

/// One account.
pub(super) struct Twilio {
    name: String,
    web: Web,
    rate: Rate,
    account: String,
    token: Credential,
    messaging_service: Option<String>,
    /// Where its callbacks come in; nothing without a public address.
    callback: Option<String>,
    door: Door,
}

#[derive(Deserialize)]
struct Accepted {
    sid: String,
}

#[derive(Deserialize)]
struct Refused {
    code: u32,
}

impl Twilio {
    pub(super) fn new(table: &Table<'_>) -> Result<Self, String> {
        Ok(Self {
            name: table.name.to_owned(),
            web: table.web(BASE)?,
            rate: table.rate(PER_SECOND),
            account: table.account()?,
            token: table.token()?,
            messaging_service: table.messaging_service(),
            callback: table.public_url.map(|url| format!("{}/v1/inbound/", url.trim_end_matches('/'))),
            door: table.media_door(&MEDIA_HOSTS)?,
        })
    }

    fn authorization(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.account, self.token.reveal())))
    }

    async fn hand_over(&self, outgoing: &Outgoing) -> Outcome {
        let Some(body) = self.body(outgoing) else {
            return Outcome::Failed { failure: Failure::Unsupported };
        };
        let answer = self
            .web
            .call(Call {
                method: Method::POST,
                path: format!("/2010-04-01/Accounts/{}/Messages.json", encoded(&self.account)),
                headers: vec![("authorization", self.authorization())],
                body: CallBody::Bytes("application/x-www-form-urlencoded", body.into_bytes()),
            })
            .await;
        match answer {
            Ok(answer) => self.outcome(&answer),
            Err(NoAnswer::NotCalled(reason)) => not_called(&self.name, &reason),
            Err(NoAnswer::Lost(reason)) => lost(&self.name, &reason),
        }
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        if (200..300).contains(&answer.status) {
            return match serde_json::from_slice::<Accepted>(&answer.body) {
                Ok(Accepted { sid }) if !sid.is_empty() => Outcome::Accepted { provider_message_id: sid },
                Ok(_) | Err(_) => lost(&self.name, "the answer names no message"),
            };
        }
        // Whatever its code, a server that failed may have taken the message before.
        if answer.status >= 500 {
            return of_status(answer, Doubt::MayHaveLeft);
        }
        let code = serde_json::from_slice::<Refused>(&answer.body).map(|refused| refused.code);
        code.ok()
            .and_then(|code| codes::outcome(code, answer.retry_after))
            .unwrap_or_else(|| of_status(answer, Doubt::MayHaveLeft))
    }

    /// The form of a send; nothing when the content cannot be said there.
    fn body(&self, outgoing: &Outgoing) -> Option<String> {
        let prefix = match outgoing.kind {
            ChannelKind::Sms => "",
            ChannelKind::Rcs => "rcs:",
            ChannelKind::Whatsapp => "whatsapp:",
        };
        let mut pairs = vec![("To", format!("{prefix}{}", outgoing.to.value))];
        match &self.messaging_service {
            Some(service) => pairs.push(("MessagingServiceSid", service.clone())),
            None => pairs.push(("From", format!("{prefix}{}", outgoing.from.value))),
        }
        if let Some(callback) = &self.callback {
            pairs.push(("StatusCallback", format!("{callback}{}", outgoing.channel_id)));
        }
        match &outgoing.content {
            Content::Template(template) if is_content(template) => {
                pairs.push(("ContentSid", template.name.clone()));
                pairs.push(("ContentVariables", variables(template)));
            }
            Content::Media { file, caption, .. } => {
                pairs.push(("MediaUrl", file.url.clone()?));
                pairs.push(("Body", caption.clone()));
            }
            Content::Text { text } => pairs.push(("Body", text.clone())),
            Content::Card(_) | Content::Template(_) => return None,
        }
        Some(form(&pairs))
    }
}

/// Whether a template is known to Twilio's Content API.
fn is_content(template: &Template) -> bool {
    template.name.starts_with(CONTENT)
}

/// Values by their number, from 1.
fn variables(template: &Template) -> String {
    let values = template.header.iter().chain(&template.body).zip(1_u32..);
    let values: serde_json::Map<_, _> =
        values.map(|(value, number)| (number.to_string(), json!(value))).collect();
    serde_json::Value::Object(values).to_string()
}

impl Provider for Twilio {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            kinds: &[ChannelKind::Sms, ChannelKind::Rcs, ChannelKind::Whatsapp],
            media: MediaSupport::ByAddress,
            cards: false,
            templates: TemplateNames::StartingWith(CONTENT),
            reads: true,
        }
    }

    fn rate(&self) -> Rate {
        self.rate
    }

    /// Each number has its own.
    fn account_rate(&self) -> Option<Rate> {
        None
    }

    fn send<'a>(&'a self, outgoing: &'a Outgoing, _: &'a dyn Files) -> BoxFuture<'a, Outcome> {
        self.hand_over(outgoing).boxed()
    }

    fn idempotency(&self) -> Idempotency<'_> {
        Idempotency::Neither
    }

    /// The address as the outside writes it, then each field's name and value in the order of the names.
    fn verify(&self, request: &RawRequest) -> Verdict {
        let signed = || {
            let tag = from_base64(request.header("x-twilio-signature")?)?;
            let mut message = request.public_url.as_ref()?.trim_end_matches('/').to_owned();
            message.push_str(&request.path);
            if !request.query.is_empty() {
                message.push('?');
                message.push_str(&request.query);
            }
            let mut fields = form_pairs(&request.body)?;
            fields.sort();
            fields.dedup();
            fields.iter().for_each(|(name, value)| message.extend([name.as_str(), value.as_str()]));
            Some(is_signed(Hash::Sha1, &self.token, message.as_bytes(), &tag))
        };
        if signed() == Some(true) { Verdict::Genuine } else { Verdict::Forged }
    }

    fn receive(&self, _: ChannelId, body: &[u8]) -> Result<Reports, BadPayload> {
        webhook::read(body).map(Reports::from).map_err(|reason| BadPayload { provider: "twilio", reason })
    }

    /// No answer to the phone.
    fn thanks(&self) -> Reply {
        Reply { status: 200, content_type: Some("text/xml"), body: "<Response></Response>".to_owned() }
    }

    fn fetch<'a>(&'a self, media: &'a MediaRef) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        self.door.fetch(&media.reference, Some(self.authorization())).boxed()
    }
}
