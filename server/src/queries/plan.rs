//! `send.plan`: what a send would do, told by the function that accepts it. It reads and changes nothing.

use parloir_desk::entity as desk;
use parloir_desk::plan::{self, File, Plan, Source, Target, Wish};
use parloir_desk::view::View;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::query::send::{self as wire, PlanOk};
use parloir_protocol::text::{Replacing, Segments, fitted};

use crate::admission::Caller;
use crate::asked::{self, parts};
use crate::node::Node;
use crate::wire::{command, entity, refusal};

/// The answer to one question.
///
/// # Errors
/// [`ErrorBody`] when it is not clear to whom, or what is named does not exist.
pub(super) fn answer(
    node: &Node,
    caller: &Caller,
    view: &View<'_>,
    asked: &wire::Plan,
) -> Result<PlanOk, ErrorBody> {
    let target = target(node, caller, view, asked)?;
    let template = match &asked.template {
        Some(used) => Some(template(view, used)?),
        None => None,
    };
    let card = asked.card.as_ref().map(command::asked_card);
    let media = asked.card.as_ref().and_then(|card| card.media);
    let uploaded = asked.attachment_id.or(media).map(|id| parts::file(node, caller, id)).transpose()?;
    let link_url = parts::sample_url(node);
    let wish = Wish {
        text: asked.text.as_deref(),
        file: uploaded.as_ref().map(facts).or(asked.file.as_ref().map(draft)),
        template: template.as_ref(),
        values: asked.template.as_ref().map(|used| &used.values),
        card: card.as_ref(),
        send_at: asked.send_at,
        link_url: Some(&link_url),
        role: Some(caller.agent.role),
        carrier: parts::carrier(node, caller, &target.channel),
    };
    let plan = plan::plan(view, &target, &wish, node.clock.now(), &node.limits.desk);
    Ok(told(&target, plan, asked))
}

fn facts(facts: &desk::FileFacts) -> File<'_> {
    File { media_type: &facts.media_type, bytes: facts.bytes_out() }
}

fn draft(file: &wire::FileDraft) -> File<'_> {
    File { media_type: &file.media_type, bytes: file.bytes }
}

fn target(node: &Node, caller: &Caller, view: &View<'_>, asked: &wire::Plan) -> Result<Target, ErrorBody> {
    match (asked.conversation_id, asked.channel_id, &asked.address) {
        (Some(id), None, None) => {
            let found = view.conversation(id).filter(|found| sees(caller, found));
            let conversation = found.ok_or_else(|| no_such(Code::ConversationNotFound, "conversation"))?;
            let channel = view.channel(conversation.channel_id);
            Ok(Target::of(channel.ok_or_else(|| no_such(Code::ChannelNotFound, "channel"))?, &conversation))
        }
        (None, Some(id), Some(address)) => {
            let channel = view.channel(id).ok_or_else(|| no_such(Code::ChannelNotFound, "channel"))?;
            let to = command::address::destination(address, asked::country(node, caller))?;
            let existing = view.conversation_at(id, &to.address).and_then(|id| view.conversation(id));
            match existing {
                Some(found) if sees(caller, &found) => Ok(Target::of(channel, &found)),
                Some(_) => {
                    let sentence = "this thread is in a group you do not see: ask a supervisor";
                    Err(ErrorBody::new(Code::ConversationOutOfScope, sentence))
                }
                None => Ok(Target {
                    channel,
                    address: Some(to.address),
                    country: to.country,
                    conversation: None,
                    window_until: None,
                }),
            }
        }
        (_, _, _) => {
            let sentence = "name either a conversation, or a channel and an address";
            Err(ErrorBody::new(Code::InvalidParams, sentence).with("field", "conversation_id"))
        }
    }
}

fn sees(caller: &Caller, conversation: &desk::Conversation) -> bool {
    caller.agent.scope.sees(conversation.header.group_id)
}

fn no_such(code: Code, noun: &str) -> ErrorBody {
    ErrorBody::new(code, format!("there is no such {noun}: reload"))
}

fn template(view: &View<'_>, used: &wire::TemplateDraft) -> Result<desk::Template, ErrorBody> {
    let found = view.template(used.template_id);
    let found = found.filter(|found| found.status == desk::TemplateStatus::Active);
    found.ok_or_else(|| no_such(Code::TemplateNotFound, "template"))
}

fn told(target: &Target, plan: Plan, asked: &wire::Plan) -> PlanOk {
    let refused = plan.refusal().map(refusal::refusal);
    let text = plan.text;
    PlanOk {
        channel_id: target.channel.id,
        kind: entity::channel_kind(target.channel.kind),
        address: target.address.as_ref().map(entity::address),
        carriage: entity::carriage(plan.carriage),
        sms: plan.sms.map(|segments| sms(segments, &text)),
        text,
        card: asked.card.clone(),
        template: plan.template.map(|template| wire::TemplatePlan {
            digest: template.digest,
            fields: template.fields.into_iter().map(field).collect(),
        }),
        window: plan.window.map(|window| wire::WindowPlan { open: window.open, until: window.until }),
        consent: plan.consent.map(entity::consent),
        approval: plan
            .approval
            .map(|(country, approved)| wire::CountryPlan { country: country.as_str().to_owned(), approved }),
        limits: limits(plan.limits),
        existing: target.conversation.filter(|_| asked.conversation_id.is_none()),
        refusal: refused,
    }
}

fn sms(segments: Segments, text: &str) -> wire::SmsCost {
    let costly = segments.costly.into_iter().map(|costly| wire::CostlyCharacter {
        range: [costly.range.start, costly.range.end],
        character: costly.character,
        replacement: costly.replacement.map(str::to_owned),
    });
    wire::SmsCost {
        encoding: segments.encoding.as_str().to_owned(),
        segments: segments.segments,
        characters: segments.characters,
        units: segments.units,
        units_left: segments.units_left,
        costly: costly.collect(),
        fitted: fitted(text, Replacing::Typographic),
        fitted_letters: fitted(text, Replacing::Letters),
    }
}

fn field(field: plan::Field) -> wire::FieldPlan {
    let source = match field.source {
        Source::Contact => wire::FieldSource::Contact,
        Source::Given => wire::FieldSource::Given,
        Source::Missing => wire::FieldSource::Missing,
    };
    wire::FieldPlan { name: field.name, value: field.value, source }
}

fn limits(limits: plan::ChannelLimits) -> wire::ChannelLimits {
    wire::ChannelLimits {
        text_chars_max: limits.text_chars,
        caption_chars_max: limits.caption_chars,
        file_bytes_max: limits.file_bytes,
        picture_bytes_max: limits.picture_bytes,
        video_bytes_max: limits.video_bytes,
        card_title_chars_max: limits.card_title_chars,
        card_text_chars_max: limits.card_text_chars,
        card_actions_max: limits.card_actions,
        action_label_chars_max: limits.action_label_chars,
    }
}
