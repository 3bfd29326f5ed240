//! What is exported is imported again as it was, whatever people are called.

use std::collections::{BTreeMap, BTreeSet};

use parloir_protocol::command::contact::Save;
use parloir_protocol::entity::{Address, AddressKind, Card};
use parloir_protocol::ids::ContactId;
use proptest::prelude::*;

use super::Person;
use super::cards::write_card;
use super::columns::Columns;
use crate::import::book::{Book, Reading};
use crate::import::row::Content;

fn imported(text: &str, extension: &str) -> Vec<Person> {
    let reading = Reading { extension: Some(extension.to_owned()), ..Reading::default() };
    let mut book = Book::open(text.as_bytes(), &reading).expect("a book");
    let mut people = Vec::new();
    while let Some(row) = book.read_row().expect("it reads") {
        match row.content {
            Content::Person(save) => people.push(person(*save)),
            other => panic!("{other:?} in {text}"),
        }
    }
    people
}

fn person(save: Save) -> Person {
    let properties = save.properties.unwrap_or_default();
    Person {
        id: save.contact_id.expect("an id"),
        card: Card {
            name: save.name.unwrap_or_default(),
            tags: save.add_tags.unwrap_or_default().into_iter().collect(),
            properties: properties.into_iter().filter_map(|(key, value)| Some((key, value?))).collect(),
            addresses: save.add_addresses.unwrap_or_default().into_iter().collect(),
        },
    }
}

fn sheet(people: &[Person], columns: &Columns, delimiter: char) -> String {
    let mut text = String::new();
    columns.write_header(delimiter, &mut text);
    people.iter().for_each(|person| columns.write_row(person, delimiter, &mut text));
    text
}

fn all_columns(people: &[Person]) -> Columns {
    let mut columns = Columns::default();
    people.iter().for_each(|person| columns.add(person.card.properties.keys().map(String::as_str)));
    columns
}

fn one(name: &str, numbers: &[&str], tags: &[&str], properties: &[(&str, &str)]) -> Person {
    let owned = |text: &&str| (*text).to_owned();
    let address = |value: &&str| Address { kind: AddressKind::E164, value: (*value).to_owned() };
    Person {
        id: ContactId::from_bytes([7; 16]),
        card: Card {
            name: name.to_owned(),
            tags: tags.iter().map(owned).collect(),
            properties: properties.iter().map(|(key, value)| (owned(key), owned(value))).collect(),
            addresses: numbers.iter().map(address).collect(),
        },
    }
}

#[test]
fn a_sheet_has_a_column_for_each_property_and_runs_nothing() {
    let people = [
        one("=cmd", &["+33611111111", "+33622222222"], &["vip"], &[("Ville", "Lyon; 3e")]),
        one("Ana \"Zoë\"", &[], &[], &[("note", "a\nb")]),
    ];
    let id = people[0].id;
    let expected = format!(
        "\u{feff}name;phone;tags;prop:Ville;prop:note;parloir_properties;parloir_addresses;parloir_contact\r\n\
         '=cmd;'+33611111111 | +33622222222;vip;\"Lyon; 3e\";;;;{id}\r\n\
         \"Ana \"\"Zoë\"\"\";;;;\"a\nb\";;;{id}\r\n"
    );
    assert_eq!(sheet(&people, &all_columns(&people), ';'), expected);
}

#[test]
fn a_card_is_one_that_other_programs_read() {
    let long = "x".repeat(80);
    let person =
        one("Ana, Zoë", &["+33611111111"], &["a,b", "vip"], &[("email", "a@b.fr"), ("Ville", &long)]);
    let mut text = String::new();
    write_card(&person, &mut text);
    let id = person.id;
    let expected = format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{id}\r\nFN:Ana\\, Zoë\r\nN:;Ana\\, Zoë;;;\r\nTEL;TYPE=CELL:+33611111111\r\n\
         CATEGORIES:a\\,b,vip\r\nX-PARLOIR-PROPERTY:Ville;{}\r\n {}\r\nEMAIL:a@b.fr\r\nEND:VCARD\r\n",
        "x".repeat(50),
        "x".repeat(30)
    );
    assert_eq!(text, expected);
}

#[test]
fn a_property_without_a_column_is_in_its_row() {
    let before = one("Ana", &[], &[], &[("a", "1")]);
    let after = one("Ana", &[], &[], &[("a", "1"), ("b=|", "2\n3")]);
    let columns = all_columns(std::slice::from_ref(&before));
    let text = sheet(std::slice::from_ref(&after), &columns, ',');
    assert_eq!(imported(&text, "csv"), [after]);
    let mut many = Columns::default();
    let keys: Vec<String> = (0..1_100).map(|n| format!("key {n:04}")).collect();
    many.add(keys.iter().map(String::as_str));
    let last = one("Bo", &[], &[], &[("key 1099", "x")]);
    assert_eq!(imported(&sheet(std::slice::from_ref(&last), &many, '\t'), "csv"), [last]);
}

/// Text of one line as the rules let it through, with what is hard about files.
fn line() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[=+\\-@＝＋－＠']{1,2}",
        "[\"',;|:\\\\* ]{1,3}",
        "[a-zé\u{a0}\u{2028}\u{200f}\u{202e}😀日م\u{feff}]{1,4}",
        Just("prop:".to_owned()),
        Just("END:VCARD".to_owned()),
        Just("tel:".to_owned()),
        "\\PC{1,6}",
    ];
    let line = prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat().trim().to_owned());
    line.prop_filter("a name is one line of something", |text| {
        !text.is_empty() && !text.contains(char::is_control)
    })
}

/// Text of several lines, short or long.
fn text() -> impl Strategy<Value = String> {
    let lines = (prop::collection::vec(line(), 1..4), "[\n\t ]{1,2}").prop_map(|(all, end)| all.join(&end));
    prop_oneof![4 => lines, 1 => line().prop_map(|line| line.repeat(40))]
}

fn card() -> impl Strategy<Value = Card> {
    let number = "\\+[1-9][0-9]{6,14}".prop_map(|value| Address { kind: AddressKind::E164, value });
    let id = (prop_oneof![Just(AddressKind::Bsuid), Just(AddressKind::Rcs)], "[!-~é]{1,20}")
        .prop_map(|(kind, value)| Address { kind, value });
    let key = prop_oneof![
        line(),
        prop::sample::select(vec![
            "email", "company", "title", "note", "fax", "address", "birthday", "name", "phone"
        ])
        .prop_map(str::to_owned),
    ];
    (
        prop_oneof![4 => line(), 1 => Just(String::new())],
        prop::collection::btree_set(line(), 0..4),
        prop::collection::btree_map(key, text(), 0..5),
        prop::collection::btree_set(prop_oneof![3 => number, 1 => id], 0..4),
    )
        .prop_map(|(name, tags, properties, addresses): (_, BTreeSet<_>, BTreeMap<_, _>, _)| Card {
            name,
            tags,
            properties,
            addresses,
        })
        .prop_filter("somebody is named or reached", |card| {
            !card.name.is_empty() || !card.addresses.is_empty()
        })
}

fn people() -> impl Strategy<Value = Vec<Person>> {
    let id = any::<[u8; 16]>().prop_map(ContactId::from_bytes);
    prop::collection::vec((id, card()).prop_map(|(id, card)| Person { id, card }), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_sheet_gives_everybody_back(people in people(), delimiter in prop::sample::select(vec![',', ';', '\t'])) {
        let all = all_columns(&people);
        prop_assert_eq!(&imported(&sheet(&people, &all, delimiter), "csv"), &people);
        let some = all_columns(&people[..people.len() / 2]);
        prop_assert_eq!(&imported(&sheet(&people, &some, delimiter), "csv"), &people);
    }

    #[test]
    fn a_file_of_cards_gives_everybody_back(people in people()) {
        let mut text = String::new();
        people.iter().for_each(|person| write_card(person, &mut text));
        prop_assert_eq!(imported(&text, "vcf"), people);
    }
}
