//! Records to fill a log with. They mean nothing.

use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;

use crate::log::{Commits, Log, Payload, Position, Record, SubjectId};

const EVENTS: u64 = 3;

pub(crate) fn workspace(number: u8) -> WorkspaceId {
    WorkspaceId::from_bytes([number; 16])
}

pub(crate) fn subject(number: u8) -> SubjectId {
    SubjectId([number; 16])
}

/// What stands in the payload of subject 1.
pub(crate) fn body(text: &str) -> &[u8] {
    text.as_bytes()
}

/// A record of three events that goes on from `position`, with a payload each of subjects 1 and 2.
pub(crate) fn next(position: Position, workspace: WorkspaceId, text: &str) -> Record {
    let payload = |number: u8, body: &[u8]| Payload::Present {
        subject: subject(number),
        salt: [number; 16],
        body: body.to_vec(),
    };
    Record {
        epoch: position.epoch.max(1),
        workspace,
        first_seq: position.seq + 1,
        last_seq: position.seq + EVENTS,
        prev_hash: position.hash,
        at: Time(1_793_697_302_123),
        commits: Commits(b"commits".to_vec()),
        personal: vec![payload(1, body(text)), payload(2, b"another person")],
    }
}

/// Appends the next record with this text and returns it.
pub(crate) async fn append(log: &dyn Log, workspace: WorkspaceId, text: &str) -> Record {
    let tail = log.tail(workspace);
    let record = next(tail, workspace, text);
    assert_eq!(log.append(tail, record.clone()).await, Ok(record.position()));
    record
}

/// All records of `workspace`, read in small parts; their chain is whole and ends at the tail.
pub(crate) fn read_all(log: &dyn Log, workspace: WorkspaceId) -> Vec<Record> {
    let mut records: Vec<Record> = Vec::new();
    let mut position = Position::START;
    loop {
        let part = log.read(workspace, position.seq, 1500).expect("a read");
        if part.is_empty() {
            assert_eq!(position, log.tail(workspace));
            return records;
        }
        for record in part {
            assert!(record.follows(position), "{record:?} does not follow {position:?}");
            position = record.position();
            records.push(record);
        }
    }
}
