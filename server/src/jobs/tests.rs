//! Jobs to their end, on a disk that is searched for what was erased.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use futures_util::TryStreamExt as _;
use parloir_desk::command::{CardChange, Command, Inbound, SendMessage};
use parloir_desk::commit::Actor;
use parloir_desk::entity::{Destination, FileFacts, InboundMedia, Status};
use parloir_protocol::ids::{AttachmentId, ContactId, ConversationId, GroupId, JobId};

use super::run;
use crate::blobs::BlobDigest;
use crate::media::samples::{jpeg_of_a_phone, pdf};
use crate::stage::{Stage, number};
use crate::stored::{self, Stored, Waiting};

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

/// Scans of a folder in which a thread beside cleans up.
const SCANS_MAX: u32 = 100;

/// Every file under `folder` that holds `text`, when none went while they were read.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    for _ in 0..SCANS_MAX {
        match scanned(folder, text) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            found => return found.expect("what is there can be read"),
        }
    }
    panic!("the files of {} do not stand still", folder.display());
}

fn scanned(folder: &Path, text: &str) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(scanned(&path, text)?);
        } else if holds(&fs::read(&path)?, text.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
    Ok(found)
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

    let mut files = files_with(stage.folder(), ABOUT[0]).into_iter();
    assert!(files.any(|file| file.ends_with("/steps")), "a step had her as well");

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

/// A file in the store, as an agent's upload or a fetch leaves it.
async fn stored(stage: &Stage, id: u8, bytes: &[u8]) -> Stored {
    let path = stage.folder().join("on-its-way");
    fs::write(&path, bytes).expect("written");
    let waiting = Waiting {
        workspace: stage.workspace.id,
        attachment_id: AttachmentId::from_bytes([id; 16]),
        name: "zqfichier.pdf",
        bytes: bytes.len() as u64,
        digest: BlobDigest::of(bytes),
        path: &path,
    };
    let intake = stage.node.uploads.intake();
    let looked = intake.look(waiting).await.expect("it is a file");
    intake.put(waiting, looked).await.expect("the store works")
}

fn pdf_with(mark: &str) -> Vec<u8> {
    [pdf(), mark.as_bytes().to_vec(), b"\n%%EOF".to_vec()].concat()
}

async fn send_file(stage: &Stage, conversation_id: ConversationId, bytes: &[u8], id: u8) -> FileFacts {
    let Stored { facts, hold: _until_named } = stored(stage, id, bytes).await;
    let text = SendMessage::text(conversation_id, "voici");
    let send = SendMessage { files: vec![facts.clone()], ..text };
    stage.ask(Actor::Agent(stage.admin), Command::Send(Box::new(send))).await;
    facts
}

/// A file that came in from `from`; its message waits for the fetch.
async fn receive_file(stage: &Stage, from: &str) -> parloir_protocol::ids::MessageId {
    let from = Destination { address: number(from), country: None };
    let media = vec![InboundMedia { reference: "zqmedia".to_owned(), media_type: None, name: None }];
    let inbound = Inbound { media, ..Inbound::text(stage.channel, from, "une photo") };
    let answer = stage.ask(Actor::Contact(stage.channel), Command::Receive(inbound)).await;
    answer.message_id.expect("a message")
}

async fn kept(stage: &Stage) -> BTreeSet<BlobDigest> {
    let listed = stage.node.uploads.intake().blobs.list(stage.workspace.id);
    listed.try_collect().await.expect("the store can be listed")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_s_files_go_and_those_of_others_stay() {
    let stage = Stage::on_disk("nobody").await;
    let other = stage.receive("+33655667788", None, "un autre client").await;
    let (contact_id, conversation_id) = zenobie(&stage).await;
    send_file(&stage, conversation_id, &pdf_with("zqdevis"), 1).await;
    let photo = send_file(&stage, conversation_id, &jpeg_of_a_phone(60, 40), 2).await;
    assert_eq!(stored::contents(&photo).count(), 3, "a thumbnail and a clean copy are kept too");
    let message_id = receive_file(&stage, "+33611223344").await;
    let Stored { facts, hold } = stored(&stage, 3, &pdf_with("zqrecu")).await;
    stage.ask(Actor::System, Command::StoreMedia { message_id, index: 0, facts }).await;
    drop(hold);
    let theirs = send_file(&stage, other, &pdf_with("zqautre"), 4).await;
    let both = pdf_with("zqcommun");
    let shared = send_file(&stage, other, &both, 5).await;
    send_file(&stage, conversation_id, &both, 6).await;
    for text in ["zqdevis", "zqrecu", "zqfichier", "zqmedia"] {
        assert_ne!(files_with(stage.folder(), text), [""; 0], "{text} is nowhere before the erasure");
    }

    let _jobs = start(&stage);
    let erase = Command::EraseContact { contact_id };
    let job = stage.ask(Actor::Agent(stage.admin), erase).await.job_id.expect("a job");
    done(&stage, job).await;

    for text in ["zqdevis", "zqrecu", "zqmedia"].into_iter().chain(ABOUT) {
        assert_eq!(files_with(stage.folder(), text), [""; 0], "{text} is still kept");
    }
    assert_eq!(kept(&stage).await, [theirs.digest, shared.digest].map(BlobDigest).into());
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
