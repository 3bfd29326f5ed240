//! What a code stands for: asked here, known elsewhere. A code is never kept, only its hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::BoxFuture;
use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;

use crate::blobs::BlobDigest;

/// 128 random bits.
const CODE_BYTES: usize = 16;
/// The same in base64url.
const CODE_CHARS: usize = 22;

/// A file that a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkTarget {
    pub workspace: WorkspaceId,
    /// Nothing once it is erased.
    pub name: Option<String>,
    pub media_type: String,
    /// Of the content that leaves: of a picture, the one without metadata.
    pub digest: BlobDigest,
    pub bytes: u64,
    pub expires_at: Time,
}

/// Who knows the links.
pub trait LinkBook: Send + Sync + 'static {
    /// What the code with this hash stands for; nothing when it was taken back.
    fn find(&self, hash: &[u8; 32]) -> Option<LinkTarget>;

    /// Somebody opened it. The same visit may be told twice.
    fn opened<'a>(&'a self, hash: &'a [u8; 32], visit: [u8; 16]) -> BoxFuture<'a, ()>;
}

/// There are no links yet.
#[derive(Debug, Clone, Copy)]
pub struct NoLinks;

impl LinkBook for NoLinks {
    fn find(&self, _: &[u8; 32]) -> Option<LinkTarget> {
        None
    }

    fn opened<'a>(&'a self, _: &'a [u8; 32], _: [u8; 16]) -> BoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// What is kept of a code; nothing when no code looks like this.
pub fn hash_of(code: &str) -> Option<[u8; 32]> {
    let bytes = URL_SAFE_NO_PAD.decode(code).ok().filter(|bytes| bytes.len() == CODE_BYTES)?;
    (code.len() == CODE_CHARS).then(|| *blake3::hash(&bytes).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_128_bits_and_one_form() {
        assert!(hash_of("AAAAAAAAAAAAAAAAAAAAAA").is_some());
        assert_ne!(hash_of("AAAAAAAAAAAAAAAAAAAAAA"), hash_of("BAAAAAAAAAAAAAAAAAAAAA"));
        for code in
            ["", "AAAA", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAA/"]
        {
            assert_eq!(hash_of(code), None, "{code}");
        }
    }
}
