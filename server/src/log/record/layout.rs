//! The bytes of a record on disk, format 1. Decoding accepts exactly what encoding writes and never
//! panics, whatever the bytes.

use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;
use thiserror::Error;

use super::{Commits, Hash, Payload, Record, SubjectId};
use crate::log::fields::{Fields, Short, put_len};

/// The longest record: below the 1 MiB that one message of JetStream may have.
pub const RECORD_BYTES_MAX: usize = 900 * 1024;

const FORMAT: u8 = 1;
const HEAD_BYTES: usize = 1 + 8 + 16 + 8 + 8 + 32 + 8 + 4 + 4;
const ERASED: u8 = 0;
const PRESENT: u8 = 1;
/// The shortest payload in bytes, an erased one: bounds how many a record can claim to hold.
const PAYLOAD_BYTES_MIN: usize = 1 + 32;
const PRESENT_BYTES: usize = 1 + 16 + 16 + 4;

/// Why bytes are not a record.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// Written by another version.
    #[error("format {0} of a record is not known")]
    Format(u8),
    /// They end too early.
    #[error("a record ends before its fields do")]
    Short,
    /// They go on too long.
    #[error("{0} bytes follow a record")]
    Trailing(usize),
    /// There are too many of them.
    #[error("a record of {0} bytes is over the limit of {RECORD_BYTES_MAX}")]
    TooLarge(usize),
    /// Its numbers do not run forwards from 1.
    #[error("a record cannot run from {first} to {last}")]
    Range {
        /// Number of the first event.
        first: u64,
        /// Number of the last event.
        last: u64,
    },
    /// A payload of another kind.
    #[error("kind {0} of a payload is not known")]
    PayloadKind(u8),
}

impl From<Short> for RecordError {
    fn from(_: Short) -> Self {
        Self::Short
    }
}

/// The fixed fields of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// As in `Record`.
    pub epoch: u64,
    /// As in `Record`.
    pub workspace: WorkspaceId,
    /// As in `Record`.
    pub first_seq: u64,
    /// As in `Record`.
    pub last_seq: u64,
    /// As in `Record`.
    pub prev_hash: Hash,
    /// As in `Record`.
    pub at: Time,
    commits_bytes: usize,
    payloads: usize,
}

impl Record {
    /// The bytes that `decode` takes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.encoded_bytes());
        out.extend_from_slice(&self.encode_head());
        out.extend_from_slice(&self.commits.0);
        self.personal.iter().for_each(|payload| encode_payload(payload, &mut out));
        out
    }

    /// How many bytes `encode` gives.
    pub fn encoded_bytes(&self) -> usize {
        HEAD_BYTES + self.commits.0.len() + self.personal.iter().map(payload_bytes).sum::<usize>()
    }

    /// The record in `bytes`, all of them.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let (head, mut fields) = split_head(bytes)?;
        let commits = Commits(fields.slice(head.commits_bytes)?.to_vec());
        if head.payloads > fields.rest().len() / PAYLOAD_BYTES_MIN {
            return Err(RecordError::Short);
        }
        let personal = (0..head.payloads).map(|_| decode_payload(&mut fields)).collect::<Result<_, _>>()?;
        match fields.rest().len() {
            0 => Ok(head.with(commits, personal)),
            trailing => Err(RecordError::Trailing(trailing)),
        }
    }

    /// Only the fixed fields, without a look at what follows.
    pub fn decode_head(bytes: &[u8]) -> Result<Head, RecordError> {
        split_head(bytes).map(|(head, _)| head)
    }

    pub(super) fn encode_head(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD_BYTES);
        out.push(FORMAT);
        out.extend_from_slice(&self.epoch.to_le_bytes());
        out.extend_from_slice(self.workspace.as_bytes());
        out.extend_from_slice(&self.first_seq.to_le_bytes());
        out.extend_from_slice(&self.last_seq.to_le_bytes());
        out.extend_from_slice(&self.prev_hash.0);
        out.extend_from_slice(&self.at.0.to_le_bytes());
        put_len(&mut out, self.commits.0.len());
        put_len(&mut out, self.personal.len());
        out
    }
}

impl Head {
    fn with(self, commits: Commits, personal: Vec<Payload>) -> Record {
        let Self { epoch, workspace, first_seq, last_seq, prev_hash, at, .. } = self;
        Record { epoch, workspace, first_seq, last_seq, prev_hash, at, commits, personal }
    }
}

fn split_head(bytes: &[u8]) -> Result<(Head, Fields<'_>), RecordError> {
    if bytes.len() > RECORD_BYTES_MAX {
        return Err(RecordError::TooLarge(bytes.len()));
    }
    let mut fields = Fields::new(bytes);
    match fields.u8()? {
        FORMAT => {}
        other => return Err(RecordError::Format(other)),
    }
    let head = Head {
        epoch: fields.u64()?,
        workspace: WorkspaceId::from_bytes(fields.array()?),
        first_seq: fields.u64()?,
        last_seq: fields.u64()?,
        prev_hash: Hash(fields.array()?),
        at: Time(fields.i64()?),
        commits_bytes: fields.len()?,
        payloads: fields.len()?,
    };
    match head {
        Head { first_seq: first, last_seq: last, .. } if first == 0 || last < first => {
            Err(RecordError::Range { first, last })
        }
        head => Ok((head, fields)),
    }
}

fn payload_bytes(payload: &Payload) -> usize {
    match payload {
        Payload::Present { body, .. } => PRESENT_BYTES + body.len(),
        Payload::Erased { .. } => PAYLOAD_BYTES_MIN,
    }
}

fn encode_payload(payload: &Payload, out: &mut Vec<u8>) {
    match payload {
        Payload::Present { subject, salt, body } => {
            out.push(PRESENT);
            out.extend_from_slice(&subject.0);
            out.extend_from_slice(salt);
            put_len(out, body.len());
            out.extend_from_slice(body);
        }
        Payload::Erased { hash } => {
            out.push(ERASED);
            out.extend_from_slice(&hash.0);
        }
    }
}

fn decode_payload(fields: &mut Fields<'_>) -> Result<Payload, RecordError> {
    match fields.u8()? {
        ERASED => Ok(Payload::Erased { hash: Hash(fields.array()?) }),
        PRESENT => {
            let (subject, salt, len) = (SubjectId(fields.array()?), fields.array()?, fields.len()?);
            Ok(Payload::Present { subject, salt, body: fields.slice(len)?.to_vec() })
        }
        other => Err(RecordError::PayloadKind(other)),
    }
}
