//! The benchmark's own copy of what the server holds, folded: what the oracle and the peers search. It comes
//! from the seed and from what the server's log says of ids and order, and from nothing that the search told.

use std::collections::HashMap;

use parloir_client::protocol::entity::HitId;
use parloir_client::protocol::ids::{ContactId, ConversationId, MessageId};
use parloir_client::protocol::text::fold;

/// Words with one space before, between and behind them, so that ` word ` is a whole one and ` wo` a start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Words(pub(crate) String);

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        let folded = fold(text);
        let mut words = String::with_capacity(folded.len() + 2);
        words.push(' ');
        for word in folded.split(|character: char| !character.is_alphanumeric()) {
            if !word.is_empty() {
                words.push_str(word);
                words.push(' ');
            }
        }
        Self(words)
    }

    pub(crate) fn each(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|word| !word.is_empty())
    }
}

/// A number in the two forms in which fragments are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    /// The digits from the country on.
    pub(crate) international: String,
    /// As it is dialled at home; where nobody dials a nought, people write one all the same.
    pub(crate) national: String,
}

/// What is saved about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Card {
    /// Whose it is; nobody's when they were never saved.
    pub(crate) contact: Option<ContactId>,
    pub(crate) name: Words,
    pub(crate) numbers: Vec<Number>,
    /// Places in [`World::tags`].
    pub(crate) tags: Vec<usize>,
    /// Of all properties.
    pub(crate) values: Words,
}

/// What can be found: a conversation, or a contact that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) id: HitId,
    /// A place in [`World::cards`].
    pub(crate) card: usize,
    /// A place in [`World::groups`]; nothing of a contact.
    pub(crate) group: Option<usize>,
    pub(crate) is_open: bool,
    /// The newest activity is the highest.
    pub(crate) activity: u64,
}

/// A message, whose text can be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) id: MessageId,
    pub(crate) seq: u64,
    pub(crate) conversation: ConversationId,
    /// A place in [`World::documents`], once everything is sorted; nothing where its conversation cannot be found.
    pub(crate) document: Option<usize>,
    pub(crate) text: Words,
}

/// Everything.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    pub(crate) cards: Vec<Card>,
    /// As they are shown.
    pub(crate) group_names: Vec<String>,
    pub(crate) tag_names: Vec<String>,
    pub(crate) groups: Vec<Words>,
    pub(crate) tags: Vec<Words>,
    /// The newest activity first.
    pub(crate) documents: Vec<Document>,
    /// The newest first.
    pub(crate) messages: Vec<Said>,
}

impl World {
    /// Nobody, in these groups and with these tags.
    pub(crate) fn new(group_names: Vec<String>, tag_names: Vec<String>) -> Self {
        let words = |names: &[String]| names.iter().map(|name| Words::of(name)).collect();
        let (groups, tags) = (words(&group_names), words(&tag_names));
        Self { group_names, tag_names, groups, tags, ..Self::default() }
    }

    /// A new card of somebody whom nobody saved.
    pub(crate) fn stranger(&mut self, number: &str) -> usize {
        let name = Words::of("");
        self.cards.push(Card {
            contact: None,
            numbers: vec![Number::of(number)],
            tags: Vec::new(),
            values: name.clone(),
            name,
        });
        self.cards.len() - 1
    }

    /// Brings everything into the order of its activity.
    pub(crate) fn sort(&mut self) {
        self.documents.sort_by_key(|document| (std::cmp::Reverse(document.activity), document.id));
        self.messages.sort_by_key(|said| std::cmp::Reverse(said.seq));
        let places: HashMap<HitId, usize> =
            self.documents.iter().enumerate().map(|(place, document)| (document.id, place)).collect();
        for said in &mut self.messages {
            said.document = places.get(&HitId::Conversation(said.conversation)).copied();
        }
    }

    pub(crate) fn conversations(&self) -> usize {
        self.documents.iter().filter(|document| document.group.is_some()).count()
    }
}

/// Digits of a country, in all countries of the benchmark.
const COUNTRY_DIGITS: usize = 2;

impl Number {
    pub(crate) fn of(number: &str) -> Self {
        let international = number.trim_start_matches('+').to_owned();
        let rest = international.get(COUNTRY_DIGITS..).unwrap_or_default();
        let national = format!("0{rest}");
        Self { international, national }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_stands_between_breaks() {
        assert_eq!(Words::of("  Jean-Pierre D'Œuvre (2) ").0, " jean pierre d oeuvre 2 ");
        assert_eq!(Words::of("…").each().count(), 0);
    }

    #[test]
    fn a_number_is_dialled_at_home_with_a_nought() {
        assert_eq!(Number::of("+33612345678").national, "0612345678");
        assert_eq!(Number::of("+34612345678").international, "34612345678");
    }
}
