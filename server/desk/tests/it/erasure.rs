//! A log from which people were erased, and the rows it replays to.

use std::collections::BTreeSet;

use parloir_desk::apply::apply;
use parloir_desk::commit::Commit;
use parloir_desk::entity::{JobKind, Personal, SubjectId};
use parloir_desk::event::Event;
use parloir_desk::rows::{Changes, MemoryRows, Rows};
use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;

/// One commit as the log has it.
#[derive(Clone)]
pub(crate) struct Record {
    pub(crate) commit: Commit,
    pub(crate) first_seq: u64,
    pub(crate) at: Time,
    pub(crate) epoch: u64,
}

impl Record {
    /// What it changes in `rows`.
    pub(crate) fn changes(&self, rows: &dyn Rows, workspace: WorkspaceId) -> Changes {
        apply(rows, workspace, &self.commit, self.first_seq, self.at, self.epoch)
    }
}

/// The rows that `log` gives.
pub(crate) fn replay(log: &[Record], workspace: WorkspaceId) -> MemoryRows {
    let mut rows = MemoryRows::default();
    for record in log {
        rows.apply(&record.changes(&rows, workspace));
    }
    rows
}

/// The subjects of everyone whose erasure the rules are done with.
pub(crate) fn erased_subjects(log: &[Record]) -> BTreeSet<SubjectId> {
    let events = || log.iter().flat_map(|record| &record.commit.events);
    let done = |id| events().any(|event| matches!(event, Event::JobRewriting { job_id } if *job_id == id));
    let subjects = events().filter_map(|event| match event {
        Event::JobStarted { job_id, kind: JobKind::EraseContact { subjects, .. }, .. } if done(*job_id) => {
            Some(subjects)
        }
        _ => None,
    });
    subjects.flatten().copied().collect()
}

/// `log` without the values about whoever is `gone`.
pub(crate) fn without(log: &[Record], gone: impl Fn(SubjectId) -> bool) -> Vec<Record> {
    let mut log = log.to_vec();
    for event in log.iter_mut().flat_map(|record| &mut record.commit.events) {
        take(event, &gone);
    }
    log
}

fn take(event: &mut Event, gone: impl Fn(SubjectId) -> bool) {
    match event {
        Event::ConversationStarted { subject, counterpart, .. } => erase(counterpart, gone(*subject)),
        Event::ProfileNamed { subject, profile_name, .. } => erase(profile_name, gone(*subject)),
        Event::MessageReceived { subject, incoming, .. } => erase(incoming, gone(*subject)),
        Event::NoteAdded { subject, text, .. } => erase(text, gone(*subject)),
        Event::MessageQueued { subject, outgoing, .. } | Event::MessagePlanned { subject, outgoing, .. } => {
            erase(outgoing, gone(*subject));
        }
        Event::AttachmentStored { subject, file, .. } => erase(file, gone(*subject)),
        Event::ContactSaved { subject, card, .. } | Event::ContactMerged { subject, card, .. } => {
            erase(card, gone(*subject));
        }
        _ => {}
    }
}

fn erase<T>(value: &mut Personal<T>, gone: bool) {
    if gone {
        *value = Personal::Erased;
    }
}
