//! Jobs to their end, on a disk that is searched for what was erased.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use parloir_desk::command::{CardChange, Command};
use parloir_desk::commit::Actor;
use parloir_desk::entity::Status;
use parloir_protocol::ids::{ContactId, ConversationId, GroupId, JobId};

use super::run;
use crate::stage::{Stage, number};

/// What is written nowhere but about one person.
const ABOUT: [&str; 9] = [
    "Zénobie Quartzwick",
    "+33611223344",
    "33611223344",
    "le texte qu'elle a écrit zqtexte",
    "la réponse zqreponse",
    "la note zqnote",
    "zqétiquette",
    "zqvaleur",
    "zqprofil",
];

/// The same as an index writes it.
const FOLDED: [&str; 4] = ["zenobie", "quartzwick", "zqetiquette", "zqvaleur"];

fn start(stage: &Stage) -> tokio::task::JoinHandle<()> {
    tokio::spawn(run(Arc::clone(&stage.node), Arc::clone(&stage.workspace)))
}

/// Every file under `folder` that holds `text`.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if holds(&fs::read(&path).expect("a file"), text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    found
}

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

async fn done(stage: &Stage, job: JobId) {
    stage.until(|view| view.running_jobs().is_empty()).await;
    assert!(stage.view(|view| view.job(job)).is_some());
}

async fn zenobie(stage: &Stage) -> (ContactId, ConversationId) {
    let conversation_id =
        stage.receive("+33611223344", Some("zqprofil"), "le texte qu'elle a écrit zqtexte").await;
    stage.send(conversation_id, "la réponse zqreponse").await;
    let admin = Actor::Agent(stage.admin);
    let note =
        Command::AddNote { conversation_id, text: "la note zqnote".to_owned(), mentions: BTreeSet::new() };
    stage.ask(admin, note).await;
    let change = CardChange {
        name: Some("Zénobie Quartzwick".to_owned()),
        add_tags: BTreeSet::from(["zqétiquette".to_owned()]),
        properties: BTreeMap::from([("ville".to_owned(), Some("zqvaleur".to_owned()))]),
        add_addresses: BTreeSet::from([number("+33611223344")]),
        ..CardChange::default()
    };
    let saved = stage.ask(admin, Command::SaveContact { contact_id: None, change }).await;
    (saved.contact_id.expect("a contact"), conversation_id)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_is_in_no_byte_that_is_kept() {
    let stage = Stage::on_disk("nobody").await;
    let other = stage.receive("+33655667788", None, "un autre client zqautre").await;
    let (contact_id, conversation_id) = zenobie(&stage).await;
    stage.node.state.current().flush().expect("the rows are written");
    stage.node.search.open(&stage.node).expect("an index is built");
    let index = stage.folder().join("search");
    assert_ne!(files_with(&index, "Zénobie Quartzwick"), [""; 0], "the index knows her");
    for text in ABOUT {
        assert_ne!(files_with(stage.folder(), text), [""; 0], "{text} is nowhere before the erasure");
    }

    let _jobs = start(&stage);
    let erase = Command::EraseContact { contact_id };
    let job = stage.ask(Actor::Agent(stage.admin), erase).await.job_id.expect("a job");
    done(&stage, job).await;

    for text in ABOUT.into_iter().chain(FOLDED) {
        assert_eq!(files_with(stage.folder(), text), [""; 0], "{text} is still kept");
    }
    assert_ne!(files_with(stage.folder(), "zqautre"), [""; 0], "somebody else is gone");
    assert_eq!(stage.view(|view| view.conversation(conversation_id)).expect("its row").address.known(), None);
    assert!(stage.view(|view| view.conversation(other)).expect("its row").address.known().is_some());
    let again = stage.receive("+33611223344", None, "me revoilà").await;
    assert_ne!(again, conversation_id);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_was_interrupted_goes_on() {
    let stage = Stage::on_disk("nobody").await;
    let (contact_id, _) = zenobie(&stage).await;
    let erase = Command::EraseContact { contact_id };
    let job = stage.ask(Actor::Agent(stage.admin), erase).await.job_id.expect("a job");
    let rewriting = stage.node.rewriting.lock().await;
    let jobs = start(&stage);
    stage.until(|view| view.job(job).is_some_and(|job| job.status == super::JobStatus::Rewriting)).await;
    jobs.abort();
    assert!(jobs.await.expect_err("it was stopped").is_cancelled());
    drop(rewriting);

    let _jobs = start(&stage);
    done(&stage, job).await;
    assert_eq!(files_with(stage.folder(), "zqtexte"), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn service_goes_on_while_a_state_is_replaced() {
    let stage = Stage::on_disk("nobody").await;
    let (contact_id, _) = zenobie(&stage).await;
    let _jobs = start(&stage);
    let erase = Command::EraseContact { contact_id };
    let job = stage.ask(Actor::Agent(stage.admin), erase).await.job_id.expect("a job");
    let mut written = Vec::new();
    while stage.view(|view| !view.running_jobs().is_empty()) {
        let from = format!("+336{:08}", 10_000_000 + written.len());
        written.push(stage.receive(&from, None, "pendant ce temps").await);
    }
    done(&stage, job).await;
    assert!(!written.is_empty());
    for id in written {
        assert!(stage.view(|view| view.conversation(id)).is_some(), "{id} is lost");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_is_emptied_and_deleted() {
    let stage = Stage::new("nobody").await;
    let admin = Actor::Agent(stage.admin);
    let default: GroupId = stage.view(|view| view.workspace()).expect("settings").default_group;
    let create = Command::CreateGroup { name: "Livraisons".to_owned() };
    let group_id = stage.ask(admin, create).await.group_id.expect("a group");
    for client in 0..250 {
        let conversation_id =
            stage.receive(&format!("+336{:08}", 20_000_000 + client), None, "Bonjour").await;
        let shift = Command::Move { conversation_id, group_id, expected_group: None };
        stage.ask(admin, shift).await;
    }
    let delete = Command::DeleteGroup { group_id, target: Some(default) };
    let job = stage.ask(admin, delete).await.job_id.expect("a job");
    let _jobs = start(&stage);
    done(&stage, job).await;
    assert_eq!(stage.view(|view| view.group(group_id)), None);
    assert_eq!(stage.view(|view| view.group_conversations(default, Status::Open, 1_000)).len(), 250);
}
