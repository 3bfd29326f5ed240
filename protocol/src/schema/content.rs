//! What a name of the wire stands for. It knows no frame.

use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Makes the shape of one type.
pub(crate) type Make = fn(&mut SchemaGenerator) -> Schema;

/// A name and the shape of what comes with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content {
    /// On the wire: `message.send`.
    pub(crate) name: &'static str,
    /// As a definition: `MessageSend`.
    pub(crate) shape: &'static str,
    /// Its content.
    pub(crate) of: Make,
}

/// The shape of `T` itself, not a reference to it.
pub(crate) fn made<T: JsonSchema>() -> Make {
    T::json_schema
}
