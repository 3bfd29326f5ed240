//! What the body of one webhook says: what its account reports, whom else it speaks for, and what of it could
//! not be read. It decides nothing about who hears of it.

use std::collections::BTreeSet;

use super::Received;
use super::credential::Credential;

/// Other accounts that one body speaks for: those of one app or partner.
const OTHERS_MAX: usize = 64;

/// A body that was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reports {
    /// Of the account that read it, in the order in which they stand there.
    pub received: Vec<Received>,
    /// What other accounts are called that parts of it are for.
    pub others: BTreeSet<String>,
    /// Why a part of it could not be read: the first one's reason.
    pub unread: Option<String>,
}

/// What an account is called in webhooks that it shares with others, and what tells that they are of one owner.
#[derive(Clone, PartialEq, Eq)]
pub struct Seat {
    pub owner: Owner,
    pub name: String,
}

/// A mark of the secret that webhooks are signed with: who has it may speak for all accounts with this mark.
#[derive(Clone, PartialEq, Eq)]
pub struct Owner([u8; 32]);

impl Owner {
    pub(super) fn of(secret: &Credential) -> Self {
        Self(*blake3::hash(secret.reveal().as_bytes()).as_bytes())
    }
}

impl Reports {
    /// A part is for another account.
    pub(super) fn is_for(&mut self, other: &str) {
        if self.others.len() >= OTHERS_MAX && !self.others.contains(other) {
            return self.not_read(format!("it is for more than {OTHERS_MAX} other accounts"));
        }
        self.others.insert(other.to_owned());
    }

    /// A part could not be read.
    pub(super) fn not_read(&mut self, reason: impl Into<String>) {
        self.unread.get_or_insert_with(|| reason.into());
    }
}

impl From<Vec<Received>> for Reports {
    fn from(received: Vec<Received>) -> Self {
        Self { received, ..Self::default() }
    }
}
