//! The table form of things that carry a name and content that depends on it: commands, queries, events.

/// Builds an enum of named contents: `name()`, the list of names, `serialize_content` and `decode`, which
/// reads the content straight into the type that the name stands for.
macro_rules! named {
    ($(#[$doc:meta])* $enum:ident in $key:literal { $($name:literal => $variant:ident($content:ty),)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "a frame is decoded once and consumed; a box would show in every program")]
        pub enum $enum {
            $(#[doc = concat!("`", $name, "`")] $variant($content),)*
        }

        impl $enum {
            /// Every name, in the order of the specification.
            pub const NAMES: &'static [&'static str] = &[$($name,)*];

            /// The name on the wire.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            pub(crate) fn serialize_content<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                match self { $(Self::$variant(content) => map.serialize_entry($key, content),)* }
            }

            /// Reads the content of the frame `bytes`, whose `name` was read before; nothing when the name
            /// is not known.
            pub(crate) fn decode(
                codec: crate::codec::Codec,
                name: &str,
                bytes: &[u8],
            ) -> Option<Result<Self, crate::codec::Malformed>> {
                #[derive(serde::Deserialize)]
                struct Frame<T> {
                    #[serde(rename = $key)]
                    content: T,
                }
                match name {
                    $($name => Some(codec.read::<Frame<$content>>(bytes).map(|frame| Self::$variant(frame.content))),)*
                    _ => None,
                }
            }
        }

        #[cfg(any(test, feature = "schema"))]
        impl $enum {
            /// Every name with the shape of its content, in the order of the specification.
            pub(crate) fn contents() -> Vec<crate::schema::content::Content> {
                vec![$(crate::schema::content::Content {
                    name: $name,
                    shape: stringify!($variant),
                    of: <$content as schemars::JsonSchema>::json_schema,
                },)*]
            }
        }
    };
}

pub(crate) use named;
