//! The other side's identity, as typed and in its one normal form.

use parloir_desk::command::Command;
use parloir_desk::entity::{Address, AddressKind, Country, Destination};
use parloir_protocol::command::conversation::Start;
use parloir_protocol::entity as wire;
use parloir_protocol::error::{Code, ErrorBody};

use crate::phone;
use crate::wire::entity;

/// More than any provider's ids have.
const ID_CHARS_MAX: usize = 128;

pub(super) fn start(asked: &Start, country: Country) -> Result<Command, ErrorBody> {
    Ok(Command::Start {
        channel_id: asked.channel_id,
        to: destination(&asked.address, country)?,
        group_id: asked.group_id,
    })
}

/// A number in any writing; an id of another kind as it is, without the white space around it.
pub(crate) fn destination(typed: &wire::Address, country: Country) -> Result<Destination, ErrorBody> {
    let kind = entity::asked_address_kind(typed.kind);
    match kind {
        AddressKind::E164 => {
            let (number, country) = phone::normalise(&typed.value, country).map_err(invalid_number)?;
            Ok(Destination { address: Address { kind, value: number.0 }, country })
        }
        AddressKind::Bsuid | AddressKind::Rcs => {
            let value = typed.value.trim();
            let whole = !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || c.is_control());
            if !whole || value.chars().count() > ID_CHARS_MAX {
                return Err(invalid("address", &typed.value, "no id of the other side"));
            }
            Ok(Destination { address: Address { kind, value: value.to_owned() }, country: None })
        }
    }
}

/// A field's value that has no form in the rules' words.
pub(super) fn invalid(field: &str, value: &str, why: &str) -> ErrorBody {
    let value: String = value.chars().take(64).collect();
    let sentence = format!("{field} '{value}' is {why}");
    ErrorBody::new(Code::InvalidParams, sentence).with("field", field).with("value", value)
}

fn invalid_number(error: phone::InvalidNumber) -> ErrorBody {
    let sentence = error.to_string();
    ErrorBody::new(Code::InvalidNumber, sentence).with("field", "address").with("value", error.0)
}
