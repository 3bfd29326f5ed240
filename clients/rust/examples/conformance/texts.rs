//! The rules of text as the client has them, answered in the form of the vectors; and the registries' constants.

use std::collections::BTreeMap;

use parloir_client::protocol::close::{Close, reconnects};
use parloir_client::protocol::error::Code;
use parloir_client::protocol::search::{
    Filter, FilterKind, SearchStatus, SearchText, SearchTextError, Term, Wanted, Whose,
};
use parloir_client::protocol::text::{
    Fit, Form, Fragment, Replacing, Words, calling_code_digits, fields, fill, fitted, fold, national,
    segments,
};
use serde_json::{Map, Value, json};

use crate::Wrong;

pub(crate) fn answer(name: &str, parts: &Map<String, Value>) -> Result<Value, Wrong> {
    let text = || text(parts, "text");
    match name {
        "fold" => Ok(json!({ "folded": fold(text()?) })),
        "words" => in_words(text()?, parts),
        "numbers" => numbers(parts),
        "segments" => Ok(cost(text()?)),
        "template" => Ok(template(text()?, parts)),
        _ => Ok(search(text()?)),
    }
}

fn text<'a>(parts: &'a Map<String, Value>, key: &str) -> Result<&'a str, Wrong> {
    let found = parts.get(key).and_then(Value::as_str);
    found.ok_or_else(|| Wrong::new("invalid_params", format!("'{key}' is no text")))
}

fn list<'a>(parts: &'a Map<String, Value>, key: &str) -> impl Iterator<Item = &'a Value> {
    parts.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn how(fit: Fit) -> &'static str {
    match fit {
        Fit::Whole => "whole",
        Fit::Start => "start",
        Fit::Inside => "inside",
    }
}

fn in_words(text: &str, parts: &Map<String, Value>) -> Result<Value, Wrong> {
    let words = Words::of(text);
    let needle = |asked: &Value| asked["needle"].as_str().unwrap_or_default().to_owned();
    let finds = list(parts, "finds").map(|asked| {
        let fit = [Fit::Whole, Fit::Start, Fit::Inside].into_iter().find(|fit| asked["how"] == how(*fit));
        let fit = fit.ok_or_else(|| Wrong::new("invalid_params", format!("{} is no fit", asked["how"])))?;
        Ok(json!({ "at": words.ranges(&needle(asked), fit) }))
    });
    let fits = list(parts, "fits").map(|asked| json!({ "fit": words.fit(&needle(asked)).map(how) }));
    let phrases = list(parts, "phrases").map(|asked| {
        let wanted = asked["words"].as_array().into_iter().flatten();
        let wanted: Vec<String> = wanted.filter_map(|word| word.as_str().map(str::to_owned)).collect();
        json!({ "at": words.phrase(&wanted) })
    });
    Ok(json!({
        "words": words.iter().collect::<Vec<_>>(),
        "finds": finds.collect::<Result<Vec<_>, Wrong>>()?,
        "fits": fits.collect::<Vec<_>>(),
        "phrases": phrases.collect::<Vec<_>>(),
    }))
}

fn form(form: &Form) -> Value {
    match form {
        Form::Inside(digits) => json!({ "inside": digits }),
        Form::Start(digits) => json!({ "start": digits }),
        Form::NationalStart(digits) => json!({ "national_start": digits }),
    }
}

fn forms(fragment: &Fragment) -> Vec<Value> {
    fragment.forms().iter().map(form).collect()
}

fn numbers(parts: &Map<String, Value>) -> Result<Value, Wrong> {
    if let Ok(number) = text(parts, "number") {
        let digits = calling_code_digits(number.trim_start_matches('+'));
        return Ok(json!({ "calling_code_digits": digits, "national": national(number) }));
    }
    let fragment = Fragment::parse(text(parts, "text")?);
    let fits = list(parts, "fits").map(|asked| {
        let number = asked["number"].as_str().unwrap_or_default();
        let fit = fragment.as_ref().and_then(|fragment| fragment.fit(number)).map(how);
        json!({ "fit": fit, "at": fragment.as_ref().and_then(|fragment| fragment.range(number)) })
    });
    let fits: Vec<Value> = fits.collect();
    Ok(json!({ "forms": fragment.as_ref().map(forms), "fits": fits }))
}

fn cost(text: &str) -> Value {
    let found = segments(text);
    let costly = found.costly.iter().map(|costly| {
        json!({
            "range": [costly.range.start, costly.range.end],
            "character": costly.character,
            "replacement": costly.replacement,
        })
    });
    json!({
        "encoding": found.encoding.as_str(),
        "segments": found.segments,
        "characters": found.characters,
        "units": found.units,
        "units_left": found.units_left,
        "costly": costly.collect::<Vec<_>>(),
        "fitted": fitted(text, Replacing::Typographic),
        "fitted_letters": fitted(text, Replacing::Letters),
    })
}

fn template(text: &str, parts: &Map<String, Value>) -> Value {
    let values = parts.get("values").and_then(Value::as_object);
    let value = |name: &str| values?.get(name)?.as_str().map(str::to_owned);
    match fill(text, value) {
        Ok(filled) => json!({ "fields": fields(text), "filled": filled }),
        Err(unfilled) => json!({ "fields": fields(text), "missing": unfilled.fields }),
    }
}

fn search(text: &str) -> Value {
    match SearchText::parse(text) {
        Ok(search) => json!({
            "terms": search.terms.iter().map(term).collect::<Vec<_>>(),
            "filters": search.filters.iter().map(filter).collect::<Vec<_>>(),
        }),
        Err(error) => json!({ "error": facts(&error) }),
    }
}

fn facts(error: &SearchTextError) -> Value {
    let message = ("message", json!(error.to_string()));
    Value::from_iter(error.facts().into_iter().chain([message]))
}

fn term(term: &Term) -> Value {
    match term {
        Term::Word(word) => json!({ "word": word }),
        Term::Phrase(words) => json!({ "phrase": words }),
        Term::Number { fragment, words } => json!({ "number": { "forms": forms(fragment), "words": words } }),
    }
}

fn wanted(wanted: &Wanted) -> Value {
    match wanted {
        Wanted::Whole(text) => json!({ "whole": text }),
        Wanted::Start(text) => json!({ "start": text }),
    }
}

fn whose(whose: &Whose) -> Value {
    match whose {
        Whose::Me => json!("me"),
        Whose::Nobody => json!("nobody"),
        Whose::Named(name) => json!({"named": name}),
    }
}

fn filter(Filter { kind, at }: &Filter) -> Value {
    match kind {
        FilterKind::Tag(tag) => json!({"at": at, "tag": wanted(tag)}),
        FilterKind::Group(name) => json!({"at": at, "group": name}),
        FilterKind::Status(SearchStatus::Open) => json!({"at": at, "status": "open"}),
        FilterKind::Status(SearchStatus::Closed) => json!({"at": at, "status": "closed"}),
        FilterKind::Channel(name) => json!({"at": at, "channel": name}),
        FilterKind::Assignee(who) => json!({"at": at, "assignee": whose(who)}),
        FilterKind::Property { key, value } => {
            json!({"at": at, "property": {"key": key, "value": wanted(value)}})
        }
        FilterKind::Unread(unread) => json!({"at": at, "unread": unread}),
    }
}

/// What the client knows of the registries.
pub(crate) fn constants() -> Value {
    let errors: BTreeMap<&str, bool> =
        Code::ALL.iter().map(|code| (code.as_str(), code.is_temporary())).collect();
    let closes = Close::ALL.map(|close| (close.code().to_string(), reconnects(close.code())));
    json!({ "errors": errors, "closes": BTreeMap::from(closes) })
}
