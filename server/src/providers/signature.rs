//! Signatures of webhooks over raw bytes, compared in constant time. It reads no body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

use super::credential::Credential;

/// Which hash a provider signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

/// Whether `tag` is the signature of `message` under `secret`. An empty secret signs nothing.
pub(super) fn is_signed(hash: Hash, secret: &Credential, message: &[u8], tag: &[u8]) -> bool {
    let algorithm = match hash {
        Hash::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => hmac::HMAC_SHA256,
        Hash::Sha512 => hmac::HMAC_SHA512,
    };
    let secret = secret.reveal();
    !secret.is_empty() && hmac::verify(&hmac::Key::new(algorithm, secret.as_bytes()), message, tag).is_ok()
}

/// The bytes of a signature in base64.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// The bytes of a signature in lower- or upper-case hexadecimal digits.
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::{Hash, from_base64, from_hex, is_signed};
    use crate::providers::Credential;

    /// RFC 4231, test case 2, and RFC 2202, test case 2.
    #[test]
    fn signatures_of_the_standards_are_known() {
        let (secret, message) = (Credential::new("Jefe"), b"what do ya want for nothing?");
        let sha256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let sha1 = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
        assert!(is_signed(Hash::Sha256, &secret, message, &from_hex(sha256).expect("hex")));
        assert!(is_signed(Hash::Sha1, &secret, message, &from_hex(sha1).expect("hex")));
        assert!(!is_signed(Hash::Sha512, &secret, message, &from_hex(sha256).expect("hex")));
        assert!(!is_signed(Hash::Sha256, &secret, message, &from_hex(&sha256[2..]).expect("hex")));
        assert!(!is_signed(Hash::Sha256, &Credential::new(""), message, &from_hex(sha256).expect("hex")));
    }

    #[test]
    fn what_is_no_signature_is_none() {
        assert_eq!(from_hex("0g"), None);
        assert_eq!(from_hex("012"), None);
        assert_eq!(from_hex("00fF"), Some(vec![0, 255]));
        assert_eq!(from_base64("é"), None);
    }
}
