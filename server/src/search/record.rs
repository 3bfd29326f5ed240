//! What the two indexes have in common about their documents.

use super::traces::Traces;

/// Names a document of a workspace in its index. Ids of different nouns never meet, as most of each is random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(pub(super) [u8; 16]);

/// One document before it is written.
pub(super) trait Record: Send + Sync + 'static {
    fn id(&self) -> Id;

    /// Documents stand newest first by it.
    fn seq(&self) -> u64;

    /// Of everything in which a search may find it.
    fn traces(&self) -> Traces;
}
