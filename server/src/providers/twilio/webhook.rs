//! Twilio's forms: somebody wrote, or a message moved.

use std::collections::BTreeMap;

use parloir_desk::entity::{AddressKind, Delivery, Failure};

use super::super::web::form_pairs;
use super::super::{Location, MediaRef, Received, Report};
use super::codes;

/// Files of one message, as Twilio counts.
const MEDIA_MAX: usize = 10;

struct Form(BTreeMap<String, String>);

/// What one form reports.
pub(super) fn read(body: &[u8]) -> Result<Vec<Received>, String> {
    let form = Form(form_pairs(body).ok_or("the body is no form")?.into_iter().collect());
    let sid =
        form.filled("MessageSid").or_else(|| form.filled("SmsSid")).ok_or("the form has no MessageSid")?;
    let status = form.filled("MessageStatus").or_else(|| form.filled("SmsStatus")).unwrap_or("received");
    let (event_id, report) = match status {
        "received" | "receiving" => (format!("in:{sid}"), form.message()?),
        "accepted" | "scheduled" | "queued" | "sending" => return Ok(Vec::new()),
        moved => {
            let (delivery, failure) = form.delivery(moved)?;
            let report = Report::Receipt { provider_message_id: sid.to_owned(), delivery, failure };
            (format!("{sid}:{moved}"), report)
        }
    };
    Ok(vec![Received { event_id, report }])
}

impl Form {
    fn filled(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn delivery(&self, status: &str) -> Result<(Delivery, Option<Failure>), String> {
        Ok(match status {
            "sent" => (Delivery::Sent, None),
            "delivered" | "partially_delivered" => (Delivery::Delivered, None),
            "read" => (Delivery::Read, None),
            "failed" | "undelivered" | "canceled" => {
                let code = self.filled("ErrorCode").and_then(|code| code.parse().ok());
                (Delivery::Failed, Some(code.and_then(codes::failure).unwrap_or(Failure::Unknown)))
            }
            other => return Err(format!("the status '{other}' is not known")),
        })
    }

    fn message(&self) -> Result<Report, String> {
        let (kind, from) = address(self.filled("From").ok_or("the form has no From")?);
        let files = self.filled("NumMedia").and_then(|files| files.parse().ok()).unwrap_or(0_usize);
        let media = (0..files.min(MEDIA_MAX)).filter_map(|index| {
            let media_type = self.filled(&format!("MediaContentType{index}")).map(str::to_owned);
            let reference = self.filled(&format!("MediaUrl{index}"))?.to_owned();
            Some(MediaRef { reference, media_type, name: None })
        });
        Ok(Report::Message {
            kind,
            from,
            profile_name: self.filled("ProfileName").map(str::to_owned),
            text: self.0.get("Body").cloned().unwrap_or_default(),
            media: media.collect(),
            location: self.location(),
            reaction: None,
        })
    }

    fn location(&self) -> Option<Location> {
        let number = |name| self.filled(name)?.parse::<f64>().ok().filter(|number| number.is_finite());
        Some(Location {
            latitude: number("Latitude")?,
            longitude: number("Longitude")?,
            name: self.filled("Label").map(str::to_owned),
            address: self.filled("Address").map(str::to_owned),
        })
    }
}

/// `whatsapp:+33…` and the like: the channel says which it is.
fn address(from: &str) -> (AddressKind, String) {
    let bare = from.split_once(':').map_or(from, |(_, bare)| bare);
    let kind = if bare.starts_with('+') { AddressKind::E164 } else { AddressKind::Bsuid };
    // A short code is a number without its country.
    let is_short = from == bare && bare.chars().all(|c| c.is_ascii_digit());
    (if is_short { AddressKind::E164 } else { kind }, bare.to_owned())
}
