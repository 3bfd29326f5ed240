//! Webhooks of the Cloud API: entries of changes of messages and statuses, any number of each. What is of
//! another field or an unknown kind moves nothing; what cannot be read or is another number's is told, and
//! blocks nothing of the rest.

use parloir_desk::entity::{AddressKind, Delivery, Failure};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::{Location, MediaRef, Reaction, Received, Report, Reports};
use super::codes;

/// Reports of one webhook: the provider batches up to a thousand.
const REPORTS_MAX: usize = 4_000;

#[derive(Deserialize)]
struct Envelope {
    object: String,
    #[serde(default)]
    entry: Vec<Value>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    changes: Vec<Value>,
}

#[derive(Deserialize)]
struct Change {
    field: String,
    value: Value,
}

#[derive(Deserialize)]
struct News {
    metadata: Metadata,
    #[serde(default)]
    contacts: Vec<Value>,
    #[serde(default)]
    messages: Vec<Value>,
    #[serde(default)]
    statuses: Vec<Value>,
}

#[derive(Deserialize)]
struct Metadata {
    phone_number_id: String,
}

#[derive(Deserialize)]
struct Contact {
    #[serde(default)]
    profile: Profile,
    wa_id: Option<String>,
    user_id: Option<String>,
}

#[derive(Deserialize, Default)]
struct Profile {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    id: String,
    /// Absent for users who show a name instead of a number.
    from: Option<String>,
    from_user_id: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    text: Option<Text>,
    image: Option<Media>,
    video: Option<Media>,
    audio: Option<Media>,
    document: Option<Media>,
    sticker: Option<Media>,
    button: Option<Button>,
    interactive: Option<Interactive>,
    location: Option<Place>,
    reaction: Option<Sign>,
}

#[derive(Deserialize)]
struct Text {
    body: String,
}

#[derive(Deserialize)]
struct Media {
    id: String,
    mime_type: Option<String>,
    caption: Option<String>,
    filename: Option<String>,
}

#[derive(Deserialize)]
struct Button {
    text: String,
}

#[derive(Deserialize)]
struct Interactive {
    button_reply: Option<Chosen>,
    list_reply: Option<Chosen>,
}

#[derive(Deserialize)]
struct Chosen {
    title: String,
}

#[derive(Deserialize)]
struct Place {
    latitude: f64,
    longitude: f64,
    name: Option<String>,
    address: Option<String>,
}

#[derive(Deserialize)]
struct Sign {
    message_id: Option<String>,
    #[serde(default)]
    emoji: String,
}

#[derive(Deserialize)]
struct Status {
    id: String,
    status: String,
    #[serde(default)]
    errors: Vec<StatusError>,
}

#[derive(Deserialize)]
struct StatusError {
    code: i64,
}

/// Everything that a webhook says, and of it what is of this number.
pub(super) fn read(body: &[u8], phone_number_id: &str) -> Result<Reports, String> {
    let envelope: Envelope = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if envelope.object != "whatsapp_business_account" {
        return Err(format!("the object is '{}'", envelope.object));
    }
    let mut reports = Reports::default();
    for entry in each::<Entry>(envelope.entry, "entry", &mut reports) {
        for change in each::<Change>(entry.changes, "change", &mut reports) {
            if change.field == "messages" {
                take(change.value, phone_number_id, &mut reports);
            }
        }
    }
    if reports.received.len() > REPORTS_MAX {
        return Err(format!("{} reports are more than {REPORTS_MAX}", reports.received.len()));
    }
    Ok(reports)
}

/// The parts that can be read; what cannot is told and passed over.
fn each<T: DeserializeOwned>(values: Vec<Value>, what: &str, reports: &mut Reports) -> Vec<T> {
    let mut read = Vec::new();
    for value in values {
        match serde_json::from_value(value) {
            Ok(part) => read.push(part),
            Err(error) => reports.not_read(format!("one {what} cannot be read: {error}")),
        }
    }
    read
}

/// One change of messages.
fn take(value: Value, phone_number_id: &str, reports: &mut Reports) {
    let news: News = match serde_json::from_value(value) {
        Ok(news) => news,
        Err(error) => return reports.not_read(format!("one change cannot be read: {error}")),
    };
    let number = news.metadata.phone_number_id;
    if number != phone_number_id {
        return reports.is_for(&number);
    }
    let contacts: Vec<Contact> = each(news.contacts, "contact", reports);
    for message in each::<Message>(news.messages, "message", reports) {
        match message.received(&contacts) {
            Some(received) => reports.received.push(received),
            None => reports.not_read("one message names nobody it is from"),
        }
    }
    let statuses = each::<Status>(news.statuses, "status", reports);
    reports.received.extend(statuses.iter().filter_map(Status::received));
}

impl Message {
    fn received(&self, contacts: &[Contact]) -> Option<Received> {
        let number = self.from.as_deref().filter(|from| !from.is_empty());
        let user = self.from_user_id.as_deref().filter(|user| !user.is_empty());
        let contact = contacts.iter().find(|contact| {
            (number.is_some() && contact.wa_id.as_deref() == number)
                || (user.is_some() && contact.user_id.as_deref() == user)
        });
        // One contact and one message belong together, however either is named.
        let contact = contact.or(if contacts.len() == 1 { contacts.first() } else { None });
        let user = user.or_else(|| contact.and_then(|contact| contact.user_id.as_deref()));
        let (kind, from) = match (number, user) {
            (Some(number), _) => (AddressKind::E164, format!("+{}", number.trim_start_matches('+'))),
            (None, Some(user)) => (AddressKind::Bsuid, user.to_owned()),
            (None, None) => return None,
        };
        let profile_name = contact.and_then(|contact| contact.profile.name.clone());
        let report = Report::Message {
            kind,
            from,
            profile_name,
            text: self.words(),
            media: self.media().map(Media::reference).collect(),
            location: self.location.as_ref().map(Place::location),
            reaction: self.reaction.as_ref().map(Sign::reaction),
        };
        Some(Received { event_id: format!("in:{}", self.id), report })
    }

    fn media(&self) -> impl Iterator<Item = &Media> {
        let all = [&self.image, &self.video, &self.audio, &self.document, &self.sticker];
        all.into_iter().flatten()
    }

    /// What was written or chosen; a kind that nobody knows says its name, so that an agent sees that something came.
    fn words(&self) -> String {
        let chosen = self.interactive.as_ref().and_then(|chosen| {
            chosen.button_reply.as_ref().or(chosen.list_reply.as_ref()).map(|chosen| chosen.title.clone())
        });
        let said = self.text.as_ref().map(|text| text.body.clone());
        let said = said.or_else(|| self.button.as_ref().map(|button| button.text.clone())).or(chosen);
        let said = said.or_else(|| self.media().find_map(|media| media.caption.clone()));
        let is_other = self.media().next().is_some() || self.location.is_some() || self.reaction.is_some();
        match said {
            Some(said) => said,
            None if is_other => String::new(),
            None => format!("[{}]", self.kind),
        }
    }
}

impl Media {
    fn reference(&self) -> MediaRef {
        MediaRef {
            reference: self.id.clone(),
            media_type: self.mime_type.clone(),
            name: self.filename.clone(),
        }
    }
}

impl Place {
    fn location(&self) -> Location {
        let Self { latitude, longitude, name, address } = self;
        Location { latitude: *latitude, longitude: *longitude, name: name.clone(), address: address.clone() }
    }
}

impl Sign {
    fn reaction(&self) -> Reaction {
        Reaction { emoji: self.emoji.clone(), provider_message_id: self.message_id.clone() }
    }
}

impl Status {
    fn received(&self) -> Option<Received> {
        let (delivery, failure) = match self.status.as_str() {
            "sent" => (Delivery::Sent, None),
            "delivered" => (Delivery::Delivered, None),
            "read" | "played" => (Delivery::Read, None),
            "failed" => {
                let code = self.errors.first().map(|error| error.code);
                (Delivery::Failed, Some(code.and_then(codes::failure).unwrap_or(Failure::Unknown)))
            }
            _ => return None,
        };
        let report = Report::Receipt { provider_message_id: self.id.clone(), delivery, failure };
        Some(Received { event_id: format!("{}:{}", self.id, self.status), report })
    }
}
