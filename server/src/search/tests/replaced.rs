//! Documents that are replaced and deleted, again and again: there is one of each that is there, and none of those that
//! are not.

use std::collections::BTreeMap;
use std::path::Path;

use parloir_desk::entity::Direction;
use parloir_protocol::ids::{ConversationId, GroupId, MessageId};
use parloir_protocol::text::Words;
use parloir_protocol::time::Time;

use crate::dice::Dice;
use crate::search::book::{Book, Pace, workspace_of};
use crate::search::messages::Messages;
use crate::search::pending::Turn;
use crate::search::record::Id;
use crate::search::said::{Line, Said};

const IDS: u64 = 24;
const WORKSPACES: u64 = 2;
const STEPS: u64 = 300;

type Texts = BTreeMap<(u32, Id), String>;

fn said(Id(id): Id, text: &str) -> Said {
    let conversation_id = ConversationId::from_bytes([3; 16]);
    let line = Line { conversation_id, direction: Direction::Inbound, at: Time(0), text: text.to_owned() };
    let (id, group) = (MessageId::from_bytes(id), GroupId::from_bytes([4; 16]));
    Said { id, seq: 1, group, words: Words::of(text), line }
}

pub(in crate::search) fn id(number: u64) -> Id {
    let mut id = [1; 16];
    id[..8].copy_from_slice(&number.to_be_bytes());
    Id(id)
}

pub(in crate::search) fn put(book: &Book<Messages>, (workspace, number): (u32, u64), text: Option<&str>) {
    assert!(put_in(book, Turn::default(), (workspace, number), text));
}

/// The same by whoever has this turn.
fn put_in(book: &Book<Messages>, turn: Turn, (workspace, number): (u32, u64), text: Option<&str>) -> bool {
    book.put(turn, workspace, [(id(number), text.map(|text| said(id(number), text)))])
}

pub(in crate::search) fn commit(book: &Book<Messages>) {
    book.commit(String::new).expect("it is committed");
}

pub(in crate::search) fn reopened(book: Book<Messages>, folder: &Path) -> Book<Messages> {
    // No thread merges on, as none does behind a process that has ended.
    book.settle().expect("what merges has ended");
    drop(book);
    Book::open(folder).expect("it opens").0
}

/// What a search could find on disk; nothing twice.
fn written(book: &Book<Messages>) -> Texts {
    let mut texts = Texts::new();
    for leaf in &book.published().leaves {
        for doc in (0..leaf.documents()).filter(|doc| !leaf.is_deleted(*doc)) {
            let (id, workspace) = (leaf.id(doc), workspace_of(leaf.place(doc)));
            let twice = texts.insert((workspace, id), leaf.segment.line(doc).expect("a line").text);
            assert_eq!(twice, None, "{id:?} of {workspace} is there twice");
        }
    }
    texts
}

#[test]
fn what_is_written_is_what_was_put_last() {
    for (seed, pace) in [(1, Pace::Steady), (2, Pace::Building), (3, Pace::Steady), (4, Pace::Building)] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut book = Book::create(folder.path(), pace).expect("an empty one");
        let (mut dice, mut expected) = (Dice::of(seed, &[b"replaced"]), Texts::new());
        for step in 0..STEPS {
            match dice.below(12) {
                0..=6 => {
                    let (workspace, number) = (dice.below(WORKSPACES) as u32, dice.below(IDS));
                    let text = format!("text {step}");
                    put(&book, (workspace, number), Some(&text));
                    expected.insert((workspace, id(number)), text);
                }
                7..=8 => {
                    let (workspace, number) = (dice.below(WORKSPACES) as u32, dice.below(IDS));
                    put(&book, (workspace, number), None);
                    expected.remove(&(workspace, id(number)));
                }
                9..=10 => {
                    commit(&book);
                    assert_eq!(written(&book), expected, "seed {seed}, step {step}");
                }
                _ => {
                    commit(&book);
                    book = reopened(book, folder.path());
                    assert_eq!(written(&book), expected, "seed {seed}, step {step}");
                }
            }
        }
    }
}

#[test]
fn what_was_read_earlier_takes_the_place_of_nothing_newer() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = Book::create(folder.path(), Pace::Steady).expect("an empty one");
    let [first, second, third] = [1, 2, 3].map(Turn::nth);
    assert!(put_in(&book, second, (1, 7), Some("newer")));
    assert!(put_in(&book, first, (1, 7), Some("older")), "somebody has put what it stands for");
    assert!(put_in(&book, first, (1, 8), Some("another")));
    commit(&book);
    assert_eq!(
        written(&book),
        Texts::from([((1, id(7)), "newer".to_owned()), ((1, id(8)), "another".to_owned())])
    );
    commit(&book);
    assert!(!put_in(&book, first, (1, 7), Some("older")), "what is written might be newer");
    assert_eq!(book.waiting(), 0);
    assert!(put_in(&book, second, (1, 7), Some("by the same")));
    assert!(put_in(&book, third, (1, 8), None));
    commit(&book);
    assert_eq!(written(&book), Texts::from([((1, id(7)), "by the same".to_owned())]));
    assert!(!put_in(&book, second, (1, 9), Some("older")), "a turn that took something away counts");
    assert!(book.put(first, 1, []), "nothing is never late");
}

#[test]
fn what_is_read_while_an_index_is_built_takes_the_place_of_nothing_that_was_put() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = Book::create(folder.path(), Pace::Building).expect("an empty one");
    put(&book, (1, 7), Some("newer"));
    commit(&book);
    for number in [7, 8] {
        book.add(1, &said(id(number), "older")).expect("it is written");
    }
    commit(&book);
    assert_eq!(
        written(&book),
        Texts::from([((1, id(7)), "newer".to_owned()), ((1, id(8)), "older".to_owned())])
    );
}
