//! Tokens: made at random, shown once, known afterwards only by their hash. A token names its workspace, so
//! that no table spans workspaces; to everyone else it is opaque.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parloir_protocol::ids::WorkspaceId;

const PREFIX: &str = "plr_";
const SECRET_BYTES: usize = 32;
const WORKSPACE_BYTES: usize = 16;

/// A token's content.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    pub workspace: WorkspaceId,
    bytes: [u8; SECRET_BYTES],
}

impl Secret {
    /// A new one, from the operating system's randomness.
    pub fn random(workspace: WorkspaceId) -> Self {
        Self { workspace, bytes: random_bytes() }
    }

    /// The token as its owner keeps it.
    pub fn text(&self) -> String {
        let bytes = [self.workspace.as_bytes().as_slice(), &self.bytes].concat();
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a token; nothing when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix(PREFIX).filter(|rest| rest.len() <= 128)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let (workspace, secret) = bytes.split_first_chunk::<WORKSPACE_BYTES>()?;
        Some(Self { workspace: WorkspaceId::from_bytes(*workspace), bytes: secret.try_into().ok()? })
    }

    /// What is kept of it.
    pub fn hash(&self) -> [u8; 32] {
        *blake3::hash(&self.bytes).as_bytes()
    }
}

/// Bytes from the operating system's randomness.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_text_form_and_nothing_else_is_one() {
        let secret = Secret::random(WorkspaceId::from_bytes([3; 16]));
        assert!(Secret::parse(&secret.text()) == Some(secret.clone()));
        for text in ["", "plr_", "plr_AAAA", &secret.text()[1..], &format!("{}A", secret.text())] {
            assert!(Secret::parse(text).is_none(), "{text}");
        }
    }
}
