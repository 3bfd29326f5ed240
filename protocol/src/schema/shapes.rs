//! Every definition of the wire by its name: what clients write as the server reads it, what the server writes as
//! it is written. It knows nothing of files.

use std::collections::{BTreeMap, BTreeSet};

use schemars::generate::{Contract, SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use super::content::{Content, Make};
use super::{answers, frames, tidied};
use crate::command::Command;
use crate::down::Done;
use crate::error::ErrorBody;
use crate::event::Fact;
use crate::query::Query;

/// Definitions by name, each with references to others.
#[derive(Debug)]
pub(super) struct Shapes {
    all: BTreeMap<String, Value>,
    /// Of frames and of what comes with a name, not of nouns.
    wholes: BTreeSet<String>,
}

/// What one side writes, while it is collected.
pub(super) struct Side {
    generator: SchemaGenerator,
    wholes: BTreeMap<String, Value>,
}

impl Side {
    fn of(contract: Contract) -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.contract = contract;
            settings.meta_schema = None;
        });
        Self { generator: settings.into_generator(), wholes: BTreeMap::new() }
    }

    /// The shape of a type, to be put into another one.
    pub(super) fn inline(&mut self, make: Make) -> Map<String, Value> {
        match make(&mut self.generator).to_value() {
            Value::Object(shape) => shape,
            other => panic!("{other} is no shape of an object"),
        }
    }

    /// A reference to a noun.
    pub(super) fn noun<T: schemars::JsonSchema>(&mut self) -> Value {
        self.generator.subschema_for::<T>().to_value()
    }

    /// Keeps a frame or a content under a name of its own.
    pub(super) fn whole(&mut self, name: impl Into<String>, shape: impl Into<Value>) {
        let name = name.into();
        let before = self.wholes.insert(name.clone(), shape.into());
        assert!(before.is_none(), "two shapes are called {name}");
    }

    fn contents(&mut self, contents: &[Content]) {
        for content in contents {
            let shape = self.inline(content.of);
            self.whole(content.shape, shape);
        }
    }

    fn finished(mut self) -> (BTreeMap<String, Value>, BTreeSet<String>) {
        let names = self.wholes.keys().cloned().collect();
        let mut all = self.wholes;
        for (name, shape) in self.generator.take_definitions(true) {
            assert!(!all.contains_key(&name), "{name} is both a noun and a whole");
            all.insert(name, shape);
        }
        (tidied::tidied(all), names)
    }
}

impl Shapes {
    /// All of them.
    pub(super) fn of_the_wire() -> Self {
        let (mut all, mut wholes) = asked().finished();
        let (told, more) = told().finished();
        wholes.extend(more);
        for (name, shape) in told {
            match all.get(&name) {
                Some(other) => assert_eq!(*other, shape, "{name} is read otherwise than it is written"),
                None => drop(all.insert(name, shape)),
            }
        }
        Self { all, wholes }
    }

    /// All of them and more.
    pub(super) fn extended(&self, more: Map<String, Value>) -> Self {
        let mut all = self.all.clone();
        for (name, shape) in more {
            let before = all.insert(name.clone(), shape);
            assert!(before.is_none(), "two shapes are called {name}");
        }
        Self { all, wholes: self.wholes.clone() }
    }

    /// The definitions that some shapes refer to, and those that these refer to.
    pub(super) fn needed_by<'a>(&self, shapes: impl IntoIterator<Item = &'a Value>) -> Map<String, Value> {
        let mut due: Vec<String> = shapes.into_iter().flat_map(referred).collect();
        let mut found = BTreeMap::new();
        while let Some(name) = due.pop() {
            let shape = self.get(&name);
            if found.insert(name, shape.clone()).is_none() {
                due.extend(referred(shape));
            }
        }
        found.into_iter().collect()
    }

    /// What stands in frames and answers by a name of its own.
    pub(super) fn nouns(&self) -> Vec<&str> {
        self.all.keys().map(String::as_str).filter(|name| !self.wholes.contains(*name)).collect()
    }

    /// One of them.
    pub(super) fn get(&self, name: &str) -> &Value {
        self.all.get(name).unwrap_or_else(|| panic!("nothing is called {name}"))
    }
}

fn asked() -> Side {
    let mut side = Side::of(Contract::Deserialize);
    side.contents(&Command::contents());
    side.contents(&Query::contents());
    frames::up(&mut side);
    side
}

fn told() -> Side {
    let mut side = Side::of(Contract::Serialize);
    side.contents(&Fact::contents());
    for ((_, make), query) in answers::answers().into_iter().zip(Query::contents()) {
        let shape = side.inline(make);
        side.whole(format!("{}Ok", query.shape), shape);
    }
    side.noun::<Done>();
    side.noun::<ErrorBody>();
    frames::down(&mut side);
    side
}

/// How a definition is referred to within its file.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// The names that a shape refers to.
fn referred(shape: &Value) -> Vec<String> {
    match shape {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/$defs/"));
            own.map(str::to_owned).into_iter().chain(fields.values().flat_map(referred)).collect()
        }
        Value::Array(items) => items.iter().flat_map(referred).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// The same with every reference below another root.
pub(super) fn rerooted(shape: &Value, root: &str) -> Value {
    match shape {
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| match value {
                Value::String(to) if name == "$ref" => (name.clone(), json!(to.replace("#/$defs/", root))),
                other => (name.clone(), rerooted(other, root)),
            };
            Value::Object(fields.iter().map(field).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| rerooted(item, root)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => shape.clone(),
    }
}
