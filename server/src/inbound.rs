//! The one door for what providers report: a body becomes commands, and is taken only when all of them are
//! on stable storage. What is reported twice happens once. It decides nothing about what a message means.

use std::sync::Arc;

use parloir_desk::command::{Command, Inbound};
use parloir_desk::commit::{Actor, Digest, Key};
use parloir_desk::entity::{self, Address, AddressKind, Channel, Destination};
use parloir_desk::view::View;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::ChannelId;

use crate::asked::error_of;
use crate::node::Node;
use crate::phone::{self, E164};
use crate::providers::{Provider, Providers, Received, Report, message_digest};
use crate::workspace::Workspace;

#[cfg(test)]
mod tests;

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
    take_from(&**provider, node, workspace, channel, body).await
}

/// Takes what `provider` reports in `body`, whole or not at all where the body is at fault.
pub(crate) async fn take_from(
    provider: &dyn Provider,
    node: &Node,
    workspace: &Workspace,
    channel: &Channel,
    body: &[u8],
) -> Result<(), ErrorBody> {
    let received = provider.receive(channel.id, body);
    let received = received.map_err(|bad| ErrorBody::new(Code::InvalidParams, bad.to_string()))?;
    let settings = settings(node, workspace)?;
    let asked: Result<Vec<_>, _> =
        received.into_iter().map(|one| asked(&settings, channel.id, one)).collect();
    for (key, actor, command) in asked? {
        let answered = workspace.ask(key, actor, command, None).await;
        answered.map_err(|rejected| error_of(&rejected))?;
    }
    Ok(())
}

fn settings(node: &Node, workspace: &Workspace) -> Result<entity::Workspace, ErrorBody> {
    let state = node.state.current();
    let settings = View::new(&*state, workspace.id).workspace();
    settings.ok_or_else(|| ErrorBody::new(Code::ChannelNotFound, "the workspace has no channels yet"))
}

fn asked(
    settings: &entity::Workspace,
    channel_id: ChannelId,
    received: Received,
) -> Result<(Key, Actor, Command), ErrorBody> {
    let event = Digest::keyed(&settings.digest_key, &[b"event", received.event_id.as_bytes()]);
    let key = Key::Provider(channel_id, event);
    Ok(match received.report {
        Report::Message { kind, from, profile_name, text } => {
            let from = destination(settings, kind, &from)?;
            let inbound = Inbound { profile_name, ..Inbound::text(channel_id, from, text) };
            (key, Actor::Contact(channel_id), Command::Receive(inbound))
        }
        Report::Receipt { provider_message_id, delivery, failure } => {
            let provider_message = message_digest(settings, &provider_message_id);
            let receipt = Command::Receipt { channel_id, provider_message, delivery, failure };
            (key, Actor::Provider(channel_id), receipt)
        }
    })
}

fn destination(
    settings: &entity::Workspace,
    kind: AddressKind,
    value: &str,
) -> Result<Destination, ErrorBody> {
    match kind {
        AddressKind::E164 => {
            let number = phone::normalise(value, settings.country);
            let (E164(value), country) =
                number.map_err(|error| ErrorBody::new(Code::InvalidNumber, error.to_string()))?;
            Ok(Destination { address: Address { kind, value }, country })
        }
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
