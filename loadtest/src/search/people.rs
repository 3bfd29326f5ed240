//! The people of the benchmark, each a function of seed and number: who they are and which conversations they
//! have. It knows no server and no query.

use crate::plan::Dice;

mod labels;
mod names;
mod numbers;

/// Channels over which conversations run.
pub(crate) const CHANNELS: usize = 3;

/// People of one seed, so that no two have a number in common.
pub(crate) const PEOPLE_MAX: u64 = numbers::NUMBERS_MAX / NUMBERS_EACH - SPARE / NUMBERS_EACH;

/// Numbers that one person may have.
const NUMBERS_EACH: u64 = 2;
const TAGS_EACH: u64 = 3;
/// Numbers for conversations that are started while it is measured.
const SPARE: u64 = 1_000_000;

/// Of so many people in a row …
const CYCLE: u64 = 50;
/// … so many have two conversations, and the last one has none: 60 conversations for 50 contacts.
const DOUBLES: u64 = 11;

/// Conversations of so many of a hundred are closed.
const CLOSED_PERCENT: u64 = 85;

/// A contact as it is saved, and what they have to do with the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) name: String,
    /// As `+` and digits.
    pub(crate) numbers: Vec<String>,
    /// Places in [`People::tags`].
    pub(crate) tags: Vec<usize>,
    /// Key and value.
    pub(crate) properties: Vec<(&'static str, String)>,
    pub(crate) threads: Vec<Thread>,
}

/// One conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Thread {
    /// Below [`CHANNELS`].
    pub(crate) channel: usize,
    /// A place in the person's numbers.
    pub(crate) number: usize,
    /// A place in [`People::groups`].
    pub(crate) group: usize,
    pub(crate) is_closed: bool,
}

/// Everybody.
#[derive(Debug, Clone)]
pub(crate) struct People {
    pub(crate) seed: u64,
    pub(crate) count: u64,
    /// Their names are all different.
    pub(crate) groups: Vec<String>,
    pub(crate) tags: Vec<String>,
}

impl People {
    pub(crate) fn new(seed: u64, count: u64) -> Self {
        Self { seed, count: count.min(PEOPLE_MAX), groups: labels::groups(), tags: labels::tags() }
    }

    /// The same people in the first `groups` groups only.
    pub(crate) fn in_groups(mut self, groups: usize) -> Self {
        self.groups.truncate(groups.max(1));
        self
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = Person> + '_ {
        (0..self.count).map(|n| self.person(n))
    }

    /// The `n`th person, the same for every count.
    pub(crate) fn person(&self, n: u64) -> Person {
        let mut dice = Dice::new(self.seed, n.wrapping_add(1));
        let country = dice.roll(100);
        let numbers = if dice.roll(100) < 8 { NUMBERS_EACH } else { 1 };
        let numbers = (0..numbers)
            .map(|k| numbers::number(n * NUMBERS_EACH + k, self.seed, country))
            .collect::<Vec<_>>();
        let threads = self.threads(n, numbers.len(), &mut dice);
        let mut tags: Vec<usize> = (0..dice.roll(TAGS_EACH + 1)).map(|_| self.tag(&mut dice)).collect();
        tags.sort_unstable();
        tags.dedup();
        let properties = labels::properties(n, &mut dice);
        Person { name: names::name(&mut dice), numbers, tags, properties, threads }
    }

    /// A number that nobody of these people has, another one for each `n`.
    pub(crate) fn spare_number(&self, n: u64) -> String {
        numbers::number(numbers::NUMBERS_MAX - 1 - n, self.seed, 0)
    }

    /// A name for somebody who is renamed.
    pub(crate) fn other_name(dice: &mut Dice) -> String {
        names::name(dice)
    }

    fn tag(&self, dice: &mut Dice) -> usize {
        names::skewed(dice, self.tags.len() as u64) as usize
    }

    fn threads(&self, n: u64, numbers: usize, dice: &mut Dice) -> Vec<Thread> {
        let threads = match n % CYCLE {
            0..DOUBLES => 2,
            place => u64::from(place + 1 < CYCLE),
        };
        let first = dice.roll(CHANNELS as u64) as usize;
        let thread = |k: u64| Thread {
            channel: (first + k as usize) % CHANNELS,
            number: dice.roll(numbers as u64) as usize,
            group: names::skewed(dice, self.groups.len() as u64) as usize,
            is_closed: dice.roll(100) < CLOSED_PERCENT,
        };
        (0..threads).map(thread).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_seed_makes_the_same_people_for_ever() {
        let (some, more) = (People::new(5, 300), People::new(5, 900));
        assert!(some.all().eq(more.all().take(300)));
        assert!(!some.all().eq(People::new(6, 300).all()));
        // Names that change would make the kept data of a benchmark wrong in silence.
        assert_eq!(some.person(41), some.person(41));
    }

    #[test]
    fn there_are_six_conversations_for_five_people_and_some_have_none() {
        let people = People::new(1, 1_000);
        let threads: Vec<usize> = people.all().map(|person| person.threads.len()).collect();
        assert_eq!(threads.iter().sum::<usize>(), 1_200);
        assert_eq!(threads.iter().filter(|threads| **threads == 0).count(), 20);
    }

    #[test]
    fn no_channel_has_a_number_twice() {
        let people = People::new(2, 2_000);
        let mut seen = BTreeSet::new();
        for person in people.all() {
            for thread in &person.threads {
                assert!(seen.insert((thread.channel, person.numbers[thread.number].clone())));
            }
        }
    }

    #[test]
    fn every_share_is_there() {
        let people: Vec<Person> = People::new(3, 4_000).all().collect();
        let share = |of: &dyn Fn(&Person) -> bool| people.iter().filter(|person| of(person)).count() / 40;
        assert_eq!(share(&|person| person.numbers.len() == 2), 8);
        assert!((70..80).contains(&share(&|person| !person.tags.is_empty())));
        assert!((55..70).contains(&share(&|person| !person.properties.is_empty())));
        let closed =
            people.iter().flat_map(|person| &person.threads).filter(|thread| thread.is_closed).count();
        assert!((3_900..4_300).contains(&closed), "{closed}");
    }
}
