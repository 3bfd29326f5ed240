//! Whether the other side wants messages: the words that say so, and the digest under which it is kept, so
//! that an erased person stays opted out.

use parloir_protocol::text::fold;

use crate::commit::Digest;
use crate::entity::{Address, AddressKind, Workspace};
use crate::event::Consent;

/// Whole messages, folded, that ask for no more.
const STOP: [&str; 16] = [
    "arret",
    "arreter",
    "cancel",
    "desabonnement",
    "desabonner",
    "desinscription",
    "desinscrire",
    "end",
    "optout",
    "opt-out",
    "quit",
    "revoke",
    "stop",
    "stop all",
    "stopall",
    "unsubscribe",
];

/// Whole messages, folded, that take a stop back.
const START: [&str; 7] = ["optin", "opt-in", "reabonner", "reprendre", "start", "subscribe", "unstop"];

/// What a message says about consent, when it says nothing else.
pub fn word(text: &str) -> Option<Consent> {
    let folded = fold(text);
    let word =
        folded.trim().trim_end_matches(|c: char| c.is_ascii_punctuation() || c.is_whitespace() || c == '…');
    if STOP.contains(&word) {
        Some(Consent::OptedOut)
    } else if START.contains(&word) {
        Some(Consent::OptedIn)
    } else {
        None
    }
}

/// What `text` means to somebody whose last word was `known`. Only who is opted out can opt in: to anyone
/// else "start" is a message like others.
pub fn meaning(text: &str, known: Option<Consent>) -> Option<Consent> {
    match (word(text)?, known) {
        (Consent::OptedOut, _) => Some(Consent::OptedOut),
        (Consent::OptedIn, Some(Consent::OptedOut)) => Some(Consent::OptedIn),
        (Consent::OptedIn, Some(Consent::OptedIn) | None) => None,
    }
}

/// The name under which an address's consent is kept.
pub fn address_digest(workspace: &Workspace, address: &Address) -> Digest {
    let kind: u8 = match address.kind {
        AddressKind::E164 => 0,
        AddressKind::Bsuid => 1,
        AddressKind::Rcs => 2,
    };
    Digest::keyed(&workspace.digest_key, &[&[kind], address.value.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::{meaning, word};
    use crate::event::Consent::{OptedIn, OptedOut};

    #[test]
    fn only_a_whole_message_is_a_word() {
        for text in ["STOP", " stop. ", "Arrêt", "ARRÊT !", "Désabonner", "Stop all", "UNSUBSCRIBE…"] {
            assert_eq!(word(text), Some(OptedOut), "{text}");
        }
        for text in ["START", "unstop", "Reprendre."] {
            assert_eq!(word(text), Some(OptedIn), "{text}");
        }
        for text in ["", "!", "stop it", "please stop", "nonstop", "restart", "s t o p"] {
            assert_eq!(word(text), None, "{text}");
        }
    }

    #[test]
    fn start_means_something_only_after_a_stop() {
        assert_eq!(meaning("start", None), None);
        assert_eq!(meaning("start", Some(OptedIn)), None);
        assert_eq!(meaning("start", Some(OptedOut)), Some(OptedIn));
        assert_eq!(meaning("stop", Some(OptedOut)), Some(OptedOut));
    }
}
