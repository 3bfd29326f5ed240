//! Whose phone it is: a number in any writing, or a name on channels that have users without numbers.

use std::sync::Arc;

use parloir_desk::entity::{Address, AddressKind, Channel, ChannelKind, Country};
use parloir_desk::view::View;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::ChannelId;

use crate::http::Edge;
use crate::http::problem::Problem;
use crate::inbound;
use crate::phone::{self, E164};
use crate::providers::simulator;
use crate::workspace::Workspace;

/// Characters of a name.
const NAME_CHARS_MAX: usize = 128;

/// A simulated channel and its workspace.
pub(super) fn channel(edge: &Edge, id: ChannelId) -> Result<(Arc<Workspace>, Channel), Problem> {
    let found = inbound::find(&edge.node, id).filter(|(_, channel)| channel.provider == simulator::NAME);
    found.ok_or_else(|| Problem::new(Code::ChannelNotFound, "no such simulated channel"))
}

/// Who is meant by `text` on `channel`.
pub(super) fn address(
    edge: &Edge,
    workspace: &Workspace,
    channel: &Channel,
    text: &str,
) -> Result<Address, Problem> {
    let is_name = text.chars().any(char::is_alphabetic);
    let kind = match channel.kind {
        ChannelKind::Whatsapp if is_name => AddressKind::Bsuid,
        ChannelKind::Rcs if is_name => AddressKind::Rcs,
        ChannelKind::Whatsapp | ChannelKind::Rcs | ChannelKind::Sms => AddressKind::E164,
    };
    match kind {
        AddressKind::E164 => {
            let number = phone::normalise(text, country(edge, workspace));
            let (E164(value), _) =
                number.map_err(|error| Problem(ErrorBody::new(Code::InvalidNumber, error.to_string())))?;
            Ok(Address { kind, value })
        }
        AddressKind::Bsuid | AddressKind::Rcs => {
            let value: String = text.trim().chars().take(NAME_CHARS_MAX).collect();
            Ok(Address { kind, value })
        }
    }
}

fn country(edge: &Edge, workspace: &Workspace) -> Country {
    let state = edge.node.state.current();
    let settings = View::new(&*state, workspace.id).workspace();
    settings.map_or(Country::FRANCE, |settings| settings.country)
}
