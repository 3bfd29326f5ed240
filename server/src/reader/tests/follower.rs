//! One who reads, keeps what it got, and is compared with the log in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use parloir_desk::event::Event;
use parloir_protocol::codec::Codec;
use parloir_protocol::down::Down;
use parloir_protocol::entity::Counters;
use parloir_protocol::event::Fact;
use parloir_protocol::ids::{AgentId, ConversationId, GroupId, TokenId};
use parloir_session::{Audience, Form, Mark, Office, Scope};

use super::play::{Pace, Play};
use crate::reader::{Chunk, Next, Page, Reader, Sight};
use crate::record;
use crate::samples::WORKSPACE;
use crate::snapshot;
use crate::told::Told;

pub(super) struct Follower {
    sight: Sight,
    reader: Reader,
    begin: u64,
    mark: Mark,
    /// Frames of events, but for those that bring a row.
    events: Vec<Bytes>,
    entered: Vec<u64>,
    counters: BTreeMap<GroupId, Counters>,
    owes_counters: bool,
}

impl Follower {
    /// Everyone who may look: at all groups, at some, at none; in both codecs.
    pub(super) fn everyone(play: &Play) -> Vec<Self> {
        let groups = play.groups();
        let some = |places: &[usize]| Scope::Groups(places.iter().map(|place| groups[*place]).collect());
        let scopes = [Scope::All, some(&[0]), some(&[1]), some(&[0, 2]), some(&[]), Scope::All];
        let codecs = [Codec::Json, Codec::Msgpack].into_iter().cycle();
        scopes.into_iter().zip(codecs).map(|(scope, codec)| Self::new(play, scope, codec)).collect()
    }

    fn new(play: &Play, scope: Scope, codec: Codec) -> Self {
        let (agent, token) = (AgentId::from_bytes([77; 16]), TokenId::from_bytes([78; 16]));
        let sight = Sight { agent, token, scope, office: Office::None, codec };
        let mark = play.workspace.hub.head();
        let reader = reader(play, &sight, mark.seq);
        let (events, entered, counters) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { sight, reader, begin: mark.seq, mark, events, entered, counters, owes_counters: true }
    }

    pub(super) async fn read(&mut self, play: &Play, pace: Pace, page: &mut Page<'_>) {
        if pace.resumes {
            self.reader = reader(play, &self.sight, self.mark.seq);
            self.owes_counters = true;
        }
        for _ in 0..pace.pieces {
            let at_hand = if pace.shares { self.at_hand(play, page) } else { None };
            let chunk = match at_hand {
                Some(chunk) => chunk,
                None => self.reader.next().await.expect("the log can be read"),
            };
            self.take(play, chunk);
        }
    }

    /// What a page has for him that he need not read alone.
    fn at_hand(&mut self, play: &Play, page: &mut Page<'_>) -> Option<Chunk> {
        match self.reader.read_on(page) {
            Next::Bytes { bytes, mark, is_all } => {
                assert_eq!(
                    is_all,
                    mark.seq >= play.workspace.hub.head().seq,
                    "nothing is published meanwhile"
                );
                Some(Chunk { frames: frames(bytes), mark, notice: None, counters_missed: false })
            }
            Next::Elsewhere => None,
        }
    }

    /// Reads until it stands at the newest seq, as a session does.
    pub(super) async fn catch_up(&mut self, play: &Play) {
        while self.mark != play.workspace.hub.head() {
            let before = self.mark;
            self.read_one(play).await;
            assert!(self.mark.seq > before.seq, "reading goes on");
        }
        if self.owes_counters {
            self.read_one(play).await;
        }
    }

    async fn read_one(&mut self, play: &Play) {
        let alone = Pace { pieces: 1, resumes: false, shares: false };
        self.read(play, alone, &mut Page::new(&play.workspace.hub)).await;
    }

    /// Takes what a page has.
    pub(super) async fn share(&mut self, play: &Play, page: &mut Page<'_>) {
        self.read(play, Pace { pieces: 1, resumes: false, shares: true }, page).await;
    }

    fn take(&mut self, play: &Play, chunk: Chunk) {
        assert!(chunk.mark.seq >= self.mark.seq, "a position never goes back");
        assert!(chunk.notice.is_none(), "nobody's rights changed");
        check_mark(play, chunk.mark);
        self.mark = chunk.mark;
        for frame in chunk.frames {
            self.hear(frame);
        }
        self.owes_counters |= chunk.counters_missed;
        if self.mark == play.workspace.hub.head() && std::mem::take(&mut self.owes_counters) {
            let now = play.look(|view| snapshot::counters(view, &self.sight.scope, self.mark.seq));
            self.counters = now.into_iter().map(|counters| (counters.group_id, counters)).collect();
        }
    }

    fn hear(&mut self, frame: Bytes) {
        let (scope, mark) = (&self.sight.scope, self.mark);
        match Down::read(self.sight.codec, payload(&frame)).expect("a frame") {
            Down::Counters(counters) => {
                assert!(scope.sees(counters.group_id), "another group's counters");
                self.counters.insert(counters.group_id, counters);
            }
            Down::Event(event) => {
                assert!(event.seq <= mark.seq, "an event after the position");
                match event.fact {
                    Fact::ConversationEntered(entered) => {
                        let group = entered.row.conversation.group_id;
                        assert!(scope.sees(group), "a row from out of sight");
                        self.entered.push(event.seq);
                    }
                    _ => self.events.push(frame),
                }
            }
            other => panic!("nobody sent {other:?}"),
        }
    }

    /// Against the whole log, read anew.
    pub(super) fn compare(&self, play: &Play) {
        let state = play.node.state.current();
        let Sight { agent, scope, codec, .. } = &self.sight;
        let form = |audience: Audience| scope.form(*agent, Office::None, audience);
        let (mut events, mut moves) = (Vec::new(), Vec::new());
        for record in play.records() {
            let commits = record::open(&record).expect("a record");
            let commits: Vec<_> =
                commits.into_iter().map(|opened| (opened.commit, opened.first_seq)).collect();
            let told = Told::new(&*state, WORKSPACE, record.prev_hash.0).events(&commits, record.at);
            let told = told.into_iter().filter(|entry| entry.seq > self.begin);
            let told = told.filter(|entry| form(entry.audience) != Form::Entered);
            events.extend(told.filter_map(|entry| entry.frame_for(*agent, Office::None, scope, *codec)));
            moves.extend(commits.iter().flat_map(|(commit, first)| moved(&commit.events, *first)));
        }
        moves.retain(|(seq, ..)| *seq > self.begin);
        for (got, expected) in self.events.iter().zip(&events) {
            assert_eq!(got, expected, "{scope:?}");
        }
        assert_eq!(self.events.len(), events.len(), "{scope:?}");
        self.compare_entered(&moves.into_iter().map(|(seq, id, by)| (seq, id, form(by))).collect::<Vec<_>>());
        self.compare_counters(play);
    }

    /// Each that entered is told once; one that left again since may be left out.
    fn compare_entered(&self, moves: &[(u64, ConversationId, Form)]) {
        let told: BTreeSet<u64> = self.entered.iter().copied().collect();
        assert_eq!(told.len(), self.entered.len(), "a conversation entered twice");
        let mut entered = moves.iter().filter(|(_, _, form)| *form == Form::Entered).peekable();
        assert!(told.iter().all(|seq| moves.iter().any(|(at, _, form)| at == seq && *form == Form::Entered)));
        let left_after = |seq: u64, id: ConversationId| {
            moves.iter().any(|(at, other, form)| *at > seq && *other == id && *form == Form::Left)
        };
        assert!(entered.all(|(seq, id, _)| told.contains(seq) || left_after(*seq, *id)), "{moves:?}");
    }

    fn compare_counters(&self, play: &Play) {
        let now = play.look(|view| snapshot::counters(view, &self.sight.scope, self.mark.seq));
        let numbers = |counters: &Counters| {
            (counters.group_id, counters.open, counters.closed, counters.unread, counters.unassigned)
        };
        let expected: BTreeSet<_> = now.iter().map(numbers).collect();
        assert_eq!(self.counters.values().map(numbers).collect::<BTreeSet<_>>(), expected);
    }
}

fn moved(events: &[Event], first_seq: u64) -> Vec<(u64, ConversationId, Audience)> {
    let numbered = (first_seq..).zip(events);
    let moves = numbered.filter_map(|(seq, event)| match event {
        Event::ConversationMoved { header, from } => {
            Some((seq, header.conversation_id, Audience::Move { from: *from, to: header.group_id }))
        }
        _ => None,
    });
    moves.collect()
}

fn reader(play: &Play, sight: &Sight, after: u64) -> Reader {
    Reader::after(Arc::clone(&play.node), Arc::clone(&play.workspace), sight.clone(), after)
}

/// A cursor at this mark is known again.
fn check_mark(play: &Play, mark: Mark) {
    let records = play.node.log.read(WORKSPACE, mark.seq - 1, 1).expect("a read");
    let record = records.first().expect("the record that holds the mark");
    assert_eq!(mark.hash_prefix, record.prev_hash.0[..8], "the mark at {}", mark.seq);
    assert_eq!(mark.epoch.0, record.epoch);
}

/// What a frame holds after its header.
fn payload(frame: &[u8]) -> &[u8] {
    &frame[payload_at(frame).0..]
}

/// Where a frame's payload begins, and how long it is.
fn payload_at(frame: &[u8]) -> (usize, usize) {
    match frame[1] {
        126 => (4, usize::from(u16::from_be_bytes([frame[2], frame[3]]))),
        127 => panic!("no frame of this play is that long"),
        short => (2, usize::from(short)),
    }
}

/// Whole frames, one after the other.
fn frames(mut bytes: Bytes) -> Vec<Bytes> {
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        let (at, len) = payload_at(&bytes);
        frames.push(bytes.split_to(at + len));
    }
    frames
}
