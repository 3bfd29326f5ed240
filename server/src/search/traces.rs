//! Which characters a text has, and which two side by side, as bits: a search passes over most documents in memory that
//! cannot match without looking at them. It may take one for what matches, and never the other way round; `matching` says
//! what is so.

use parloir_protocol::search::Term;
use parloir_protocol::text::Form;

use super::ask::{Ask, Sought, words_of};

/// Words of bits. A document has some eighty characters and pairs, so that a third of the bits are set.
const WORDS: usize = 4;

/// The characters and pairs of a document, or those that a search asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traces([u64; WORDS]);

impl Traces {
    pub(super) fn none() -> Self {
        Self([0; WORDS])
    }

    /// Those of several words or numbers.
    pub(super) fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut traces = Self::none();
        words.into_iter().for_each(|word| traces.add(word));
        traces
    }

    /// Adds those of one folded word, or of the digits of a number.
    pub(super) fn add(&mut self, word: &str) {
        let mut before = None;
        for c in word.chars().map(u32::from) {
            self.set(c);
            before.iter().for_each(|before| self.set(pair(*before, c)));
            before = Some(c);
        }
    }

    fn set(&mut self, seed: u32) {
        // The upper bits of a product depend on all bits of its factors.
        let bit = (seed.wrapping_mul(0x9e37_79b1) >> 24) as usize;
        self.0[bit / 64] |= 1 << (bit % 64);
    }

    /// Whether all of these are there.
    pub(super) fn has(&self, wanted: &Self) -> bool {
        self.0.iter().zip(wanted.0).all(|(has, wanted)| has & wanted == wanted)
    }

    fn and(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(word, others)| *word |= others);
        self
    }

    fn common(mut self, other: Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(word, others)| *word &= others);
        self
    }
}

/// Two characters in their order, told from every one and, nearly always, from two others.
fn pair(first: u32, second: u32) -> u32 {
    (first << 16).wrapping_add(second).wrapping_add(0x5bd1_e995)
}

/// What a search asks of every document: of each term at least one of several ways in which it may match.
pub(super) struct Needed(Vec<Vec<Traces>>);

impl Needed {
    pub(super) fn by(ask: &Ask) -> Self {
        Self(ask.terms.iter().filter_map(ways).collect())
    }

    /// Whether a document with these may match.
    pub(super) fn may_be_in(&self, traces: &Traces) -> bool {
        self.0.iter().all(|ways| ways.iter().any(|way| traces.has(way)))
    }
}

/// In how many ways a term may be found in the texts and numbers of a document; nothing where the name of its group
/// is enough.
fn ways(sought: &Sought) -> Option<Vec<Traces>> {
    if !sought.groups.is_empty() {
        return None;
    }
    let mut ways = vec![Traces::of(words_of(&sought.term))];
    if let Term::Number { fragment, .. } = &sought.term {
        ways.extend(fragment.forms().iter().map(|form| match form {
            Form::Inside(digits) | Form::Start(digits) | Form::NationalStart(digits) => {
                Traces::of([digits.as_str()])
            }
        }));
    }
    if !sought.apart.is_empty() {
        // Each by itself, in whatever way.
        let alone = |alone: &Sought| ways_in_common(alone);
        ways.push(sought.apart.iter().map(alone).fold(Traces::none(), Traces::and));
    }
    Some(ways)
}

fn ways_in_common(sought: &Sought) -> Traces {
    let ways = ways(sought).unwrap_or_default();
    ways.into_iter().reduce(Traces::common).unwrap_or(Traces::none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_the_traces_of_each_of_its_parts() {
        let word = Traces::of(["coeurélan🚕"]);
        for part in ["c", "co", "oeur", "rél", "n🚕", "🚕"] {
            assert!(word.has(&Traces::of([part])), "{part}");
        }
        assert!(!word.has(&Traces::of(["oc"])), "in their order");
        assert!(!Traces::of(["co", "eur"]).has(&word));
    }

    #[test]
    fn few_documents_are_taken_for_another() {
        let names = ["marie durand", "jean petit", "zoe lefevre", "ana garcia", "paul moreau", "luc simon"];
        let met = |wanted: &str| {
            let traces = |name: &&&str| Traces::of(name.split(' ')).has(&Traces::of([wanted]));
            names.iter().filter(traces).count()
        };
        assert_eq!(["durand", "petit", "lefevr", "arci", "moreau", "simo"].map(met), [1; 6]);
    }
}
