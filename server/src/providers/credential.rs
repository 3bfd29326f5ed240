//! What proves to a provider, or by a provider, who one is. It is never shown: not in a log, not in a message,
//! not on the wire.

use std::fmt;

use serde::Deserialize;

/// A secret from the configuration.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Credential(String);

impl Credential {
    /// A secret that was read somewhere.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret, for the one place that needs it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether somebody told the same secret, in a time that tells nothing of it.
    pub(super) fn is(&self, told: &str) -> bool {
        // Digests are compared, so that neither the length nor the place of a difference shows.
        !self.0.is_empty() && blake3::hash(self.0.as_bytes()) == blake3::hash(told.as_bytes())
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::Credential;

    #[test]
    fn a_secret_shows_nothing_and_an_empty_one_is_none() {
        assert_eq!(format!("{:?}", Some(Credential::new("hush"))), "Some(…)");
        assert!(Credential::new("hush").is("hush"));
        assert!(!Credential::new("hush").is("hush!"));
        assert!(!Credential::new("").is(""));
    }
}
