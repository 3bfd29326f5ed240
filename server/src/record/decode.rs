//! Bytes to commits, of any version that was ever written. Bytes that none wrote are an error, never a
//! panic.

use parloir_desk::commit::Commit;
use parloir_desk::entity::Personal;
use serde::de::DeserializeOwned;

use super::{RecordError, v1};
use crate::log::Payload;

/// Deeper than any version nests; deeper bytes are refused before they fill the stack.
const DEPTH_MAX: usize = 32;

/// The payloads of a record, as far as they were not erased.
pub(super) struct Payloads<'a>(&'a [Payload]);

pub(super) fn commits(bytes: &[u8], personal: &[Payload]) -> Result<Vec<Commit>, RecordError> {
    let payloads = Payloads(personal);
    match bytes.split_first() {
        Some((1, document)) => {
            let kept: Vec<v1::Commit> = read(document).map_err(RecordError::Malformed)?;
            kept.into_iter().map(|commit| commit.give(&payloads)).collect()
        }
        Some((version, _)) => Err(RecordError::Version(*version)),
        None => Err(RecordError::Malformed("there is not even a version".to_owned())),
    }
}

impl Payloads<'_> {
    /// The value that [`super::encode::Payloads::put`] put at `index`, unless it was erased.
    pub(super) fn take<T: DeserializeOwned, Of>(
        &self,
        index: Option<u32>,
        give: impl FnOnce(T) -> Of,
    ) -> Result<Personal<Of>, RecordError> {
        let Some(index) = index else { return Ok(Personal::Erased) };
        let missing = RecordError::NoPayload { index, payloads: self.0.len() };
        match self.0.get(index as usize).ok_or(missing)? {
            Payload::Erased { .. } => Ok(Personal::Erased),
            Payload::Present { body, .. } => {
                let malformed = |error| RecordError::MalformedPayload { index, error };
                read(body).map(|body| Personal::Known(give(body))).map_err(malformed)
            }
        }
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let mut rest = bytes;
    let mut deserializer = rmp_serde::Deserializer::new(&mut rest);
    deserializer.set_max_depth(DEPTH_MAX);
    let value = T::deserialize(&mut deserializer).map_err(|error| error.to_string())?;
    if rest.is_empty() { Ok(value) } else { Err(format!("{} bytes stand after the document", rest.len())) }
}
