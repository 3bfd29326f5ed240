//! Pages of messages: in all conversations from the index, where what qualifiers leave is looked up first or looked at,
//! and in one conversation from the state. All of it blocks.

use std::sync::Arc;

use parloir_desk::entity::Item;
use parloir_desk::view::View;
use parloir_protocol::error::{Code, ErrorBody};
use parloir_protocol::ids::ConversationId;
use parloir_protocol::query::search::{SearchMessages, SearchMessagesOk, Total};

use super::{Asked, count_wanted, failed};
use crate::admission::Caller;
use crate::node::Node;
use crate::search::ask::Narrow;
use crate::search::book::place;
use crate::search::catalogue::Catalogue;
use crate::search::matching;
use crate::search::messages::Messages;
use crate::search::narrowed::{Looks, Narrowed};
use crate::search::person::Person;
use crate::search::record::Record;
use crate::search::said::Said;
use crate::search::shown;
use crate::search::walk::{Candidate, Document, Found, Key, Page, Searched, WalkError, Walked, walk};
use crate::search::zone::Of;

/// Lines of one conversation that a search inside it reads at once.
const LINES_PER_READ: usize = 256;
/// Messages whose conversations are looked at for a page; where it is not full by then, few conversations are left, and
/// which ones is looked up first. Tests have few, and try both ways. Chosen, not measured against others.
const LOOKS_MAX: usize = if cfg!(test) { 10 } else { 2_048 };
/// And for each hit that is counted beside.
const LOOKS_PER_COUNTED: usize = if cfg!(test) { 0 } else { 8 };

/// Finds messages, in all conversations or in one.
///
/// # Errors
/// [`ErrorBody`] with the code that says why not.
pub fn messages(node: &Node, caller: &Caller, query: &SearchMessages) -> Result<SearchMessagesOk, ErrorBody> {
    let about = query.conversation_id.map_or_else(|| "messages".to_owned(), |id| id.to_string());
    let asked = Asked::new(node, caller, (&about, &query.text), query.limit)?;
    let page = asked.page(query.after.as_deref(), count_wanted(query.count))?;
    let state = node.state.current();
    let view = View::new(&*state, caller.workspace.id);
    let shown = |walked: &Walked<Messages>| -> Result<_, WalkError> {
        let hits: std::io::Result<Vec<_>> =
            walked.found.iter().map(|found| shown::message(&asked.ask, found)).collect();
        Ok((hits?, asked.next(walked), walked.total))
    };
    let found = match query.conversation_id {
        Some(conversation) => {
            let met = asked.within(&view, conversation, &page)?;
            Some(shown(&met).map_err(|_| failed())?)
        }
        None => asked.guarded(|catalogue, of| shown(&asked.anywhere(catalogue, of, &page)?))?,
    };
    let (hits, next, total) = found.unwrap_or_default();
    Ok(SearchMessagesOk { hits, next, total, building: node.search.building(), seq: asked.seq })
}

/// The [`fingerprint`](crate::search::people::fingerprint) of a message's conversation.
fn conversation(candidate: &Candidate<'_, Messages>) -> u64 {
    match candidate {
        Candidate::Written(segment, doc) => segment.conversation(*doc),
        Candidate::Fresh(said) => said.conversation(),
    }
}

/// A page on which there is nothing, and of which everything was looked at.
fn nothing<S: Searched>(page: &Page) -> Walked<S> {
    let total = page.count_max.map(|_| Total { count: 0, capped: false });
    Walked { total, ..Walked::default() }
}

impl Asked<'_> {
    /// Messages of all conversations.
    fn anywhere(
        &self,
        catalogue: &Catalogue,
        of: &Of<'_>,
        page: &Page,
    ) -> Result<Walked<Messages>, WalkError> {
        if self.ask.terms.is_empty() {
            return Ok(nothing(page));
        }
        if self.ask.narrowed.iter().all(Narrow::is_of_groups) {
            return walk(&catalogue.messages, of, &self.ask, None, page);
        }
        match self.looked_at(catalogue, of, page) {
            Err(WalkError::GivenUp) => self.left(catalogue, of, page),
            looked_at => looked_at,
        }
    }

    /// A page by a look at each conversation, while many of those that are looked at are left.
    fn looked_at(
        &self,
        catalogue: &Catalogue,
        of: &Of<'_>,
        page: &Page,
    ) -> Result<Walked<Messages>, WalkError> {
        let counted = page.count_max.map_or(0, |max| usize::try_from(max).unwrap_or(usize::MAX));
        let most = LOOKS_MAX.saturating_add(counted.saturating_mul(LOOKS_PER_COUNTED));
        let looks = Looks::at(&catalogue.people, of.workspace, &self.ask, most);
        let is_left = |candidate: Candidate<'_, Messages>| looks.holds(conversation(&candidate));
        walk(&catalogue.messages, of, &self.ask, Some(&is_left), page)
    }

    /// A page of those conversations that the qualifiers leave, which are looked up among people first.
    fn left(&self, catalogue: &Catalogue, of: &Of<'_>, page: &Page) -> Result<Walked<Messages>, WalkError> {
        let left = Narrowed::by(&self.ask, &catalogue.people, &Of::new(of.workspace, of.budget))?;
        if of.budget.was_spent() {
            return Err(WalkError::Spent);
        }
        if left.is_nothing() {
            return Ok(nothing(page));
        }
        let is_left = |candidate: Candidate<'_, Messages>| Some(left.holds(conversation(&candidate)));
        walk(&catalogue.messages, of, &self.ask, Some(&is_left), page)
    }

    /// Whether a conversation is what the qualifiers ask for.
    fn admits(&self, view: &View<'_>, conversation: ConversationId) -> bool {
        let person = view.conversation(conversation).and_then(|found| Person::of_conversation(view, &found));
        person.is_some_and(|person| self.ask.narrowed.iter().all(|narrow| matching::has(&person, narrow)))
    }

    /// Searches the messages of one conversation, which are few, in the state itself.
    fn within(
        &self,
        view: &View<'_>,
        conversation: ConversationId,
        page: &Page,
    ) -> Result<Walked<Messages>, ErrorBody> {
        let seen = view.conversation(conversation);
        let group =
            seen.map(|seen| seen.header.group_id).filter(|group| self.caller.agent.scope.sees(*group));
        let group = group.ok_or_else(|| {
            ErrorBody::new(Code::ConversationNotFound, "no such conversation, or not one that you see")
        })?;
        let (mut found, mut count, mut before) = (Vec::new(), 0_u64, None);
        let number = self.number();
        while self.admits(view, conversation) {
            let lines = view.timeline(conversation, before, LINES_PER_READ);
            let Some(last) = lines.last() else { break };
            before = Some(last.seq);
            for line in &lines {
                let Item::Message { message_id } = line.item else { continue };
                let said = view.message(message_id).and_then(|message| Said::in_group(&message, group));
                if let Some(said) = said.and_then(|said| self.found(number, said)) {
                    count += 1;
                    found.push(said);
                }
                if self.budget.is_spent() {
                    return Err(self.timeout());
                }
            }
            // No more than a page of a long conversation stays in memory.
            found.retain(|found| page.after.is_none_or(|after| found.key > after));
            found.sort_by_key(|found| found.key);
            found.truncate(page.limit + 1);
        }
        let total = page.count_max.map(|max| Total { count: count.min(max), capped: count > max });
        let more = found.len() > page.limit;
        found.truncate(page.limit);
        Ok(Walked { found, more, total })
    }

    /// A message as a hit, if it is one.
    fn found(&self, number: u32, said: Said) -> Option<Found<Messages>> {
        let rank = matching::said(&self.ask, &said)?;
        let key = Key { rank, place: place(number, said.seq()) };
        Some(Found { key, id: said.id(), document: Document::Fresh(Arc::new(said)) })
    }
}
