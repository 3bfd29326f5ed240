//! An outbound message as `submit_sm`, part by part. It sends nothing.

use bytes::BytesMut;
use parloir_protocol::text::Encoding;
use rusmpp::encode::Length as _;
use rusmpp::encode::owned::Encode as _;
use rusmpp::pdus::{BindTransceiver, DeliverSmResp, SubmitSm};
use rusmpp::tlvs::MessageSubmissionRequestTlvValue;
use rusmpp::types::{AnyOctetString, COctetString, OctetString};
use rusmpp::values::{DataCoding, EsmClass, InterfaceVersion, MessagePayload, Npi, RegisteredDelivery, Ton};
use rusmpp::{Command, CommandStatus, Pdu};

use super::super::{Content, Outgoing};
use super::delivered::ALPHANUMERIC;
use super::header::Place;
use super::parts::{self, Parts};
use super::settings::{Bind, LongMessages, Numbering, Writing};

/// `esm_class` of a text, and of a part whose octets begin with a header.
const PLAIN: u8 = 0x00;
const WITH_HEADER: u8 = 0x40;
/// `data_coding` of the network's own alphabet, and of UCS-2.
const OWN_ALPHABET: u8 = 0x00;
const UCS2: u8 = 0x08;
/// `registered_delivery`: tell of the end of it, good or bad.
const RECEIPT: u8 = 0x01;
const NO_RECEIPT: u8 = 0x00;

/// The parts of a message in their order; why there are none.
pub(super) fn of(outgoing: &Outgoing, writing: Writing) -> Result<Vec<SubmitSm>, Unfit> {
    let Content::Text { text } = &outgoing.content else { return Err(Unfit::Text) };
    let Parts { encoding, bodies } = match writing.long_messages {
        LongMessages::Header => parts::of(text),
        LongMessages::Payload => parts::whole(text),
    }
    .ok_or(Unfit::Text)?;
    let blank = blank(outgoing, writing, encoding)?;
    let reference = reference(outgoing);
    let total = u8::try_from(bodies.len()).map_err(|_| Unfit::Text)?;
    let most = match encoding {
        Encoding::Gsm7 => encoding.alone(),
        Encoding::Ucs2 => encoding.alone() * 2,
    };
    let place = |number| Place { reference: u16::from(reference), total, number };
    let numbered = bodies.into_iter().zip(1..=total);
    numbered.map(|(body, number)| part(&blank, &body, place(number), most)).collect()
}

/// Why a message cannot leave this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It is empty or too long, or there is more than text.
    Text,
    Address,
}

fn blank(outgoing: &Outgoing, writing: Writing, encoding: Encoding) -> Result<SubmitSm, Unfit> {
    let (from_numbering, from) = address(&outgoing.from.value, writing.source)?;
    let (to_numbering, to) = address(&outgoing.to.value, writing.destination)?;
    let data_coding = match encoding {
        Encoding::Gsm7 => OWN_ALPHABET,
        Encoding::Ucs2 => UCS2,
    };
    let blank = SubmitSm::builder()
        .source_addr_ton(Ton::from(from_numbering.ton))
        .source_addr_npi(Npi::from(from_numbering.npi))
        .source_addr(from)
        .dest_addr_ton(Ton::from(to_numbering.ton))
        .dest_addr_npi(Npi::from(to_numbering.npi))
        .destination_addr(to)
        // The library's own default is an acknowledgement of a phone.
        .esm_class(EsmClass::from(PLAIN))
        .registered_delivery(RegisteredDelivery::from(NO_RECEIPT))
        .data_coding(DataCoding::from(data_coding));
    Ok(blank.build())
}

/// One part. Only the last asks for a receipt, and its name is the message's.
fn part(blank: &SubmitSm, body: &[u8], place: Place, most: usize) -> Result<SubmitSm, Unfit> {
    let mut part = blank.clone();
    if place.number == place.total {
        part.registered_delivery = RegisteredDelivery::from(RECEIPT);
    }
    let octets = if place.total == 1 { body.to_vec() } else { parts::joined(body, place) };
    if place.total > 1 {
        part.esm_class = EsmClass::from(WITH_HEADER);
    }
    if octets.len() > most {
        let payload = MessagePayload::new(AnyOctetString::from_slice(&octets));
        part.push_tlv(MessageSubmissionRequestTlvValue::MessagePayload(payload));
    } else {
        part.set_short_message(OctetString::from_vec(octets).map_err(|_| Unfit::Text)?);
    }
    Ok(part)
}

/// A number without its `+`; a name as it is.
fn address(value: &str, numbering: Numbering) -> Result<(Numbering, COctetString<1, 21>), Unfit> {
    let digits = value.strip_prefix('+');
    let numbering = match digits {
        Some(_) => numbering,
        None if value.chars().any(|c| c.is_ascii_alphabetic()) => Numbering { ton: ALPHANUMERIC, npi: 0 },
        None => Numbering { ton: 0, npi: numbering.npi },
    };
    Ok((numbering, c_string(digits.unwrap_or(value)).ok_or(Unfit::Address)?))
}

/// The same for all parts of a message, and most likely another one for the next.
fn reference(outgoing: &Outgoing) -> u8 {
    let key = [outgoing.message_id.as_bytes().as_slice(), &outgoing.attempt.0.to_be_bytes()].concat();
    blake3::hash(&key).as_bytes()[0]
}

/// The bind of an account.
pub(super) fn bind(bind: &Bind) -> Option<Pdu> {
    let bind = BindTransceiver::builder()
        .system_id(c_string(&bind.system_id)?)
        .password(c_string(bind.password.reveal())?)
        .system_type(c_string(&bind.system_type)?)
        .interface_version(InterfaceVersion::Smpp3_4)
        .build();
    Some(bind.into())
}

/// A text that a field takes with the zero behind it.
pub(super) fn c_string<const MAX: usize>(text: &str) -> Option<COctetString<1, MAX>> {
    COctetString::from_string(text.to_owned()).ok()
}

/// The answer to a `deliver_sm`.
pub(super) fn delivered(status: u32, sequence: u32) -> BytesMut {
    written(status, sequence, DeliverSmResp::default().into())
}

/// A PDU's bytes.
pub(super) fn written(status: u32, sequence: u32, pdu: Pdu) -> BytesMut {
    let command = Command::new(CommandStatus::from(status), sequence, pdu);
    let length = command.length() + size_of::<u32>();
    let mut bytes = BytesMut::with_capacity(length);
    bytes.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    command.encode(&mut bytes);
    bytes
}
