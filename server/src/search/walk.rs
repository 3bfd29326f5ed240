//! One search over one index: rank after rank, newest first, until there is a page. What is in memory is
//! matched beside it and hides what it replaces.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::Arc;

use parloir_protocol::entity::Rank;
use parloir_protocol::query::search::Total;
use tantivy::{DocId, TERMINATED};

use super::ask::Ask;
use super::book::{Book, Fresh, Leaf, Published, Shape, place};
use super::record::{Id, Record};
use super::sets::{Docs, Gathering, Set};
use super::traces::Needed;
use super::zone::Of;

/// A document that was found.
pub(super) struct Found<S: Shape> {
    pub(super) key: Key,
    pub(super) id: Id,
    pub(super) document: Document<S>,
}

/// Where a found document is read.
pub(super) enum Document<S: Shape> {
    Written(Arc<Leaf<S>>, DocId),
    Fresh(Arc<S::Record>),
}

/// What orders hits: how well they match, then where they stand. No two of a workspace have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) rank: Rank,
    pub(super) place: u64,
}

/// Which page is wanted.
pub(super) struct Page {
    /// The last one of the page before.
    pub(super) after: Option<Key>,
    pub(super) limit: usize,
    /// Up to how many are counted, when that is wanted.
    pub(super) count_max: Option<u64>,
}

/// A page of what was found.
pub(super) struct Walked<S: Shape> {
    pub(super) found: Vec<Found<S>>,
    /// Whether more follow.
    pub(super) more: bool,
    pub(super) total: Option<Total>,
}

/// What the better ranks of one segment have, as long as all of it was walked through and is not much: what
/// was found by one rank is then not looked for again by the next.
struct Passed(Option<Vec<DocId>>);

impl Default for Passed {
    fn default() -> Self {
        Self(Some(Vec::new()))
    }
}

impl Passed {
    fn add(&mut self, doc: DocId) {
        if let Some(docs) = &mut self.0 {
            docs.push(doc);
        }
        let is_much = self.0.as_ref().is_some_and(|docs| docs.len() > PASSED_MAX);
        self.lose_unless(!is_much);
    }

    /// From here on the better ranks have to be asked again.
    fn lose(&mut self) {
        self.0 = None;
    }

    fn lose_unless(&mut self, is_whole: bool) {
        if !is_whole {
            self.lose();
        }
    }

    fn set(&self) -> Option<Set<'static>> {
        let docs = self.0.as_ref()?;
        Some(Set::Gathered(Gathering::of_docs(&[docs])))
    }
}

impl<S: Shape> Default for Walked<S> {
    fn default() -> Self {
        Self { found: Vec::new(), more: false, total: None }
    }
}

/// What becomes of documents that match better than a rank asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Better {
    /// They are in its list.
    Listed,
    /// They may be left out: whoever asks takes them out.
    LeftOut,
}

/// An index that can be searched.
pub(super) trait Searched: Shape {
    /// The ranks that its documents can have, the best first. Whatever has one fits all that follow.
    const RANKS: &'static [Rank];

    /// The documents of a segment that match at least so.
    fn list<'a>(
        segment: &'a Self::Segment,
        of: &Of<'a>,
        ask: &'a Ask,
        rank: (Rank, Better),
    ) -> std::io::Result<Set<'a>>;

    /// How a document in memory matches, if at all.
    fn rank(ask: &Ask, record: &Self::Record) -> Option<Rank>;
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum WalkError {
    /// The time was over.
    #[error("the search took too long")]
    Spent,
    /// Whoever confirms has looked at enough.
    #[error("too many documents had to be looked at")]
    GivenUp,
    /// The index cannot be read.
    #[error("the index cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
}

/// A last look at a document that the lists cannot judge; nothing when it was looked at enough of them.
pub(super) type Confirm<'a, S> = &'a dyn Fn(Candidate<'_, S>) -> Option<bool>;

/// A document that the lists let through.
pub(super) enum Candidate<'a, S: Searched> {
    Written(&'a S::Segment, DocId),
    Fresh(&'a S::Record),
}

/// Documents of better ranks that are remembered in one segment. Tests have few people, and try both ways.
const PASSED_MAX: usize = if cfg!(test) { 3 } else { 4_096 };

/// What one search reads, taken at one moment.
struct Walk<'a, S: Searched> {
    of: &'a Of<'a>,
    ask: &'a Ask,
    confirm: Option<Confirm<'a, S>>,
    /// Whether whoever confirms looks at no more.
    given_up: Cell<bool>,
    fresh: Arc<Fresh<S::Record>>,
    published: Published<S>,
    /// What matches in memory, in order.
    in_memory: Vec<(Key, Arc<S::Record>)>,
}

/// Everything that matches in `book`, in no order; little of it once the time is over.
///
/// # Errors
/// [`WalkError::Unreadable`].
pub(super) fn every<S: Searched>(
    book: &Book<S>,
    of: &Of<'_>,
    ask: &Ask,
    mut on: impl FnMut(Id),
) -> Result<(), WalkError> {
    Walk::new(book, of, ask, None).each(|id| {
        on(id);
        ControlFlow::Continue(())
    })
}

/// A page of what matches in `book`.
///
/// # Errors
/// [`WalkError`].
pub(super) fn walk<S: Searched>(
    book: &Book<S>,
    of: &Of<'_>,
    ask: &Ask,
    confirm: Option<Confirm<'_, S>>,
    page: &Page,
) -> Result<Walked<S>, WalkError> {
    let walk = Walk::new(book, of, ask, confirm);
    let mut found = walk.page(page)?;
    let more = found.len() > page.limit;
    found.truncate(page.limit);
    let total = match page.count_max {
        Some(_) if !more && page.after.is_none() => Some(Total { count: found.len() as u64, capped: false }),
        Some(count_max) => Some(walk.count(count_max)?),
        None => None,
    };
    if walk.given_up.get() {
        return Err(WalkError::GivenUp);
    }
    if of.budget.was_spent() {
        return Err(WalkError::Spent);
    }
    Ok(Walked { found, more, total })
}

impl<'a, S: Searched> Walk<'a, S> {
    fn new(book: &Book<S>, of: &'a Of<'a>, ask: &'a Ask, confirm: Option<Confirm<'a, S>>) -> Self {
        // In this order: what is frozen in between is met twice, and never missed.
        let fresh = book.fresh();
        let published = book.published();
        let given_up = Cell::new(false);
        let mut walk = Self { of, ask, confirm, given_up, fresh, published, in_memory: Vec::new() };
        walk.in_memory = walk.matching();
        walk
    }

    /// What matches in memory, in order.
    fn matching(&self) -> Vec<(Key, Arc<S::Record>)> {
        let needed = Needed::by(self.ask);
        let workspace = self.of.workspace;
        let is_replaced = |record: &Arc<S::Record>| self.fresh.has(workspace, record.id());
        let frozen = self.published.frozen.like(workspace, &needed).filter(|record| !is_replaced(record));
        let ranked = |record: &Arc<S::Record>| {
            if self.is_over() {
                return None;
            }
            let rank = S::rank(self.ask, record)?;
            let key = Key { rank, place: place(workspace, record.seq()) };
            self.confirms(Candidate::Fresh(&**record)).then(|| (key, Arc::clone(record)))
        };
        let mut matching: Vec<_> =
            self.fresh.like(workspace, &needed).chain(frozen).filter_map(ranked).collect();
        matching.sort_by_key(|(key, _)| *key);
        matching
    }

    /// One more than the limit, when there are as many.
    fn page(&self, page: &Page) -> Result<Vec<Found<S>>, WalkError> {
        let wanted = page.limit + 1;
        let mut found = Vec::new();
        let mut better = None;
        let mut passed: Vec<Passed> = self.published.leaves.iter().map(|_| Passed::default()).collect();
        for rank in S::RANKS {
            let from = match page.after {
                Some(after) if *rank < after.rank => None,
                Some(after) if *rank == after.rank => Some(after.place + 1),
                Some(_) | None => Some(place(self.of.workspace, u64::MAX)),
            };
            if let Some(from) = from {
                found.extend(self.rank((*rank, better), from, wanted - found.len(), &mut passed)?);
                if found.len() >= wanted {
                    break;
                }
            } else {
                passed.iter_mut().for_each(Passed::lose);
            }
            better = Some(*rank);
        }
        Ok(found)
    }

    /// The first documents of one rank whose place is at or after `from`.
    fn rank(
        &self,
        (rank, better): (Rank, Option<Rank>),
        from: u64,
        wanted: usize,
        passed: &mut [Passed],
    ) -> Result<Vec<Found<S>>, WalkError> {
        let of_rank = self.in_memory.iter().filter(|(key, _)| key.rank == rank && key.place >= from);
        let fresh = |(key, record): &(Key, Arc<S::Record>)| Found {
            key: *key,
            id: record.id(),
            document: Document::Fresh(Arc::clone(record)),
        };
        let mut found: Vec<Found<S>> = of_rank.take(wanted).map(fresh).collect();
        for (leaf, passed) in self.published.leaves.iter().zip(passed) {
            passed.lose_unless(from == place(self.of.workspace, u64::MAX));
            self.leaf((leaf, passed), (rank, better), from, wanted, &mut found)?;
        }
        found.sort_by_key(|found| found.key);
        found.truncate(wanted);
        Ok(found)
    }

    fn leaf(
        &self,
        (leaf, passed): (&Arc<Leaf<S>>, &mut Passed),
        (rank, better): (Rank, Option<Rank>),
        from: u64,
        wanted: usize,
        found: &mut Vec<Found<S>>,
    ) -> Result<(), WalkError> {
        let mut set = self.docs(leaf, (rank, Better::LeftOut), leaf.at(from))?;
        let mut doc = set.doc();
        if doc == TERMINATED {
            return Ok(());
        }
        let mut better = match (passed.set(), better) {
            (Some(known), _) => Docs::from(known, doc, self.of.budget),
            (None, Some(better)) => self.docs(leaf, (better, Better::Listed), doc)?,
            (None, None) => Docs::from(Set::Nothing, doc, self.of.budget),
        };
        let mut missing = wanted;
        while doc != TERMINATED && missing > 0 && !self.is_over() {
            if !leaf.is_deleted(doc) && better.seek(doc) != doc {
                passed.add(doc);
                if let Some(id) = self.met(leaf, doc) {
                    let key = Key { rank, place: leaf.place(doc) };
                    found.push(Found { key, id, document: Document::Written(Arc::clone(leaf), doc) });
                    missing -= 1;
                }
            }
            doc = set.advance();
        }
        passed.lose_unless(doc == TERMINATED);
        Ok(())
    }

    /// The list of a rank, at the first document at or after `from`.
    fn docs<'s>(&'s self, leaf: &'s Leaf<S>, rank: (Rank, Better), from: DocId) -> std::io::Result<Docs<'s>> {
        Ok(Docs::from(S::list(&leaf.segment, self.of, self.ask, rank)?, from, self.of.budget))
    }

    /// How many match, up to `max`.
    fn count(&self, max: u64) -> Result<Total, WalkError> {
        let mut count = 0;
        self.each(|_| {
            count += 1;
            if count > max { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(Total { count: count.min(max), capped: count > max })
    }

    /// Everything that matches, in no order, until `on` has enough.
    fn each(&self, mut on: impl FnMut(Id) -> ControlFlow<()>) -> Result<(), WalkError> {
        let mut is_enough = self.in_memory.iter().any(|(_, record)| on(record.id()).is_break());
        let Some(widest) = S::RANKS.last() else { return Ok(()) };
        for leaf in &self.published.leaves {
            let mut set = self.docs(leaf, (*widest, Better::Listed), 0)?;
            while set.doc() != TERMINATED && !is_enough && !self.is_over() {
                let doc = set.doc();
                let met = if leaf.is_deleted(doc) { None } else { self.met(leaf, doc) };
                is_enough = met.is_some_and(|id| on(id).is_break());
                set.advance();
            }
        }
        Ok(())
    }

    /// The id of a written document that still is what it was, and what was asked for.
    fn met(&self, leaf: &Leaf<S>, doc: DocId) -> Option<Id> {
        let id = leaf.id(doc);
        let has = |fresh: &Fresh<_>| fresh.has(self.of.workspace, id);
        let is_replaced = has(&self.fresh) || has(&self.published.frozen);
        let is_met = !is_replaced && self.confirms(Candidate::Written(&*leaf.segment, doc));
        is_met.then_some(id)
    }

    fn confirms(&self, candidate: Candidate<'_, S>) -> bool {
        let Some(confirm) = self.confirm else { return true };
        confirm(candidate).unwrap_or_else(|| {
            self.given_up.set(true);
            false
        })
    }

    /// Whether nobody looks any further.
    fn is_over(&self) -> bool {
        self.given_up.get() || self.of.budget.is_spent()
    }
}
