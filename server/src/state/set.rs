//! A hash of a set of rows that follows single changes and does not depend on their order. It finds damage;
//! it is no defence against rows chosen by an adversary.

/// The sum of the digests of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct SetHash(u128);

impl SetHash {
    /// Takes a row in.
    pub(super) fn add(&mut self, key: &[u8], value: &[u8]) {
        self.0 = self.0.wrapping_add(digest(key, value));
    }

    /// Takes a row out that was in.
    pub(super) fn remove(&mut self, key: &[u8], value: &[u8]) {
        self.0 = self.0.wrapping_sub(digest(key, value));
    }

    /// Follows the change of one row.
    pub(super) fn change(&mut self, key: &[u8], old: Option<&[u8]>, new: Option<&[u8]>) {
        if let Some(old) = old {
            self.remove(key, old);
        }
        if let Some(new) = new {
            self.add(key, new);
        }
    }

    pub(super) fn encode(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        Some(Self(u128::from_be_bytes(bytes.try_into().ok()?)))
    }
}

fn digest(key: &[u8], value: &[u8]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(key.len() as u64).to_be_bytes());
    hasher.update(key);
    hasher.update(value);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    u128::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_its_rows_and_nothing_else() {
        let mut one = SetHash::default();
        one.add(b"a", b"1");
        one.add(b"b", b"2");
        one.change(b"a", Some(b"1"), Some(b"3"));
        one.change(b"b", Some(b"2"), None);
        let mut other = SetHash::default();
        other.add(b"a", b"3");
        assert_eq!(one, other);
        assert_eq!(SetHash::decode(&one.encode()), Some(one));
    }

    #[test]
    fn key_and_value_do_not_flow_into_one_another() {
        assert_ne!(digest(b"ab", b"c"), digest(b"a", b"bc"));
    }
}
