//! The body of the simulator's webhooks: the shape that programs post to hand in messages and receipts.

use parloir_desk::entity::{Address, AddressKind, Delivery, Failure};
use serde::{Deserialize, Serialize};

use super::super::{BadPayload, Location, MediaRef, Reaction, Received, Report};

/// Characters of an event's or message's name.
const NAME_CHARS_MAX: usize = 128;
/// Files of one message.
const MEDIA_MAX: usize = 10;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Body {
    pub(super) event_id: String,
    #[serde(flatten)]
    pub(super) news: News,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum News {
    Message {
        from: From,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        profile_name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        media: Vec<Media>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        location: Option<Place>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reaction: Option<Sign>,
    },
    Receipt {
        provider_message_id: String,
        status: Status,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        failure: Option<Reason>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct From {
    pub(super) kind: Kind,
    pub(super) value: String,
}

/// A file that is still with the simulator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Media {
    reference: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    latitude: f64,
    longitude: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sign {
    emoji: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider_message_id: Option<String>,
}

/// The words of a closed list, and what each of them means to the rules.
macro_rules! words {
    ($($name:ident of $of:ident { $($word:ident),* $(,)? })*) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum $name { $($word),* }

        impl $name {
            fn meaning(self) -> $of {
                match self { $(Self::$word => $of::$word),* }
            }
        }
    )*};
}

words! {
    Kind of AddressKind { E164, Bsuid, Rcs }
    Status of Delivery { Sent, Delivered, Read, Failed }
    Reason of Failure {
        WindowExpired, NotOnChannel, InvalidNumber, Blocked, OptedOut, Unreachable, Expired, RejectedContent,
        Throttled, Auth, Billing, Unsupported, Unknown,
    }
}

impl Kind {
    pub(super) fn of(kind: AddressKind) -> Self {
        match kind {
            AddressKind::E164 => Self::E164,
            AddressKind::Bsuid => Self::Bsuid,
            AddressKind::Rcs => Self::Rcs,
        }
    }
}

impl Body {
    pub(super) fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a body without maps has a JSON form")
    }
}

/// The body of a webhook that hands in one message.
pub fn message_body(event_id: &str, from: &Address, profile_name: Option<&str>, text: &str) -> Vec<u8> {
    let profile_name = profile_name.map(str::to_owned);
    written_body(event_id, from, Written { profile_name, text: text.to_owned(), ..Written::default() })
}

/// What somebody wrote on a phone.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Written {
    pub profile_name: Option<String>,
    pub text: String,
    pub media: Vec<MediaRef>,
    pub location: Option<Location>,
    pub reaction: Option<Reaction>,
}

/// The body of a webhook that hands in one message with whatever it carries.
pub fn written_body(event_id: &str, from: &Address, written: Written) -> Vec<u8> {
    let Written { profile_name, text, media, location, reaction } = written;
    let media = media.into_iter().map(|MediaRef { reference, media_type, name }| Media {
        reference,
        media_type,
        name,
    });
    let news = News::Message {
        from: From { kind: Kind::of(from.kind), value: from.value.clone() },
        profile_name,
        text: Some(text),
        media: media.collect(),
        location: location.map(|Location { latitude, longitude, name, address }| Place {
            latitude,
            longitude,
            name,
            address,
        }),
        reaction: reaction.map(|Reaction { emoji, provider_message_id }| Sign { emoji, provider_message_id }),
    };
    Body { event_id: event_id.to_owned(), news }.encode()
}

/// What a body reports.
pub(super) fn read(body: &[u8]) -> Result<Received, BadPayload> {
    let body: Body = serde_json::from_slice(body).map_err(|error| bad(error.to_string()))?;
    check_name("event_id", &body.event_id)?;
    let report = match body.news {
        News::Message { from, profile_name, text, media, location, reaction } => {
            if media.len() > MEDIA_MAX {
                return Err(bad(format!("media has {} files, not up to {MEDIA_MAX}", media.len())));
            }
            if text.is_none() && media.is_empty() && location.is_none() && reaction.is_none() {
                return Err(bad("the message has no text and nothing else".to_owned()));
            }
            let media = media.into_iter();
            let media =
                media.map(|Media { reference, media_type, name }| MediaRef { reference, media_type, name });
            Report::Message {
                kind: from.kind.meaning(),
                from: from.value,
                profile_name,
                text: text.unwrap_or_default(),
                media: media.collect(),
                location: location.map(|Place { latitude, longitude, name, address }| Location {
                    latitude,
                    longitude,
                    name,
                    address,
                }),
                reaction: reaction
                    .map(|Sign { emoji, provider_message_id }| Reaction { emoji, provider_message_id }),
            }
        }
        News::Receipt { provider_message_id, status, failure } => {
            check_name("provider_message_id", &provider_message_id)?;
            let (delivery, failure) = (status.meaning(), failure.map(Reason::meaning));
            Report::Receipt { provider_message_id, delivery, failure }
        }
    };
    Ok(Received { event_id: body.event_id, report })
}

fn check_name(field: &str, name: &str) -> Result<(), BadPayload> {
    let chars = name.chars().count();
    if (1..=NAME_CHARS_MAX).contains(&chars) {
        return Ok(());
    }
    Err(bad(format!("{field} has {chars} characters, not 1 to {NAME_CHARS_MAX}")))
}

fn bad(reason: String) -> BadPayload {
    BadPayload { provider: super::NAME, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(body: &str) -> String {
        read(body.as_bytes()).expect_err(body).reason
    }

    #[test]
    fn a_message_and_a_receipt_are_read() {
        let body = br#"{"event_id":"e1","type":"message","from":{"kind":"e164","value":"+33639980001"},
                        "profile_name":"Ju","text":"Bonjour","later":1}"#;
        let (from, name) = ("+33639980001".to_owned(), Some("Ju".to_owned()));
        let report = Report::text(AddressKind::E164, from, name, "Bonjour".to_owned());
        assert_eq!(read(body), Ok(Received { event_id: "e1".to_owned(), report }));

        let body = br#"{"event_id":"e2","type":"receipt","provider_message_id":"p","status":"failed",
                        "failure":"invalid_number"}"#;
        let report = Report::Receipt {
            provider_message_id: "p".to_owned(),
            delivery: Delivery::Failed,
            failure: Some(Failure::InvalidNumber),
        };
        assert_eq!(read(body), Ok(Received { event_id: "e2".to_owned(), report }));
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert!(reason("{").contains("EOF"));
        assert!(reason(r#"{"event_id":"e","type":"call"}"#).contains("`call`"));
        assert!(
            reason(r#"{"event_id":"e","type":"receipt","provider_message_id":"p","status":"queued"}"#)
                .contains("`queued`")
        );
        let unnamed = r#"{"event_id":"","type":"receipt","provider_message_id":"p","status":"sent"}"#;
        assert_eq!(reason(unnamed), "event_id has 0 characters, not 1 to 128");
    }
}
