//! Recorded payloads, read by their providers: what each reports, in words.

use std::sync::Arc;

use parloir_desk::entity::{AddressKind, Delivery, Failure};
use parloir_protocol::ids::ChannelId;
use serde::Deserialize;

use super::contract::subjects;
use super::settings::tests::provider;
use super::{Provider, Received, Report, Reports};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    file: String,
    provenance: Provenance,
    source: String,
    reports: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Provenance {
    Documented,
    Observed,
    Assumed,
}

#[test]
fn recorded_payloads_report_what_they_say() {
    for (folder, provider) in readers() {
        let folder = format!("providers/{folder}");
        let cases: Vec<Case> =
            serde_json::from_str(&parloir_fixtures::text(&format!("{folder}/cases.json"))).expect(&folder);
        assert!(!cases.is_empty() && cases.iter().all(|case| !case.source.is_empty()), "{folder}");
        for case in &cases {
            let body = parloir_fixtures::text(&format!("{folder}/{}", case.file));
            let reports = reports(&*provider, &body).unwrap_or_else(|error| panic!("{}: {error}", case.file));
            assert_eq!(reports, case.reports, "{folder}/{}", case.file);
            match case.provenance {
                Provenance::Documented | Provenance::Observed | Provenance::Assumed => {}
            }
        }
        every_file_is_a_case(&folder, &cases);
    }
}

/// Every provider with the name of its folder.
fn readers() -> Vec<(&'static str, Arc<dyn Provider>)> {
    let table = "[providers.smpp]\nkind = 'smpp'\nbase_url = 'smpp://127.0.0.1:9'\nusername = 'desk'\npassword = 'hush'\n";
    let over_a_line = provider(table, "https://desk.example").unwrap_or_else(|reason| panic!("{reason}"));
    let over_http = subjects().into_iter();
    let over_http = over_http.map(|subject| (subject.folder, subject.provider("http://127.0.0.1:9")));
    over_http.chain([("smpp", over_a_line)]).collect()
}

fn every_file_is_a_case(folder: &str, cases: &[Case]) {
    let files = std::fs::read_dir(parloir_fixtures::folder().join(folder)).expect(folder);
    for file in files {
        let name = file.expect(folder).file_name().to_string_lossy().into_owned();
        assert!(
            name == "cases.json" || cases.iter().any(|case| case.file == name),
            "{folder}/{name} is no case"
        );
    }
}

fn reports(provider: &dyn Provider, body: &str) -> Result<Vec<String>, String> {
    let received = provider.receive(ChannelId::from_bytes([2; 16]), body.as_bytes());
    let Reports { received, others, unread } = received.map_err(|error| error.to_string())?;
    let mut ids: Vec<_> = received.iter().map(|one| one.event_id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), received.len(), "two reports have one event id");
    let others = others.iter().map(|other| format!("for {other}"));
    let unread = unread.map(|reason| format!("unread {reason}"));
    Ok(received.iter().map(words).chain(others).chain(unread).collect())
}

fn words(received: &Received) -> String {
    match &received.report {
        Report::Message { kind, from, profile_name, text, media, location, reaction } => {
            let kind = match kind {
                AddressKind::E164 => "e164",
                AddressKind::Bsuid => "bsuid",
                AddressKind::Rcs => "rcs",
            };
            let name = profile_name.as_deref().unwrap_or("-");
            let mut words = format!("message {kind} {from} ({name}) {text}");
            for file in media {
                let facts = [Some(&file.reference), file.media_type.as_ref(), file.name.as_ref()];
                let facts: Vec<&str> = facts.into_iter().flatten().map(String::as_str).collect();
                words.push_str(&format!(" media {}", facts.join(" ")));
            }
            if let Some(place) = location {
                words.push_str(&format!(" at {} {}", place.latitude, place.longitude));
            }
            if let Some(sign) = reaction {
                words.push_str(&format!(
                    " reaction {} {}",
                    sign.emoji,
                    sign.provider_message_id.as_deref().unwrap_or("-")
                ));
            }
            words
        }
        Report::OptOut { kind: AddressKind::E164, from } => format!("opt-out {from}"),
        Report::OptOut { kind: AddressKind::Bsuid | AddressKind::Rcs, from } => format!("opt-out of {from}"),
        Report::Receipt { provider_message_id, delivery, failure } => {
            receipt(provider_message_id, *delivery, *failure)
        }
    }
}

fn receipt(id: &str, delivery: Delivery, failure: Option<Failure>) -> String {
    let failure = failure.map_or_else(|| "-".to_owned(), |failure| format!("{failure:?}"));
    format!("receipt {id} {delivery:?} {failure}")
}
