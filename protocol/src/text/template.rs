//! Texts with fields `{{name}}`. One pass goes from left to right: what a field is replaced by is never read
//! again. It knows no template and no contact.

use thiserror::Error;

use super::fold::fold;

/// Characters of a field's name.
pub const FIELD_CHARS_MAX: usize = 64;

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// Fields that nobody gave a value.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("fields without a value: {}", .fields.join(", "))]
pub struct Unfilled {
    /// Their names, each once, in their order.
    pub fields: Vec<String>,
}

enum Part<'a> {
    Text(&'a str),
    Field(&'a str),
}

/// The names of a text's fields, each once, in their order. A name is what stands between `{{` and `}}`
/// without the white space around it: one line, 1 to [`FIELD_CHARS_MAX`] characters, no brace. Anything else
/// in braces is text.
///
/// ```
/// use parloir_protocol::text::fields;
///
/// assert_eq!(fields("Bonjour {{ prénom }}, {{ville}} {{prénom}} {{}}"), ["prénom", "ville"]);
/// ```
pub fn fields(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for part in parts(text) {
        match part {
            Part::Field(name) if !names.contains(&name) => names.push(name),
            Part::Field(_) | Part::Text(_) => {}
        }
    }
    names
}

/// The text with every field replaced by its value, as it is: braces in a value stay braces.
///
/// # Errors
/// [`Unfilled`] names the fields whose value is missing or blank.
///
/// ```
/// use parloir_protocol::text::fill;
///
/// let value = |name: &str| (name == "a").then(|| "{{b}}".to_owned());
/// assert_eq!(fill("{{a}}!", value).as_deref(), Ok("{{b}}!"));
/// assert_eq!(fill("{{a}} {{b}}", value).unwrap_err().fields, ["b"]);
/// ```
pub fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, Unfilled> {
    let (mut filled, mut missing) = (String::with_capacity(text.len()), Vec::<String>::new());
    for part in parts(text) {
        match part {
            Part::Text(text) => filled.push_str(text),
            Part::Field(name) => match value(name).filter(|value| !value.trim().is_empty()) {
                Some(value) => filled.push_str(&value),
                None if missing.iter().any(|known| known == name) => {}
                None => missing.push(name.to_owned()),
            },
        }
    }
    if missing.is_empty() { Ok(filled) } else { Err(Unfilled { fields: missing }) }
}

/// Whether a text has two braces together that are no field's: a mistake in typing, most likely.
pub fn has_loose_braces(text: &str) -> bool {
    parts(text).any(|part| match part {
        Part::Text(text) => text.contains(OPEN) || text.contains(CLOSE),
        Part::Field(_) => false,
    })
}

/// The name under which a field and a contact's property are the same: folded, its words joined by `_`.
///
/// ```
/// use parloir_protocol::text::field_key;
///
/// assert_eq!(field_key("Numéro de commande"), "numero_de_commande");
/// assert_eq!(field_key("first-name"), "first_name");
/// ```
pub fn field_key(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_")
}

fn parts(text: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, after)) = field_at_start(rest) {
            rest = after;
            return Some(Part::Field(name));
        }
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let more = rest[first..].char_indices().map(|(at, _)| first + at);
        let end =
            more.filter(|at| rest[*at..].starts_with(OPEN)).find(|at| field_at_start(&rest[*at..]).is_some());
        let (text, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        Some(Part::Text(text))
    })
}

/// A field's name, and what follows it.
fn field_at_start(text: &str) -> Option<(&str, &str)> {
    let (name, after) = text.strip_prefix(OPEN)?.split_once(CLOSE)?;
    let name = name.trim();
    let is_name = !name.is_empty()
        && name.chars().count() <= FIELD_CHARS_MAX
        && !name.contains(|c: char| matches!(c, '{' | '}') || c.is_control());
    is_name.then_some((name, after))
}
