//! A template with its fields filled: from the author first, from the contact where names match otherwise.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use parloir_protocol::text::{field_key, fields as names, fill as filled};

use crate::entity::{Approval, Card, ChannelKind, SentTemplate, Template};
use crate::view::View;

use super::{Target, Wish};

/// Bytes of a preview's digest.
const DIGEST_BYTES: usize = 16;

/// What the contact's name is called in templates.
const NAME: [&str; 4] = ["name", "nom", "full_name", "nom_complet"];
const FIRST_NAME: [&str; 4] = ["first_name", "firstname", "prenom", "given_name"];
const LAST_NAME: [&str; 4] = ["last_name", "lastname", "nom_de_famille", "family_name"];

/// Where a field's value is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Contact,
    Given,
    Missing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub value: Option<String>,
    pub source: Source,
}

/// A template as it would be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplatePlan {
    /// Of the template, its version and the text.
    pub digest: String,
    pub fields: Vec<Field>,
    /// Fields without a value.
    pub missing: Vec<String>,
    /// The whole of it; a field without a value stands as itself.
    pub text: String,
    pub sent: SentTemplate,
}

pub(super) fn fill(view: &View<'_>, target: &Target, template: &Template, wish: &Wish<'_>) -> TemplatePlan {
    let contact = target.address.as_ref().and_then(|address| view.contact(view.contact_at(address)?));
    let card = contact.as_ref().and_then(|contact| contact.card.known());
    let fields: Vec<Field> =
        template.fields().into_iter().map(|name| field(name, wish.values, card)).collect();
    let missing = fields.iter().filter(|field| field.source == Source::Missing);
    let missing = missing.map(|field| field.name.clone()).collect();
    let text = text(target.channel.kind, template, &fields);
    let approval = wish.carrier.approval_of(template);
    let is_native = target.channel.kind == ChannelKind::Whatsapp && approval == Approval::Approved;
    let sent = SentTemplate {
        template_id: template.id,
        name: template.name.clone(),
        language: template.language.clone(),
        provider_name: is_native.then(|| template.own_name().to_owned()),
        header: template.header.as_deref().map(|header| in_order(header, &fields)).unwrap_or_default(),
        body: in_order(&template.body, &fields),
    };
    TemplatePlan { digest: digest(template, &text), fields, missing, text, sent }
}

fn field(name: &str, values: Option<&BTreeMap<String, String>>, card: Option<&Card>) -> Field {
    let given = values.and_then(|values| values.get(name)).cloned();
    let (value, source) = match given {
        Some(value) if value.trim().is_empty() => (None, Source::Missing),
        Some(value) => (Some(value), Source::Given),
        None => match card.and_then(|card| of_card(name, card)) {
            Some(value) => (Some(value), Source::Contact),
            None => (None, Source::Missing),
        },
    };
    Field { name: name.to_owned(), value, source }
}

/// What a contact says to a field: a part of the name, or the property that is called like it.
fn of_card(name: &str, card: &Card) -> Option<String> {
    let key = field_key(name);
    let property = card.properties.iter().find(|(property, _)| field_key(property) == key);
    let own = || {
        let (first, last) = card.name.split_once(' ').unwrap_or((card.name.as_str(), ""));
        let part = if NAME.contains(&key.as_str()) {
            card.name.as_str()
        } else if FIRST_NAME.contains(&key.as_str()) {
            first
        } else if LAST_NAME.contains(&key.as_str()) {
            last
        } else {
            ""
        };
        part.to_owned()
    };
    let value = property.map_or_else(own, |(_, value)| value.clone());
    (!value.trim().is_empty()).then_some(value)
}

fn in_order(text: &str, fields: &[Field]) -> Vec<String> {
    let value =
        |name: &str| fields.iter().find(|field| field.name == name).and_then(|field| field.value.clone());
    names(text).into_iter().map(|name| value(name).unwrap_or_default()).collect()
}

/// Header, body and footer on WhatsApp, the body alone elsewhere.
fn text(kind: ChannelKind, template: &Template, fields: &[Field]) -> String {
    let value = |name: &str| {
        let known = fields.iter().find(|field| field.name == name).and_then(|field| field.value.clone());
        Some(known.unwrap_or_else(|| format!("{{{{{name}}}}}")))
    };
    let part = |text: &str| filled(text, value).unwrap_or_else(|_| text.to_owned());
    let (header, footer) = match kind {
        ChannelKind::Whatsapp => (template.header.as_deref(), template.footer.as_deref()),
        ChannelKind::Sms | ChannelKind::Rcs => (None, None),
    };
    let parts = [header.map(part), Some(part(&template.body)), footer.map(str::to_owned)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// Blake3 of the template's id, its version and the text, in hexadecimal digits.
fn digest(template: &Template, text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(template.id.as_bytes());
    hasher.update(&template.seq.to_be_bytes());
    hasher.update(text.as_bytes());
    let bytes = hasher.finalize();
    bytes.as_bytes()[..DIGEST_BYTES].iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes all");
        hex
    })
}
