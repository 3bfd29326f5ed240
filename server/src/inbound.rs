//! The one door for what providers report: a body becomes commands, and is taken only when all of them are
//! on stable storage. What is reported twice happens once. It decides nothing about what a message means.

use std::sync::Arc;

use parloir_desk::command::{Command, Inbound};
use parloir_desk::commit::{Actor, Digest, Key};
use parloir_desk::entity::{self, Address, AddressKind, Channel, Destination, InboundMedia};
use parloir_desk::refusal::Refusal;
use parloir_desk::view::View;
use parloir_protocol::entity::Degrees;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::ChannelId;

use crate::asked::error_of;
use crate::node::Node;
use crate::phone::{self, E164};
use crate::providers::{
    Location, MediaRef, Poison, Provider, Providers, Reaction, Received, Report, Reports, message_digest,
};
use crate::workspace::{Rejected, Workspace};

pub use others::is_for_another;

mod others;
#[cfg(test)]
mod tests;

/// Files of one message that are taken; no provider sends as many.
const MEDIA_MAX: usize = parloir_desk::limits::Limits::DEFAULT.media;

/// Characters of an address that is no number.
const ADDRESS_CHARS_MAX: usize = 128;

/// The channel of this id, and the open workspace it belongs to.
pub fn find(node: &Node, id: ChannelId) -> Option<(Arc<Workspace>, Channel)> {
    let state = node.state.current();
    let found = |workspace: Arc<Workspace>| Some((View::new(&*state, workspace.id).channel(id)?, workspace));
    node.workspaces().into_iter().find_map(found).map(|(channel, workspace)| (workspace, channel))
}

/// Takes what `channel`'s provider reports in `body`.
///
/// # Errors
/// [`ErrorBody`]; a temporary one when the same body may be handed in again.
pub async fn take(
    node: &Node,
    providers: &Providers,
    workspace: &Workspace,
    channel: &Channel,
    body: &[u8],
) -> Result<(), ErrorBody> {
    let provider = providers.get(&channel.provider).ok_or_else(|| {
        let sentence = format!("the channel's provider '{}' is not configured here", channel.provider);
        ErrorBody::new(Code::InvalidParams, sentence)
    })?;
    let reports = read(&**provider, channel, body)?;
    let others = reports.others.clone();
    let mut first = take_all(&**provider, node, workspace, channel, reports).await;
    for name in &others {
        match &first {
            Err(error) if error.temporary => return first,
            Ok(()) | Err(_) => {
                first = first.and(others::pass_on(node, providers, &**provider, name, body).await)
            }
        }
    }
    first
}

/// Takes what `provider` reports in `body`; nothing of it where the body as a whole is at fault.
pub(crate) async fn take_from(
    provider: &dyn Provider,
    node: &Node,
    workspace: &Workspace,
    channel: &Channel,
    body: &[u8],
) -> Result<(), ErrorBody> {
    take_all(provider, node, workspace, channel, read(provider, channel, body)?).await
}

fn read(provider: &dyn Provider, channel: &Channel, body: &[u8]) -> Result<Reports, ErrorBody> {
    let read = provider.receive(channel.id, body);
    read.map_err(|bad| ErrorBody::new(Code::InvalidParams, bad.to_string()))
}

/// Takes what is the channel's own; the first fault of a part is told when all others are taken.
async fn take_all(
    provider: &dyn Provider,
    node: &Node,
    workspace: &Workspace,
    channel: &Channel,
    reports: Reports,
) -> Result<(), ErrorBody> {
    let settings = settings(node, workspace)?;
    let mut first = match reports.unread {
        Some(reason) => Err(ErrorBody::new(Code::InvalidParams, reason)),
        None => Ok(()),
    };
    for one in reports.received {
        match take_one(provider, &settings, workspace, channel, one).await {
            Err(error) if error.temporary => return Err(error),
            // What is wrong with one report is no reason to keep the others waiting.
            taken @ (Ok(()) | Err(_)) => first = first.and(taken),
        }
    }
    first
}

async fn take_one(
    provider: &dyn Provider,
    settings: &entity::Workspace,
    workspace: &Workspace,
    channel: &Channel,
    one: Received,
) -> Result<(), ErrorBody> {
    let (key, actor, command) = asked(settings, channel.id, provider.poison(), one)?;
    match workspace.ask(key, actor, command, None).await {
        Ok(_) => Ok(()),
        // A provider may say the same thing again with other trimmings, such as a new profile name.
        Err(Rejected::Refused(Refusal::CommandIdReused)) if provider.poison() == Poison::KeepAside => Ok(()),
        Err(rejected) => Err(error_of(&rejected)),
    }
}

fn settings(node: &Node, workspace: &Workspace) -> Result<entity::Workspace, ErrorBody> {
    let state = node.state.current();
    let settings = View::new(&*state, workspace.id).workspace();
    settings.ok_or_else(|| ErrorBody::new(Code::ChannelNotFound, "the workspace has no channels yet"))
}

fn asked(
    settings: &entity::Workspace,
    channel_id: ChannelId,
    poison: Poison,
    received: Received,
) -> Result<(Key, Actor, Command), ErrorBody> {
    let event = Digest::keyed(&settings.digest_key, &[b"event", received.event_id.as_bytes()]);
    let key = Key::Provider(channel_id, event);
    Ok(match received.report {
        Report::Message { kind, from, profile_name, text, media, location, reaction } => {
            let from = destination(settings, kind, poison, &from)?;
            let media = media.into_iter().take(MEDIA_MAX).map(media_of).collect();
            let location = location.as_ref().and_then(place_of);
            let reaction = reaction.map(|reaction| sign_of(settings, reaction));
            let inbound = Inbound { channel_id, from, profile_name, text, media, location, reaction };
            (key, Actor::Contact(channel_id), Command::Receive(inbound))
        }
        Report::OptOut { kind, from } => {
            let from = destination(settings, kind, poison, &from)?;
            (key, Actor::Provider(channel_id), Command::OptOut { channel_id, from })
        }
        Report::Receipt { provider_message_id, delivery, failure } => {
            let provider_message = message_digest(settings, &provider_message_id);
            let receipt = Command::Receipt { channel_id, provider_message, delivery, failure };
            (key, Actor::Provider(channel_id), receipt)
        }
    })
}

/// What is still with the provider, in the rules' words.
fn media_of(media: MediaRef) -> InboundMedia {
    let MediaRef { reference, media_type, name } = media;
    InboundMedia { reference, media_type, name }
}

/// A place, unless its numbers are none on earth.
fn place_of(place: &Location) -> Option<entity::Location> {
    Some(entity::Location {
        latitude: Degrees::of(place.latitude, 90.0)?.0,
        longitude: Degrees::of(place.longitude, 180.0)?.0,
        name: place.name.clone(),
        address: place.address.clone(),
    })
}

/// A sign with the name of the message that it is at, as receipts carry it.
fn sign_of(settings: &entity::Workspace, reaction: Reaction) -> entity::Reaction {
    let provider_message = reaction.provider_message_id.map(|id| message_digest(settings, &id));
    entity::Reaction { emoji: reaction.emoji, provider_message }
}

fn destination(
    settings: &entity::Workspace,
    kind: AddressKind,
    poison: Poison,
    value: &str,
) -> Result<Destination, ErrorBody> {
    match kind {
        AddressKind::E164 => match phone::normalise(value, settings.country) {
            Ok((E164(value), country)) => Ok(Destination { address: Address { kind, value }, country }),
            Err(error) => {
                // Whoever writes by hand has mistyped; what a network says it came from, it came from.
                let name = phone::sender_name(value).filter(|_| poison == Poison::KeepAside);
                let name = name.ok_or_else(|| ErrorBody::new(Code::InvalidNumber, error.to_string()))?;
                let address = Address { kind: AddressKind::Bsuid, value: name.to_owned() };
                Ok(Destination { address, country: None })
            }
        },
        AddressKind::Bsuid | AddressKind::Rcs => {
            let value = value.trim().to_owned();
            let is_name =
                (1..=ADDRESS_CHARS_MAX).contains(&value.chars().count()) && !value.contains(char::is_control);
            if !is_name {
                let sentence = format!("from.value must have 1 to {ADDRESS_CHARS_MAX} printable characters");
                return Err(ErrorBody::new(Code::InvalidParams, sentence).with("field", "from.value"));
            }
            Ok(Destination { address: Address { kind, value }, country: None })
        }
    }
}
