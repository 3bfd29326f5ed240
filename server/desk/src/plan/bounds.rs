//! What each channel takes, and what of a message is beyond it.

use crate::decide::text::{check_count, check_length, check_text};
use crate::entity::{Action, ActionKind, AttachmentKind, ChannelKind, MessageCard, Role, kind_of};
use crate::limits::Limits;
use crate::refusal::Refusal;

use super::{File, Wish};

/// Of any file that leaves.
pub const FILE_BYTES_MAX: u64 = 30_000_000;

const WHATSAPP_PICTURE_BYTES: u64 = 5_000_000;
const WHATSAPP_VIDEO_BYTES: u64 = 16_000_000;
/// WhatsApp: of a caption and of a card's text.
const WHATSAPP_CAPTION_CHARS: usize = 1_024;
const WHATSAPP_LABEL_CHARS: usize = 20;
/// Of what a reply's button is told by.
const WHATSAPP_VALUE_CHARS: usize = 256;
/// Reply buttons; a link stands alone.
const WHATSAPP_ACTIONS: usize = 3;
const WHATSAPP_TITLE_CHARS: usize = 60;
const RCS_TEXT_CHARS: usize = 3_072;
const RCS_TITLE_CHARS: usize = 200;
const RCS_CARD_CHARS: usize = 2_000;
const RCS_ACTIONS: usize = 4;
const RCS_LABEL_CHARS: usize = 25;
/// Of what a button carries.
const VALUE_CHARS: usize = 2_000;

/// What a channel takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelLimits {
    pub text_chars: usize,
    pub caption_chars: usize,
    pub file_bytes: u64,
    pub picture_bytes: u64,
    pub video_bytes: u64,
    pub card_title_chars: usize,
    pub card_text_chars: usize,
    pub card_actions: usize,
    pub action_label_chars: usize,
}

impl ChannelLimits {
    pub fn of(kind: ChannelKind, limits: &Limits) -> Self {
        let text_chars = limits.text_chars;
        match kind {
            ChannelKind::Sms => Self {
                text_chars,
                caption_chars: text_chars,
                file_bytes: FILE_BYTES_MAX,
                picture_bytes: 0,
                video_bytes: 0,
                card_title_chars: 0,
                card_text_chars: 0,
                card_actions: 0,
                action_label_chars: 0,
            },
            ChannelKind::Rcs => Self {
                text_chars: text_chars.min(RCS_TEXT_CHARS),
                caption_chars: text_chars.min(RCS_CARD_CHARS),
                file_bytes: FILE_BYTES_MAX,
                picture_bytes: FILE_BYTES_MAX,
                video_bytes: FILE_BYTES_MAX,
                card_title_chars: RCS_TITLE_CHARS,
                card_text_chars: RCS_CARD_CHARS,
                card_actions: RCS_ACTIONS,
                action_label_chars: RCS_LABEL_CHARS,
            },
            ChannelKind::Whatsapp => Self {
                text_chars,
                caption_chars: text_chars.min(WHATSAPP_CAPTION_CHARS),
                file_bytes: FILE_BYTES_MAX,
                picture_bytes: WHATSAPP_PICTURE_BYTES,
                video_bytes: WHATSAPP_VIDEO_BYTES,
                card_title_chars: WHATSAPP_TITLE_CHARS,
                card_text_chars: WHATSAPP_CAPTION_CHARS,
                card_actions: WHATSAPP_ACTIONS,
                action_label_chars: WHATSAPP_LABEL_CHARS,
            },
        }
    }
}

/// Refuses what no state of the desk would let leave.
pub fn check(
    kind: ChannelKind,
    wish: &Wish<'_>,
    allowed: &ChannelLimits,
    limits: &Limits,
) -> Result<(), Refusal> {
    if wish.role == Some(Role::TemplateAgent) && wish.template.is_none() {
        return Err(Refusal::TemplateRequired);
    }
    if wish.template.is_some() {
        return check_values(wish, limits);
    }
    if let Some(card) = wish.card {
        return check_card(kind, card, wish, allowed);
    }
    match (wish.file, wish.text) {
        (None, None) => Err(Refusal::MessageEmpty),
        (None, Some(text)) => check_text("text", text, allowed.text_chars),
        (Some(file), text) => {
            check_file(file, allowed)?;
            check_carried(kind, file, wish)?;
            match text.filter(|text| !text.trim().is_empty()) {
                Some(text) => check_text("text", text, allowed.caption_chars),
                None => Ok(()),
            }
        }
    }
}

fn check_file(file: File<'_>, allowed: &ChannelLimits) -> Result<(), Refusal> {
    match kind_of(file.media_type) {
        AttachmentKind::Picture | AttachmentKind::Video | AttachmentKind::Document => {}
        AttachmentKind::Audio | AttachmentKind::Sticker | AttachmentKind::Other => {
            return Err(Refusal::UnsupportedFile { found: Some(file.media_type.to_owned()) });
        }
    }
    if file.bytes > allowed.file_bytes {
        return Err(Refusal::AttachmentTooLarge { max: allowed.file_bytes });
    }
    Ok(())
}

fn check_values(wish: &Wish<'_>, limits: &Limits) -> Result<(), Refusal> {
    let Some(values) = wish.values else { return Ok(()) };
    check_count("values", values.len(), limits.template_fields)?;
    for value in values.values().filter(|value| !value.trim().is_empty()) {
        check_text("values", value, limits.property_value_chars)?;
    }
    Ok(())
}

/// A card has a title, a text or media, and its buttons fit.
fn check_card(
    kind: ChannelKind,
    card: &MessageCard,
    wish: &Wish<'_>,
    allowed: &ChannelLimits,
) -> Result<(), Refusal> {
    let file = wish.file;
    if kind == ChannelKind::Sms || !wish.carrier.cards {
        return Err(Refusal::CardNotSupported);
    }
    if card.title.is_none() && card.text.is_none() && file.is_none() {
        return Err(Refusal::MessageEmpty);
    }
    if let Some(title) = &card.title {
        check_text("card.title", title, allowed.card_title_chars)?;
    }
    if let Some(text) = &card.text {
        check_text("card.text", text, allowed.card_text_chars)?;
    }
    if let Some(file) = file {
        check_file(file, allowed)?;
        check_media(file, allowed)?;
        check_carried(kind, file, wish)?;
    }
    card.actions
        .iter()
        .try_for_each(|action| check_action("card.actions", action, allowed.action_label_chars))?;
    match kind {
        ChannelKind::Whatsapp => check_whatsapp_card(card, allowed),
        ChannelKind::Sms | ChannelKind::Rcs => {
            check_count("card.actions", card.actions.len(), allowed.card_actions)
        }
    }
}

/// There, title and text are one body, which buttons cannot do without; no button calls a number, a link
/// stands alone, and an answer is told by its value.
fn check_whatsapp_card(card: &MessageCard, allowed: &ChannelLimits) -> Result<(), Refusal> {
    let field = "card.actions";
    let kinds = || card.actions.iter().map(|action| action.kind);
    if kinds().any(|kind| kind == ActionKind::Call) {
        return Err(Refusal::InvalidText { field });
    }
    let is_alone = kinds().any(|kind| kind == ActionKind::Link);
    check_count(field, card.actions.len(), if is_alone { 1 } else { allowed.card_actions })?;
    if !card.actions.is_empty() && card.title.is_none() && card.text.is_none() {
        return Err(Refusal::FieldEmpty { field: "card.text" });
    }
    let above = card.title.as_ref().map_or(0, |title| title.chars().count() + 1);
    let text = card.text.as_deref().unwrap_or_default();
    check_length("card.text", text, allowed.card_text_chars.saturating_sub(above))?;
    for (place, reply) in
        card.actions.iter().enumerate().filter(|(_, action)| action.kind == ActionKind::Reply)
    {
        check_length(field, &reply.value, WHATSAPP_VALUE_CHARS)?;
        if card.actions[..place].iter().any(|other| other.value == reply.value || other.label == reply.label)
        {
            return Err(Refusal::InvalidText { field });
        }
    }
    Ok(())
}

/// Over SMS a file is a link in the text, which everybody carries.
fn check_carried(kind: ChannelKind, file: File<'_>, wish: &Wish<'_>) -> Result<(), Refusal> {
    if kind == ChannelKind::Sms || wish.carrier.files {
        return Ok(());
    }
    Err(Refusal::UnsupportedFile { found: Some(file.media_type.to_owned()) })
}

/// A card shows its media: what goes as a document only cannot be one.
fn check_media(file: File<'_>, allowed: &ChannelLimits) -> Result<(), Refusal> {
    let max = match kind_of(file.media_type) {
        AttachmentKind::Picture => allowed.picture_bytes,
        AttachmentKind::Video => allowed.video_bytes,
        AttachmentKind::Document
        | AttachmentKind::Audio
        | AttachmentKind::Sticker
        | AttachmentKind::Other => {
            return Err(Refusal::UnsupportedFile { found: Some(file.media_type.to_owned()) });
        }
    };
    if file.bytes > max { Err(Refusal::AttachmentTooLarge { max }) } else { Ok(()) }
}

/// Refuses a button whose label or value is out of bounds, and a link that is none.
pub(crate) fn check_action(field: &'static str, action: &Action, label_chars: usize) -> Result<(), Refusal> {
    check_text(field, &action.label, label_chars)?;
    check_length(field, &action.value, VALUE_CHARS)?;
    let is_fit = match action.kind {
        ActionKind::Reply => !action.value.trim().is_empty(),
        ActionKind::Link => action.value.len() > "https://".len() && action.value.starts_with("https://"),
        ActionKind::Call => {
            action.value.starts_with('+') && action.value[1..].chars().all(|c| c.is_ascii_digit())
        }
    };
    let is_clean = !action.value.contains(char::is_control);
    if is_fit && is_clean { Ok(()) } else { Err(Refusal::InvalidText { field }) }
}
