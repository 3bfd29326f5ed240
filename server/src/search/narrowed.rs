//! What qualifiers leave of a workspace, found among people before messages are looked at: whoever looks at one message
//! after the other, and at who is behind each, takes longer than a search may where few are left.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use super::ask::Ask;
use super::book::Book;
use super::people::{People, fingerprint};
use super::spread::Spread;
use super::walk::{WalkError, every};
use super::zone::Of;

/// The conversations that are left: as many as there are at most, some 16 bytes each, for as long as a search goes on.
/// They are told apart by the random half of their ids, which the server makes.
pub(super) struct Narrowed(HashSet<u64, BuildHasherDefault<Spread>>);

impl Narrowed {
    /// Those that the qualifiers of `ask` leave, whatever its words; not all of them once the time is over.
    ///
    /// # Errors
    /// [`WalkError::Unreadable`].
    pub(super) fn by(ask: &Ask, book: &Book<People>, of: &Of<'_>) -> Result<Self, WalkError> {
        let ask = Ask { terms: Vec::new(), narrowed: ask.narrowed.clone() };
        let mut left = HashSet::default();
        every(book, of, &ask, |id| {
            left.insert(fingerprint(&id.0));
        })?;
        Ok(Self(left))
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the conversation of this [`fingerprint`] is left.
    pub(super) fn holds(&self, conversation: u64) -> bool {
        self.0.contains(&conversation)
    }
}
