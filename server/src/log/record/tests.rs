//! The layout against its golden files, and against bytes of any kind.

use std::collections::BTreeSet;

use parloir_protocol::ids::WorkspaceId;
use parloir_protocol::time::Time;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::{Commits, Hash, Payload, RECORD_BYTES_MAX, Record, RecordError, SubjectId};

const GOLDEN_BYTES: &str = include_str!("../../../../fixtures/records/v1/message.hex");
const GOLDEN_RECORD: &str = include_str!("../../../../fixtures/records/v1/message.json");

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

fn hex_array<const N: usize>(value: &Value) -> [u8; N] {
    hex(value.as_str().expect("hex digits")).try_into().expect("the right number of hex digits")
}

fn payload(value: &Value) -> Payload {
    match value.get("erased") {
        Some(hash) => Payload::Erased { hash: Hash(hex_array(hash)) },
        None => Payload::Present {
            subject: SubjectId(hex_array(&value["subject"])),
            salt: hex_array(&value["salt"]),
            body: value["body"].as_str().expect("a body").as_bytes().to_vec(),
        },
    }
}

fn golden() -> (Record, Hash) {
    let value: Value = serde_json::from_str(GOLDEN_RECORD).expect("the golden record");
    let number = |name: &str| value[name].as_u64().expect("a number");
    let record = Record {
        epoch: number("epoch"),
        workspace: value["workspace"].as_str().expect("a workspace").parse().expect("a workspace id"),
        first_seq: number("first_seq"),
        last_seq: number("last_seq"),
        prev_hash: Hash(hex_array(&value["prev_hash"])),
        at: value["at"].as_str().expect("a time").parse().expect("a time"),
        commits: Commits(hex(value["commits"].as_str().expect("commits"))),
        personal: value["personal"].as_array().expect("payloads").iter().map(payload).collect(),
    };
    (record, Hash(hex_array(&value["hash"])))
}

#[test]
fn the_golden_record_is_read_and_written_byte_for_byte() {
    let (record, hash) = golden();
    let bytes = hex(GOLDEN_BYTES);
    assert_eq!(Record::decode(&bytes).as_ref(), Ok(&record));
    assert_eq!(record.encode(), bytes);
    assert_eq!(record.hash(), hash);
}

#[test]
fn an_erased_payload_leaves_the_hash() {
    let (record, hash) = golden();
    let Payload::Present { subject, .. } = record.personal[0] else { panic!("the first payload is there") };
    let without = record.without(&BTreeSet::from([subject])).expect("it holds a payload of theirs");
    assert_eq!(without.hash(), hash);
    assert_eq!(without.personal[0], record.personal[0].erased());
    assert!(!without.encode().windows(5).any(|window| window == b"Hello"));
    assert_eq!(without.without(&BTreeSet::from([subject])), None);
}

#[test]
fn bytes_that_are_no_record_say_why() {
    let bytes = hex(GOLDEN_BYTES);
    let changed = |at: usize, byte: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = byte;
        Record::decode(&bytes)
    };
    assert_eq!(Record::decode(&[]), Err(RecordError::Short));
    assert_eq!(changed(0, 2), Err(RecordError::Format(2)));
    assert_eq!(changed(25, 200), Err(RecordError::Range { first: 200, last: 42 }));
    assert_eq!(changed(88, 255), Err(RecordError::Short));
    assert_eq!(Record::decode(&[&bytes[..], &[0]].concat()), Err(RecordError::Trailing(1)));
    assert_eq!(
        Record::decode(&vec![1; RECORD_BYTES_MAX + 1]),
        Err(RecordError::TooLarge(RECORD_BYTES_MAX + 1))
    );
}

fn any_payload() -> impl Strategy<Value = Payload> {
    let present = (any::<[u8; 16]>(), any::<[u8; 16]>(), vec(any::<u8>(), 0..40));
    prop_oneof![
        present.prop_map(|(subject, salt, body)| Payload::Present {
            subject: SubjectId(subject),
            salt,
            body
        }),
        any::<[u8; 32]>().prop_map(|hash| Payload::Erased { hash: Hash(hash) }),
    ]
}

prop_compose! {
    fn any_record()(
        epoch: u64,
        workspace: [u8; 16],
        first_seq in 1..u64::MAX,
        events in 0..256_u64,
        prev_hash: [u8; 32],
        at: i64,
        commits in vec(any::<u8>(), 0..80),
        personal in vec(any_payload(), 0..5),
    ) -> Record {
        Record {
            epoch,
            workspace: WorkspaceId::from_bytes(workspace),
            first_seq,
            last_seq: first_seq.saturating_add(events),
            prev_hash: Hash(prev_hash),
            at: Time(at),
            commits: Commits(commits),
            personal,
        }
    }
}

proptest! {
    #[test]
    fn a_record_survives_its_bytes(record in any_record()) {
        let bytes = record.encode();
        prop_assert_eq!(bytes.len(), record.encoded_bytes());
        prop_assert_eq!(Record::decode(&bytes), Ok(record));
    }

    #[test]
    fn what_is_read_is_written_the_same(bytes in vec(any::<u8>(), 0..300)) {
        let with_format = [&[1][..], &bytes].concat();
        for bytes in [bytes, with_format] {
            if let Ok(record) = Record::decode(&bytes) {
                prop_assert_eq!(record.encode(), bytes);
            }
        }
    }

    #[test]
    fn a_changed_byte_never_passes_for_the_record(record in any_record(), at: prop::sample::Index, change in 1..=255_u8) {
        let mut bytes = record.encode();
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        if let Ok(changed) = Record::decode(&bytes) {
            prop_assert_eq!(changed.encode(), bytes);
            prop_assert_ne!(changed.hash(), record.hash());
        }
    }

    #[test]
    fn a_cut_record_is_none(record in any_record(), len: prop::sample::Index) {
        let bytes = record.encode();
        prop_assert!(Record::decode(&bytes[..len.index(bytes.len())]).is_err());
    }
}
