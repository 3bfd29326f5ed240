//! What an open search found at one moment, with what tells its hits apart. It is shared by all who watch.

use parloir_protocol::codec::Codec;
use parloir_protocol::entity::{Hit, HitId};
use parloir_protocol::query::search::SearchConversationsOk;

/// A hit as far as a comparison needs it: which one, and whether it still says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub id: HitId,
    pub digest: u64,
}

impl Mark {
    fn of(hit: &Hit) -> Self {
        let digest = blake3::hash(&Codec::Msgpack.write(hit));
        let bytes = std::array::from_fn(|i| digest.as_bytes()[i]);
        Self { id: hit.id(), digest: u64::from_be_bytes(bytes) }
    }
}

/// What was found, and its marks.
#[derive(Debug)]
pub struct Listing {
    pub found: SearchConversationsOk,
    pub marks: Vec<Mark>,
}

impl Listing {
    pub fn new(found: SearchConversationsOk) -> Self {
        let marks = found.hits.iter().map(Mark::of).collect();
        Self { found, marks }
    }
}
