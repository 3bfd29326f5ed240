//! A workspace where things happen at random: people write, conversations move between three groups, are
//! closed, noted and taken, in batches of any size.

use std::ops::Deref;
use std::sync::Arc;

use parloir_desk::command::{CardChange, Command};
use parloir_desk::entity::Status;
use parloir_protocol::ids::ConversationId;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::log::{MemoryLog, Record};
use crate::node::{Limits, mark_of};
use crate::record;
use crate::rehearsal::{Asked, Rehearsal, card, create_group, system};
use crate::rules::Rules;
use crate::samples::WORKSPACE;
use crate::told::Told;

/// Few, so that conversations come back.
const PEOPLE: u8 = 4;

/// One batch of asks, and how far each follower reads after it.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    steps: Vec<(u8, u8, u8)>,
    paces: [Pace; 6],
    listened: bool,
    forgets: bool,
}

/// What a follower does at a moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Pieces that it reads.
    pub(super) pieces: usize,
    /// Whether it comes again with its cursor before it reads.
    pub(super) resumes: bool,
    /// Whether it takes what others have read a moment ago.
    pub(super) shares: bool,
}

pub(super) fn moment() -> impl Strategy<Value = Moment> {
    let pace = (0_usize..4, prop::bool::weighted(0.2), any::<bool>());
    let pace = pace.prop_map(|(pieces, resumes, shares)| Pace { pieces, resumes, shares });
    let steps = vec((0_u8..8, any::<u8>(), any::<u8>()), 1..6);
    let moment = (steps, prop::array::uniform6(pace), prop::bool::weighted(0.8), prop::bool::weighted(0.05));
    moment.prop_map(|(steps, paces, listened, forgets)| Moment { steps, paces, listened, forgets })
}

impl Moment {
    pub(super) fn paces(&self) -> [Pace; 6] {
        self.paces
    }

    /// Whether somebody reads while the next moment happens.
    pub(super) fn is_listened_to(&self) -> bool {
        self.listened
    }
}

pub(super) struct Play(Rehearsal);

impl Deref for Play {
    type Target = Rehearsal;

    fn deref(&self) -> &Rehearsal {
        &self.0
    }
}

impl Play {
    /// Three groups, and everyone has written once.
    pub(super) async fn begin(limits: Limits) -> Self {
        let play = Self(Rehearsal::found(Arc::new(MemoryLog::new()), limits, Rules::OURS).await);
        play.ask(system(create_group("Support"))).await.expect("a third group");
        let asked = (0..PEOPLE).map(|person| play.inbound(person, "Bonjour")).collect();
        assert!(play.ask_together(asked).await.iter().all(Result::is_ok));
        play
    }

    pub(super) async fn happen(&self, moment: &Moment) {
        let asked = moment.steps.iter().map(|step| self.asked(*step)).collect();
        // Much of it is refused, as it may be.
        let _answers = self.ask_together(asked).await;
        if moment.forgets {
            self.workspace.hub.forget();
        }
    }

    pub(super) async fn write_notes(&self, count: u8) {
        for number in 0..count {
            self.ask(self.asked((6, number, 0))).await.expect("a note");
        }
    }

    /// A command that changes nothing.
    pub(super) async fn do_nothing(&self) {
        let conversation_id = self.conversations()[0];
        self.ask(self.by_admin(Command::Reopen { conversation_id })).await.expect("it is open");
    }

    /// The newest record once more, on stable storage, while its writer is not as far as to publish it.
    pub(super) async fn append_unpublished(&self) -> Record {
        let tail = self.node.log.tail(WORKSPACE);
        let last = self.records().pop().expect("there are some");
        let commits = record::open(&last).expect("it is ours").into_iter().map(|opened| opened.commit);
        let commits: Vec<_> = commits.collect();
        let first_seq = tail.seq + 1;
        let sealed =
            record::seal(WORKSPACE, tail.epoch, first_seq, tail.hash, last.at, &commits, &mut || [0; 16]);
        self.node.log.append(tail, sealed.clone()).await.expect("it is appended");
        sealed
    }

    pub(super) fn publish(&self, record: &Record) {
        let opened = record::open(record).expect("it is ours");
        let commits: Vec<_> = opened.into_iter().map(|opened| (opened.commit, opened.first_seq)).collect();
        let state = self.node.state.current();
        let entries = Told::new(&*state, WORKSPACE, record.prev_hash.0).events(&commits, record.at);
        let mark = mark_of(record.position(), record.prev_hash.0);
        self.workspace.hub.publish(entries, record.encoded_bytes(), mark);
    }

    fn asked(&self, (kind, a, b): (u8, u8, u8)) -> Asked {
        let conversations = self.conversations();
        let conversation_id = conversations[usize::from(a) % conversations.len()];
        let group_id = self.groups()[usize::from(b) % self.groups().len()];
        match kind {
            0 => self.inbound(a % PEOPLE, "Encore moi"),
            1..=3 => self.by_admin(Command::Move { conversation_id, group_id, expected_group: None }),
            4 => self.by_admin(Command::Close { conversation_id }),
            5 => self.by_admin(Command::Claim { conversation_id }),
            6 => {
                let note = Command::AddNote { conversation_id, text: "vu".to_owned(), mentions: [].into() };
                self.by_admin(note)
            }
            _ => {
                let name = Some(format!("Name {b}"));
                self.by_admin(card(a % PEOPLE, CardChange { name, ..CardChange::default() }))
            }
        }
    }

    fn conversations(&self) -> Vec<ConversationId> {
        let shelves =
            self.groups().into_iter().flat_map(|group| [(group, Status::Open), (group, Status::Closed)]);
        let on = |(group, status)| self.look(|view| view.group_conversations(group, status, 100));
        let mut conversations: Vec<_> = shelves.flat_map(on).collect();
        conversations.sort();
        conversations
    }
}
