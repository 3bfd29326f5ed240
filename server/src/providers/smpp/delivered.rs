//! A `deliver_sm` as what it is: a text of a phone, a part of one, or a receipt. It decides nothing about which
//! message a receipt is of.

use super::characters::{Script, decoded, script};
use super::header::{Header, Place};
use super::pdu::{BadPdu, Frame, number, parameter, tag};

/// Bits of `esm_class`.
mod class {
    pub(super) const KIND: u8 = 0x3c;
    pub(super) const RECEIPT: u8 = 0x04;
    pub(super) const INTERMEDIATE: u8 = 0x20;
    pub(super) const HEADER: u8 = 0x40;
}

/// The numbering of an address.
const INTERNATIONAL: u8 = 1;
/// An address that is a name.
pub(super) const ALPHANUMERIC: u8 = 5;
/// Of a number that says nothing of its numbering.
const UNKNOWN: u8 = 0;
/// Digits of the shortest number that may stand without its `+`.
const BARE_DIGITS_MIN: usize = 7;

/// One `deliver_sm`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Delivered {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) kind: Kind,
    data_coding: u8,
    /// What is left of the text behind its header.
    octets: Vec<u8>,
    /// The part of a longer text that this is.
    pub(super) place: Option<Place>,
    /// Whether its header says that it is for a program on the phone.
    is_for_program: bool,
    /// The network's name for a message: of what a receipt is of, or of this one.
    pub(super) name: Option<String>,
    /// The state of what a receipt is of.
    pub(super) state: Option<u8>,
}

/// What a `deliver_sm` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Receipt,
    /// The message is under way; what it says is not the end.
    Intermediate,
    /// An acknowledgement of a phone, which nobody asked for.
    Other,
}

impl Delivered {
    /// Reads the fields of a frame.
    pub(super) fn read(frame: &Frame) -> Result<Self, BadPdu> {
        let mut fields = frame.fields();
        fields.text("service_type")?;
        let from = address(&mut fields, "source_addr")?;
        let to = address(&mut fields, "destination_addr")?;
        let esm_class = fields.octet("esm_class")?;
        fields.octets(2, "protocol_id")?;
        fields.text("schedule_delivery_time")?;
        fields.text("validity_period")?;
        fields.octets(2, "registered_delivery")?;
        let data_coding = fields.octet("data_coding")?;
        fields.octet("sm_default_msg_id")?;
        let length = usize::from(fields.octet("sm_length")?);
        let short = fields.octets(length, "short_message")?;
        let parameters = fields.parameters();
        let payload = parameter(&parameters, tag::MESSAGE_PAYLOAD).filter(|_| short.is_empty());
        let all = payload.unwrap_or(short);
        let (header, octets) =
            if esm_class & class::HEADER == 0 { (Header::default(), all) } else { Header::split(all) };
        let name = parameter(&parameters, tag::RECEIPTED_MESSAGE_ID).map(name);
        let state = parameter(&parameters, tag::MESSAGE_STATE).and_then(|value| value.first().copied());
        Ok(Self {
            from,
            to,
            kind: kind(esm_class, name.is_some() && state.is_some()),
            data_coding,
            octets: octets.to_vec(),
            place: header.place.or_else(|| segment(&parameters)),
            is_for_program: header.is_for_program,
            name: name.filter(|name| !name.is_empty()),
            state,
        })
    }

    /// Its text; nothing when it is none.
    pub(super) fn text(&self) -> Option<String> {
        let script = script(self.data_coding).filter(|_| !self.is_for_program)?;
        Some(decoded(&self.octets, script).replace('\0', ""))
    }

    /// The words of a receipt, which are of the simplest characters, whatever their coding says.
    pub(super) fn words(&self) -> String {
        let script = match script(self.data_coding) {
            Some(Script::Ucs2) => Script::Ucs2,
            Some(Script::Gsm | Script::Latin1) | None => Script::Latin1,
        };
        decoded(&self.octets, script)
    }
}

/// A number as one calls it from abroad, as far as its numbering tells.
fn address(fields: &mut super::pdu::Fields<'_>, field: &'static str) -> Result<String, BadPdu> {
    let numbering = fields.octet(field)?;
    fields.octet(field)?;
    let text = fields.text(field)?;
    let is_bare = text.len() >= BARE_DIGITS_MIN && text.chars().all(|c| c.is_ascii_digit());
    let is_abroad = match numbering {
        INTERNATIONAL => true,
        UNKNOWN => !text.starts_with('0'),
        _ => false,
    };
    Ok(if is_bare && is_abroad { format!("+{text}") } else { text })
}

fn kind(esm_class: u8, has_state: bool) -> Kind {
    match esm_class & class::KIND {
        class::RECEIPT => Kind::Receipt,
        class::INTERMEDIATE => Kind::Intermediate,
        0 if has_state => Kind::Receipt,
        0 => Kind::Text,
        _ => Kind::Other,
    }
}

fn name(value: &[u8]) -> String {
    let end = value.iter().position(|octet| *octet == 0).unwrap_or(value.len());
    String::from_utf8_lossy(&value[..end]).trim().to_owned()
}

/// The place of a part whose network says it in parameters.
fn segment(parameters: &[(u16, &[u8])]) -> Option<Place> {
    let value = |tag| parameter(parameters, tag).and_then(number);
    let octet = |tag| value(tag).and_then(|number| u8::try_from(number).ok());
    Place::new(value(tag::SAR_REFERENCE)?, octet(tag::SAR_TOTAL)?, octet(tag::SAR_NUMBER)?)
}
