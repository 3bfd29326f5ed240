//! What somebody said elsewhere about messages: anybody who works may stop them, and so may a provider; only
//! those who supervise may begin again.

use parloir_protocol::ids::{ChannelId, ConversationId};

use super::{Context, Decision};
use crate::consent::address_digest;
use crate::entity::{Address, Conversation, Failure, Header, Role};
use crate::event::{About, Consent, Event};
use crate::refusal::Refusal;

pub(super) fn change(ctx: &Context<'_>, id: ConversationId, consent: Consent) -> Decision {
    check_allowed(ctx, consent)?;
    let conversation = ctx.conversation(id)?;
    let address = conversation.address.known().ok_or(Refusal::AddressErased)?;
    if ctx.view.consent(conversation.channel_id, address) == Some(consent) {
        return Ok(vec![Event::Noted { about: About::Conversation(id) }]);
    }
    let header = &conversation.header;
    Ok(vec![changed(ctx, header, conversation.channel_id, address, consent)?])
}

/// The event that says what an address wants from here on.
pub(super) fn changed(
    ctx: &Context<'_>,
    header: &Header,
    channel_id: ChannelId,
    address: &Address,
    consent: Consent,
) -> Result<Event, Refusal> {
    Ok(Event::ConsentChanged {
        conversation_id: header.conversation_id,
        group_id: header.group_id,
        channel_id,
        address: address_digest(ctx.workspace()?, address),
        consent,
    })
}

/// What a failure says of consent: a provider that knows of a stop tells it by refusing messages.
pub(super) fn learnt(
    ctx: &Context<'_>,
    conversation: &Conversation,
    failure: Option<Failure>,
) -> Result<Option<Event>, Refusal> {
    let Some(address) = conversation.address.known().filter(|_| failure == Some(Failure::OptedOut)) else {
        return Ok(None);
    };
    match ctx.view.consent(conversation.channel_id, address) {
        Some(Consent::OptedOut) => Ok(None),
        Some(Consent::OptedIn) | None => {
            let channel_id = conversation.channel_id;
            changed(ctx, &conversation.header, channel_id, address, Consent::OptedOut).map(Some)
        }
    }
}

fn check_allowed(ctx: &Context<'_>, consent: Consent) -> Result<(), Refusal> {
    match (consent, ctx.agent()?.role) {
        (Consent::OptedOut, _) | (Consent::OptedIn, Role::Admin | Role::Supervisor) => Ok(()),
        (Consent::OptedIn, Role::Agent | Role::TemplateAgent | Role::Integration) => Err(Refusal::NotAllowed),
    }
}
