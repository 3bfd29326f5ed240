//! The providers under contract: how each is configured, what an acceptance looks like, how it signs.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parloir_desk::entity::ChannelKind;
use ring::hmac;
use serde_json::Value;

use super::super::web::form_pairs;
use super::recorder::{Behaviour, Heard};
use super::{PATIENCE_MS, Provider, RawRequest, provider};

const PUBLIC_URL: &str = "https://desk.example";
const PATH: &str = "/v1/inbound/chn_1";

/// One provider.
pub(in crate::providers) struct Subject {
    pub(in crate::providers) folder: &'static str,
    pub(super) kind: ChannelKind,
    keys: &'static str,
    accepted: &'static str,
    accepted_id: &'static str,
    payload: &'static str,
    /// Whether it covers the body, or only shows a secret.
    pub(super) signs: bool,
    pub(super) signed: fn(&str) -> RawRequest,
    pub(super) text_of: fn(&Heard) -> Option<String>,
    pub(super) to_of: fn(&Heard) -> String,
}

impl Subject {
    /// The provider, calling `base`.
    pub(in crate::providers) fn provider(&self, base: &str) -> Arc<dyn Provider> {
        self.provider_with(base, "")
    }

    /// The same with more keys.
    pub(super) fn provider_with(&self, base: &str, more: &str) -> Arc<dyn Provider> {
        let table = format!(
            "[providers.{}]\nkind = '{}'\nbase_url = '{base}'\nanswer_ms = {PATIENCE_MS}\n{}{more}",
            self.folder, self.folder, self.keys
        );
        provider(&table, PUBLIC_URL).unwrap_or_else(|reason| panic!("{reason}"))
    }

    pub(super) fn accepts(&self) -> Behaviour {
        Behaviour::answer(200, self.accepted)
    }

    pub(super) fn accepted_id(&self) -> &'static str {
        self.accepted_id
    }

    /// A webhook's body.
    pub(super) fn payload(&self) -> String {
        parloir_fixtures::text(&format!("providers/{}/{}", self.folder, self.payload))
    }

    /// A set-up request that is right, and one that is not.
    pub(super) fn handshakes(&self) -> Option<(RawRequest, RawRequest)> {
        match self.folder {
            "whatsapp" => {
                let with = |token: &str| RawRequest {
                    method: Method::GET,
                    query: format!("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}"),
                    ..RawRequest::of_body("")
                };
                Some((with("hush-hook"), with("guess")))
            }
            "rcs" => {
                let with = |token: &str| {
                    RawRequest::of_body(format!(r#"{{"clientToken":"{token}","secret":"1158201444"}}"#))
                };
                Some((with("hush-hook"), with("guess")))
            }
            _ => None,
        }
    }
}

/// Every provider that is reached over HTTP.
pub(in crate::providers) fn subjects() -> Vec<Subject> {
    vec![esendex(), twilio(), whatsapp(), rcs()]
}

fn esendex() -> Subject {
    Subject {
        folder: "esendex",
        kind: ChannelKind::Sms,
        keys: "account = 'EX1'\nusername = 'desk'\npassword = 'hush'\nwebhook_secret = 'hush-hook'\n",
        accepted: r#"<?xml version="1.0"?><messageheaders batchid="b" xmlns="http://api.esendex.com/ns/"><messageheader uri="u" id="1183c73d"/></messageheaders>"#,
        accepted_id: "1183c73d",
        payload: "inbound.xml",
        signs: false,
        signed: |body| RawRequest { path: format!("{PATH}/hush-hook"), ..request(body) },
        text_of: |heard| element(&heard.body, "body"),
        to_of: |heard| element(&heard.body, "to").unwrap_or_default(),
    }
}

fn twilio() -> Subject {
    Subject {
        folder: "twilio",
        kind: ChannelKind::Sms,
        keys: "account = 'AC1'\ntoken = 'hush'\n",
        accepted: r#"{"sid":"SM1","status":"queued"}"#,
        accepted_id: "SM1",
        payload: "inbound.form",
        signs: true,
        signed: |body| {
            let mut fields = form_pairs(body.as_bytes()).expect("a form");
            fields.sort();
            let fields: String = fields.into_iter().map(|(name, value)| name + &value).collect();
            let message = format!("{PUBLIC_URL}{PATH}?a=b{fields}");
            let tag = tag(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, "hush", message.as_bytes());
            let request = RawRequest { query: "a=b".to_owned(), ..request(body) };
            with_header(request, "x-twilio-signature", &STANDARD.encode(tag))
        },
        text_of: |heard| field(heard, "Body"),
        to_of: |heard| field(heard, "To").unwrap_or_default(),
    }
}

fn whatsapp() -> Subject {
    Subject {
        folder: "whatsapp",
        kind: ChannelKind::Whatsapp,
        keys: "phone_number_id = '106540352242922'\ntoken = 'hush'\napp_secret = 'hush-app'\nwebhook_secret = 'hush-hook'\n",
        accepted: r#"{"messaging_product":"whatsapp","contacts":[{"input":"33","wa_id":"33"}],"messages":[{"id":"wamid.1"}]}"#,
        accepted_id: "wamid.1",
        payload: "batch.json",
        signs: true,
        signed: |body| {
            let tag = tag(hmac::HMAC_SHA256, "hush-app", body.as_bytes());
            let tag: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
            with_header(request(body), "x-hub-signature-256", &format!("sha256={tag}"))
        },
        text_of: |heard| Some(json(heard)["text"]["body"].as_str()?.to_owned()),
        to_of: |heard| json(heard)["to"].as_str().unwrap_or_default().to_owned(),
    }
}

fn rcs() -> Subject {
    Subject {
        folder: "rcs",
        kind: ChannelKind::Rcs,
        keys: "agent_id = 'desk'\ntoken = 'hush'\nwebhook_secret = 'hush-hook'\n",
        accepted: r#"{"name":"phones/+33639980123/agentMessages/x"}"#,
        accepted_id: "03030303-0303-0303-0303-030303030303-1",
        payload: "text.json",
        signs: true,
        signed: |body| {
            let envelope: Value = serde_json::from_str(body).expect("JSON");
            let inside =
                STANDARD.decode(envelope["message"]["data"].as_str().expect("data")).expect("base64");
            let tag = tag(hmac::HMAC_SHA512, "hush-hook", &inside);
            with_header(request(body), "x-goog-signature", &STANDARD.encode(tag))
        },
        text_of: |heard| Some(json(heard)["contentMessage"]["text"].as_str()?.to_owned()),
        to_of: |heard| heard.path.clone(),
    }
}

fn request(body: &str) -> RawRequest {
    let body = body.as_bytes().to_vec();
    RawRequest { path: PATH.to_owned(), public_url: Some(PUBLIC_URL.to_owned()), ..RawRequest::of_body(body) }
}

fn with_header(request: RawRequest, name: &'static str, value: &str) -> RawRequest {
    let value = HeaderValue::from_str(value).expect("a header's value");
    RawRequest { headers: HeaderMap::from_iter([(HeaderName::from_static(name), value)]), ..request }
}

fn tag(algorithm: hmac::Algorithm, secret: &str, message: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(algorithm, secret.as_bytes()), message).as_ref().to_vec()
}

fn json(heard: &Heard) -> Value {
    serde_json::from_slice(&heard.body).unwrap_or_default()
}

fn field(heard: &Heard, name: &str) -> Option<String> {
    let fields = form_pairs(&heard.body)?;
    let mut found = fields.into_iter().filter(|(found, _)| found == name);
    let (_, value) = found.next()?;
    found.next().is_none().then_some(value)
}

fn element(body: &[u8], name: &str) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (inner, _) = rest.split_once(&format!("</{name}>"))?;
    let plain = inner.replace("&lt;", "<").replace("&gt;", ">");
    Some(plain.replace("&amp;", "&"))
}
