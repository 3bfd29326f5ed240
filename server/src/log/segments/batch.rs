//! The bytes of one batch: a header that names every workspace touched, then the records. It knows
//! nothing of files.

use parloir_protocol::ids::WorkspaceId;

use crate::log::fields::{Fields, Short, put_len};
use crate::log::{Hash, RECORD_BYTES_MAX};

/// Begins every batch. No UTF-8 text can hold it, so no customer can write one into a message.
pub(super) const MAGIC: [u8; 8] = *b"\xffPARLOG\xfe";
/// The longest body of a batch, whatever the limits it was written under.
pub(super) const BODY_BYTES_MAX: usize = 16 << 20;
/// The longest header that may have to be read before its length is known.
pub(super) const FIXED_BYTES: usize = 8 + 4 + 8 + 4 + 4 + 4;

const VERSION: u32 = 1;
const ENTRY_BYTES: usize = 16 + 8 + 32;
const CRC_BYTES: usize = 4;
const LEN_BYTES: usize = 4;
/// What a batch of one record takes beside it.
pub(super) const ONE_RECORD_BYTES: usize = FIXED_BYTES + ENTRY_BYTES + CRC_BYTES + LEN_BYTES;
const WORKSPACES_MAX: usize = 65_536;

/// Where a workspace stands after the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Touched {
    pub(super) workspace: WorkspaceId,
    pub(super) last_seq: u64,
    pub(super) hash: Hash,
}

/// What stands before the records of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) number: u64,
    pub(super) body_bytes: usize,
    pub(super) body_crc: u32,
    pub(super) touched: Vec<Touched>,
}

impl Header {
    /// The header at the beginning of `bytes`, when it is whole and its CRC holds.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let len = header_bytes(bytes)?;
        let (covered, crc) = bytes.get(..len)?.split_last_chunk::<CRC_BYTES>()?;
        let holds = crc32c::crc32c(covered) == u32::from_le_bytes(*crc);
        holds.then(|| decode_covered(covered).ok()).flatten()
    }

    pub(super) fn names(&self, workspace: WorkspaceId) -> bool {
        self.touched.iter().any(|touched| touched.workspace == workspace)
    }

    pub(super) fn len(&self) -> usize {
        FIXED_BYTES + self.touched.len() * ENTRY_BYTES + CRC_BYTES
    }

    /// Length of header and records.
    pub(super) fn batch_bytes(&self) -> usize {
        self.len() + self.body_bytes
    }

    /// The records' bytes, when `batch` holds all of them and their CRC holds.
    pub(super) fn body<'a>(&self, batch: &'a [u8]) -> Option<&'a [u8]> {
        let body = batch.get(self.len()..self.batch_bytes())?;
        (crc32c::crc32c(body) == self.body_crc).then_some(body)
    }
}

/// How long the header at the beginning of `bytes` says it is, when it is a header at all.
pub(super) fn header_bytes(bytes: &[u8]) -> Option<usize> {
    let mut fields = Fields::new(bytes.get(..FIXED_BYTES)?);
    let is_ours = fields.array() == Ok(MAGIC) && fields.u32() == Ok(VERSION);
    let (_number, body, _crc, workspaces) =
        (fields.u64().ok()?, fields.len().ok()?, fields.u32().ok()?, fields.len().ok()?);
    let within = is_ours && body <= BODY_BYTES_MAX && workspaces <= WORKSPACES_MAX;
    within.then_some(FIXED_BYTES + workspaces * ENTRY_BYTES + CRC_BYTES)
}

fn decode_covered(covered: &[u8]) -> Result<Header, Short> {
    let mut fields = Fields::new(covered);
    fields.slice(MAGIC.len() + 4)?;
    let (number, body_bytes, body_crc, workspaces) =
        (fields.u64()?, fields.len()?, fields.u32()?, fields.len()?);
    let touched = (0..workspaces).map(|_| {
        Ok(Touched {
            workspace: WorkspaceId::from_bytes(fields.array()?),
            last_seq: fields.u64()?,
            hash: Hash(fields.array()?),
        })
    });
    Ok(Header { number, body_bytes, body_crc, touched: touched.collect::<Result<_, _>>()? })
}

/// Appends a batch of these encoded records to `out`.
pub(super) fn encode<'a>(
    number: u64,
    touched: &[Touched],
    records: impl IntoIterator<Item = &'a [u8]>,
    out: &mut Vec<u8>,
) {
    let start = out.len();
    let body_start = start + FIXED_BYTES + touched.len() * ENTRY_BYTES + CRC_BYTES;
    out.resize(body_start, 0);
    for record in records {
        put_len(out, record.len());
        out.extend_from_slice(record);
    }
    let header = encode_header(number, touched, &out[body_start..]);
    out[start..body_start].copy_from_slice(&header);
}

fn encode_header(number: u64, touched: &[Touched], body: &[u8]) -> Vec<u8> {
    assert!(
        body.len() <= BODY_BYTES_MAX && touched.len() <= WORKSPACES_MAX,
        "batch {number} is over its bounds"
    );
    let mut out = Vec::with_capacity(FIXED_BYTES + touched.len() * ENTRY_BYTES + CRC_BYTES);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&number.to_le_bytes());
    put_len(&mut out, body.len());
    out.extend_from_slice(&crc32c::crc32c(body).to_le_bytes());
    put_len(&mut out, touched.len());
    for Touched { workspace, last_seq, hash } in touched {
        out.extend_from_slice(workspace.as_bytes());
        out.extend_from_slice(&last_seq.to_le_bytes());
        out.extend_from_slice(&hash.0);
    }
    let crc = crc32c::crc32c(&out);
    out.extend_from_slice(&crc.to_le_bytes());
    out
}

/// The encoded records of a body, up to its end or to a length that cannot be.
pub(super) fn records(body: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut fields = Fields::new(body);
    std::iter::from_fn(move || {
        let len = fields.len().ok().filter(|len| *len <= RECORD_BYTES_MAX)?;
        fields.slice(len).ok()
    })
}
