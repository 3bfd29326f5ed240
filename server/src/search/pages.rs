//! Searches as clients ask them, and a page of people. All of it blocks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parloir_protocol::entity::{Hit, Rank};
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::query::search::{SearchConversations, SearchConversationsOk};

use super::ask::Ask;
use super::book::place;
use super::budget::Budget;
use super::catalogue::Catalogue;
use super::lists;
use super::matching;
use super::messages::{Messages, MessagesSegment};
use super::pending::Putter;
use super::people::{People, PeopleSegment};
use super::person::Person;
use super::said::Said;
use super::sets::Set;
use super::shown::Shown;
use super::walk::{Better, Key, Page, Searched, WalkError, Walked, walk};
use super::zone::Of;
use crate::admission::Caller;
use crate::node::Node;

mod said;

pub use said::messages;

/// How long a search may hold up a thread that others wait for.
const MOMENT: Duration = Duration::from_micros(300);
/// When a search that could not be answered may be tried again.
const RETRY_AFTER_MS: u64 = 1_000;

impl Searched for People {
    const RANKS: &'static [Rank] = &[Rank::Whole, Rank::Word, Rank::Start, Rank::Inside, Rank::Elsewhere];

    fn list<'a>(
        segment: &'a PeopleSegment,
        of: &Of<'a>,
        ask: &'a Ask,
        rank: (Rank, Better),
    ) -> std::io::Result<Set<'a>> {
        lists::people(segment, of, ask, rank)
    }

    fn rank(ask: &Ask, person: &Person) -> Option<Rank> {
        matching::person(ask, person)
    }
}

impl Searched for Messages {
    const RANKS: &'static [Rank] = &[Rank::Word, Rank::Start, Rank::Inside];

    fn list<'a>(
        segment: &'a MessagesSegment,
        of: &Of<'a>,
        ask: &'a Ask,
        (rank, _): (Rank, Better),
    ) -> std::io::Result<Set<'a>> {
        lists::messages(segment, of, ask, rank)
    }

    fn rank(ask: &Ask, said: &Said) -> Option<Rank> {
        matching::said(ask, said)
    }
}

/// Finds conversations, and contacts without one.
///
/// # Errors
/// [`ErrorBody`] with the code that says why not.
pub fn conversations(
    node: &Node,
    caller: &Caller,
    query: &SearchConversations,
) -> Result<SearchConversationsOk, ErrorBody> {
    people(&Asked::new(node, caller, ("people", &query.text), query.limit)?, query)
}

/// The same on a thread that others wait for; nothing when it takes longer than a moment, or earlier ones did.
///
/// # Errors
/// [`ErrorBody`] with the code that says why not.
pub fn conversations_at_once(
    node: &Node,
    caller: &Caller,
    query: &SearchConversations,
) -> Option<Result<SearchConversationsOk, ErrorBody>> {
    if !node.search.moments.is_worth_a_try() {
        return None;
    }
    conversations_in_a_moment(node, caller, query)
}

/// The same, however earlier ones went.
pub(super) fn conversations_in_a_moment(
    node: &Node,
    caller: &Caller,
    query: &SearchConversations,
) -> Option<Result<SearchConversationsOk, ErrorBody>> {
    let about = ("people", query.text.as_str());
    let asked = match Asked::at_once(node, caller, about, query.limit)? {
        Ok(asked) => asked,
        // Nobody has looked for anything.
        Err(error) => return Some(Err(error)),
    };
    let found = people(&asked, query);
    let took_too_long = matches!(&found, Err(error) if error.code == Code::SearchTimeout.as_str());
    node.search.moments.tried(!took_too_long);
    (!took_too_long).then_some(found)
}

fn people(asked: &Asked<'_>, query: &SearchConversations) -> Result<SearchConversationsOk, ErrorBody> {
    let page = asked.page(query.after.as_deref(), count_wanted(query.count))?;
    let shown = Shown { directory: &asked.directory, ask: &asked.ask };
    let found = asked.guarded(|catalogue, of| {
        let walked = walk(&catalogue.people, of, &asked.ask, None, &page)?;
        let hits: Vec<Hit> = walked.found.iter().map(|found| shown.person(found)).collect();
        Ok((hits, asked.next(&walked), walked.total))
    })?;
    let (hits, next, total) = found.unwrap_or_default();
    Ok(SearchConversationsOk { hits, next, total, building: asked.node.search.building(), seq: asked.seq })
}

/// What is read after this may hold more than it says, never less.
fn before_putting(caller: &Caller) -> u64 {
    caller.workspace.hub.head().seq
}

/// What is said of a fault of ours.
pub fn failed() -> ErrorBody {
    ErrorBody::new(Code::Internal, "the server failed on this search")
}

fn count_wanted(count: bool) -> Count {
    if count { Count::Wanted } else { Count::Unwanted }
}

/// Whether a page comes with the number of all hits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Count {
    Wanted,
    Unwanted,
}

/// One search, understood.
struct Asked<'a> {
    node: &'a Node,
    caller: &'a Caller,
    ask: Ask,
    directory: Arc<super::Directory>,
    limit: usize,
    digest: [u8; 8],
    budget: Budget,
    /// Everything up to here is in the answer.
    seq: u64,
}

impl<'a> Asked<'a> {
    /// `about` tells one kind of search from another of the same text. Whoever asks has checked the limit.
    fn new(
        node: &'a Node,
        caller: &'a Caller,
        (about, text): (&str, &str),
        limit: Option<usize>,
    ) -> Result<Self, ErrorBody> {
        let seq = before_putting(caller);
        if !node.search.drain_of(node, caller.workspace.id, Putter::First) {
            return Err(failed());
        }
        let directory = node.search.directory(node, caller.workspace.id);
        let budget = Budget::lasting(Duration::from_millis(node.limits.wire.search_ms_max));
        Self::after_putting(node, caller, (about, text), limit, (seq, directory, budget))
    }

    /// The same in a moment; nothing when much has to be done first.
    fn at_once(
        node: &'a Node,
        caller: &'a Caller,
        about: (&str, &str),
        limit: Option<usize>,
    ) -> Option<Result<Self, ErrorBody>> {
        let seq = before_putting(caller);
        if !node.search.drain_in_a_moment(node, caller.workspace.id) {
            return None;
        }
        let directory = node.search.known_directory(caller.workspace.id)?;
        Some(Self::after_putting(node, caller, about, limit, (seq, directory, Budget::of_a_moment(MOMENT))))
    }

    fn after_putting(
        node: &'a Node,
        caller: &'a Caller,
        (about, text): (&str, &str),
        limit: Option<usize>,
        (seq, directory, budget): (u64, Arc<super::Directory>, Budget),
    ) -> Result<Self, ErrorBody> {
        let limit = limit.unwrap_or(node.limits.wire.page_rows);
        let ask = Ask::of(text, &directory, &caller.agent)?;
        let digest = blake3::hash(&[about.as_bytes(), b"\n", text.as_bytes()].concat());
        let digest = std::array::from_fn(|nth| digest.as_bytes()[nth]);
        Ok(Self { node, caller, ask, directory, limit, digest, budget, seq })
    }

    fn page(&self, after: Option<&str>, count: Count) -> Result<Page, ErrorBody> {
        let after = match after {
            Some(next) => Some(self.key(next).ok_or_else(|| {
                let sentence = "`after` is the `next` of a page of the same search";
                ErrorBody::new(Code::InvalidParams, sentence).with("field", "after")
            })?),
            None => None,
        };
        let count_max = (count == Count::Wanted).then_some(self.node.limits.wire.search_count_max);
        Ok(Page { after, limit: self.limit, count_max })
    }

    /// Searches the indexes; before there are any there is nothing. A file that was damaged makes tantivy
    /// panic: this search fails then, and the indexes are built anew.
    fn guarded<T>(
        &self,
        search: impl FnOnce(&Catalogue, &Of<'_>) -> Result<T, WalkError>,
    ) -> Result<Option<T>, ErrorBody> {
        let Some(catalogue) = self.node.search.catalogue() else { return Ok(None) };
        let Some(workspace) = catalogue.number(self.caller.workspace.id) else { return Ok(None) };
        let of = Of::new(workspace, &self.budget);
        match catch_unwind(AssertUnwindSafe(|| search(&catalogue, &of))) {
            Ok(Ok(found)) => Ok(Some(found)),
            Ok(Err(WalkError::Spent | WalkError::GivenUp)) => Err(self.timeout()),
            // Whether it is damaged takes long to say.
            Ok(Err(WalkError::Unreadable(_))) | Err(_) if self.budget.is_of_a_moment() => Err(self.timeout()),
            Ok(Err(WalkError::Unreadable(error))) => Err(self.broken(&catalogue, &error.to_string())),
            Err(_) => Err(self.broken(&catalogue, "it panicked")),
        }
    }

    fn timeout(&self) -> ErrorBody {
        let max = self.node.limits.wire.search_ms_max;
        let sentence = "the search took too long: add a word or a qualifier";
        ErrorBody::new(Code::SearchTimeout, sentence).with("search_ms_max", max)
    }

    /// The number by which places of this workspace are told apart from others.
    fn number(&self) -> u32 {
        let catalogue = self.node.search.catalogue();
        catalogue.and_then(|kept| kept.number(self.caller.workspace.id)).unwrap_or_default()
    }

    fn broken(&self, catalogue: &Arc<Catalogue>, why: &str) -> ErrorBody {
        tracing::error!(why, "search.unreadable");
        if !self.node.search.give_up(catalogue) {
            return failed();
        }
        let sentence = "the index is being built anew: ask again";
        ErrorBody { retry_after_ms: Some(RETRY_AFTER_MS), ..ErrorBody::new(Code::Unavailable, sentence) }
    }

    fn next<S: Searched>(&self, walked: &Walked<S>) -> Option<String> {
        walked.found.last().filter(|_| walked.more).map(|last| self.next_text(last.key))
    }

    /// A place in the order of this very search. It names no workspace: the number of one may change.
    fn next_text(&self, key: Key) -> String {
        let rank = People::RANKS.iter().position(|rank| *rank == key.rank).unwrap_or_default() as u8;
        let seq = super::book::seq_of(key.place);
        URL_SAFE_NO_PAD.encode([&[rank][..], &seq.to_be_bytes(), &self.digest].concat())
    }

    fn key(&self, next: &str) -> Option<Key> {
        let bytes = URL_SAFE_NO_PAD.decode(next.get(..next.len().min(64))?).ok()?;
        let (rank, rest) = bytes.split_first()?;
        let (seq, digest) = rest.split_first_chunk::<8>()?;
        let rank = *People::RANKS.get(usize::from(*rank))?;
        let seq = u64::from_be_bytes(*seq);
        (*digest == self.digest).then(|| Key { rank, place: place(self.number(), seq) })
    }
}
