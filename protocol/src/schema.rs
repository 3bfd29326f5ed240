//! What is published of the wire: JSON Schema of every frame and noun, AsyncAPI of the socket, OpenAPI of HTTP,
//! the limits, and a hash of it all. Everything is made from the types, which it only reads; no other crate is
//! built with it.

use serde_json::Value;

mod answers;
mod asyncapi;
pub(crate) mod content;
mod documents;
mod frames;
mod hash;
mod limits;
mod openapi;
mod shapes;
mod text;
mod tidied;

pub use hash::hash;

/// One published file.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// From the folder of the protocol.
    pub path: &'static str,
    /// What it says.
    pub content: Value,
}

impl Document {
    /// As it lies in its file.
    pub fn text(&self) -> String {
        text::text(&self.content)
    }
}

/// All of them.
pub fn documents() -> Vec<Document> {
    let shapes = shapes::Shapes::of_the_wire();
    let mut documents = documents::of(&shapes);
    documents.push(Document { path: "asyncapi.json", content: asyncapi::document(&shapes) });
    documents.push(Document { path: "openapi.json", content: openapi::document(&shapes) });
    documents.push(Document { path: "registry/limits.json", content: limits::document(&shapes) });
    documents
}

#[cfg(test)]
mod tests;
