//! Saving and deleting templates. A version that says something else was approved by nobody.

use parloir_protocol::ids::TemplateId;
use parloir_protocol::text::{fields, fold, has_loose_braces};

use super::text::{check_count, check_name, check_text};
use super::{Context, Decision};
use crate::command::TemplateDraft;
use crate::entity::{Action, Approval, Template, TemplateStatus};
use crate::event::{About, Event};
use crate::plan::check_action;
use crate::refusal::Refusal;

/// Characters of a language tag.
const LANGUAGE_CHARS: usize = 12;

pub(super) fn save(ctx: &Context<'_>, draft: &TemplateDraft) -> Decision {
    let before = draft.template_id.map(|id| active(ctx, id)).transpose()?;
    let template = template(ctx, draft, before.as_ref());
    check(ctx, &template)?;
    check_name_free(ctx, &template)?;
    if before.is_none() {
        check_count("templates", ctx.view.templates().len() + 1, ctx.limits.templates)?;
    }
    if before.as_ref().is_some_and(|before| *before == Template { seq: before.seq, ..template.clone() }) {
        return Ok(noted(template.id));
    }
    Ok(vec![Event::TemplateSaved { template }])
}

pub(super) fn delete(ctx: &Context<'_>, id: TemplateId) -> Decision {
    let template = ctx.view.template(id).ok_or(Refusal::TemplateNotFound)?;
    match template.status {
        TemplateStatus::Active => Ok(vec![Event::TemplateDeleted { template_id: id }]),
        TemplateStatus::Deleted => Ok(noted(id)),
    }
}

fn active(ctx: &Context<'_>, id: TemplateId) -> Result<Template, Refusal> {
    let found = ctx.view.template(id).filter(|found| found.status == TemplateStatus::Active);
    found.ok_or(Refusal::TemplateNotFound)
}

fn template(ctx: &Context<'_>, draft: &TemplateDraft, before: Option<&Template>) -> Template {
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let mut template = Template {
        id: draft.template_id.unwrap_or_else(|| ctx.ask.ids.template_id()),
        name: draft.name.trim().to_owned(),
        language: draft.language.trim().to_owned(),
        body: draft.body.clone(),
        header: filled(&draft.header),
        footer: filled(&draft.footer),
        buttons: draft.buttons.clone(),
        approval: Approval::None,
        provider_name: filled(&draft.provider_name),
        status: TemplateStatus::Active,
        seq: ctx.next_seq(),
    };
    let as_before = before.filter(|before| says_the_same(before, &template)).map(|before| before.approval);
    template.approval = draft.approval.or(as_before).unwrap_or(Approval::None);
    template
}

fn says_the_same(one: &Template, other: &Template) -> bool {
    (&one.body, &one.header, &one.footer, &one.buttons, &one.provider_name, &one.language)
        == (&other.body, &other.header, &other.footer, &other.buttons, &other.provider_name, &other.language)
}

fn check(ctx: &Context<'_>, template: &Template) -> Result<(), Refusal> {
    let limits = ctx.limits;
    check_name("name", &template.name, limits.name_chars)?;
    check_language(&template.language)?;
    check_with_fields("body", &template.body, limits.template_body_chars)?;
    if let Some(header) = &template.header {
        check_name("header", header, limits.template_line_chars)?;
        check_with_fields("header", header, limits.template_line_chars)?;
    }
    if let Some(footer) = &template.footer {
        check_name("footer", footer, limits.template_line_chars)?;
        check_without_fields("footer", footer)?;
    }
    if let Some(name) = &template.provider_name {
        check_name("provider_name", name, limits.name_chars)?;
    }
    check_count("fields", template.fields().len(), limits.template_fields)?;
    check_count("buttons", template.buttons.len(), limits.template_buttons)?;
    template.buttons.iter().try_for_each(|button| check_button(button, limits.template_label_chars))
}

/// A button is the same for everybody: nothing fills fields in it, and a phone would show the braces.
fn check_button(button: &Action, label_chars: usize) -> Result<(), Refusal> {
    check_action("buttons", button, label_chars)?;
    check_without_fields("buttons", &button.label)?;
    check_without_fields("buttons", &button.value)
}

/// Two letters or three, then parts of letters and digits: `fr`, `pt-BR`, `zh_TW`.
fn check_language(language: &str) -> Result<(), Refusal> {
    check_name("language", language, LANGUAGE_CHARS)?;
    let mut parts = language.split(['-', '_']);
    let first = parts.next().unwrap_or_default();
    let is_language = (2..=3).contains(&first.len()) && first.chars().all(|c| c.is_ascii_lowercase());
    let is_tag = parts.all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric()));
    if is_language && is_tag { Ok(()) } else { Err(Refusal::InvalidText { field: "language" }) }
}

/// Braces that make no field are a mistake that a customer would read.
fn check_with_fields(field: &'static str, text: &str, max: usize) -> Result<(), Refusal> {
    check_text(field, text, max)?;
    if has_loose_braces(text) { Err(Refusal::InvalidText { field }) } else { Ok(()) }
}

fn check_without_fields(field: &'static str, text: &str) -> Result<(), Refusal> {
    let has_any = has_loose_braces(text) || !fields(text).is_empty();
    if has_any { Err(Refusal::InvalidText { field }) } else { Ok(()) }
}

fn check_name_free(ctx: &Context<'_>, template: &Template) -> Result<(), Refusal> {
    let key = |template: &Template| (fold(&template.name), template.language.to_ascii_lowercase());
    let taken = |other: &Template| other.id != template.id && key(other) == key(template);
    if ctx.view.templates().iter().any(taken) { Err(Refusal::NameTaken) } else { Ok(()) }
}

fn noted(id: TemplateId) -> Vec<Event> {
    vec![Event::Noted { about: About::Template(id) }]
}
