//! What is sealed is opened, old files included; nothing personal stands outside a payload; no bytes panic.

use std::collections::BTreeSet;

use parloir_desk::commit::Commit;
use proptest::prelude::*;

use super::{Opened, RecordError, open, seal, v1};
use crate::log::{Hash, Record, SubjectId};
use crate::samples::{self, CANARY};

/// Records as released versions wrote them. Files are added, none is ever changed.
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/records/v1");

/// Names the file to write with the samples that no golden file holds yet.
const NEW_GOLDEN: &str = "PARLOIR_NEW_GOLDEN";

fn sealed() -> Record {
    sealed_of(&samples::commits())
}

fn sealed_of(commits: &[Commit]) -> Record {
    let mut salt = 0;
    let mut salts = || {
        salt += 1;
        [salt; 16]
    };
    seal(samples::WORKSPACE, 7, 40, Hash([3; 32]), samples::AT, commits, &mut salts)
}

fn erased() -> Record {
    let subjects = BTreeSet::from([SubjectId(samples::SUBJECT.0)]);
    sealed().without(&subjects).expect("the samples are about somebody")
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn what_is_sealed_is_opened() {
    let numbered = samples::commits().into_iter().zip(40..);
    let expected: Vec<Opened> = numbered.map(|(commit, first_seq)| Opened { commit, first_seq }).collect();
    assert_eq!(open(&sealed()), Ok(expected));
}

#[test]
fn there_is_a_sample_of_every_kind() {
    let record = sealed();
    for kind in v1::KINDS {
        assert!(holds(&record.commits.0, kind), "no sample of {kind}");
    }
}

#[test]
fn nothing_personal_stands_outside_a_payload() {
    let record = sealed();
    assert!(!holds(&record.commits.0, CANARY));
    assert!(!record.personal.is_empty());
    assert!(!holds(&erased().encode(), CANARY));
}

#[test]
fn what_was_erased_is_opened_as_erased() {
    let opened = open(&erased()).expect("an erased record opens");
    let whole = open(&sealed()).expect("a record opens");
    assert!(format!("{whole:?}").contains(CANARY));
    assert!(!format!("{opened:?}").contains(CANARY));
    let expected: Vec<_> = whole.iter().map(|opened| opened.first_seq).collect();
    assert_eq!(opened.iter().map(|opened| opened.first_seq).collect::<Vec<_>>(), expected);
}

#[test]
fn an_erased_value_is_sealed_as_erased() {
    let commits: Vec<Commit> =
        open(&erased()).expect("an erased record opens").into_iter().map(|opened| opened.commit).collect();
    let again = seal(samples::WORKSPACE, 7, 40, Hash([3; 32]), samples::AT, &commits, &mut || [0; 16]);
    assert!(again.personal.is_empty());
    let opened = open(&again).expect("it opens");
    assert_eq!(opened.into_iter().map(|opened| opened.commit).collect::<Vec<_>>(), commits);
}

#[test]
fn records_of_version_1_are_read_for_ever() {
    let mut missing = samples::commits();
    let files = std::fs::read_dir(GOLDEN).expect("the golden files are there");
    let paths = files.map(|file| file.expect("a golden file").path());
    for path in paths.filter(|path| path.extension().is_some_and(|extension| extension == "record")) {
        let bytes = std::fs::read(&path).expect("a golden file can be read");
        let record = Record::decode(&bytes).expect("a golden record decodes");
        let kept = open(&record).expect("a golden record opens");
        missing.retain(|sample| kept.iter().all(|opened| opened.commit.events != sample.events));
    }
    if let (Ok(name), false) = (std::env::var(NEW_GOLDEN), missing.is_empty()) {
        std::fs::write(format!("{GOLDEN}/{name}"), sealed_of(&missing).encode()).expect("it can be written");
    }
    assert!(missing.is_empty(), "no golden file holds {missing:?}");
}

#[test]
fn another_version_is_named() {
    let mut record = sealed();
    record.commits.0[0] = 2;
    assert_eq!(open(&record), Err(RecordError::Version(2)));
    record.commits.0.clear();
    assert!(matches!(open(&record), Err(RecordError::Malformed(_))));
}

#[test]
fn an_unknown_kind_is_an_error() {
    let mut record = sealed();
    let at = record.commits.0.windows(8).position(|window| window == b"job.done").expect("a kind");
    record.commits.0[at] = b'x';
    let error = open(&record).expect_err("no such kind");
    assert!(error.to_string().contains("xob.done"), "{error}");
}

#[test]
fn numbers_and_payloads_agree_with_the_events() {
    let mut record = sealed();
    record.last_seq += 1;
    assert!(matches!(open(&record), Err(RecordError::Events { .. })));
    record.last_seq -= 1;
    record.personal.pop();
    assert!(matches!(open(&record), Err(RecordError::NoPayload { .. })));
}

proptest! {
    #[test]
    fn no_bytes_panic(at in 0_usize..10_000, byte: u8, cut in 0_usize..10_000) {
        let mut record = sealed();
        let bytes = &mut record.commits.0;
        let at = at % bytes.len();
        bytes[at] = byte;
        let mut short = record.clone();
        short.commits.0.truncate(cut);
        let opened = [open(&record), open(&short)];
        prop_assert!(opened.iter().all(|result| result.as_ref().map_or(true, |commits| !commits.is_empty())));
    }
}
