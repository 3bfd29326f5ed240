//! What would happen to something that is sent: in which form it goes, what exactly leaves, what stands
//! against it. Accepting a message and telling its author beforehand are this one function. It reads and
//! changes nothing.

use std::collections::BTreeMap;

use parloir_protocol::ids::ConversationId;
use parloir_protocol::text::{Segments, segments};
use parloir_protocol::time::Time;

use crate::entity::{
    Address, Approval, AttachmentKind, Carriage, Channel, ChannelKind, Country, MessageCard, Role, Template,
    kind_of,
};
use crate::event::Consent;
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::view::View;

pub(crate) use bounds::check_action;
pub use bounds::{ChannelLimits, FILE_BYTES_MAX, check};
pub use carrier::{Carrier, TemplateNames};
pub use fields::{Field, Source, TemplatePlan};
pub(crate) use reach::{WINDOW_MILLIS, approval_of, check_address, check_approved};
pub use reach::{Window, check_sendable, window};

mod bounds;
mod carrier;
mod fields;
mod reach;

/// The soonest that something can be scheduled for.
const AHEAD_MILLIS_MIN: i64 = 60 * 1_000;
/// And the latest.
const AHEAD_MILLIS_MAX: i64 = 365 * 24 * 60 * 60 * 1_000;

/// To whom, over what.
#[derive(Debug, Clone)]
pub struct Target {
    pub channel: Channel,
    /// Nothing once erased.
    pub address: Option<Address>,
    pub country: Option<Country>,
    pub conversation: Option<ConversationId>,
    /// On WhatsApp: until when anything may be written.
    pub window_until: Option<Time>,
}

/// A file as far as a plan needs it.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    pub media_type: &'a str,
    /// What would leave.
    pub bytes: u64,
}

/// What is to be sent.
#[derive(Debug, Clone, Default)]
pub struct Wish<'a> {
    pub text: Option<&'a str>,
    pub file: Option<File<'a>>,
    pub template: Option<&'a Template>,
    pub values: Option<&'a BTreeMap<String, String>>,
    pub card: Option<&'a MessageCard>,
    pub send_at: Option<Time>,
    /// What stands in the text for a file that goes as a link.
    pub link_url: Option<&'a str>,
    /// Who sends.
    pub role: Option<Role>,
    /// What the channel's account carries.
    pub carrier: Carrier,
}

/// What would happen.
#[derive(Debug, Clone)]
pub struct Plan {
    pub carriage: Carriage,
    /// Exactly what goes.
    pub text: String,
    pub sms: Option<Segments>,
    pub template: Option<TemplatePlan>,
    pub window: Option<Window>,
    pub consent: Option<Consent>,
    pub approval: Option<(Country, bool)>,
    pub limits: ChannelLimits,
    /// What in the message itself stands against it.
    pub unfit: Option<Refusal>,
    /// What in the state does.
    pub refused: Option<Refusal>,
}

impl Plan {
    /// What accepting would answer first.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.unfit.as_ref().or(self.refused.as_ref())
    }
}

/// What would happen to `wish` at `at`.
pub fn plan(view: &View<'_>, target: &Target, wish: &Wish<'_>, at: Time, limits: &Limits) -> Plan {
    let channel = &target.channel;
    let allowed = ChannelLimits::of(channel.kind, limits);
    let leaves_at = wish.send_at.unwrap_or(at);
    let window = window(channel.kind, target.window_until, leaves_at);
    let template = wish.template.map(|template| fields::fill(view, target, template, wish));
    let carriage = carriage(channel.kind, wish, &allowed);
    let text = text(channel.kind, wish, template.as_ref());
    let consent = target.address.as_ref().and_then(|address| view.consent(channel.id, address));
    let unfit = bounds::check(channel.kind, wish, &allowed, limits).err();
    let refused = refused(view, target, wish, template.as_ref(), at).err();
    Plan {
        carriage,
        sms: (channel.kind == ChannelKind::Sms).then(|| segments(&text)),
        text,
        template,
        window,
        consent,
        approval: target.country.map(|country| (country, channel.approves(Some(country)))),
        limits: allowed,
        unfit,
        refused,
    }
}

fn refused(
    view: &View<'_>,
    target: &Target,
    wish: &Wish<'_>,
    template: Option<&TemplatePlan>,
    at: Time,
) -> Result<(), Refusal> {
    reach::check_reachable(view, target)?;
    if let Some(send_at) = wish.send_at {
        check_time(send_at, at)?;
    }
    let approval = wish.template.map(|template| wish.carrier.approval_of(template));
    reach::check_window(target, approval, wish.send_at.unwrap_or(at))?;
    match template {
        Some(TemplatePlan { missing, .. }) if !missing.is_empty() => {
            Err(Refusal::TemplateFieldsMissing { fields: missing.clone() })
        }
        Some(_) | None => Ok(()),
    }
}

/// Refuses a time that is too near or too far.
pub fn check_time(send_at: Time, at: Time) -> Result<(), Refusal> {
    let (min, max) = (at.plus_millis(AHEAD_MILLIS_MIN), at.plus_millis(AHEAD_MILLIS_MAX));
    if (min..=max).contains(&send_at) {
        Ok(())
    } else {
        Err(Refusal::InvalidTime { field: "send_at", min, max })
    }
}

/// In which form it goes.
fn carriage(kind: ChannelKind, wish: &Wish<'_>, limits: &ChannelLimits) -> Carriage {
    if wish.card.is_some() {
        return Carriage::Native;
    }
    if let Some(template) = wish.template {
        let approval = wish.carrier.approval_of(template);
        let is_native = kind == ChannelKind::Whatsapp && approval == Approval::Approved;
        return if is_native { Carriage::Native } else { Carriage::Text };
    }
    match (wish.file, kind) {
        (None, _) => Carriage::Text,
        (Some(_), ChannelKind::Sms) => Carriage::Link,
        (Some(file), ChannelKind::Rcs | ChannelKind::Whatsapp) => match kind_of(file.media_type) {
            AttachmentKind::Picture if file.bytes <= limits.picture_bytes => Carriage::Native,
            AttachmentKind::Video if file.bytes <= limits.video_bytes => Carriage::Native,
            AttachmentKind::Picture
            | AttachmentKind::Video
            | AttachmentKind::Document
            | AttachmentKind::Audio
            | AttachmentKind::Sticker
            | AttachmentKind::Other => Carriage::Document,
        },
    }
}

/// Exactly what goes.
fn text(kind: ChannelKind, wish: &Wish<'_>, template: Option<&TemplatePlan>) -> String {
    if let Some(template) = template {
        return template.text.clone();
    }
    let text = wish.text.unwrap_or_default();
    match (wish.file, wish.card, kind, wish.link_url) {
        (Some(_), None, ChannelKind::Sms, Some(url)) if text.trim().is_empty() => url.to_owned(),
        (Some(_), None, ChannelKind::Sms, Some(url)) => format!("{}\n{url}", text.trim_end()),
        (_, _, _, _) => text.to_owned(),
    }
}
