//! A client's picture of its workspace, folded from frames: the same frames give the same picture, on every
//! screen. It does no I/O, knows no time and asks nobody; what it lacks it says.

use parloir_protocol::command::Expected;
use parloir_protocol::cursor::Epoch;
use parloir_protocol::down::{Down, Snapshot, Welcome};
use parloir_protocol::entity::{Agent, Row, View};
use parloir_protocol::event::{Event, Fact};
use parloir_protocol::ids::ConversationId;
use parloir_protocol::query::conversation::{QueuePage, QueuePageOk, RowsOk, Timeline as Ask, TimelineOk};

mod directory;
mod facts;
mod held;
mod rows;
mod signals;
mod tallies;
mod timelines;
mod window;

pub use directory::Directory;
pub use held::Ticket;
pub use signals::Signals;
pub use tallies::{Tallies, Totals};
pub use timelines::Timeline;
pub use window::{Place, Window};

use held::Held;
use rows::Rows;
use timelines::Timelines;

/// Timelines that are loaded at once; the one loaded first gives way.
pub const TIMELINES_MAX: usize = 64;

/// Everything a screen shows.
#[derive(Debug)]
pub struct Store {
    view: View,
    rows_max: usize,
    epoch: Option<Epoch>,
    me: Option<Agent>,
    seq: u64,
    directory: Directory,
    rows: Rows,
    tallies: Tallies,
    signals: Signals,
    timelines: Timelines,
    held: Held,
    first_page: Vec<Row>,
}

impl Store {
    /// An empty one whose window is `view` and keeps at most `rows_max` rows.
    pub fn new(view: View, rows_max: usize) -> Self {
        Self {
            rows: Rows::new(view.clone(), None, rows_max),
            view,
            rows_max,
            epoch: None,
            me: None,
            seq: 0,
            directory: Directory::default(),
            tallies: Tallies::default(),
            signals: Signals::default(),
            timelines: Timelines::default(),
            held: Held::default(),
            first_page: Vec::new(),
        }
    }

    /// Everything visible up to here is folded.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Who this client is.
    pub fn me(&self) -> Option<&Agent> {
        self.me.as_ref()
    }

    /// What `expected` says when the author has this store on screen.
    pub fn expected(&self) -> Option<Expected> {
        self.epoch.map(|epoch| Expected { epoch, seq: self.seq })
    }

    /// Groups, agents, channels and settings.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The counters.
    pub fn tallies(&self) -> &Tallies {
        &self.tallies
    }

    /// Who is online, looks and types.
    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// Which rows `queue` shows.
    pub fn window(&self) -> &Window {
        &self.rows.window
    }

    /// The rows of the window, in its order.
    pub fn queue(&self) -> impl DoubleEndedIterator<Item = &Row> {
        self.rows.in_order()
    }

    /// One row, in the window or with a loaded timeline.
    pub fn row(&self, id: ConversationId) -> Option<&Row> {
        self.rows.get(id)
    }

    /// A loaded timeline.
    pub fn timeline(&self, id: ConversationId) -> Option<&Timeline> {
        self.timelines.get(id)
    }

    /// Folds one frame. Replies are not folded here: their content is.
    pub fn fold(&mut self, frame: &Down) {
        match frame {
            Down::Welcome(welcome) => self.welcome(welcome),
            Down::Snapshot(part) => self.snapshot(part),
            Down::Event(event) => self.event(event),
            Down::Signal(signal) => self.signals.fold(signal),
            Down::Counters(counters) => self.tallies.fold(counters),
            Down::Checkpoint(checkpoint) => self.seq = self.seq.max(checkpoint.seq),
            Down::Ping(ping) => self.seq = self.seq.max(ping.cursor.seq),
            Down::Reset(_) => self.clear(),
            Down::Unknown(frame) => self.seq = self.seq.max(frame.seq.unwrap_or(0)),
            Down::Reply(_) | Down::Change(_) | Down::Goodbye(_) => {}
        }
    }

    fn clear(&mut self) {
        let mut held = std::mem::take(&mut self.held);
        held.void();
        *self = Self { held, ..Self::new(self.view.clone(), self.rows_max) };
    }

    fn welcome(&mut self, welcome: &Welcome) {
        if welcome.resumed && !welcome.signals_kept {
            self.signals = Signals::default();
        }
        if welcome.resumed {
            return;
        }
        self.clear();
        self.epoch = Some(welcome.epoch);
        self.directory.workspace = Some(welcome.workspace.clone());
        self.me = Some(welcome.agent.clone());
        self.rows = Rows::new(self.view.clone(), Some(welcome.agent.agent_id), self.rows_max);
    }

    fn snapshot(&mut self, part: &Snapshot) {
        part.groups.iter().for_each(|group| self.directory.put_group(group));
        part.agents.iter().for_each(|agent| self.directory.put_agent(agent));
        part.channels.iter().for_each(|channel| self.directory.put_channel(channel));
        part.templates.iter().for_each(|template| self.directory.put_template(template));
        part.counters.iter().for_each(|counters| self.tallies.fold(counters));
        part.signals.iter().for_each(|signal| self.signals.fold(signal));
        self.first_page.extend(part.rows.iter().cloned());
        if part.last {
            let rows = std::mem::take(&mut self.first_page);
            self.put_rows(&rows, part.seq);
            self.rows.reach(&rows, part.next.clone());
            self.seq = part.seq;
        }
    }

    fn put_rows(&mut self, rows: &[Row], as_of: u64) {
        rows.iter().for_each(|row| self.rows.put(row.clone(), as_of));
    }

    fn event(&mut self, event: &Event) {
        if event.seq <= self.seq {
            return;
        }
        self.seq = event.seq;
        self.held.keep(event);
        self.rows.fold(event);
        self.timelines.fold(event);
        self.directory.fold(event);
        if let Fact::ConversationLeft(fact) = &event.fact {
            self.signals.forget(fact.conversation_id);
        }
        if let Fact::GroupDeleted(fact) = &event.fact {
            self.tallies.forget(fact.group_id);
        }
        if let (Some(me), Fact::AgentChanged(fact)) = (&mut self.me, &event.fact)
            && me.agent_id == fact.agent_id
        {
            me.name.clone_from(&fact.name);
            me.role = fact.role;
        }
    }

    /// Before a query whose answer will be folded: events are kept until it comes. The query must ask for
    /// `at_least` the store's seq.
    pub fn ask(&mut self) -> Ticket {
        self.held.ask()
    }

    /// No answer will come.
    pub fn release(&mut self, ticket: Ticket) {
        self.held.release(ticket);
    }

    /// Whether events are kept for an answer.
    #[cfg(test)]
    pub(crate) fn is_asked(&self) -> bool {
        self.held.is_asked()
    }

    /// Conversations whose row, or the name in it, is not known; with a seq that the answer must include.
    pub fn missing(&self, ids_max: usize) -> Option<(Vec<ConversationId>, u64)> {
        let ids: Vec<_> = self.rows.missing().take(ids_max).collect();
        (!ids.is_empty()).then_some((ids, self.seq))
    }

    /// Folds the answer to a query for missing rows. Nothing happens, and `false`, when it comes too late.
    pub fn fold_rows(&mut self, ticket: Ticket, ids: &[ConversationId], answer: RowsOk) -> bool {
        let Some(events) = self.held.redeem(ticket, answer.seq) else { return false };
        self.rows.found(ids, answer.rows, answer.seq);
        events.iter().for_each(|event| self.rows.fold(event));
        true
    }

    /// The question was refused: these rows stay unknown until they change again.
    pub(crate) fn give_up(&mut self, ticket: Ticket, ids: &[ConversationId]) {
        self.held.release(ticket);
        self.rows.give_up(ids);
    }

    /// Folds a page of the queue: the first of a view replaces the window, the next makes it longer.
    pub fn fold_page(&mut self, ticket: Ticket, asked: &QueuePage, page: &QueuePageOk) -> bool {
        let Some(events) = self.held.redeem(ticket, page.seq) else { return false };
        if asked.after.is_none() {
            self.view = asked.view.clone();
            self.rows.show(asked.view.clone());
        } else if self.rows.window.view != asked.view || self.rows.window.next != asked.after {
            return false;
        }
        self.rows.window.bound = Place::MAX;
        self.put_rows(&page.rows, page.seq);
        self.rows.reach(&page.rows, page.next.clone());
        events.iter().for_each(|event| self.rows.fold(event));
        true
    }

    /// Folds a page of a timeline; its row is kept as long as it is loaded.
    pub fn fold_timeline(&mut self, ticket: Ticket, asked: &Ask, page: &TimelineOk) -> bool {
        let Some(events) = self.held.redeem(ticket, page.seq) else { return false };
        let id = asked.conversation_id;
        if events.iter().any(|event| leaves(event, id)) {
            return false;
        }
        if let Some(other) = self.timelines.in_the_way_of(id) {
            self.drop_timeline(other);
        }
        self.timelines.put(id, asked.before, page, &events);
        self.rows.pin(id, page.seq);
        true
    }

    /// The timeline is not on screen any more.
    pub fn drop_timeline(&mut self, id: ConversationId) {
        self.timelines.forget(id);
        self.rows.unpin(id);
    }
}

fn leaves(event: &Event, id: ConversationId) -> bool {
    matches!(&event.fact, Fact::ConversationLeft(fact) if fact.conversation_id == id)
}
