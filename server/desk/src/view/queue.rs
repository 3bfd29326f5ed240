//! One page of a queue: the shelves of a view merged in order, rows that the view leaves out judged without
//! reading their conversation.

use std::collections::{BTreeMap, VecDeque};

use super::View;
use crate::entity::{Conversation, Scope};
use crate::keys::{Keys, Span};
use crate::order::{Entry, QueueQuery, Shelf};

/// Rows of shelves that one page looks at: a page that meets it ends early and says where to go on.
const ROWS_PER_PAGE_MAX: usize = 20_000;
/// Rows of one shelf read at once, at first and at most.
const CHUNK_MIN: usize = 4;
const CHUNK_MAX: usize = 256;

/// Conversations in order, and the place after which the next page begins, if there may be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuePage {
    pub conversations: Vec<Conversation>,
    pub next: Option<u64>,
}

impl View<'_> {
    /// The view of somebody with this scope, after a place, at most `limit` conversations.
    pub fn queue(&self, query: &QueueQuery, scope: &Scope, after: Option<u64>, limit: usize) -> QueuePage {
        let mut merge = Merge::new(self, query.shelves(scope, &self.groups()), after);
        let mut page = QueuePage { conversations: Vec::new(), next: None };
        let mut last = after;
        for _ in 0..ROWS_PER_PAGE_MAX {
            if page.conversations.len() >= limit {
                break;
            }
            let Some((place, entry)) = merge.pop() else { return page };
            last = Some(place);
            if query.admits(scope, &entry) {
                page.conversations.extend(self.conversation(entry.conversation_id));
            }
        }
        page.next = last;
        page
    }
}

/// What is left of one shelf.
struct Run {
    keys: Keys,
    shelf: Shelf,
    span: Span,
    chunk: usize,
    read: VecDeque<(u64, Entry)>,
}

/// The shelves' first rows by place; no two conversations share a place in one order.
struct Merge<'a> {
    view: &'a View<'a>,
    runs: Vec<Run>,
    heads: BTreeMap<(u64, usize), Entry>,
}

impl<'a> Merge<'a> {
    fn new(view: &'a View<'a>, shelves: Vec<Shelf>, after: Option<u64>) -> Self {
        let keys = view.keys();
        let run = |shelf| Run {
            keys,
            shelf,
            span: keys.shelf(shelf, after),
            chunk: CHUNK_MIN,
            read: VecDeque::new(),
        };
        let mut merge = Self { view, runs: shelves.into_iter().map(run).collect(), heads: BTreeMap::new() };
        for index in 0..merge.runs.len() {
            merge.refill(index);
        }
        merge
    }

    fn pop(&mut self) -> Option<(u64, Entry)> {
        let ((place, index), entry) = self.heads.pop_first()?;
        self.refill(index);
        Some((place, entry))
    }

    fn refill(&mut self, index: usize) {
        if let Some((place, entry)) = self.runs[index].next(self.view) {
            self.heads.insert((place, index), entry);
        }
    }
}

impl Run {
    fn next(&mut self, view: &View<'_>) -> Option<(u64, Entry)> {
        if self.read.is_empty() {
            self.read.extend(view.entries(&self.span, self.chunk));
            self.chunk = (self.chunk * 2).min(CHUNK_MAX);
        }
        let (place, entry) = self.read.pop_front()?;
        self.span = self.keys.shelf(self.shelf, Some(place));
        Some((place, entry))
    }
}
