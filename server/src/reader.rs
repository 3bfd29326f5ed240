//! Where one connection reads: in the hub's ring while its place is there, in the log otherwise. It keeps a
//! place, never events.

use std::sync::Arc;

use bytes::Bytes;
use parloir_desk::view::View;
use parloir_protocol::codec::Codec;
use parloir_protocol::ids::{AgentId, TokenId};
use parloir_session::{Mark, Office, Scope};

use crate::hub::{Entry, Notice, Place};
use crate::log::{ReadError, Record};
use crate::node::{Node, mark_of};
use crate::record;
use crate::told::Told;
use crate::workspace::Workspace;

pub use page::{Next, Page};

mod page;
#[cfg(test)]
mod tests;

/// Who reads, and how.
#[derive(Debug, Clone)]
pub struct Sight {
    pub agent: AgentId,
    pub token: TokenId,
    pub scope: Scope,
    pub office: Office,
    pub codec: Codec,
}

impl Sight {
    /// What is told of an entry, if anything.
    fn frame(&self, entry: &Entry) -> Option<Bytes> {
        entry.frame_for(self.agent, self.office, &self.scope, self.codec)
    }
}

/// What was read in one go.
#[derive(Debug)]
pub struct Chunk {
    /// The visible frames, header included, in order.
    pub frames: Vec<Bytes>,
    /// Everything visible up to here is in it or before it.
    pub mark: Mark,
    /// What concerns this very agent or token.
    pub notice: Option<Notice>,
    /// Counters, which are in no log, may have been passed over.
    pub counters_missed: bool,
}

/// One connection's place.
pub struct Reader {
    node: Arc<Node>,
    workspace: Arc<Workspace>,
    sight: Sight,
    place: Place,
    seq: u64,
}

impl Reader {
    /// Reads on after `seq`.
    pub fn after(node: Arc<Node>, workspace: Arc<Workspace>, sight: Sight, seq: u64) -> Self {
        Self { node, workspace, sight, place: Place::AfterSeq(seq), seq }
    }

    /// Who reads.
    pub fn sight(&self) -> &Sight {
        &self.sight
    }

    /// The connection's token is another one now.
    pub fn use_token(&mut self, token: TokenId) {
        self.sight.token = token;
    }

    /// The next visible frames, as far as there are.
    ///
    /// # Errors
    /// [`ReadError`] when they have left the ring and the log does not give them.
    pub async fn next(&mut self) -> Result<Chunk, ReadError> {
        if let Some(batch) = self.workspace.hub.read(self.place) {
            return Ok(self.take(&batch.entries, batch.mark, batch.next));
        }
        let mut records = self.read_log().await?;
        // The log has a record before it is published: at a place behind the ring's end nobody would find it again.
        let published = self.workspace.hub.head().seq;
        records.retain(|record| record.last_seq <= published);
        let last = records.last().ok_or(ReadError::Unavailable)?;
        let mark = mark_of(last.position(), last.prev_hash.0);
        let entries: Vec<_> = records.iter().flat_map(|record| self.entries(record)).collect();
        let chunk = self.take(&entries, mark, Place::AfterSeq(mark.seq));
        Ok(Chunk { counters_missed: true, ..chunk })
    }

    fn take(&mut self, entries: &[Arc<Entry>], mark: Mark, next: Place) -> Chunk {
        self.move_to(next, mark);
        self.chunk(entries, mark)
    }

    /// Never back: its connection would look for what it has already, and for nothing else.
    fn move_to(&mut self, place: Place, mark: Mark) {
        assert!(self.seq <= mark.seq, "a place goes back from {} to {}", self.seq, mark.seq);
        (self.place, self.seq) = (place, mark.seq);
    }

    /// A bounded number of connections reads the log at once, each a bounded piece.
    async fn read_log(&self) -> Result<Vec<Record>, ReadError> {
        let _turn = self.node.log_readers.acquire().await;
        let (log, workspace, after) = (Arc::clone(&self.node.log), self.workspace.id, self.seq);
        let bytes = self.node.limits.log_read_bytes;
        let read = tokio::task::spawn_blocking(move || log.read(workspace, after, bytes)).await;
        read.unwrap_or_else(|panicked| std::panic::resume_unwind(panicked.into_panic()))
    }

    fn entries(&self, record: &Record) -> Vec<Arc<Entry>> {
        let commits = record::open(record).unwrap_or_else(|error| {
            panic!(
                "record {} of {} was readable when it was written: {error}",
                record.first_seq, record.workspace
            )
        });
        let commits: Vec<_> = commits.into_iter().map(|opened| (opened.commit, opened.first_seq)).collect();
        let state = self.node.state.current();
        let told = Told::new(&*state, record.workspace, record.prev_hash.0);
        let mut entries = told.events(&commits, record.at);
        entries.retain(|entry| entry.seq > self.seq);
        entries
    }

    fn chunk(&self, entries: &[Arc<Entry>], mark: Mark) -> Chunk {
        let noticed = entries.iter().position(|entry| self.is_concerned_by(entry));
        // What came after a change of rights is not for the eyes that read until then.
        let visible = noticed.map_or(entries, |place| &entries[..=place]);
        let notice = noticed.and_then(|place| entries[place].notice);
        let frames = visible.iter().filter_map(|entry| self.sight.frame(entry)).collect();
        Chunk { frames, mark, notice, counters_missed: false }
    }

    fn is_concerned_by(&self, entry: &Entry) -> bool {
        match entry.notice {
            None => false,
            Some(Notice::AgentChanged(agent)) => {
                agent == self.sight.agent && self.sees_otherwise_since(entry.seq)
            }
            Some(Notice::Deactivated(agent)) => agent == self.sight.agent,
            Some(Notice::TokenRevoked(token)) => token == self.sight.token,
        }
    }

    fn sees_otherwise_since(&self, seq: u64) -> bool {
        let state = self.node.state.current();
        let agent = View::new(&*state, self.workspace.id).agent(self.sight.agent);
        agent.is_some_and(|agent| agent.scope_changed_seq >= seq)
    }
}
