//! The scan over any bytes: it never panics and finds what is whole.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::log::segments::batch::{self, Header, Touched};
use crate::log::segments::scan::{Found, scan};
use crate::log::{Hash, contract::samples::workspace};

fn segment(records: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (number, records) in (1..).zip(records) {
        let touched = [Touched { workspace: workspace(1), last_seq: number, hash: Hash([7; 32]) }];
        batch::encode(number, &touched, records.iter().map(Vec::as_slice), &mut bytes);
    }
    bytes
}

fn any_batches() -> impl Strategy<Value = Vec<Vec<Vec<u8>>>> {
    vec(vec(vec(any::<u8>(), 0..50), 0..4), 1..6)
}

#[test]
fn a_batch_of_one_record_takes_what_is_reckoned() {
    assert_eq!(segment(&[vec![vec![7; 100]]]).len(), batch::ONE_RECORD_BYTES + 100);
}

/// Every byte is accounted for, in order, and so is every number.
fn covers(bytes: &[u8], found: &[Found]) -> bool {
    let (mut at, mut number) = (0, 1);
    for found in found {
        let (start, end, from, until) = match found {
            Found::Batch { offset, header } => {
                (*offset, offset + header.batch_bytes(), header.number, header.number + 1)
            }
            Found::Hole { offset, end, from, until, .. } => (*offset, *end, *from, *until),
            Found::Torn { offset } => (*offset, bytes.len(), number, number),
        };
        if start != at || from != number || end < start || until < from {
            return false;
        }
        (at, number) = (end, until);
    }
    at == bytes.len()
}

proptest! {
    #[test]
    fn whole_batches_are_found(batches in any_batches()) {
        let bytes = segment(&batches);
        let found = scan(&bytes, 1, None);
        prop_assert_eq!(found.len(), batches.len());
        for (found, records) in found.iter().zip(&batches) {
            let Found::Batch { offset, header } = found else { panic!("{found:?}") };
            let body = header.body(&bytes[*offset..]).expect("a whole body");
            prop_assert_eq!(&batch::records(body).map(<[u8]>::to_vec).collect::<Vec<_>>(), records);
        }
    }

    #[test]
    fn a_changed_byte_is_always_met(batches in any_batches(), at: prop::sample::Index, change in 1..=255_u8) {
        let mut bytes = segment(&batches);
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        let found = scan(&bytes, 1, None);
        let bad = found.iter().filter(|found| !matches!(found, Found::Batch { .. })).count();
        prop_assert_eq!(bad, 1);
        prop_assert!(covers(&bytes, &found));
    }

    #[test]
    fn any_bytes_are_accounted_for(noise in vec(any::<u8>(), 0..300), batches in any_batches(), until in 1..20_u64) {
        let mut bytes = noise;
        bytes.extend(segment(&batches));
        prop_assert!(covers(&bytes, &scan(&bytes, 1, None)));
        prop_assert!(covers(&bytes, &scan(&bytes, 1, Some(until))));
    }

    #[test]
    fn any_bytes_are_no_header(bytes in vec(any::<u8>(), 0..300)) {
        let with_magic = [&batch::MAGIC[..], &1_u32.to_le_bytes(), &bytes].concat();
        prop_assert_eq!(Header::decode(&bytes), None);
        prop_assert_eq!(Header::decode(&with_magic), None);
    }
}
