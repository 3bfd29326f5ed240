//! A record while it is decided: what each command became, and the rows that would follow. It writes nothing.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parloir_desk::answer::Answer;
use parloir_desk::command::{Ask, Asked, Command, Ids};
use parloir_desk::commit::{Commit, Key};
use parloir_desk::decide::Decided;
use parloir_desk::entity::SubjectId;
use parloir_desk::event::Event;
use parloir_desk::refusal::Refusal;
use parloir_desk::rows::{Changes, Overlay, Rows};
use parloir_desk::view::{Head, View};
use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;
use tokio::sync::oneshot;

use super::salts::Salts;

use crate::log::Record;
use crate::node::{Limits, Node};
use crate::secret::random_bytes;
use crate::state::VALUE_BYTES_MAX;
use crate::workspace::{Answered, Rejected, Request};

/// What a command weighs in a record beside its own text.
const COMMAND_BYTES: usize = 1_024;
/// What a step of a job weighs.
const STEP_BYTES: usize = 48 << 10;

/// Commands with what became of each.
#[derive(Default)]
pub(super) struct Draft {
    requests: Vec<(Request, Answered)>,
    /// Accepted ones, each with the seq of its first event.
    pub(super) commits: Vec<(Commit, u64)>,
    pub(super) changes: Changes,
    pub(super) first_seq: u64,
    pub(super) at: Time,
    next_seq: u64,
    /// Commands at most.
    most: usize,
    /// What its commands weigh together.
    weight: usize,
    /// The one before it, or the one that a command of it began.
    epoch: u64,
    /// Keys on which the rules failed.
    pub(super) failed: Vec<Key>,
}

/// Roughly what a command adds to a record.
pub(super) fn weight(command: &Asked) -> usize {
    if matches!(**command, Command::StepJob { .. }) {
        return STEP_BYTES;
    }
    COMMAND_BYTES + command.params().len()
}

/// What commands are decided with, beside the rows.
pub(super) struct Decider<'a> {
    pub(super) node: &'a Node,
    pub(super) workspace: WorkspaceId,
    /// Keys on which the rules failed before.
    pub(super) set_aside: &'a BTreeSet<Key>,
    pub(super) salts: &'a mut Salts,
}

impl Draft {
    /// A draft of the record that follows `head`, at this time, of so many commands at most.
    pub(super) fn after(head: Head, at: Time, most: usize) -> Self {
        // A workspace's first record begins its first epoch.
        let epoch = if head.seq == 0 { u64::from_le_bytes(random_bytes()) } else { head.epoch };
        let next_seq = head.seq + 1;
        Self { first_seq: next_seq, next_seq, at, epoch, most, ..Self::default() }
    }

    /// Whether more may come into it.
    pub(super) fn has_room(&self, limits: &Limits) -> bool {
        self.requests.len() < self.most && self.weight < limits.batch_bytes
    }

    /// Decides a command after those before it, over rows that stand still meanwhile.
    pub(super) fn decide(&mut self, decider: &mut Decider<'_>, rows: &dyn Rows, request: Request) {
        self.weight += weight(&request.command);
        if decider.set_aside.contains(&request.key) {
            self.requests.push((request, Err(Rejected::Internal)));
            return;
        }
        let (ask, waits) = asked(request, (self.at, decider.node.clock.now()), decider.salts);
        let mut overlay = Overlay::over(rows, std::mem::take(&mut self.changes));
        let answered = match attempt(decider, &overlay, self.next_seq, &ask, self.epoch) {
            Ok(Step::Repeated(answer)) => Ok(answer),
            Ok(Step::New(commit, changes)) => {
                let answer = Answer::of(&commit, self.next_seq);
                self.epoch = begun_epoch(&commit).unwrap_or(self.epoch);
                overlay.apply(changes);
                let first_seq = self.next_seq;
                self.next_seq += commit.events.len() as u64;
                self.commits.push((commit, first_seq));
                Ok(answer)
            }
            Err(Failed::Refused(refusal)) => Err(Rejected::Refused(refusal)),
            Err(Failed::Panicked) => {
                self.failed.push(ask.key);
                Err(Rejected::Internal)
            }
        };
        self.changes = overlay.into_changes();
        self.requests.push((again(ask, waits), answered));
    }

    /// The rows that follow from a record that somebody else wrote.
    pub(super) fn replay(
        &mut self,
        node: &Node,
        rows: &dyn Rows,
        record: &Record,
        commits: Vec<(Commit, u64)>,
    ) {
        let mut overlay = Overlay::new(rows);
        for (commit, first_seq) in &commits {
            let apply = node.rules.apply;
            let changes = apply(&overlay, record.workspace, commit, *first_seq, record.at, record.epoch);
            overlay.apply(changes);
        }
        (self.first_seq, self.at) = (record.first_seq, record.at);
        self.commits = commits;
        self.changes = overlay.into_changes();
    }

    /// The epoch of the record: another one when a command began it.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The commands as they came, in their order.
    pub(super) fn into_requests(self) -> impl DoubleEndedIterator<Item = Request> {
        self.requests.into_iter().map(|(request, _)| request)
    }

    /// What its commands weigh together, in bytes, as far as that is known before it is a record.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }

    pub(super) fn len(&self) -> usize {
        self.requests.len()
    }

    /// Tells everyone what became of their command.
    pub(super) fn answer(self) {
        for (request, answered) in self.requests {
            // Who does not wait for the answer any more asks again with the same key.
            let _gone = request.answer.send(answered);
        }
    }

    /// Tells everyone that nothing is known to have been written: refusals too may rest on what was not.
    pub(super) fn reject(mut self, rejected: &Rejected) {
        for (_, answered) in &mut self.requests {
            *answered = Err(rejected.clone());
        }
        self.answer();
    }
}

enum Step {
    New(Commit, Changes),
    Repeated(Answer),
}

enum Failed {
    Refused(Refusal),
    Panicked,
}

/// Decides one command and tries its rows; whatever the rules do, the others go on.
fn attempt(
    &Decider { node, workspace, .. }: &Decider<'_>,
    overlay: &Overlay<'_>,
    next_seq: u64,
    ask: &Ask,
    epoch: u64,
) -> Result<Step, Failed> {
    let tried = catch_unwind(AssertUnwindSafe(|| {
        let view = View::new(overlay, workspace);
        let decided = (node.rules.decide)(&view, next_seq, ask, &node.limits.desk)?;
        Ok(match decided {
            Decided::Repeated(answer) => Step::Repeated(answer),
            Decided::New(commit) => {
                let epoch = begun_epoch(&commit).unwrap_or(epoch);
                let changes = (node.rules.apply)(overlay, workspace, &commit, next_seq, ask.at, epoch);
                check_rows(&changes)?;
                Step::New(commit, changes)
            }
        })
    }));
    match tried {
        Ok(decided) => decided.map_err(Failed::Refused),
        Err(_) => Err(Failed::Panicked),
    }
}

/// What the state could not hold must never reach the log, whose every record the state has to take.
fn check_rows(changes: &Changes) -> Result<(), Refusal> {
    let largest = changes.values().flatten().map(Vec::len).max().unwrap_or_default();
    if largest > VALUE_BYTES_MAX {
        return Err(Refusal::FieldTooLong { field: "params", max: VALUE_BYTES_MAX, actual: largest });
    }
    Ok(())
}

/// Who waits for what becomes of a command.
type Waits = oneshot::Sender<Answered>;

/// What the rules are asked, and who waits.
fn asked(request: Request, (at, clock): (Time, Time), salts: &mut Salts) -> (Ask, Waits) {
    let Request { key, actor, command, expected, answer } = request;
    let ids = Ids { entity: salts.id(clock), subject: SubjectId(salts.next()) };
    (Ask { key, actor, command, expected, at, clock, ids }, answer)
}

/// The command as it came, in case it has to be decided anew.
fn again(Ask { key, actor, command, expected, .. }: Ask, answer: Waits) -> Request {
    Request { key, actor, command, expected, answer }
}

fn begun_epoch(commit: &Commit) -> Option<u64> {
    commit.events.iter().find_map(|event| match event {
        Event::EpochStarted { epoch } => Some(*epoch),
        _ => None,
    })
}
