//! Webhooks of RCS Business Messaging: an envelope whose data is one message or event in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parloir_desk::entity::{AddressKind, Delivery, Failure};
use serde::Deserialize;

use super::super::{Location, MediaRef, Received, Report, Reports};

#[derive(Deserialize)]
struct Envelope {
    message: Data,
}

#[derive(Deserialize)]
struct Data {
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct News {
    sender_phone_number: Option<String>,
    agent_id: Option<String>,
    message_id: Option<String>,
    event_id: Option<String>,
    event_type: Option<String>,
    text: Option<String>,
    suggestion_response: Option<Chosen>,
    location: Option<Place>,
    user_file: Option<UserFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chosen {
    text: Option<String>,
    postback_data: Option<String>,
}

#[derive(Deserialize)]
struct Place {
    latitude: f64,
    longitude: f64,
}

#[derive(Deserialize)]
struct UserFile {
    payload: Payload,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    mime_type: Option<String>,
    file_name: Option<String>,
    file_uri: String,
}

/// The bytes that the provider signs.
pub(super) fn inside(body: &[u8]) -> Option<Vec<u8>> {
    let envelope: Envelope = serde_json::from_slice(body).ok()?;
    STANDARD.decode(envelope.message.data).ok()
}

/// What one webhook reports of this agent, or whose it is.
pub(super) fn read(body: &[u8], agent_id: &str) -> Result<Reports, String> {
    let inside = inside(body).ok_or("the envelope holds no data")?;
    let news: News = serde_json::from_slice(&inside).map_err(|error| error.to_string())?;
    let told = news.agent_id.as_deref().map(agent_name);
    if let Some(other) = told.filter(|told| *told != agent_name(agent_id)) {
        let mut reports = Reports::default();
        reports.is_for(other);
        return Ok(reports);
    }
    let received = match &news.event_type {
        Some(event) => news.event(event)?,
        None => vec![news.message()?],
    };
    Ok(received.into())
}

/// `agent@rbm.goog` and `agent` are the same one.
pub(super) fn agent_name(id: &str) -> &str {
    id.split('@').next().unwrap_or(id)
}

impl News {
    fn event(&self, event: &str) -> Result<Vec<Received>, String> {
        let (delivery, failure) = match event {
            "DELIVERED" => (Delivery::Delivered, None),
            "READ" => (Delivery::Read, None),
            "TTL_EXPIRATION_REVOKED" => (Delivery::Failed, Some(Failure::Expired)),
            // Somebody types, or a revocation failed: nothing moved.
            _ => return Ok(Vec::new()),
        };
        let provider_message_id = self.message_id.clone().ok_or("the event has no messageId")?;
        let event_id = self.event_id.clone().unwrap_or_else(|| format!("{provider_message_id}:{event}"));
        let report = Report::Receipt { provider_message_id, delivery, failure };
        Ok(vec![Received { event_id, report }])
    }

    fn message(&self) -> Result<Received, String> {
        let id = self.message_id.as_ref().ok_or("the message has no messageId")?;
        let from = self.sender_phone_number.clone().ok_or("the message has no senderPhoneNumber")?;
        let chosen = self.suggestion_response.as_ref();
        let chosen = chosen.and_then(|chosen| chosen.text.clone().or_else(|| chosen.postback_data.clone()));
        let media = self.user_file.as_ref().map(|file| MediaRef {
            reference: file.payload.file_uri.clone(),
            media_type: file.payload.mime_type.clone(),
            name: file.payload.file_name.clone(),
        });
        let location = self.location.as_ref().map(|place| Location {
            latitude: place.latitude,
            longitude: place.longitude,
            name: None,
            address: None,
        });
        let report = Report::Message {
            kind: AddressKind::E164,
            from,
            profile_name: None,
            text: self.text.clone().or(chosen).unwrap_or_default(),
            media: media.into_iter().collect(),
            location,
            reaction: None,
        };
        Ok(Received { event_id: format!("in:{id}"), report })
    }
}
