//! Building a catalogue from the state, while service goes on: what changes meanwhile is left to those who
//! put it, and every piece is read and written under the lock that they take.

use std::collections::HashSet;
use std::sync::Arc;

use parloir_desk::entity::ContactStatus;
use parloir_desk::view::View;
use parloir_protocol::ids::{ContactId, ConversationId, GroupId, WorkspaceId};
use uuid::Uuid;

use super::catalogue::Catalogue;
use super::person::Person;
use super::progress::WHOLE;
use super::said::Said;
use super::{Search, SearchError};
use crate::node::Node;

/// Rows read at once: a search may have to wait for as many.
const ROWS_PER_PIECE: usize = 256;
/// Rows between two commits, so that what is there is found.
const ROWS_PER_COMMIT: usize = 200_000;
/// Conversations whose group is remembered while messages are read.
const GROUPS_MAX: usize = 200_000;

/// Where the parts of the work begin and end, in thousandths: messages take most of it.
const CONVERSATIONS: std::ops::Range<u64> = 0..400;
const CONTACTS: std::ops::Range<u64> = 400..500;
const MESSAGES: std::ops::Range<u64> = 500..WHOLE;

/// One build.
pub(super) struct Build<'a> {
    search: &'a Search,
    node: &'a Node,
    catalogue: &'a Arc<Catalogue>,
    uncommitted: usize,
}

impl<'a> Build<'a> {
    pub(super) fn new(search: &'a Search, node: &'a Node, catalogue: &'a Arc<Catalogue>) -> Self {
        Self { search, node, catalogue, uncommitted: 0 }
    }

    /// Reads everything and writes it.
    ///
    /// # Errors
    /// [`SearchError`] when the indexes cannot be written.
    pub(super) fn run(mut self) -> Result<(), SearchError> {
        let workspaces = self.begin();
        let count = workspaces.len().max(1) as f64;
        for (nth, workspace) in workspaces.iter().enumerate() {
            let share = Share { before: nth as f64 / count, of: 1.0 / count };
            let talking = self.conversations(*workspace, &share)?;
            self.contacts(*workspace, &share, &talking)?;
            self.messages(*workspace, &share)?;
        }
        self.search.drain(self.node);
        self.catalogue.complete()?;
        Ok(())
    }

    /// Where the state stands is how far the build will reach; what follows is put.
    fn begin(&self) -> Vec<WorkspaceId> {
        let _nobody_puts = self.search.alone();
        let state = self.node.state.current();
        let workspaces = state.workspaces();
        for workspace in &workspaces {
            self.catalogue.reach(*workspace, state.position(*workspace));
        }
        workspaces
    }

    /// Writes the conversations; the contacts behind them.
    fn conversations(
        &mut self,
        workspace: WorkspaceId,
        share: &Share,
    ) -> Result<HashSet<ContactId>, SearchError> {
        let (mut talking, mut after, mut span) = (HashSet::new(), None, Span::default());
        loop {
            let piece = {
                let _nobody_puts = self.search.alone();
                let state = self.node.state.current();
                let view = View::new(&*state, workspace);
                let piece = view.conversations_after(after, ROWS_PER_PIECE);
                for person in piece.iter().filter_map(|found| Person::of_conversation(&view, found)) {
                    talking.extend(person.contact);
                    self.catalogue.add_person(workspace, &person)?;
                }
                piece
            };
            let Some(last) = piece.last() else { return Ok(talking) };
            let id = last.header.conversation_id;
            after = Some(id);
            self.advance(piece.len(), share.within(&CONVERSATIONS, span.reach(id.0)))?;
        }
    }

    fn contacts(
        &mut self,
        workspace: WorkspaceId,
        share: &Share,
        talking: &HashSet<ContactId>,
    ) -> Result<(), SearchError> {
        let (mut after, mut span) = (None, Span::default());
        loop {
            let piece = {
                let _nobody_puts = self.search.alone();
                let state = self.node.state.current();
                let piece = View::new(&*state, workspace).contacts_after(after, ROWS_PER_PIECE);
                for contact in piece.iter().filter(|contact| !talking.contains(&contact.id)) {
                    let saved = contact.status == ContactStatus::Saved;
                    if let Some(card) = contact.card.known().filter(|_| saved) {
                        self.catalogue.add_person(workspace, &Person::alone(contact, card))?;
                    }
                }
                piece
            };
            let Some(last) = piece.last() else { return Ok(()) };
            after = Some(last.id);
            self.advance(piece.len(), share.within(&CONTACTS, span.reach(last.id.0)))?;
        }
    }

    fn messages(&mut self, workspace: WorkspaceId, share: &Share) -> Result<(), SearchError> {
        let (mut after, mut span) = (None, Span::default());
        let mut groups = Groups::default();
        loop {
            let piece = {
                let _nobody_puts = self.search.alone();
                let state = self.node.state.current();
                let view = View::new(&*state, workspace);
                let piece = view.messages_after(after, ROWS_PER_PIECE);
                for message in &piece {
                    let Some(group) = groups.of(&view, message.conversation_id) else { continue };
                    if let Some(said) = Said::in_group(message, group) {
                        self.catalogue.add_message(workspace, &said)?;
                    }
                }
                piece
            };
            let Some(last) = piece.last() else { return Ok(()) };
            after = Some(last.id);
            self.advance(piece.len(), share.within(&MESSAGES, span.reach(last.id.0)))?;
        }
    }

    fn advance(&mut self, rows: usize, thousandths: u64) -> Result<(), SearchError> {
        self.catalogue.progress().reach(thousandths);
        self.uncommitted += rows;
        if self.uncommitted >= ROWS_PER_COMMIT {
            self.uncommitted = 0;
            self.search.drain(self.node);
            self.catalogue.commit()?;
        }
        Ok(())
    }
}

/// One workspace's part of the whole work.
struct Share {
    before: f64,
    of: f64,
}

impl Share {
    /// How much is done of all when so much is done of one part of this share.
    fn within(&self, part: &std::ops::Range<u64>, done: f64) -> u64 {
        let inside = part.start as f64 + done * (part.end - part.start) as f64;
        (self.before * WHOLE as f64 + self.of * inside) as u64
    }
}

/// Ids carry the time at which they were made, and rows are read in their order: how far a walk is from the
/// first id to now.
#[derive(Default)]
struct Span {
    first: Option<u64>,
}

impl Span {
    fn reach(&mut self, id: Uuid) -> f64 {
        let made = |id: Uuid| (id.as_u128() >> 80) as u64;
        let at = made(id);
        let first = *self.first.get_or_insert(at);
        let whole = made(Uuid::now_v7()).saturating_sub(first).max(1);
        (at.saturating_sub(first) as f64 / whole as f64).min(1.0)
    }
}

/// The groups of conversations that messages were met of. Nobody moves one unseen: the messages of a moved
/// conversation are put again.
#[derive(Default)]
struct Groups {
    known: std::collections::HashMap<ConversationId, GroupId>,
}

impl Groups {
    fn of(&mut self, view: &View<'_>, id: ConversationId) -> Option<GroupId> {
        if let Some(known) = self.known.get(&id) {
            return Some(*known);
        }
        let group = view.conversation(id)?.header.group_id;
        if self.known.len() >= GROUPS_MAX {
            self.known.clear();
        }
        self.known.insert(id, group);
        Some(group)
    }
}
