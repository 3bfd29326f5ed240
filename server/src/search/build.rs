//! Building a catalogue from the state, while service goes on: what changes meanwhile is put, and whatever was put is
//! left alone.

use std::collections::{HashMap, HashSet};
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use parloir_desk::entity::Address;
use parloir_desk::view::View;
use parloir_protocol::ids::{ContactId, ConversationId, GroupId, WorkspaceId};

use super::catalogue::Catalogue;
use super::pending::Putter;
use super::person::Person;
use super::progress::Part;
use super::said::Said;
use super::{Search, SearchError};
use crate::node::Node;

use cards::Cards;
use share::{Share, Span, shares};

pub(super) mod cards;
mod share;

/// Rows read at once.
const ROWS_PER_PIECE: usize = 256;
/// How often is committed, so that what is there is found. Each commit makes segments that are merged again later.
const COMMIT_EVERY: Duration = Duration::from_secs(10);
/// Documents that were put meanwhile from which on nobody waits for that: every search glances at each of them.
const WAITING_MAX: usize = 10_000;
/// Conversations whose group is remembered while messages are read.
const GROUPS_MAX: usize = 2_000_000;

/// Where the pieces of work among people begin and end, in thousandths of everything.
const CONVERSATIONS: std::ops::Range<u64> = 50..300;
const CONTACTS: std::ops::Range<u64> = 300..Part::WHOLE;
const MESSAGES: std::ops::Range<u64> = 0..Part::WHOLE;

/// One build.
pub(super) struct Build<'a> {
    search: &'a Search,
    node: &'a Node,
    catalogue: &'a Arc<Catalogue>,
    committed: Mutex<Instant>,
}

impl<'a> Build<'a> {
    pub(super) fn new(search: &'a Search, node: &'a Node, catalogue: &'a Arc<Catalogue>) -> Self {
        Self { search, node, catalogue, committed: Mutex::new(Instant::now()) }
    }

    /// Reads everything and writes it, people on one thread and messages on another.
    ///
    /// # Errors
    /// [`SearchError`] when the indexes cannot be written.
    pub(super) fn run(self) -> Result<(), SearchError> {
        let workspaces = self.begin();
        thread::scope(|scope| {
            let messages = thread::Builder::new().name("search-messages".to_owned());
            let messages = messages.spawn_scoped(scope, || self.each(&workspaces, Self::messages))?;
            let people = self.each(&workspaces, Self::people);
            people.and(messages.join().unwrap_or_else(|panic| resume_unwind(panic)))
        })?;
        self.search.drain(self.node, Putter::First);
        self.catalogue.complete()?;
        Ok(())
    }

    /// Where the state stands is how far the build will reach; what follows is put.
    fn begin(&self) -> Vec<(WorkspaceId, Share)> {
        let state = self.node.state.current();
        let workspaces: Vec<_> = state.workspaces().into_iter().map(|id| (id, state.position(id))).collect();
        for (workspace, position) in &workspaces {
            self.catalogue.reach(*workspace, *position);
        }
        shares(workspaces.into_iter().map(|(workspace, position)| (workspace, position.seq)))
    }

    fn each(
        &self,
        workspaces: &[(WorkspaceId, Share)],
        work: impl Fn(&Self, WorkspaceId, &Share) -> Result<(), SearchError>,
    ) -> Result<(), SearchError> {
        workspaces.iter().try_for_each(|(workspace, share)| work(self, *workspace, share))
    }

    /// Commits for both threads when it is time.
    fn commit_if_due(&self) -> Result<(), SearchError> {
        let Ok(mut committed) = self.committed.try_lock() else { return Ok(()) };
        if committed.elapsed() >= COMMIT_EVERY || self.catalogue.waiting() >= WAITING_MAX {
            self.search.drain(self.node, Putter::First);
            self.catalogue.commit()?;
            *committed = Instant::now();
        }
        Ok(())
    }

    fn people(&self, workspace: WorkspaceId, share: &Share) -> Result<(), SearchError> {
        let talking = self.conversations(workspace, share)?;
        self.contacts(workspace, share, &talking)
    }

    /// Writes the conversations; the contacts behind them.
    fn conversations(
        &self,
        workspace: WorkspaceId,
        share: &Share,
    ) -> Result<HashSet<ContactId>, SearchError> {
        let (mut talking, mut after, mut span) = (HashSet::new(), None, Span::default());
        let cards = Cards::read(&View::new(&*self.node.state.current(), workspace));
        loop {
            let state = self.node.state.current();
            let view = View::new(&*state, workspace);
            let piece = view.conversations_after(after, ROWS_PER_PIECE);
            let behind = |address: &Address| cards.behind(&view, address);
            for person in piece.iter().filter_map(|found| Person::talking(found, behind)) {
                talking.extend(person.contact);
                self.catalogue.add_person(workspace, &person)?;
            }
            let Some(last) = piece.last() else { return Ok(talking) };
            let id = last.header.conversation_id;
            after = Some(id);
            self.advance(Part::People, share.within(&CONVERSATIONS, span.reach(id.0)))?;
        }
    }

    fn contacts(
        &self,
        workspace: WorkspaceId,
        share: &Share,
        talking: &HashSet<ContactId>,
    ) -> Result<(), SearchError> {
        let (mut after, mut span) = (None, Span::default());
        loop {
            let state = self.node.state.current();
            let is_silent = |id| !talking.contains(&id);
            let view = View::new(&*state, workspace);
            let (silent, last) = view.wanted_contacts_after(after, ROWS_PER_PIECE, is_silent);
            for person in silent.iter().filter_map(Person::alone) {
                self.catalogue.add_person(workspace, &person)?;
            }
            let Some(last) = last else { return Ok(()) };
            after = Some(last);
            self.advance(Part::People, share.within(&CONTACTS, span.reach(last.0)))?;
        }
    }

    fn messages(&self, workspace: WorkspaceId, share: &Share) -> Result<(), SearchError> {
        let (mut after, mut span) = (None, Span::default());
        let mut groups = Groups::default();
        loop {
            let state = self.node.state.current();
            let view = View::new(&*state, workspace);
            let piece = view.messages_after(after, ROWS_PER_PIECE);
            if !piece.is_empty() && after.is_none() {
                groups.learn(&view);
            }
            for message in &piece {
                let Some(group) = groups.of(&view, message.conversation_id) else { continue };
                if let Some(said) = Said::in_group(message, group) {
                    self.catalogue.add_message(workspace, &said)?;
                }
            }
            let Some(last) = piece.last() else { return Ok(()) };
            after = Some(last.id);
            self.advance(Part::Messages, share.within(&MESSAGES, span.reach(last.id.0)))?;
        }
    }

    fn advance(&self, part: Part, thousandths: u64) -> Result<(), SearchError> {
        self.catalogue.progress().reach(part, thousandths);
        self.commit_if_due()
    }
}

/// The groups of a workspace's conversations. Nobody moves one unseen: the messages of a moved conversation are put
/// again.
#[derive(Default)]
struct Groups {
    numbers: HashMap<ConversationId, u16>,
    groups: Vec<GroupId>,
}

impl Groups {
    /// Reads the conversations in their order: each alone would cost a page of its own.
    fn learn(&mut self, view: &View<'_>) {
        let mut after = None;
        while self.numbers.len() < GROUPS_MAX {
            let piece = view.conversations_after(after, ROWS_PER_PIECE);
            let Some(last) = piece.last() else { return };
            after = Some(last.header.conversation_id);
            for conversation in &piece {
                self.keep(conversation.header.conversation_id, conversation.header.group_id);
            }
        }
    }

    fn keep(&mut self, id: ConversationId, group: GroupId) {
        let known = self.groups.iter().position(|known| *known == group);
        let number = known.unwrap_or(self.groups.len());
        if known.is_none() {
            self.groups.push(group);
        }
        if let Ok(number) = u16::try_from(number) {
            self.numbers.insert(id, number);
        }
    }

    fn of(&self, view: &View<'_>, id: ConversationId) -> Option<GroupId> {
        match self.numbers.get(&id) {
            Some(number) => self.groups.get(usize::from(*number)).copied(),
            None => view.conversation(id).map(|found| found.header.group_id),
        }
    }
}
