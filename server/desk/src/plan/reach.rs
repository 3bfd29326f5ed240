//! Whether somebody may be written to: own numbers, people who said stop, countries, and the 24 h of
//! WhatsApp.

use parloir_protocol::ids::ChannelId;
use parloir_protocol::time::Time;

use crate::entity::{
    Address, Approval, Channel, ChannelKind, Conversation, Country, Message, SentTemplate, TemplateStatus,
};
use crate::event::Consent;
use crate::refusal::Refusal;
use crate::view::View;

use super::Target;

/// How long after the other side wrote anything may be written.
pub(crate) const WINDOW_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// The 24 h of WhatsApp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub open: bool,
    pub until: Option<Time>,
}

/// The window at `at`; there is none elsewhere than on WhatsApp.
pub fn window(kind: ChannelKind, until: Option<Time>, at: Time) -> Option<Window> {
    match kind {
        ChannelKind::Sms | ChannelKind::Rcs => None,
        ChannelKind::Whatsapp => Some(Window { open: until.is_some_and(|until| at < until), until }),
    }
}

impl Target {
    /// The other side of a conversation.
    pub fn of(channel: Channel, conversation: &Conversation) -> Self {
        Self {
            channel,
            address: conversation.address.known().cloned(),
            country: conversation.country,
            conversation: Some(conversation.header.conversation_id),
            window_until: conversation.header.window_until,
        }
    }
}

/// Refuses what may not be sent once more, or now: whatever is written, only who it goes to counts, and
/// whether it is an approved template.
pub fn check_sendable(view: &View<'_>, target: &Target, message: &Message, at: Time) -> Result<(), Refusal> {
    check_reachable(view, target)?;
    match approval_of(view, message) {
        Some(Approval::Approved) => Ok(()),
        Some(approval) => Err(Refusal::TemplateNotApproved { approval }),
        None => check_window(target, None, at),
    }
}

/// What WhatsApp says now to the template that a message goes as; nothing where it goes as something else.
pub(crate) fn approval_of(view: &View<'_>, message: &Message) -> Option<Approval> {
    let sent = message.template.as_ref()?;
    let provider_name = sent.provider_name.as_deref()?;
    Some(standing(view, sent, provider_name))
}

/// One that was deleted, or is another one by now, was approved by nobody.
fn standing(view: &View<'_>, sent: &SentTemplate, provider_name: &str) -> Approval {
    let found = view.template(sent.template_id).filter(|found| found.status == TemplateStatus::Active);
    match found {
        Some(found) if found.approval == Approval::Approved => {
            let is_same = found.own_name() == provider_name && found.language == sent.language;
            if is_same { Approval::Approved } else { Approval::None }
        }
        Some(found) => found.approval,
        None => Approval::None,
    }
}

/// Refuses who was erased, own numbers, people who asked for no more, and countries that the sender is not
/// approved for.
pub(super) fn check_reachable(view: &View<'_>, target: &Target) -> Result<(), Refusal> {
    let address = target.address.as_ref().ok_or(Refusal::AddressErased)?;
    check_address(view, target.channel.id, address)?;
    check_approved(&target.channel, target.country)
}

/// Refuses own numbers and people who asked for no more.
pub(crate) fn check_address(view: &View<'_>, channel: ChannelId, address: &Address) -> Result<(), Refusal> {
    if view.channels().iter().any(|own| own.address == *address) {
        return Err(Refusal::OwnNumber);
    }
    match view.consent(channel, address) {
        Some(Consent::OptedOut) => Err(Refusal::OptedOut),
        Some(Consent::OptedIn) | None => Ok(()),
    }
}

/// Refuses a country that the sender is not approved for.
pub(crate) fn check_approved(channel: &Channel, country: Option<Country>) -> Result<(), Refusal> {
    match country {
        Some(country) if !channel.approves(Some(country)) => Err(Refusal::SenderNotApproved { country }),
        Some(_) | None => Ok(()),
    }
}

/// Outside the window only an approved template goes.
pub(super) fn check_window(target: &Target, approval: Option<Approval>, at: Time) -> Result<(), Refusal> {
    let Some(Window { open: false, until }) = window(target.channel.kind, target.window_until, at) else {
        return Ok(());
    };
    match approval {
        Some(Approval::Approved) => Ok(()),
        Some(approval) => Err(Refusal::TemplateNotApproved { approval }),
        None => Err(Refusal::WindowClosed { until }),
    }
}
