//! What somebody said elsewhere about messages: anybody who works may stop them, only those who supervise
//! may begin again.

use parloir_protocol::ids::ConversationId;

use super::{Context, Decision};
use crate::consent::address_digest;
use crate::entity::Role;
use crate::event::{About, Consent, Event};
use crate::refusal::Refusal;

pub(super) fn change(ctx: &Context<'_>, id: ConversationId, consent: Consent) -> Decision {
    check_allowed(ctx, consent)?;
    let conversation = ctx.conversation(id)?;
    let address = conversation.address.known().ok_or(Refusal::AddressErased)?;
    if ctx.view.consent(conversation.channel_id, address) == Some(consent) {
        return Ok(vec![Event::Noted { about: About::Conversation(id) }]);
    }
    Ok(vec![Event::ConsentChanged {
        conversation_id: id,
        group_id: conversation.header.group_id,
        channel_id: conversation.channel_id,
        address: address_digest(ctx.workspace()?, address),
        consent,
    }])
}

fn check_allowed(ctx: &Context<'_>, consent: Consent) -> Result<(), Refusal> {
    match (consent, ctx.agent()?.role) {
        (Consent::OptedOut, _) | (Consent::OptedIn, Role::Admin | Role::Supervisor) => Ok(()),
        (Consent::OptedIn, Role::Agent | Role::TemplateAgent | Role::Integration) => Err(Refusal::NotAllowed),
    }
}
