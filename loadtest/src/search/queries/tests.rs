//! Searches that are drawn: the same for a seed, all kinds there, and found where they come from.

use parloir_client::protocol::entity::HitId;
use parloir_client::protocol::ids::ConversationId;
use uuid::Uuid;

use super::super::people::People;
use super::super::reference::{Scope, documents};
use super::super::world::{Document, Number};
use super::*;

pub(in crate::search) fn world(people: &People) -> World {
    let mut world = World::new(people.groups.clone(), people.tags.clone());
    for person in people.all() {
        let values: String = person.properties.iter().map(|(_, value)| format!("{value} ")).collect();
        world.cards.push(Card {
            contact: None,
            name: Words::of(&person.name),
            numbers: person.numbers.iter().map(|number| Number::of(number)).collect(),
            tags: person.tags.clone(),
            values: Words::of(&values),
        });
        for thread in person.threads {
            let activity = world.documents.len() as u64;
            let id = HitId::Conversation(ConversationId(Uuid::from_u128(u128::from(activity))));
            let (group, is_open) = (Some(thread.group), !thread.is_closed);
            world.documents.push(Document { id, card: world.cards.len() - 1, group, is_open, activity });
        }
    }
    world.sort();
    world
}

#[test]
fn a_seed_asks_the_same_for_ever() {
    let people = People::new(8, 300);
    let world = world(&people);
    let drawn = Drawer::new(&world, 8, 1).draw(200);
    assert_eq!(drawn, Drawer::new(&world, 8, 1).draw(200));
    assert_ne!(drawn, Drawer::new(&world, 8, 2).draw(200));
}

#[test]
fn what_was_taken_from_somebody_is_found() {
    let people = People::new(9, 400);
    let world = world(&people);
    let drawn = Drawer::new(&world, 8, 1).draw(900);
    for class in Class::ALL {
        let found = drawn
            .iter()
            .filter(|question| question.class == class)
            .map(|question| u64::from(documents(&world, question, &Scope::All).count > 0));
        let (found, wanted) = (found.sum::<u64>(), if class == Class::Nothing { 0..5 } else { 50..101 });
        assert!(wanted.contains(&found), "{}: {found}", class.name());
    }
}

#[test]
fn a_class_is_as_long_as_its_name_says() {
    let people = People::new(9, 400);
    let world = world(&people);
    for question in Drawer::new(&world, 8, 3).draw(900) {
        let letters = match question.terms.first() {
            Some(Term::Word(word)) => word.chars().count(),
            Some(Term::Number(fragment)) => fragment.digits.len(),
            Some(Term::Phrase(words)) => words.len(),
            None => 0,
        };
        let wanted = match question.class {
            Class::One => 1..2,
            Class::Two => 2..3,
            Class::More | Class::Prefix => 3..100,
            Class::Inside => 4..8,
            Class::Digits => 3..12,
            Class::Words | Class::Qualifier | Class::Nothing => 1..100,
        };
        assert!(wanted.contains(&letters), "{question:?}");
    }
}
