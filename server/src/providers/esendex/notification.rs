//! Notifications of Esendex: somebody wrote or wants no more, a message arrived, a message failed. Others are of
//! no interest.

use parloir_desk::entity::{AddressKind, Delivery, Failure};

use super::super::{Received, Report};
use super::xml::{Flat, flat};

/// Where an opt-out may name the number: as other notifications do, or as the list of opt-outs does.
const OPTED_OUT: [&str; 3] = ["From", "From/PhoneNumber", "from/phonenumber"];

/// What one notification reports.
pub(super) fn read(body: &[u8]) -> Result<Vec<Received>, String> {
    let document = flat(body)?;
    let report = match document.root.as_str() {
        "InboundMessage" => Report::text(
            AddressKind::E164,
            international(document.text("From")?),
            None,
            document.texts.get("MessageText").cloned().unwrap_or_default(),
        ),
        "MessageDelivered" => document.receipt(Delivery::Delivered, None)?,
        "MessageFailed" => document.receipt(Delivery::Failed, Some(document.failure()))?,
        "OptOut" => {
            let from = international(document.first(&OPTED_OUT)?);
            Report::OptOut { kind: AddressKind::E164, from }
        }
        // Others about messages and accounts may be switched on there; none of them moves a message.
        "MessageEvent" | "SubscriptionEvent" => return Ok(Vec::new()),
        other => return Err(format!("a notification '{other}' is not known")),
    };
    Ok(vec![Received { event_id: document.text("Id")?.to_owned(), report }])
}

impl Flat {
    fn text(&self, name: &str) -> Result<&str, String> {
        let text = self.texts.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        text.ok_or_else(|| format!("{} has no {name}", self.root))
    }

    /// The first of these that is there.
    fn first(&self, names: &[&str]) -> Result<&str, String> {
        let found = names.iter().find_map(|name| self.text(name).ok());
        found.ok_or_else(|| format!("{} has no {}", self.root, names.join(" or ")))
    }

    fn receipt(&self, delivery: Delivery, failure: Option<Failure>) -> Result<Report, String> {
        let provider_message_id = self.text("MessageId")?.to_owned();
        Ok(Report::Receipt { provider_message_id, delivery, failure })
    }

    fn failure(&self) -> Failure {
        failure(self.texts.get("FailureReason/Code").map_or("", |code| code.trim()))
    }
}

/// Codes are few and thinly documented; the rest is unknown.
fn failure(code: &str) -> Failure {
    match code {
        "1" | "InvalidNumber" | "UnknownSubscriber" => Failure::InvalidNumber,
        "2" | "AbsentSubscriber" | "HandsetUnreachable" => Failure::Unreachable,
        "3" | "Barred" | "Blocked" => Failure::Blocked,
        "4" | "Expired" => Failure::Expired,
        "5" | "Rejected" => Failure::RejectedContent,
        _ => Failure::Unknown,
    }
}

/// Numbers come without their `+`.
fn international(number: &str) -> String {
    let is_bare = number.len() > 6 && number.chars().all(|c| c.is_ascii_digit()) && !number.starts_with('0');
    if is_bare { format!("+{number}") } else { number.to_owned() }
}
