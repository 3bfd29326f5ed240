//! A search over ten thousand conversations, from its text to its hits.

use std::sync::Arc;

use divan::Bencher;
use parloir_desk::entity::Purpose;
use parloir_protocol::ids::TokenId;
use parloir_protocol::query::search::SearchConversations;
use parloir_server::admission::Caller;
use parloir_server::blobs::Blobs;
use parloir_server::clock::Clock;
use parloir_server::hub::Hub;
use parloir_server::log::{Log, MemoryLog};
use parloir_server::node::{Limits, Node, mark_of};
use parloir_server::rules::Rules;
use parloir_server::search::{Search, conversations};
use parloir_server::state::StateHandle;
use parloir_server::stored::Intake;
use parloir_server::uploads::{self, Uploads};
use parloir_server::workspace::Workspace;

use super::desk::{Desk, workspace};
use super::state::filled;

const CONVERSATIONS: usize = 10_000;
/// By letter, part of a word, two words, part of a number, nothing.
const TEXTS: [&str; 5] = ["h", "art", "hélène 12", "0123", "nobody"];

#[divan::bench(args = TEXTS)]
fn find(bencher: Bencher<'_, '_>, text: &str) {
    let desk = Desk::founded(CONVERSATIONS);
    let (state, folder) = filled(&desk);
    let log: Arc<dyn Log> = Arc::new(MemoryLog::new());
    let clock = Clock::system();
    let blobs = Arc::new(Blobs::in_folder(folder.path()).unwrap_or_else(|error| panic!("{error}")));
    let intake = Arc::new(Intake::new(blobs));
    let limits = uploads::Limits::STANDARD;
    let uploads =
        Uploads::open(folder.path(), limits, 0, intake, clock.clone()).expect("a folder of its own");
    let node = Node::new(
        Arc::clone(&log),
        StateHandle::new(state),
        Search::new(&folder.path().join("search")),
        Arc::new(uploads),
        clock,
        Limits::standard(),
        Rules::OURS,
    );
    let hub = Hub::new(mark_of(log.tail(workspace()), [0; 32]), node.limits.ring);
    let (own, _requests) = Workspace::new(workspace(), hub, node.limits.writer_queue);
    let caller = Caller {
        workspace: node.keep(own),
        agent: desk.view().agents().remove(0),
        token: TokenId::from_bytes([9; 16]),
        expires_at: None,
        purpose: Purpose::Access,
    };
    node.search.renew(&node).expect("an index");
    let query = SearchConversations { text: text.to_owned(), limit: Some(20), after: None, count: false };
    bencher.bench_local(|| conversations(&node, &caller, &query).expect("an answer"));
}
