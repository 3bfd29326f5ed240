//! A batch while it is decided: what each command became, and the rows that would follow. It writes nothing.

use std::collections::BTreeSet;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parloir_desk::answer::Answer;
use parloir_desk::command::{Ask, Command, Ids};
use parloir_desk::commit::{Commit, Key};
use parloir_desk::decide::Decided;
use parloir_desk::entity::SubjectId;
use parloir_desk::event::Event;
use parloir_desk::refusal::Refusal;
use parloir_desk::rows::{Changes, Overlay, Rows};
use parloir_desk::view::View;
use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::salts::Salts;

use crate::log::Record;
use crate::node::Node;
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
    requests: Vec<(Request, Option<Answered>)>,
    /// Accepted ones, each with the seq of its first event.
    pub(super) commits: Vec<(Commit, u64)>,
    pub(super) changes: Changes,
    pub(super) first_seq: u64,
    pub(super) at: Time,
    epoch: Option<u64>,
    /// Keys on which the rules failed.
    pub(super) failed: Vec<Key>,
}

/// Roughly what a command adds to a record.
pub(super) fn weight(command: &Command) -> usize {
    if matches!(command, Command::StepJob { .. }) {
        return STEP_BYTES;
    }
    let mut params = Counted(0);
    let written = rmp_serde::encode::write(&mut params, command);
    COMMAND_BYTES + written.map_or(0, |()| params.0)
}

/// Bytes that nobody keeps.
struct Counted(usize);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Draft {
    pub(super) fn of(batch: Vec<Request>) -> Self {
        Self { requests: batch.into_iter().map(|request| (request, None)).collect(), ..Self::default() }
    }

    /// Decides every command in turn, each after the ones before it.
    pub(super) fn decide(
        &mut self,
        node: &Node,
        rows: &dyn Rows,
        workspace: WorkspaceId,
        at: Time,
        set_aside: &BTreeSet<Key>,
    ) {
        let mut overlay = Overlay::new(rows);
        let head = View::new(rows, workspace).head();
        let mut next_seq = head.seq + 1;
        (self.first_seq, self.at) = (next_seq, at);
        // A workspace's first record begins its first epoch.
        self.epoch = (head.seq == 0).then(|| u64::from_le_bytes(random_bytes()));
        let mut salts = Salts::default();
        for (request, answered) in std::mem::take(&mut self.requests) {
            debug_assert!(answered.is_none(), "a batch is decided once");
            if set_aside.contains(&request.key) {
                self.requests.push((request, Some(Err(Rejected::Internal))));
                continue;
            }
            let (ask, waits) = asked(request, (at, node.clock.now()), SubjectId(salts.next()));
            let epoch = self.epoch.unwrap_or(head.epoch);
            let answered = match attempt(node, &overlay, workspace, next_seq, &ask, epoch) {
                Ok(Step::Repeated(answer)) => Ok(answer),
                Ok(Step::New(commit, changes)) => {
                    let answer = Answer::of(&commit, next_seq);
                    self.epoch = begun_epoch(&commit).or(self.epoch);
                    overlay.apply(changes);
                    let events = commit.events.len() as u64;
                    self.commits.push((commit, next_seq));
                    next_seq += events;
                    Ok(answer)
                }
                Err(Failed::Refused(refusal)) => Err(Rejected::Refused(refusal)),
                Err(Failed::Panicked) => {
                    self.failed.push(ask.key);
                    Err(Rejected::Internal)
                }
            };
            self.requests.push((again(ask, waits), Some(answered)));
        }
        self.changes = overlay.into_changes();
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
    pub(super) fn epoch_after(&self, tail: u64) -> u64 {
        self.epoch.unwrap_or(tail)
    }

    /// The commands again, to be decided anew.
    pub(super) fn take_back(&mut self) -> Vec<Request> {
        self.requests.drain(..).map(|(request, _)| request).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.requests.len()
    }

    /// The commands again, in two parts.
    pub(super) fn halves(mut self) -> [Vec<Request>; 2] {
        let mut first = self.take_back();
        let second = first.split_off(first.len() / 2);
        [first, second]
    }

    /// Tells everyone what became of their command.
    pub(super) fn answer(self) {
        for (request, answered) in self.requests {
            // Who does not wait for the answer any more asks again with the same key.
            let _gone = request.answer.send(answered.unwrap_or(Err(Rejected::Internal)));
        }
    }

    /// Tells everyone that nothing is known to have been written: refusals too may rest on what was not.
    pub(super) fn reject(mut self, rejected: &Rejected) {
        for (_, answered) in &mut self.requests {
            *answered = Some(Err(rejected.clone()));
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

/// Decides one command and tries its rows; whatever the rules do, the batch goes on.
fn attempt(
    node: &Node,
    overlay: &Overlay<'_>,
    workspace: WorkspaceId,
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
fn asked(request: Request, (at, clock): (Time, Time), subject: SubjectId) -> (Ask, Waits) {
    let Request { key, actor, command, expected, answer } = request;
    let ids = Ids { entity: *Uuid::now_v7().as_bytes(), subject };
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
