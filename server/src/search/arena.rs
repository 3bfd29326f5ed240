//! The words of one field of a segment, packed in memory in their order: every word with a given part is found in one
//! pass, which leaves out stretches that cannot have it, every word with a given start by halving. tantivy's own
//! dictionary would be walked word by word.

use std::collections::HashMap;
use std::ops::Range;

use memchr::memmem;
use tantivy::postings::TermInfo;
use tantivy::termdict::TermDictionary;

use super::tokens::Prefix;
use super::triples::Triples;

/// What lies between two words; no word has it.
const BETWEEN: u8 = b'\n';

/// Words of a stretch: some hundred bytes.
const STRETCH: usize = 16;

/// The packed words of all workspaces.
#[derive(Default)]
pub(super) struct Arena {
    bytes: Vec<u8>,
    /// Where each word begins, and once more where the last one ends.
    starts: Vec<u32>,
    infos: Vec<Info>,
    /// Of each stretch of words, whichever workspace they are of.
    triples: Triples,
    /// The words of each workspace, which stand together.
    workspaces: HashMap<u32, Range<usize>>,
}

/// Where a word's list stands. Lists follow one another, so each ends where the next begins.
#[derive(Clone, Copy)]
struct Info {
    documents: u32,
    length: u32,
    start: u64,
}

impl Arena {
    /// Reads a whole dictionary.
    ///
    /// # Errors
    /// What reading it says.
    pub(super) fn read(terms: &TermDictionary) -> std::io::Result<Self> {
        let mut arena = Self { starts: vec![0], ..Self::default() };
        arena.infos.reserve_exact(terms.num_terms());
        arena.starts.reserve_exact(terms.num_terms());
        let mut stream = terms.stream()?;
        while let Some((key, info)) = stream.next() {
            let Some((workspace, word)) = Prefix::split(key) else { continue };
            arena.push(workspace, word, info);
        }
        arena.bytes.shrink_to_fit();
        Ok(arena.indexed())
    }

    fn indexed(self) -> Self {
        let stretched = (0..self.infos.len()).map(|nth| (nth / STRETCH, self.word(nth)));
        Self { triples: Triples::of(self.infos.len().div_ceil(STRETCH), stretched), ..self }
    }

    fn push(&mut self, workspace: u32, word: &[u8], info: &TermInfo) {
        let nth = self.infos.len();
        self.workspaces.entry(workspace).or_insert(nth..nth).end = nth + 1;
        self.bytes.extend_from_slice(word);
        self.bytes.push(BETWEEN);
        self.starts.push(u32::try_from(self.bytes.len()).expect("the words of a segment are under 4 GiB"));
        let range = &info.postings_range;
        self.infos.push(Info {
            documents: info.doc_freq,
            length: u32::try_from(range.len()).expect("a list is under 4 GiB"),
            start: range.start as u64,
        });
    }

    /// The lists of a workspace's words that begin with `start`.
    pub(super) fn starting(&self, workspace: u32, start: &str) -> Vec<TermInfo> {
        let words = self.words(workspace);
        let start = start.as_bytes();
        let from = words.start + partition(words.clone(), |nth| self.word(nth) < start);
        let to = from + partition(from..words.end, |nth| self.word(nth).starts_with(start));
        (from..to).map(|nth| self.info(nth)).collect()
    }

    /// The lists of a workspace's words that have `part` anywhere and are as `wanted`.
    pub(super) fn holding(
        &self,
        workspace: u32,
        part: &str,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> Vec<TermInfo> {
        let mut infos = Vec::new();
        if part.is_empty() {
            return infos;
        }
        let (finder, words) = (memmem::Finder::new(part), self.words(workspace));
        let stretches = words.start / STRETCH..words.end.div_ceil(STRETCH);
        for stretch in self.triples.may_have(part, stretches) {
            let within = stretch * STRETCH..(stretch + 1) * STRETCH;
            let within = within.start.max(words.start)..within.end.min(words.end);
            self.find(&finder, within, &wanted, &mut infos);
        }
        infos
    }

    /// Adds the lists of those words that have what is looked for and are as `wanted`.
    fn find(
        &self,
        finder: &memmem::Finder<'_>,
        words: Range<usize>,
        wanted: impl Fn(&[u8]) -> bool,
        infos: &mut Vec<TermInfo>,
    ) {
        let (mut at, end) = (self.starts[words.start] as usize, self.starts[words.end] as usize);
        let mut nth = words.start;
        while let Some(found) = finder.find(&self.bytes[at..end]) {
            let found = at + found;
            nth += partition(nth..words.end, |nth| self.starts[nth + 1] as usize <= found);
            if wanted(self.word(nth)) {
                infos.push(self.info(nth));
            }
            nth += 1;
            at = self.starts[nth] as usize;
        }
    }

    /// How much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let words = self.bytes.len() + size_of_val(&*self.starts) + size_of_val(&*self.infos);
        words + self.triples.bytes()
    }

    fn words(&self, workspace: u32) -> Range<usize> {
        self.workspaces.get(&workspace).cloned().unwrap_or(0..0)
    }

    fn word(&self, nth: usize) -> &[u8] {
        &self.bytes[self.starts[nth] as usize..self.starts[nth + 1] as usize - 1]
    }

    fn info(&self, nth: usize) -> TermInfo {
        let info = self.infos[nth];
        let start = usize::try_from(info.start).expect("a file's place fits");
        TermInfo {
            doc_freq: info.documents,
            postings_range: start..start + info.length as usize,
            positions_range: 0..0,
        }
    }
}

/// How many of the first numbers of `range` hold; none holds after one that does not.
fn partition(range: Range<usize>, holds: impl Fn(usize) -> bool) -> usize {
    let (mut from, mut to) = (range.start, range.end);
    while from < to {
        let middle = from + (to - from) / 2;
        if holds(middle) { from = middle + 1 } else { to = middle }
    }
    from - range.start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arena(words: &[(u32, &str)]) -> Arena {
        let mut arena = Arena { starts: vec![0], ..Arena::default() };
        for (nth, (workspace, word)) in (0_u32..).zip(words) {
            let info = TermInfo { doc_freq: nth, postings_range: 8..16, positions_range: 0..0 };
            arena.push(*workspace, word.as_bytes(), &info);
        }
        arena.indexed()
    }

    fn numbers(infos: &[TermInfo]) -> Vec<u32> {
        infos.iter().map(|info| info.doc_freq).collect()
    }

    #[test]
    fn words_are_found_by_start_and_by_part() {
        let arena = arena(&[(1, "ana"), (1, "banana"), (1, "mar"), (1, "marie"), (2, "ana"), (2, "marion")]);
        assert_eq!(numbers(&arena.starting(1, "mar")), [2, 3]);
        assert_eq!(numbers(&arena.starting(2, "mar")), [5]);
        assert_eq!(numbers(&arena.starting(1, "z")), [0; 0]);
        assert_eq!(numbers(&arena.holding(1, "an", |_| true)), [0, 1], "a word is found once");
        assert_eq!(numbers(&arena.holding(2, "ari", |_| true)), [5]);
        assert_eq!(numbers(&arena.holding(1, "anaba", |_| true)), [0; 0], "no part reaches over two words");
        assert_eq!(numbers(&arena.holding(3, "an", |_| true)), [0; 0]);
        assert!(arena.bytes() > 0);
    }

    #[test]
    fn a_part_is_found_in_every_stretch_that_has_it() {
        let words: Vec<(u32, String)> =
            (0..1_000).map(|nth| (nth / 300, format!("c{nth:04}-{}", nth % 97))).collect();
        let arena =
            arena(&words.iter().map(|(workspace, word)| (*workspace, word.as_str())).collect::<Vec<_>>());
        for part in ["c0", "12", "9-1", "c0299", "7", "-96", "zz"] {
            for workspace in 0..4 {
                let has = |(_, (of, word)): &(u32, &(u32, String))| *of == workspace && word.contains(part);
                let expected: Vec<u32> = (0..).zip(&words).filter(has).map(|(nth, _)| nth).collect();
                assert_eq!(
                    numbers(&arena.holding(workspace, part, |_| true)),
                    expected,
                    "{part} of {workspace}"
                );
            }
        }
    }
}
