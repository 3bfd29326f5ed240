//! Laws of what a text costs, for texts by chance and for a collection of real ones, against another way of
//! counting. The collection is named by an environment variable and is no part of the repository.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use parloir_protocol::text::{BASIC, EXTENSION, Encoding, LETTERS, Replacing, TYPOGRAPHIC, fitted, segments};
use proptest::prelude::*;

/// A file with a text a line, after the last tab.
const TEXTS: &str = "PARLOIR_TEXTS";
/// The peer to compare with, where its packages are installed.
const PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../clients/typescript/node_modules");
const PEER: &str = "sms-segments-calculator";
/// Reads a list of texts and writes `[encoding, segments]` of each.
const SCRIPT: &str = "
const { SegmentedMessage } = require('sms-segments-calculator');
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const count = (text) => {
  const message = new SegmentedMessage(text, 'auto', false);
  return [message.encodingName, message.segmentsCount];
};
process.stdout.write(JSON.stringify(texts.map(count)));
";

/// The units of each segment, filled one after the other.
fn filled(text: &str) -> (Encoding, Vec<usize>) {
    let short = text.chars().all(|c| BASIC.contains(c) || EXTENSION.contains(c));
    let encoding = if short { Encoding::Gsm7 } else { Encoding::Ucs2 };
    let units = |c: char| match encoding {
        Encoding::Gsm7 => 1 + usize::from(EXTENSION.contains(c)),
        Encoding::Ucs2 => c.len_utf16(),
    };
    let all: Vec<usize> = text.chars().map(units).collect();
    if all.iter().sum::<usize>() <= encoding.alone() {
        return (encoding, vec![all.iter().sum()].into_iter().filter(|sum| *sum > 0).collect());
    }
    let mut segments = vec![0];
    for units in all {
        match segments.last_mut() {
            Some(last) if *last + units <= encoding.joined() => *last += units,
            Some(_) | None => segments.push(units),
        }
    }
    (encoding, segments)
}

fn check(text: &str) {
    let (found, (encoding, filled)) = (segments(text), filled(text));
    assert_eq!((found.encoding, found.segments), (encoding, filled.len()), "{text:?}");
    assert_eq!(found.units, filled.iter().sum::<usize>(), "{text:?}");
    let room = if filled.len() > 1 { encoding.joined() } else { encoding.alone() };
    assert_eq!(found.units_left, room - filled.last().copied().unwrap_or(0), "{text:?}");
    for replacing in [Replacing::Typographic, Replacing::Letters] {
        if let Some(fitted) = fitted(text, replacing) {
            assert_eq!(segments(&fitted).encoding, Encoding::Gsm7, "{text:?}");
            assert_eq!(encoding, Encoding::Ucs2, "{text:?}");
        }
    }
}

/// Characters of every kind that counts differ by, and any other.
fn character() -> impl Strategy<Value = char> {
    let of = |text: String| proptest::sample::select(text.chars().collect::<Vec<_>>());
    let replaced: String = TYPOGRAPHIC.iter().chain(LETTERS).map(|(from, _)| *from).collect();
    prop_oneof![8 => of(BASIC.to_owned()), 2 => of(EXTENSION.to_owned()), 1 => of(replaced), 1 => any::<char>()]
}

proptest! {
    #[test]
    fn texts_by_chance_cost_what_filling_segments_says(text in prop::collection::vec(character(), 0..400)) {
        check(&text.into_iter().collect::<String>());
    }

    #[test]
    fn texts_of_the_short_alphabet_too(text in prop::collection::vec(prop::sample::select(vec!['a', '€', 'é']), 100..700)) {
        check(&text.into_iter().collect::<String>());
    }
}

/// Says why something was left out; a test that is silent about it would seem to have run.
fn say(sentence: &str) {
    writeln!(std::io::stderr(), "{sentence}").expect("a sentence");
}

fn collection() -> Option<Vec<String>> {
    let Some(file) = std::env::var_os(TEXTS).map(PathBuf::from) else {
        say("left out: PARLOIR_TEXTS names no collection of texts");
        return None;
    };
    let content = std::fs::read_to_string(&file).expect("the collection that PARLOIR_TEXTS names");
    let text = |line: &str| line.rsplit('\t').next().unwrap_or_default().to_owned();
    Some(content.lines().map(text).filter(|text| !text.is_empty()).collect())
}

#[test]
fn a_collection_of_real_texts_is_counted_in_both_ways() {
    let Some(texts) = collection() else { return };
    assert!(!texts.is_empty(), "the collection holds no text");
    texts.iter().for_each(|text| check(text));
}

fn counted_by_the_peer(texts: &[String]) -> Vec<(String, usize)> {
    let mut node = Command::new("node")
        .args(["-e", SCRIPT])
        .env("NODE_PATH", PACKAGES)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node starts");
    let input = serde_json::to_vec(texts).expect("texts are JSON");
    node.stdin.take().expect("a pipe").write_all(&input).expect("node reads");
    let output = node.wait_with_output().expect("node ends");
    assert!(output.status.success(), "the peer failed");
    serde_json::from_slice(&output.stdout).expect("a list of counts")
}

#[test]
fn a_collection_of_real_texts_costs_what_another_program_says() {
    let Some(texts) = collection() else { return };
    if !Path::new(PACKAGES).join(PEER).is_dir() {
        return say("left out: sms-segments-calculator is not installed in clients/typescript");
    }
    let theirs = counted_by_the_peer(&texts);
    assert_eq!(theirs.len(), texts.len());
    for (text, (encoding, count)) in texts.iter().zip(theirs) {
        let ours = segments(text);
        let name = match ours.encoding {
            Encoding::Gsm7 => "GSM-7",
            Encoding::Ucs2 => "UCS-2",
        };
        assert_eq!((name, ours.segments), (encoding.as_str(), count), "{text:?}");
    }
}
