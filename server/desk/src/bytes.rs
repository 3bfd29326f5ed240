//! A fixed number of bytes in a row: as bytes, and not as so many numbers, which take half as much room again and are
//! read one by one. For `#[serde(with = "…")]`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

use crate::commit::Digest;
use crate::entity::SubjectId;

/// What is nothing but its bytes.
pub(crate) trait Fixed: Sized {
    const COUNT: usize;

    fn bytes(&self) -> &[u8];

    /// Nothing unless there are exactly [`Self::COUNT`].
    fn of(bytes: &[u8]) -> Option<Self>;
}

impl<const N: usize> Fixed for [u8; N] {
    const COUNT: usize = N;

    fn bytes(&self) -> &[u8] {
        self
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok()
    }
}

macro_rules! wrapped {
    ($($name:ident of $bytes:ty),*) => {$(
        impl Fixed for $name {
            const COUNT: usize = <$bytes>::COUNT;

            fn bytes(&self) -> &[u8] {
                &self.0
            }

            fn of(bytes: &[u8]) -> Option<Self> {
                Fixed::of(bytes).map(Self)
            }
        }
    )*};
}

wrapped!(Digest of [u8; 16], SubjectId of [u8; 16]);

pub(crate) fn serialize<T: Fixed, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(value.bytes())
}

pub(crate) fn deserialize<'de, T: Fixed, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_bytes(Bytes(PhantomData))
}

struct Bytes<T>(PhantomData<T>);

impl<T: Fixed> Visitor<'_> for Bytes<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", T::COUNT)
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<T, E> {
        T::of(bytes).ok_or_else(|| E::invalid_length(bytes.len(), &self))
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    struct Row(#[serde(with = "super")] Digest, #[serde(with = "super")] [u8; 3]);

    /// The same row of so many bytes.
    #[derive(Serialize)]
    struct Of<const N: usize>(#[serde(with = "super")] [u8; N], #[serde(with = "super")] [u8; 3]);

    fn refuses<const N: usize>(row: &Of<N>) {
        let written = rmp_serde::to_vec(row).expect("a row");
        let refused = rmp_serde::from_slice::<Row>(&written).expect_err("another number of bytes");
        assert!(refused.to_string().contains("16 bytes"), "{refused}");
    }

    #[test]
    fn a_row_holds_bytes_as_such_and_takes_no_other_number_of_them() {
        let row = Row(Digest([0xff; 16]), [1, 2, 3]);
        let written = rmp_serde::to_vec(&row).expect("a row");
        assert_eq!(written.len(), 1 + 2 + 16 + 2 + 3);
        assert_eq!(rmp_serde::from_slice::<Row>(&written).expect("the row"), row);
        refuses(&Of([0xff; 15], [1, 2, 3]));
        refuses(&Of([0xff; 17], [1, 2, 3]));
    }
}
