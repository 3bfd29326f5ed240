//! What a client has folded, in the words of the wire.

use parloir_client::Store;
use parloir_client::protocol::ids::ConversationId;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The store; timelines of these conversations, as far as they are loaded.
pub(crate) fn store(store: &Store, conversations: &[ConversationId]) -> Value {
    let directory = store.directory();
    let counters = store.tallies().by_group();
    let timelines = conversations.iter().filter_map(|id| {
        let items: Vec<_> = store.timeline(*id)?.items().map(value).collect();
        Some((id.to_string(), Value::Array(items)))
    });
    json!({
        "epoch": store.expected().map(|expected| value(&expected.epoch)),
        "seq": store.seq(),
        "me": store.me().map(value),
        "rows": store.queue().map(value).collect::<Vec<_>>(),
        "counters": by(counters.iter().map(|one| (one.group_id, one))),
        "agents": by(directory.agents.iter().map(|(id, one)| (*id, one))),
        "groups": by(directory.groups.iter().map(|(id, one)| (*id, one))),
        "channels": by(directory.channels.iter().map(|(id, one)| (*id, one))),
        "timelines": timelines.collect::<Map<String, Value>>(),
    })
}

fn by<'a, T: Serialize + 'a>(all: impl Iterator<Item = (impl ToString, &'a T)>) -> Value {
    Value::Object(all.map(|(id, one)| (id.to_string(), value(one))).collect())
}

pub(crate) fn value<T: Serialize>(one: &T) -> Value {
    serde_json::to_value(one).expect("what came over the wire can be written")
}
