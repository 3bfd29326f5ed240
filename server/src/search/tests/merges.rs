//! Segments that become one while nothing changes.

use std::collections::BTreeSet;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use parloir_desk::view::View;

use super::desk::Desk;
use crate::search::book::{Book, Shape};
use crate::search::catalogue::Catalogue;
use crate::search::keeper::Keeper;
use crate::search::pending::Pending;
use crate::search::read::{Rows, Source};
use crate::search::touched::Touch;

const PIECES: usize = 5;
/// How long a merge of a few documents may take before it counts as one that never ends.
const PATIENCE: Duration = Duration::from_secs(60);

/// Writes the conversations of a desk into an index of many segments, which a build merges later than a server does.
fn write_in_pieces(desk: &Desk, folder: &Path) {
    let state = desk.at.node.state.current();
    let view = View::new(&*state, desk.at.workspace.id);
    let conversations = view.conversations_after(None, usize::MAX);
    let catalogue = Catalogue::create(folder).expect("an empty one");
    for piece in conversations.chunks(conversations.len().div_ceil(PIECES)) {
        let ids = piece.iter().map(|found| found.header.conversation_id);
        let touches: BTreeSet<_> = ids.flat_map(|id| [Touch::Started(id), Touch::Messages(id)]).collect();
        let source = Source { rows: Rows::In(&state), workspace: desk.at.workspace.id, offers: None };
        catalogue.put(&Pending::default(), &source, &touches);
        catalogue.commit().expect("it is committed");
    }
    for workspace in state.workspaces() {
        catalogue.reach(workspace, state.position(workspace));
    }
    catalogue.progress().finish();
    catalogue.commit().expect("it is committed as a whole");
}

/// How many segments are searched, and how many documents they have.
fn read<S: Shape>(book: &Book<S>) -> (usize, u32) {
    let leaves = book.published().leaves;
    (leaves.len(), leaves.iter().map(|leaf| leaf.documents()).sum())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_was_just_opened_is_merged_though_nothing_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut desk = Desk::new(1, folder.path()).await;
    desk.happen(100).await;
    write_in_pieces(&desk, &folder.path().join("1"));
    let node = &desk.at.node;
    assert!(node.search.reopen(node).expect("the folder can be read"));
    let catalogue = node.search.catalogue().expect("it was opened");
    let (people, messages) = (read(&catalogue.people), read(&catalogue.messages));
    assert!(people.0 >= PIECES - 1 && messages.0 >= PIECES - 1, "{people:?} {messages:?}");
    let (mut keeper, began) = (Keeper::default(), Instant::now());
    while (read(&catalogue.people), read(&catalogue.messages)) != ((1, people.1), (1, messages.1)) {
        assert!(began.elapsed() < PATIENCE, "{:?} {:?}", read(&catalogue.people), read(&catalogue.messages));
        keeper.step(node).expect("it is kept");
        thread::sleep(Duration::from_millis(10));
    }
    assert!(!node.search.is_behind().expect("the disk can be read"), "nothing is left to be seen");
}
