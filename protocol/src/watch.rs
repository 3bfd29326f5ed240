//! What a client can keep open: a question whose answer is told again, by what changed in it.

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use crate::entity::{Hit, HitId};
use crate::named::named;
use crate::query::search::{Building, SearchConversations, Total};

named! {
    /// What is watched, by name.
    Watch in "params" {
        "search.conversations" => SearchConversations(SearchConversations),
    }
}

/// `watch {id, name, params}`: answered by `reply` as the query of that name is, then by `change`.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchFrame {
    /// Made by the client: of the reply, of each change, and of `unwatch`.
    pub id: u64,
    /// What is watched.
    pub watch: Watch,
}

/// The part of a watch that does not depend on its name.
#[derive(Deserialize)]
pub(crate) struct WatchHead {
    pub(crate) id: u64,
}

impl Serialize for WatchFrame {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("type", "watch")?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("name", self.watch.name())?;
        self.watch.serialize_content(&mut map)?;
        map.end()
    }
}

/// `unwatch {id}`: the watch ends, without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Unwatch {
    /// Of the watch.
    pub id: u64,
}

/// `change`: how the newest list of a watch differs from the one told before. Take away every id of `removed`
/// and of `moved`, then insert the entries of `added` and `moved` in ascending order of `at`; the list is then
/// the first `limit` hits.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Change {
    /// Of the watch.
    pub id: u64,
    /// The list holds everything up to here.
    pub seq: u64,
    /// Hits that were not in the list.
    pub added: Vec<Placed>,
    /// Hits with another place or another content than before.
    pub moved: Vec<Placed>,
    /// Hits that are not in the list any more.
    pub removed: Vec<HitId>,
    /// How many match now, when they are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Total>,
    /// Present while hits may be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub building: Option<Building>,
}

/// A hit and its place in the list, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "schema"), derive(schemars::JsonSchema))]
pub struct Placed {
    /// In the list as it is afterwards.
    pub at: usize,
    /// What stands there.
    pub hit: Hit,
}
