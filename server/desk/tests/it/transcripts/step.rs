//! One step of a transcript, taken apart: who asks what, and what must come of it.

use parloir_desk::command::Command;
use serde_json::{Map, Value};

use super::asked;
use super::names::Names;

/// What a step does: asks a command, or looks at the state.
pub(super) enum Step {
    Ask(Box<Asked>),
    Look { by: Option<String>, noun: String, sees: Value },
}

pub(super) struct Asked {
    pub(super) command: Command,
    /// The agent who asks; without one it is the contact, the provider or the system.
    pub(super) by: Option<String>,
    /// The command id by name; two steps with one key are one command asked twice.
    pub(super) key: Option<String>,
    /// When the command id was made, as milliseconds from the step's clock.
    pub(super) made: i64,
    pub(super) expected: Option<u64>,
    pub(super) epoch: Option<u64>,
    /// How far the clock moves before the step.
    pub(super) after: i64,
    pub(super) then: Then,
    pub(super) answer: Option<Value>,
    /// Names for the ids in the answer: `{"c1": "conversation_id"}`.
    pub(super) new: Map<String, Value>,
}

pub(super) enum Then {
    /// Accepted, whatever it brought.
    Accepted,
    Events(Vec<Value>),
    Refused(Value),
    /// The key is known: the answer of the first time once more.
    Repeated,
}

impl Step {
    pub(super) fn parse(value: &Value, names: &Names) -> Result<Self, String> {
        let mut fields = value.as_object().ok_or_else(|| format!("{value} is no step"))?.clone();
        let by = text(&mut fields, "by")?;
        if let Some(noun) = text(&mut fields, "look")? {
            let sees = fields.remove("sees").ok_or("a look without 'sees' proves nothing")?;
            return end(&fields).map(|()| Self::Look { by, noun, sees });
        }
        Asked::parse(by, fields, names).map(|asked| Self::Ask(Box::new(asked)))
    }
}

impl Asked {
    fn parse(by: Option<String>, mut fields: Map<String, Value>, names: &Names) -> Result<Self, String> {
        let is_command = |name: &&String| name.starts_with(|first: char| first.is_ascii_uppercase());
        let name = fields.keys().find(is_command).ok_or("a step asks a command or looks")?.clone();
        let command = asked::command(&name, &fields.remove(&name).unwrap_or_default(), names)
            .map_err(|e| format!("{name}: {e}"))?;
        let asked = Self {
            command,
            by,
            key: text(&mut fields, "key")?,
            made: span(&mut fields, "made")?,
            expected: number(&mut fields, "expected")?,
            epoch: number(&mut fields, "epoch")?,
            after: span(&mut fields, "after")?,
            then: then(&mut fields)?,
            answer: fields.remove("answer"),
            new: fields.remove("new").and_then(|new| new.as_object().cloned()).unwrap_or_default(),
        };
        end(&fields).map(|()| asked)
    }
}

fn then(fields: &mut Map<String, Value>) -> Result<Then, String> {
    match (fields.remove("then"), fields.remove("refused"), fields.remove("repeated")) {
        (None, None, None) => Ok(Then::Accepted),
        (Some(Value::Array(events)), None, None) => Ok(Then::Events(events)),
        (None, Some(refusal), None) => Ok(Then::Refused(refusal)),
        (None, None, Some(Value::Bool(true))) => Ok(Then::Repeated),
        (then, refused, repeated) => {
            Err(format!("one of then, refused, repeated: {then:?} {refused:?} {repeated:?}"))
        }
    }
}

fn text(fields: &mut Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match fields.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!("{name}: {other} is no text")),
    }
}

fn number(fields: &mut Map<String, Value>, name: &str) -> Result<Option<u64>, String> {
    match fields.remove(name) {
        None => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or_else(|| format!("{name}: {value} is no number")),
    }
}

/// A span of time in milliseconds, written `30d`, `-11m`, `5s`.
fn span(fields: &mut Map<String, Value>, name: &str) -> Result<i64, String> {
    let Some(span) = text(fields, name)? else { return Ok(0) };
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)];
    let parsed = units.iter().find_map(|(unit, millis)| {
        let count: i64 = span.strip_suffix(unit)?.parse().ok()?;
        Some(count * millis)
    });
    parsed.ok_or_else(|| format!("{name}: '{span}' is no span such as 30d, -11m or 5s"))
}

fn end(fields: &Map<String, Value>) -> Result<(), String> {
    match fields.keys().next() {
        Some(field) => Err(format!("a step knows no '{field}'")),
        None => Ok(()),
    }
}
