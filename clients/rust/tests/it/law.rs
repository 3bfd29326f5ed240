//! The law: a snapshot at any place with the events after it folded in equals the snapshot at the end, with
//! windows, pages and timelines asked for at any moment and answered late or early.

use parloir_client::Store;
use parloir_client::protocol::cursor::{Cursor, Epoch};
use parloir_client::protocol::down::{Down, Snapshot, Welcome};
use parloir_client::protocol::entity::*;
use parloir_client::protocol::ids::{ChannelId, ConversationId, WorkspaceId};
use parloir_client::protocol::limits::Limits;
use parloir_client::protocol::query::conversation::{QueuePage, Timeline, TimelineOk};
use parloir_client::store::Ticket;

use super::model::{Dice, Told, World, agent, group};

const PAGE_ROWS: usize = 3;
const ROWS_MAX: usize = 7;

enum Asked {
    Rows(Ticket, Vec<ConversationId>, u64),
    Page(Ticket, QueuePage),
    Timeline(Ticket, Timeline),
}

struct Run {
    dice: Dice,
    limited: bool,
    worlds: Vec<World>,
    told: Vec<Told>,
    store: Store,
    asked: Vec<Asked>,
}

#[test]
fn a_snapshot_and_what_follows_is_what_is() {
    for seed in 1..=600 {
        let mut run = Run::new(seed);
        run.follow();
        run.compare(seed);
    }
}

#[test]
fn an_answer_that_is_ahead_is_never_set_back() {
    for seed in 1..=200 {
        let mut run = Run::new(seed);
        run.limited = false;
        run.store = Store::new(View::default(), usize::MAX);
        run.begin(0);
        let (end, ticket) = (run.worlds.len() - 1, run.store.ask());
        let asked = QueuePage { view: View::default(), limit: None, after: None };
        let page = run.worlds[end].page(&asked.view, false, None, usize::MAX);
        run.store.fold_page(ticket, &asked, &page);
        let Some(id) = page.rows.first().map(|row| row.conversation.conversation_id) else { continue };
        let (ticket, asked) = (run.store.ask(), Timeline { conversation_id: id, before: None, limit: None });
        let lines = run.worlds[end].timeline(id, None, usize::MAX);
        run.store.fold_timeline(ticket, &asked, &lines);
        for told in &run.told {
            run.store.fold(&Down::Event(Box::new(told.all.clone())));
            assert!(run.store.queue().eq(&page.rows), "seed {seed}, event {}", told.all.seq);
            let shown = run.store.timeline(id).expect("it is loaded").items();
            assert!(shown.eq(&lines.items), "seed {seed}, event {}", told.all.seq);
        }
    }
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let steps = 20 + dice.roll(80);
        let (mut worlds, mut told) = (vec![World::default()], Vec::new());
        for _ in 0..steps {
            let mut world = worlds[worlds.len() - 1].clone();
            told.push(world.act(&mut dice));
            worlds.push(world);
        }
        let view = view(&mut dice);
        let (store, limited) = (Store::new(view, ROWS_MAX), dice.roll(2) == 0);
        Self { dice, limited, worlds, told, store, asked: Vec::new() }
    }

    fn follow(&mut self) {
        let start = self.dice.roll(self.worlds.len() as u64) as usize;
        self.begin(start);
        for at in start..self.told.len() {
            self.something(at);
            let told = &self.told[at];
            let event = if self.limited { told.limited.clone() } else { Some(told.all.clone()) };
            if let Some(event) = event {
                self.store.fold(&Down::Event(Box::new(event)));
            }
        }
        let end = self.told.len();
        while let Some(asked) = self.asked.pop() {
            self.answer(asked, end);
        }
        while let Some((ids, at_least)) = self.store.missing(PAGE_ROWS) {
            let ticket = self.store.ask();
            self.answer(Asked::Rows(ticket, ids, at_least), end);
        }
    }

    fn begin(&mut self, start: usize) {
        let me = Agent {
            agent_id: agent(1),
            name: "Ada".to_owned(),
            role: Role::Agent,
            groups: None,
            status: AgentStatus::Active,
            availability: Availability::Online,
            seq: 0,
        };
        let view = self.store.window().view.clone();
        let page = self.worlds[start].page(&view, self.limited, None, PAGE_ROWS);
        self.store.fold(&Down::Welcome(Box::new(welcome(me))));
        let part =
            Snapshot { rows: page.rows, next: page.next, last: true, seq: page.seq, ..Snapshot::default() };
        self.store.fold(&Down::Snapshot(Box::new(part)));
    }

    /// Asks for something or answers something, or neither.
    fn something(&mut self, at: usize) {
        match self.dice.roll(6) {
            0 => self.ask(),
            1 if !self.asked.is_empty() => {
                let which = self.dice.roll(self.asked.len() as u64) as usize;
                let asked = self.asked.swap_remove(which);
                self.answer(asked, at);
            }
            _ => {}
        }
    }

    fn ask(&mut self) {
        let ticket = self.store.ask();
        let asked = match self.dice.roll(4) {
            0 => self.store.missing(PAGE_ROWS).map(|(ids, at_least)| Asked::Rows(ticket, ids, at_least)),
            1 => {
                let window = self.store.window();
                let (view, after) = (window.view.clone(), window.next.clone());
                after.map(|after| Asked::Page(ticket, QueuePage { view, limit: None, after: Some(after) }))
            }
            2 if self.dice.roll(3) == 0 => {
                let view = view(&mut self.dice);
                Some(Asked::Page(ticket, QueuePage { view, limit: None, after: None }))
            }
            _ => {
                let shown: Vec<_> = self.store.queue().map(|row| row.conversation.conversation_id).collect();
                let id = shown.get(self.dice.roll(shown.len().max(1) as u64) as usize).copied();
                id.map(|conversation_id| {
                    let loaded = self.store.timeline(conversation_id);
                    let before = loaded.and_then(parloir_client::store::Timeline::first_seq);
                    Asked::Timeline(ticket, Timeline { conversation_id, before, limit: None })
                })
            }
        };
        match asked {
            Some(asked) => self.asked.push(asked),
            None => self.store.release(ticket),
        }
    }

    /// The answer may be older than the store, as old as the question, or newer than the store.
    fn answer(&mut self, asked: Asked, at: usize) {
        let limited = self.limited;
        let room = self.worlds.len() - at;
        let as_of = at + if self.dice.roll(2) == 0 { 0 } else { self.dice.roll(room as u64) as usize };
        match asked {
            Asked::Rows(ticket, ids, at_least) => {
                let span = as_of as u64 - at_least + 1;
                let world = &self.worlds[(at_least + self.dice.roll(span)) as usize];
                self.store.fold_rows(ticket, &ids, world.some_rows(&ids, limited));
            }
            Asked::Page(ticket, asked) => {
                let page = self.worlds[as_of].page(&asked.view, limited, asked.after.as_deref(), PAGE_ROWS);
                self.store.fold_page(ticket, &asked, &page);
            }
            Asked::Timeline(ticket, asked) => {
                if self.worlds[as_of].some_rows(&[asked.conversation_id], limited).rows.is_empty() {
                    return self.store.release(ticket);
                }
                let page = self.worlds[as_of].timeline(asked.conversation_id, asked.before, PAGE_ROWS);
                self.store.fold_timeline(ticket, &asked, &page);
            }
        }
    }

    fn compare(&self, seed: u64) {
        let (end, window) = (&self.worlds[self.worlds.len() - 1], self.store.window());
        let queue = end.queue(&window.view, self.limited);
        let expected: Vec<_> =
            queue.into_iter().filter(|(place, _)| *place <= window.bound).map(|(_, row)| row).collect();
        let shown: Vec<_> = self.store.queue().cloned().collect();
        assert_eq!(shown, expected, "seed {seed}, window {window:?}");
        for n in 1..=16 {
            let id = ConversationId::from_bytes([n; 16]);
            let Some(timeline) = self.store.timeline(id) else { continue };
            let from = timeline.first_seq().unwrap_or(0);
            let TimelineOk { items: all, pending, .. } = end.timeline(id, None, usize::MAX);
            assert_eq!(timeline.pending(), pending, "seed {seed}, {id}");
            let expected: Vec<_> = all.into_iter().filter(|item| item.seq >= from).collect();
            assert_eq!(timeline.items().cloned().collect::<Vec<_>>(), expected, "seed {seed}, {id}");
            assert_eq!(self.store.row(id), Some(&end.row(id)), "seed {seed}, pinned {id}");
        }
    }
}

fn view(dice: &mut Dice) -> View {
    let mut some = |of: u64| dice.roll(of) == 0;
    View {
        status: some(2).then_some(Status::Open),
        group_id: some(4).then(|| group(0)),
        assignee: some(4).then_some(AssigneeFilter::Me).or_else(|| some(4).then_some(AssigneeFilter::Nobody)),
        unread: some(4).then_some(true),
        channel_id: some(4).then(|| ChannelId::from_bytes([1; 16])),
        order: if some(3) { Order::Waiting } else { Order::Activity },
    }
}

fn welcome(me: Agent) -> Welcome {
    Welcome {
        workspace: Workspace {
            workspace_id: WorkspaceId::from_bytes([1; 16]),
            name: "Desk".to_owned(),
            country: "FR".to_owned(),
            unread_until: "opened".to_owned(),
            default_group: group(0),
            hold_ms: 0,
            link_days: 7,
            seq: 0,
        },
        epoch: Epoch(1),
        cursor: Cursor { epoch: Epoch(1), seq: 0, hash_prefix: [0; 8], agent: me.agent_id, signals: None },
        agent: me,
        seq: 0,
        resumed: false,
        signals_kept: false,
        limits: Limits::standard(),
        server: "model".to_owned(),
    }
}
