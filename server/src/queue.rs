//! Pages of a queue: from the wire's view to the rules' and back, with a place to go on from that belongs to
//! this very view.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parloir_desk::entity::Agent;
use parloir_desk::view::View;
use parloir_protocol::codec::Codec;
use parloir_protocol::entity::{self, Row};

use crate::wire;

/// Rows in order, and where the next page begins.
pub struct Page {
    pub rows: Vec<Row>,
    pub next: Option<String>,
}

/// The page of `view` after a place, as `agent` sees it.
pub fn page(rows: &View<'_>, agent: &Agent, view: &entity::View, after: Option<u64>, limit: usize) -> Page {
    let page = rows.queue(&wire::queue::query(view, agent.id), &agent.scope, after, limit);
    let next = page.next.map(|place| next_text(view, place));
    let rows = page.conversations.iter().map(|conversation| wire::queue::row(rows, conversation)).collect();
    Page { rows, next }
}

/// The place that a page's `next` stands for; nothing when it is of another view or no place at all.
pub fn place(view: &entity::View, next: &str) -> Option<u64> {
    let bytes = URL_SAFE_NO_PAD.decode(next.get(..next.len().min(64))?).ok()?;
    let (place, digest) = bytes.split_first_chunk::<8>()?;
    (digest == view_digest(view)).then(|| u64::from_be_bytes(*place))
}

fn next_text(view: &entity::View, place: u64) -> String {
    URL_SAFE_NO_PAD.encode([&place.to_be_bytes()[..], &view_digest(view)].concat())
}

fn view_digest(view: &entity::View) -> [u8; 8] {
    let digest = blake3::hash(&Codec::Msgpack.write(view));
    std::array::from_fn(|i| digest.as_bytes()[i])
}
