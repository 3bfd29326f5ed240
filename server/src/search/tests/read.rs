//! What is read of the state to put what was touched.

use std::cell::RefCell;
use std::collections::BTreeSet;

use parloir_desk::command::{CardChange, Command};
use parloir_desk::rows::{Row, Rows};
use parloir_desk::view::View;
use parloir_protocol::ids::ContactId;

use super::desk::Desk;
use crate::rehearsal::number_of;
use crate::search::read::Reader;
use crate::search::record::Id;
use crate::search::touched::Touch;

/// Notes which rows are looked for.
struct Noting<'a> {
    rows: &'a dyn Rows,
    keys: RefCell<Vec<Vec<u8>>>,
}

impl Rows for Noting<'_> {
    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.keys.borrow_mut().push(key.to_vec());
        self.rows.get(key)
    }

    fn range(&self, from: &[u8], to: &[u8], limit: usize) -> Vec<Row> {
        self.rows.range(from, to, limit)
    }
}

/// A desk on which somebody writes from two numbers.
async fn of_two_numbers(desk: &Desk) -> ContactId {
    for from in [8, 9] {
        desk.at.ask(desk.at.inbound(from, "Bonjour")).await.expect("it is accepted");
    }
    let add_addresses = BTreeSet::from([number_of(8), number_of(9)]);
    let change = CardChange { name: Some("Dumont".to_owned()), add_addresses, ..CardChange::default() };
    let both = Command::SaveContact { contact_id: None, change };
    desk.at.ask(desk.at.by_admin(both)).await.expect("it is accepted");
    desk.at.look(|view| view.contact_at(&number_of(9))).expect("the contact")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_read_once_in_a_turn_and_nobody_asks_who_has_its_addresses() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    let id = of_two_numbers(&desk).await;
    let state = desk.at.node.state.current();
    let rows = Noting { rows: &*state, keys: RefCell::default() };
    let view = View::new(&rows, desk.at.workspace.id);
    let read = Reader::new(view).people(&[&Touch::Contact(id), &Touch::Address(number_of(8))]);
    let named = read.values().flatten().map(|person| person.name.text().to_owned());
    assert_eq!(named.collect::<Vec<_>>(), ["Dumont", "Dumont"], "both conversations are theirs");
    let keys = view.keys();
    let times = |key: Vec<u8>| rows.keys.borrow().iter().filter(|read| **read == key).count();
    assert_eq!(times(keys.contact(id)), 1);
    assert_eq!(times(keys.contact_at(&number_of(8))), 1, "for the address that was touched");
    assert_eq!(times(keys.contact_at(&number_of(9))), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_that_starts_puts_no_other_of_its_contact() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::new(1, folder.path()).await;
    let id = of_two_numbers(&desk).await;
    let state = desk.at.node.state.current();
    let view = View::new(&*state, desk.at.workspace.id);
    let started = view.conversations_after(None, 1).pop().expect("a conversation").header.conversation_id;
    let read = Reader::new(view).people(&[&Touch::Started(started)]);
    let read: Vec<_> = read.into_iter().map(|(id, document)| (id, document.is_some())).collect();
    let mut expected = [(Id(*started.as_bytes()), true), (Id(*id.as_bytes()), false)];
    expected.sort();
    assert_eq!(read, expected, "itself, and the contact, which has none of its own any more");
}
