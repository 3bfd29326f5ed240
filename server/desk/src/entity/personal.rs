//! What may be erased: a value about a person, or the place where it stood.

use serde::{Deserialize, Serialize};

/// Names the person whom personal values are about, at random, so that it says nothing by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SubjectId(pub [u8; 16]);

/// A value about a person that an erasure replaces by nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Personal<T> {
    Known(T),
    Erased,
}

impl<T> Personal<T> {
    /// The value, unless it was erased.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Erased => None,
        }
    }

    /// The same place with another value, erased when this one is.
    pub fn map<U>(&self, change: impl FnOnce(&T) -> U) -> Personal<U> {
        match self {
            Self::Known(value) => Personal::Known(change(value)),
            Self::Erased => Personal::Erased,
        }
    }
}
