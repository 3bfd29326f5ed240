//! What came in as one body, as the webhooks of other providers are: the PDUs of one message or receipt, with the
//! name under which it happens once. It is what can be kept aside and handed in again.

use parloir_desk::entity::AddressKind;
use serde::{Deserialize, Serialize};

use super::super::{Received, Report};
use super::delivered::{Delivered, Kind};
use super::names::Names;
use super::pdu::{Frame, HEADER_BYTES};
use super::{parts, receipt};

/// Stands for parts that never came.
const GAP: &str = " […] ";
/// Characters of an event's name.
const EVENT_CHARS_MAX: usize = 128;

/// A body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Body {
    event_id: String,
    /// In hexadecimal digits, in the order of their parts.
    pdus: Vec<String>,
}

impl Body {
    /// The body of these PDUs.
    pub(super) fn of<'a>(event_id: &str, pdus: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self { event_id: event_id.to_owned(), pdus: pdus.into_iter().map(digits).collect() }
    }

    /// As it is kept and handed in.
    pub(super) fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// What a body reports.
pub(super) fn read(body: &[u8], names: Names) -> Result<Vec<Received>, String> {
    let Body { event_id, pdus } = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if !(1..=parts::PARTS_MAX).contains(&pdus.len()) {
        return Err(format!("{} PDUs are not 1 to {}", pdus.len(), parts::PARTS_MAX));
    }
    if event_id.is_empty() || event_id.chars().count() > EVENT_CHARS_MAX {
        return Err(format!("event_id must have 1 to {EVENT_CHARS_MAX} characters"));
    }
    let frames: Vec<Frame> = pdus.iter().map(|pdu| frame(pdu)).collect::<Result<_, _>>()?;
    let delivered = frames.iter().map(Delivered::read).collect::<Result<Vec<_>, _>>();
    let delivered = delivered.map_err(|bad| bad.to_string())?;
    let (Some(frame), Some(first)) = (frames.first(), delivered.first()) else { return Ok(Vec::new()) };
    match first.kind {
        Kind::Receipt | Kind::Intermediate => {
            let receipt::Receipt { name, delivery, failure } = receipt::read(first, names)?;
            let event_id = receipt_id(&name, frame);
            let report = Report::Receipt { provider_message_id: name, delivery, failure };
            Ok(vec![Received { event_id, report }])
        }
        Kind::Other => Ok(Vec::new()),
        Kind::Text => {
            let report = Report::text(AddressKind::E164, first.from.clone(), None, text(&delivered)?);
            let named = first.name.as_ref().filter(|_| delivered.len() == 1);
            let event_id = named.map_or(event_id, |name| format!("message {name}"));
            Ok(vec![Received { event_id, report }])
        }
    }
}

/// A receipt that is told again is the same, byte for byte; networks use names again after a while.
fn receipt_id(name: &str, frame: &Frame) -> String {
    let digest = blake3::hash(&frame.bytes[HEADER_BYTES..]).to_hex();
    format!("receipt {name} {}", &digest[..32])
}

/// The text of all parts, with gaps where parts are missing.
fn text(delivered: &[Delivered]) -> Result<String, String> {
    let mut whole = String::new();
    let mut next = 1;
    for part in delivered {
        let number = part.place.map_or(next, |place| place.number);
        if number != next {
            whole.push_str(GAP);
        }
        next = number.saturating_add(1);
        whole.push_str(&part.text().ok_or("it is no text")?);
    }
    let total = delivered.last().and_then(|part| part.place).map_or(0, |place| place.total);
    if next <= total {
        whole.push_str(GAP);
    }
    Ok(whole)
}

fn frame(pdu: &str) -> Result<Frame, String> {
    let bytes = octets(pdu).ok_or_else(|| "a PDU is not written in hexadecimal digits".to_owned())?;
    Frame::whole(&bytes).map_err(|bad| bad.to_string())
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn octets(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok().filter(|_| pair.len() == 2))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_octets_and_nothing_else_is() {
        assert_eq!(octets(&digits(b"\x00\xffA")), Some(b"\x00\xffA".to_vec()));
        for wrong in ["0", "0g", "+1", "é", "0 1"] {
            assert_eq!(octets(wrong).filter(|_| wrong != "+1"), None, "{wrong}");
        }
    }
}
