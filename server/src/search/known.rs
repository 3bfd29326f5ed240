//! What one search has looked up in the dictionaries: each rank asks for the same words again, and nothing of it changes
//! while one search goes on.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::rc::Rc;

use tantivy::InvertedIndexReader;
use tantivy::postings::TermInfo;

use super::arena::Arena;

/// Where lists were found.
#[derive(Default)]
pub(super) struct Known {
    lists: RefCell<HashMap<Looked<Vec<u8>>, Option<TermInfo>>>,
    holding: RefCell<HashMap<Looked<String>, Rc<[TermInfo]>>>,
}

/// Into what was looked, by its address, and for what. A search holds all of its segments.
type Looked<T> = (usize, T);

impl Known {
    /// The list of a key.
    pub(super) fn list(&self, lists: &InvertedIndexReader, key: &[u8]) -> io::Result<Option<TermInfo>> {
        let place = (std::ptr::from_ref(lists).addr(), key.to_vec());
        if let Some(known) = self.lists.borrow().get(&place) {
            return Ok(known.clone());
        }
        let info = lists.terms().get(key)?;
        self.lists.borrow_mut().insert(place, info.clone());
        Ok(info)
    }

    /// The lists of the words that have `part` anywhere. A search is of one workspace.
    pub(super) fn holding(&self, arena: &Arena, workspace: u32, part: &str) -> Rc<[TermInfo]> {
        let place = (std::ptr::from_ref(arena).addr(), part.to_owned());
        if let Some(known) = self.holding.borrow().get(&place) {
            return Rc::clone(known);
        }
        let infos: Rc<[TermInfo]> = arena.holding(workspace, part, |_| true).into();
        self.holding.borrow_mut().insert(place, Rc::clone(&infos));
        infos
    }
}
