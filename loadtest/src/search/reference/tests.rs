//! Cases written by hand: what the rules of matching and order say, one sentence each.

use parloir_client::protocol::ids::{ContactId, ConversationId};
use uuid::Uuid;

use super::super::question::Class;
use super::super::world::{Number, Said};
use super::*;

/// One person: name, number, tags, a property's value, the group of their conversation.
type Row<'a> = (&'a str, &'a str, &'a [usize], &'a str, Option<usize>);

/// The first row has the newest activity; a row without a group is a contact without a conversation.
fn world(rows: &[Row<'_>]) -> World {
    let mut world = World {
        groups: ["Ventes Lyon", "Support"].map(Words::of).to_vec(),
        tags: ["VIP", "client fidèle"].map(Words::of).to_vec(),
        ..World::default()
    };
    for (n, (name, number, tags, value, group)) in rows.iter().enumerate() {
        world.cards.push(Card {
            contact: None,
            name: Words::of(name),
            numbers: vec![Number::of(number)],
            tags: tags.to_vec(),
            values: Words::of(value),
        });
        let document = Document {
            id: id(n, *group),
            card: n,
            group: *group,
            is_open: n % 2 == 0,
            activity: 1_000 - n as u64,
        };
        world.documents.push(document);
    }
    world.sort();
    world
}

fn id(n: usize, group: Option<usize>) -> HitId {
    let uuid = Uuid::from_u128(n as u128);
    group.map_or(HitId::Contact(ContactId(uuid)), |_| HitId::Conversation(ConversationId(uuid)))
}

fn place(id: HitId) -> usize {
    match id {
        HitId::Conversation(ConversationId(uuid)) | HitId::Contact(ContactId(uuid)) => {
            uuid.as_u128() as usize
        }
    }
}

fn word(word: &str) -> Term {
    Term::Word(word.to_owned())
}

fn number(digits: &str, has_plus: bool, groups: &[&str]) -> Term {
    let groups = groups.iter().map(|group| (*group).to_owned()).collect();
    Term::Number(Fragment { digits: digits.to_owned(), has_plus, groups })
}

fn question(terms: &[Term], qualifiers: &[Qualifier]) -> Question {
    let (terms, qualifiers) = (terms.to_vec(), qualifiers.to_vec());
    Question { class: Class::Words, text: String::new(), terms, qualifiers }
}

fn found(world: &World, terms: &[Term]) -> Vec<(Rank, usize)> {
    let found = documents(world, &question(terms, &[]), &Scope::All);
    assert_eq!(found.count as usize, found.top.len());
    found.top.into_iter().map(|(rank, id)| (rank, place(id))).collect()
}

#[test]
fn the_better_match_comes_first_and_then_the_newer() {
    let world = world(&[
        ("Support Adam", "+33611111111", &[], "", Some(1)),
        ("Amadou", "+33611111112", &[], "", Some(0)),
        ("Adamo Rossi", "+33611111113", &[], "", Some(0)),
        ("Adam Petit", "+33611111114", &[], "", Some(0)),
        ("ÀDAM", "+33611111115", &[], "", Some(0)),
        ("Madame Rey", "+33611111116", &[], "", Some(0)),
        ("Rey", "+33611111117", &[], "adam", Some(0)),
        ("Adam Adam", "+33611111118", &[], "", None),
    ]);
    let wanted = [
        (Rank::Whole, 4),
        (Rank::Whole, 7),
        (Rank::Word, 0),
        (Rank::Word, 3),
        (Rank::Start, 2),
        (Rank::Inside, 5),
        (Rank::Elsewhere, 6),
    ];
    assert_eq!(found(&world, &[word("adam")]), wanted);
}

#[test]
fn every_word_must_be_somewhere_and_the_worst_counts() {
    let world = world(&[
        ("Hélène Cœur", "+33611111111", &[1], "Saint-Étienne", Some(0)),
        ("Hélène Noir", "+33611111112", &[], "", Some(1)),
    ]);
    assert_eq!(found(&world, &[word("coeur"), word("helene")]), [(Rank::Whole, 0)]);
    assert_eq!(found(&world, &[word("coe"), word("helene")]), [(Rank::Start, 0)]);
    assert_eq!(found(&world, &[word("oeu"), word("helene")]), [(Rank::Inside, 0)]);
    assert_eq!(found(&world, &[word("helene"), word("fidele")]), [(Rank::Elsewhere, 0)]);
    assert_eq!(found(&world, &[word("etienne"), word("lyon"), word("611111")]), []);
    assert_eq!(found(&world, &[word("hel"), word("upp")]), [(Rank::Elsewhere, 1)]);
    assert_eq!(found(&world, &[word("helene"), word("helene")]), [(Rank::Word, 0), (Rank::Word, 1)]);
}

#[test]
fn a_number_is_found_by_any_part_of_it() {
    let world = world(&[
        ("A", "+33612345678", &[], "", Some(0)),
        ("B x0612", "+34612000000", &[], "", Some(0)),
        ("C", "+33700000061", &[], "C0612-345", Some(0)),
    ]);
    let together = |digits: &str, has_plus: bool| found(&world, &[number(digits, has_plus, &[digits])]);
    assert_eq!(together("0612345678", false), [(Rank::Whole, 0)]);
    assert_eq!(together("33612345678", true), [(Rank::Whole, 0)]);
    assert_eq!(together("0033612345678", false), [(Rank::Whole, 0)]);
    assert_eq!(together("00336", false), [(Rank::Start, 0)]);
    assert_eq!(together("5678", false), [(Rank::Inside, 0)]);
    assert_eq!(together("678", true), []);
    assert_eq!(together("33", false), [(Rank::Start, 0), (Rank::Start, 2)]);
    assert_eq!(together("61", false), [(Rank::Inside, 1), (Rank::Elsewhere, 2)]);
    let begun = [(Rank::Start, 0), (Rank::Start, 1), (Rank::Elsewhere, 2)];
    assert_eq!(found(&world, &[number("0612", false, &["06", "12"])]), begun);
    let inside = [(Rank::Inside, 0), (Rank::Elsewhere, 2)];
    assert_eq!(found(&world, &[number("612345", false, &["612", "345"])]), inside);
}

#[test]
fn digits_are_words_as_well() {
    let world = world(&[
        ("Garage 24", "+33724345678", &[], "", Some(0)),
        ("24", "+33612345679", &[], "", Some(0)),
        ("Rey", "+24412345679", &[], "", Some(0)),
        ("Rey 2024", "+33612345679", &[], "", Some(0)),
        ("Rey", "+33612345679", &[], "club 24", Some(0)),
    ]);
    let found = |terms: &[Term]| found(&world, terms);
    let ranked =
        [(Rank::Whole, 1), (Rank::Word, 0), (Rank::Start, 2), (Rank::Inside, 3), (Rank::Elsewhere, 4)];
    assert_eq!(found(&[number("24", false, &["24"])]), ranked);
    assert_eq!(found(&[word("garage"), number("24", false, &["24"])]), [(Rank::Whole, 0)]);
    assert_eq!(found(&[number("0224", false, &["02", "24"])]), [(Rank::Inside, 3)]);
}

#[test]
fn words_of_a_phrase_stand_side_by_side() {
    let world = world(&[
        ("Jean Pierre Martin", "+33612345678", &[], "", Some(0)),
        ("Jean-Pierre", "+33612345679", &[], "", Some(0)),
        ("Pierre Jean", "+33612345680", &[], "", Some(0)),
        ("Jean", "+33612345681", &[], "Jean Pierre", Some(0)),
    ]);
    let phrase = Term::Phrase(["jean", "pierre"].map(str::to_owned).to_vec());
    assert_eq!(found(&world, &[phrase]), [(Rank::Whole, 1), (Rank::Word, 0), (Rank::Elsewhere, 3)]);
}

#[test]
fn who_sees_some_groups_finds_conversations_in_them_only() {
    let world = world(&[
        ("Adam", "+33611111111", &[], "", Some(0)),
        ("Adam", "+33611111112", &[], "", None),
        ("Adam", "+33611111113", &[], "", Some(1)),
    ]);
    let scope = Scope::Groups(BTreeSet::from([1]));
    let found = documents(&world, &question(&[word("adam")], &[]), &scope);
    assert_eq!(found, Found { top: vec![(Rank::Whole, id(2, Some(1)))], count: 1, capped: false });
}

#[test]
fn qualifiers_must_hold_as_well() {
    let world = world(&[
        ("Adam", "+33611111111", &[0], "", Some(0)),
        ("Adam", "+33611111112", &[1], "", Some(1)),
        ("Adam", "+33611111113", &[0, 1], "", None),
    ]);
    let places = |qualifier: Qualifier| {
        let found = documents(&world, &question(&[word("ad")], &[qualifier]), &Scope::All);
        found.top.into_iter().map(|(_, id)| place(id)).collect::<Vec<_>>()
    };
    assert_eq!(places(Qualifier::Tag(0)), [0, 2]);
    assert_eq!(places(Qualifier::Group(1)), [1]);
    assert_eq!(places(Qualifier::Status(Status::Open)), [0]);
    assert_eq!(places(Qualifier::Status(Status::Closed)), [1]);
}

#[test]
fn hits_are_counted_so_far_and_no_further() {
    let rows: Vec<Row<'_>> = vec![("Adam", "+33611111111", &[], "", Some(0)); COUNT_MAX as usize + 1];
    let some = documents(&world(&rows[1..]), &question(&[word("a")], &[]), &Scope::All);
    assert_eq!((some.top.len(), some.count, some.capped), (TOP, COUNT_MAX, false));
    let more = documents(&world(&rows), &question(&[word("a")], &[]), &Scope::All);
    assert_eq!((more.top.len(), more.count, more.capped), (TOP, COUNT_MAX, true));
}

#[test]
fn a_message_is_found_by_its_words() {
    let said = |n: u64, text: &str| Said {
        id: MessageId(Uuid::from_u128(u128::from(n))),
        seq: n,
        conversation: ConversationId::from_bytes([0; 16]),
        document: None,
        text: Words::of(text),
    };
    let mut world = World {
        messages: vec![
            said(1, "le colis"),
            said(2, "Le COLISÉE est là"),
            said(3, "un récolis le"),
            said(4, "le"),
        ],
        ..World::default()
    };
    world.sort();
    let found = messages(&world, &question(&[word("colis"), word("le")], &[]));
    let found: Vec<(Rank, u64)> = found.top.iter().map(|(rank, id)| (*rank, id.0.as_u128() as u64)).collect();
    assert_eq!(found, [(Rank::Word, 1), (Rank::Start, 2), (Rank::Inside, 3)]);
}

#[test]
fn a_message_is_found_by_what_its_conversation_is() {
    let mut world =
        world(&[("Adam", "+33611111111", &[], "", Some(0)), ("Eve", "+33622222222", &[], "", Some(1))]);
    let ids: Vec<HitId> = world.documents.iter().map(|document| document.id).collect();
    for (n, id) in ids.iter().enumerate() {
        let HitId::Conversation(conversation) = *id else { panic!("a conversation") };
        let id = MessageId(Uuid::from_u128(n as u128));
        world.messages.push(Said {
            id,
            seq: n as u64,
            conversation,
            document: None,
            text: Words::of("colis"),
        });
    }
    world.sort();
    let group = |place: usize| {
        let document = world.documents.iter().find(|document| document.id == ids[place]);
        document.and_then(|document| document.group).expect("a group")
    };
    for place in [0, 1] {
        let found = messages(&world, &question(&[word("colis")], &[Qualifier::Group(group(place))]));
        assert_eq!(found.top.iter().map(|(_, id)| id.0.as_u128()).collect::<Vec<_>>(), [place as u128]);
    }
}
