//! What the time of an answer tells of people who are hidden: searches for their names, each beside one for a name that
//! nobody has, made of the same words as others have. Nobody finds anything by either. It judges no time.

use std::cmp::Ordering;
use std::time::Duration;

use parloir_client::protocol::query::search::SearchConversationsOk;

use super::asker::{Among, Asker, Count, query, read};
use super::question::{Class, Question, Term};
use super::reference::{Matcher, Scope};
use super::times::Times;
use super::world::{Card, Document, World};
use crate::plan::Dice;

/// Pairs of names, each asked so many times.
const PAIRS: usize = 50;
const TIMES: usize = 40;
/// Draws for each pair; a desk where nearly everybody is seen has fewer.
const TRIES: usize = 200;

/// A name of somebody hidden, and one of nobody.
#[derive(Debug, PartialEq, Eq)]
struct Pair {
    hidden: String,
    unknown: String,
}

/// How long both took.
#[derive(Debug, Default)]
pub(crate) struct Guessed {
    pub(crate) hidden: Times,
    pub(crate) unknown: Times,
    longer: f64,
}

impl Guessed {
    /// How often the hidden name of two neighbours took longer. Of a half nothing is learned.
    pub(crate) fn longer_share(&self) -> Option<f64> {
        let count = self.hidden.count();
        (count > 0).then(|| self.longer / count as f64)
    }

    fn note(&mut self, hidden: Duration, unknown: Duration) {
        self.longer += match hidden.cmp(&unknown) {
            Ordering::Greater => 1.0,
            Ordering::Equal => 0.5,
            Ordering::Less => 0.0,
        };
        self.hidden.record(hidden);
        self.unknown.record(unknown);
    }
}

/// Asks as somebody who may find `scope`, by his connection.
pub(crate) async fn guess(
    asker: &mut Asker,
    world: &World,
    scope: &Scope,
    dice: &mut Dice,
) -> anyhow::Result<Guessed> {
    let pairs = draw(world, scope, dice);
    let mut guessed = Guessed::default();
    for time in 0..TIMES {
        for Pair { hidden, unknown } in &pairs {
            // Neither is always the one that finds what the other has warmed.
            let [first, second] = if time % 2 == 0 { [hidden, unknown] } else { [unknown, hidden] };
            let (first, second) = (nothing(asker, first).await?, nothing(asker, second).await?);
            let (hidden, unknown) = if time % 2 == 0 { (first, second) } else { (second, first) };
            // The first of each reads what is not in memory yet.
            if time > 0 {
                guessed.note(hidden, unknown);
            }
        }
    }
    Ok(guessed)
}

/// How long it takes to be told that there is nothing.
async fn nothing(asker: &mut Asker, text: &str) -> anyhow::Result<Duration> {
    let (took, answer) = asker.ask(query(text, Among::Conversations, Count::Nothing), None).await?;
    let answer = answer.map_err(anyhow::Error::msg)?;
    let found: SearchConversationsOk = read(&answer)?;
    anyhow::ensure!(found.hits.is_empty(), "'{text}' is found by somebody who must not find it");
    Ok(took)
}

fn draw(world: &World, scope: &Scope, dice: &mut Dice) -> Vec<Pair> {
    let hidden: Vec<&Document> = world.documents.iter().filter(|document| !scope.holds(document)).collect();
    let mut pairs = Vec::new();
    for _ in 0..PAIRS * TRIES {
        if pairs.len() == PAIRS {
            break;
        }
        let mut name = || two_words(&world.cards[dice.one_of(&hidden)?.card]);
        let Some((one, other)) = name().zip(name()) else { continue };
        let pair =
            Pair { hidden: format!("{} {}", one[0], one[1]), unknown: format!("{} {}", one[0], other[1]) };
        if is_seen(world, &[one[0], one[1]], scope) || is_seen(world, &[one[0], other[1]], &Scope::All) {
            continue;
        }
        pairs.push(pair);
    }
    pairs
}

/// The first two words of a name that has them.
fn two_words(card: &Card) -> Option<[&str; 2]> {
    let mut words = card.name.each().filter(|word| word.chars().all(char::is_alphabetic));
    Some([words.next()?, words.next()?])
}

/// Whether somebody with this scope finds anything by these words.
fn is_seen(world: &World, words: &[&str], scope: &Scope) -> bool {
    let terms = words.iter().map(|word| Term::Word((*word).to_owned())).collect();
    let question = Question { class: Class::Words, text: words.join(" "), terms, qualifiers: Vec::new() };
    let matcher = Matcher::new(world, &question);
    world.documents.iter().any(|document| scope.holds(document) && matcher.rank(document).is_some())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use parloir_client::protocol::entity::HitId;
    use parloir_client::protocol::ids::ConversationId;

    use super::super::world::Words;
    use super::*;

    fn world(people: &[(&str, usize)]) -> World {
        let mut world = World::new(vec!["Sales".to_owned(), "Law".to_owned()], Vec::new());
        for (n, (name, group)) in people.iter().enumerate() {
            let card = world.stranger("+33612345678");
            world.cards[card].name = Words::of(name);
            let id = HitId::Conversation(ConversationId::from_bytes([n as u8; 16]));
            world.documents.push(Document {
                id,
                card,
                group: Some(*group),
                is_open: true,
                activity: n as u64,
            });
        }
        world
    }

    #[test]
    fn pairs_are_of_who_is_hidden_and_of_nobody() {
        let world = world(&[
            ("Anne Petit", 0),
            ("Anne Grand", 1),
            ("Luc Blanc", 1),
            ("Zoe Blanc", 0),
            ("Zoe Blanc", 1),
        ]);
        let scope = Scope::Groups(BTreeSet::from([0]));
        let pairs = draw(&world, &scope, &mut Dice::new(1, 2));
        assert_eq!(pairs.len(), PAIRS);
        for Pair { hidden, unknown } in &pairs {
            assert!(["anne grand", "luc blanc"].contains(&hidden.as_str()), "{hidden}");
            assert!(["anne blanc", "luc grand"].contains(&unknown.as_str()), "{unknown}");
        }
    }

    #[test]
    fn where_nobody_is_hidden_there_is_nothing_to_guess() {
        let world = world(&[("Anne Petit", 0)]);
        let pairs = draw(&world, &Scope::Groups(BTreeSet::from([0])), &mut Dice::new(1, 2));
        assert_eq!((pairs, Guessed::default().longer_share()), (Vec::new(), None));
    }

    #[test]
    fn of_two_that_are_alike_each_is_the_longer_one_half_of_the_time() {
        let mut guessed = Guessed::default();
        for (hidden, unknown) in [(3, 2), (2, 3), (2, 2), (4, 1)] {
            guessed.note(Duration::from_millis(hidden), Duration::from_millis(unknown));
        }
        assert_eq!(guessed.longer_share(), Some(2.5 / 4.0));
    }
}
