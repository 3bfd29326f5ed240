//! What deliveries are signed with. A secret is a function of the server's own key, the webhook and a salt that
//! stands in the log: who has the log alone can sign nothing.

use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parloir_protocol::ids::{WebhookId, WorkspaceId};
use parloir_protocol::time::Time;
use ring::hmac;
use thiserror::Error;

use crate::private_file;
use crate::secret::random_bytes;

const KEY_BYTES: usize = 32;
const PREFIX: &str = "whsec_";

/// The server's own key.
#[derive(Clone)]
pub struct HookKey([u8; KEY_BYTES]);

/// One secret of one webhook.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct HookSecret([u8; KEY_BYTES]);

/// Why there is no key.
#[derive(Debug, Error)]
pub enum KeyError {
    #[error("the key of webhooks cannot be kept")]
    Io(#[from] io::Error),
    #[error("the key of webhooks has {0} bytes, not {KEY_BYTES}")]
    Length(usize),
}

impl HookKey {
    /// The key in the file at `path`, which is made when it is not there.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn kept(path: &Path) -> Result<Self, KeyError> {
        match std::fs::read(path) {
            Ok(bytes) => bytes.as_slice().try_into().map(Self).map_err(|_| KeyError::Length(bytes.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = Self(random_bytes());
                private_file::write(path, &key.0)?;
                Ok(key)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The secret that is made of `salt`.
    pub(super) fn secret(&self, workspace: WorkspaceId, webhook: WebhookId, salt: &[u8; 32]) -> HookSecret {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(workspace.as_bytes());
        hasher.update(webhook.as_bytes());
        hasher.update(salt);
        HookSecret(*hasher.finalize().as_bytes())
    }
}

impl HookSecret {
    /// As its owner keeps it.
    pub(super) fn text(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(self.0))
    }

    /// What proves that a delivery is ours, as Standard Webhooks says.
    fn signature(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        context.update(format!("{id}.{seconds}.").as_bytes());
        context.update(body);
        format!("v1,{}", STANDARD.encode(context.sign()))
    }
}

/// The signatures of all that may sign, the newest first.
pub(super) fn signatures(secrets: &[HookSecret], id: &str, at: Time, body: &[u8]) -> String {
    let seconds = seconds(at);
    let all: Vec<String> = secrets.iter().map(|secret| secret.signature(id, seconds, body)).collect();
    all.join(" ")
}

/// Since 1970.
pub(super) fn seconds(at: Time) -> i64 {
    at.0.div_euclid(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_the_standard() {
        // The vector of the specification's own libraries.
        let bytes = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("base64");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &bytes);
        let signed = br#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#;
        assert_eq!(STANDARD.encode(hmac::sign(&key, signed)), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let secret = HookSecret([7; 32]);
        let own = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]), b"dlv_1.5.{}");
        let expected = format!("v1,{}", STANDARD.encode(own));
        assert_eq!(signatures(&[secret], "dlv_1", Time(5_999), b"{}"), expected);
    }

    #[test]
    fn a_key_is_made_once_and_kept_from_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("webhooks.key");
        let texts = [(); 2].map(|()| {
            let key = HookKey::kept(&path).expect("a key");
            let (workspace, webhook) = (WorkspaceId::from_bytes([1; 16]), WebhookId::from_bytes([2; 16]));
            key.secret(workspace, webhook, &[3; 32]).text()
        });
        assert_eq!(texts[0], texts[1]);
        assert!(texts[0].starts_with("whsec_"));
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).expect("kept").permissions());
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(&path, b"short").expect("written");
        assert!(matches!(HookKey::kept(&path), Err(KeyError::Length(5))));
    }
}
