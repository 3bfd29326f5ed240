//! Records stay below the log's bound, whatever the commands and what the rules make of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use parloir_desk::command::{CardChange, Command};
use parloir_desk::refusal::Refusal;

use super::super::draft::weight;
use crate::log::{MemoryLog, RECORD_BYTES_MAX};
use crate::node::Limits;
use crate::rehearsal::{FOUNDING_RECORDS, Rehearsal, card};
use crate::rules::Rules;
use crate::state::VALUE_BYTES_MAX;
use crate::workspace::Rejected;

/// Four bytes in UTF-8.
const WIDE: &str = "\u{1f600}";

async fn founded() -> Rehearsal {
    Rehearsal::found(Arc::new(MemoryLog::new()), Limits::standard(), Rules::OURS).await
}

fn wide(prefix: &str, chars: usize) -> String {
    format!("{prefix}{}", WIDE.repeat(chars - prefix.chars().count()))
}

/// A card nearly as heavy as a row of the state may be.
fn heavy_card() -> CardChange {
    let limits = parloir_desk::limits::Limits::DEFAULT;
    let property = |number: usize| (number.to_string(), Some(wide("", limits.property_value_chars)));
    CardChange { properties: (0..15).map(property).collect(), ..CardChange::default() }
}

#[tokio::test]
async fn large_texts_are_cut_into_records_that_fit() {
    let stage = founded().await;
    let text = wide("", VALUE_BYTES_MAX / WIDE.len() - 200);
    let answers = stage.ask_together((0..30).map(|number| stage.inbound(number, &text)).collect()).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let records = stage.records().split_off(FOUNDING_RECORDS);
    assert!(records.len() > 1, "all of it is more than one record may hold");
    assert!(records.iter().all(|record| record.encoded_bytes() <= RECORD_BYTES_MAX));
}

#[tokio::test]
async fn what_no_row_can_hold_is_refused_and_harms_nobody() {
    let stage = founded().await;
    let text = wide("", VALUE_BYTES_MAX / WIDE.len());
    let asked = vec![stage.inbound(1, &text), stage.inbound(2, "Bonjour")];
    let answers = stage.ask_together(asked).await;
    assert!(
        matches!(answers[0], Err(Rejected::Refused(Refusal::FieldTooLong { actual, .. })) if actual > VALUE_BYTES_MAX)
    );
    assert!(answers[1].is_ok());
}

#[tokio::test]
async fn small_commands_with_large_events_are_cut_into_records_that_fit() {
    let stage = founded().await;
    stage.ask(stage.by_admin(card(1, heavy_card()))).await.expect("a heavy card is saved");
    let rename = |number: usize| {
        let name = Some(format!("Name {number}"));
        stage.by_admin(card(1, CardChange { name, ..CardChange::default() }))
    };
    let answers = stage.ask_together((0..20).map(rename).collect()).await;
    let seqs: BTreeSet<_> = answers.iter().map(|answer| answer.as_ref().expect("accepted").seq).collect();
    assert_eq!(seqs.len(), 20);
    let records = stage.records().split_off(FOUNDING_RECORDS + 1);
    assert_eq!(records.len(), 2);
    assert!(records.iter().all(|record| record.encoded_bytes() <= RECORD_BYTES_MAX));
    let contact_id = answers[0].as_ref().expect("accepted").contact_id.expect("it names the contact");
    let seen = stage.look(|view| view.contact(contact_id)).expect("it is there");
    assert!(format!("{seen:?}").contains("Name 19"));
}

#[test]
fn a_commands_weight_follows_its_text() {
    let note = |text: &str| Command::CreateGroup { name: text.to_owned() };
    let weight = |text: &str| weight(&note(text).into());
    let (light, heavy) = (weight(""), weight(&wide("", 500)));
    assert!(heavy >= light + 2_000);
}
