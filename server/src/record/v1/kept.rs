//! How a value of the rules and its form on disk become each other, and the two tables that say so for
//! most of them. It knows no kind of event.

use std::collections::{BTreeMap, BTreeSet};

/// A form on disk of `Of`.
pub(super) trait Kept<Of>: Sized {
    fn keep(value: &Of) -> Self;
    fn give(self) -> Of;
}

/// Structures, field by field: the name of each on disk and in what form.
macro_rules! shapes {
    ($($name:ident of $of:path { $($(#[$on_field:meta])* $field:ident: $form:ty),* $(,)? })*) => {$(
        #[derive(serde::Serialize, serde::Deserialize)]
        pub(in crate::record) struct $name {
            $($(#[$on_field])* $field: $form,)*
        }

        impl $crate::record::v1::kept::Kept<$of> for $name {
            fn keep(value: &$of) -> Self {
                Self { $($field: $crate::record::v1::kept::Kept::keep(&value.$field),)* }
            }

            fn give(self) -> $of {
                $of { $($field: self.$field.give(),)* }
            }
        }
    )*};
}

/// Choices without content: the word of each on disk.
macro_rules! words {
    ($($name:ident of $of:path { $($choice:ident = $word:literal),* $(,)? })*) => {$(
        #[derive(serde::Serialize, serde::Deserialize)]
        pub(in crate::record) enum $name {
            $(#[serde(rename = $word)] $choice,)*
        }

        impl $crate::record::v1::kept::Kept<$of> for $name {
            fn keep(value: &$of) -> Self {
                match value { $(<$of>::$choice => Self::$choice,)* }
            }

            fn give(self) -> $of {
                match self { $(Self::$choice => <$of>::$choice,)* }
            }
        }
    )*};
}

/// Values that are the same on disk.
macro_rules! plain {
    ($($name:ty),*) => {$(
        impl Kept<$name> for $name {
            fn keep(value: &$name) -> Self {
                value.clone()
            }

            fn give(self) -> $name {
                self
            }
        }
    )*};
}

pub(super) use {shapes, words};

plain!(bool, u16, u32, i32, u64, String, BTreeMap<String, String>);

impl<Of, Form: Kept<Of>> Kept<Option<Of>> for Option<Form> {
    fn keep(value: &Option<Of>) -> Self {
        value.as_ref().map(Form::keep)
    }

    fn give(self) -> Option<Of> {
        self.map(Form::give)
    }
}

impl<Of, Form: Kept<Of>> Kept<Vec<Of>> for Vec<Form> {
    fn keep(value: &Vec<Of>) -> Self {
        value.iter().map(Form::keep).collect()
    }

    fn give(self) -> Vec<Of> {
        self.into_iter().map(Form::give).collect()
    }
}

impl<Of: Ord, Form: Kept<Of>> Kept<BTreeSet<Of>> for Vec<Form> {
    fn keep(value: &BTreeSet<Of>) -> Self {
        value.iter().map(Form::keep).collect()
    }

    fn give(self) -> BTreeSet<Of> {
        self.into_iter().map(Form::give).collect()
    }
}
