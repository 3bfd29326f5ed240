//! Who offers a core, and when.

use tantivy::query::Weight as _;

use super::named::Named;
use super::offering::tests::writer_offers;
use super::{Book, LINES, Pace};
use crate::search::messages::Messages;
use crate::search::offers::tests::offers;
use crate::search::tests::replaced::{commit, id, put, reopened};

/// Far more than is committed at a time.
const MANY: u64 = 10_000;

/// Whether those who index and merge offer.
fn writers_offer(book: &Book<Messages>) -> bool {
    let mut lines = book.index.tokenizers().get(LINES).expect("it is registered");
    let reader_offers = offers(|| _ = lines.token_stream("a text"));
    assert_eq!(writer_offers(book.index.directory()), reader_offers);
    reader_offers
}

#[test]
fn whoever_writes_an_index_offers_once_it_is_built_unless_much_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = Book::create(folder.path(), Pace::Building).expect("an empty one");
    assert!(!writers_offer(&book));
    book.settle().expect("it is built");
    assert!(writers_offer(&book));
    (0..MANY).for_each(|number| put(&book, (1, number), None));
    assert!(!writers_offer(&book));
    book.freeze(String::new);
    assert!(!writers_offer(&book), "they are being committed");
    commit(&book);
    assert!(writers_offer(&book));
    drop(book);
    let book = Book::create(folder.path().join("another").as_path(), Pace::Steady).expect("an empty one");
    assert!(writers_offer(&book));
    assert!(writers_offer(&reopened(book, &folder.path().join("another"))));
}

#[test]
fn whoever_commits_offers_and_whoever_looks_for_what_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = Book::create(folder.path(), Pace::Steady).expect("an empty one");
    put(&book, (1, 1), Some("a text"));
    assert!(offers(|| commit(&book)));
    assert!(format!("{:?}", book.offers).contains("segments: 1 "), "{:?}", book.offers);
    let named = Named::of(book.own.mark, [(1, id(1))].into_iter(), book.offers.clone());
    let searcher = book.reader.searcher();
    assert!(offers(|| _ = named.scorer(&searcher.segment_readers()[0], 1.0).expect("it is read")));
}
