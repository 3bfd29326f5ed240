//! Commits to bytes, always in the newest version. What is personal goes to payloads of its own.

use parloir_desk::commit::Commit;
use parloir_desk::entity::{Personal, SubjectId};
use serde::Serialize;

use super::{VERSION, v1};
use crate::log::{self, Payload};

/// What few commits are longer than.
const COMMIT_BYTES: usize = 512;
/// What few payloads are longer than.
const BODY_BYTES: usize = 128;

/// The payloads of a record in the making.
pub(super) struct Payloads<'a> {
    payloads: Vec<Payload>,
    salts: &'a mut dyn FnMut() -> [u8; 16],
}

/// The bytes of `commits` and the payloads they refer to.
pub(super) fn commits<'a>(
    commits: impl Iterator<Item = &'a Commit>,
    salts: &mut dyn FnMut() -> [u8; 16],
) -> (Vec<u8>, Vec<Payload>) {
    let mut payloads = Payloads { payloads: Vec::new(), salts };
    let kept: Vec<v1::Commit> = commits.map(|commit| v1::Commit::keep(commit, &mut payloads)).collect();
    let mut bytes = Vec::with_capacity(COMMIT_BYTES * (kept.len() + 1));
    bytes.push(VERSION);
    write(&kept, &mut bytes);
    (bytes, payloads.payloads)
}

impl Payloads<'_> {
    /// Puts a value about `subject` aside and tells its place; one that is erased already has none.
    pub(super) fn put<T: Serialize>(&mut self, subject: SubjectId, value: &Personal<T>) -> Option<u32> {
        let value = value.known()?;
        let mut body = Vec::with_capacity(BODY_BYTES);
        write(value, &mut body);
        let index = u32::try_from(self.payloads.len()).expect("a record holds fewer payloads than bytes");
        let salt = (self.salts)();
        self.payloads.push(Payload::Present { subject: log::SubjectId(subject.0), salt, body });
        Some(index)
    }
}

fn write<T: Serialize>(value: &T, bytes: &mut Vec<u8>) {
    let mut serializer = rmp_serde::Serializer::new(bytes).with_struct_map();
    value.serialize(&mut serializer).expect("what is kept can be written to memory");
}
