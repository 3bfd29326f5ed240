//! Uploads that are cut, resumed, taken over, too large, too many, on a full disk, in disguise, and left alone.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use parloir_protocol::error::Code;
use parloir_protocol::time::Time;

use super::*;
use crate::blobs::{BlobDigest, Blobs};
use crate::media::samples::{jpeg_of_a_phone, pdf, pdf_of};
use crate::stored::{self, Fate};

const OURS: WorkspaceId = WorkspaceId(Uuid::from_u128(1));
const ADA: AgentId = AgentId(Uuid::from_u128(2));
const BEN: AgentId = AgentId(Uuid::from_u128(3));

struct House {
    folder: tempfile::TempDir,
    now: Arc<AtomicI64>,
    free: Arc<AtomicU64>,
    limits: Limits,
    /// Contents that an event names.
    used: Arc<Mutex<BTreeSet<[u8; 32]>>>,
}

impl House {
    fn new(limits: Limits) -> Self {
        let (now, free) = (Arc::new(AtomicI64::new(1_000_000)), Arc::new(AtomicU64::new(u64::MAX)));
        Self { folder: tempfile::tempdir().expect("a folder"), now, free, limits, used: Arc::default() }
    }

    /// An event names the file from now on.
    fn name(&self, facts: &FileFacts) {
        self.used.lock().expect("no panic").extend(stored::contents(facts).map(|digest| digest.0));
    }

    /// One life of a server.
    fn open(&self) -> Arc<Uploads> {
        let now = Arc::clone(&self.now);
        let clock = Clock::with_wall(Arc::new(move || Time(now.load(Ordering::Relaxed))));
        let blobs = Arc::new(Blobs::in_folder(self.folder.path()).expect("a store"));
        let intake = Arc::new(Intake::new(blobs));
        let mut uploads =
            Uploads::open(self.folder.path(), self.limits, 0, intake, clock).expect("a folder of its own");
        let free = Arc::clone(&self.free);
        uploads.space = Space::of(move || free.load(Ordering::Relaxed));
        let used = Arc::clone(&self.used);
        uploads
            .set_used(Box::new(move |_, digest: &[u8; 32]| used.lock().expect("no panic").contains(digest)));
        Arc::new(uploads)
    }

    /// Files below the folder, but for empty ones of the store.
    fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("it can be read") {
                let path = entry.expect("it can be read").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path.display().to_string());
                }
            }
        }
        found
    }
}

fn announced(agent: AgentId, bytes: usize) -> Announced {
    Announced {
        workspace: OURS,
        agent,
        name: "devis.pdf".to_owned(),
        bytes: bytes as u64,
        purpose: Purpose::Message,
    }
}

async fn begun(uploads: &Uploads, agent: AgentId, bytes: usize) -> Arc<Upload> {
    let progress = uploads.begin(announced(agent, bytes)).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(progress.offset, 0);
    uploads.of_agent(OURS, agent, progress.attachment_id).expect("it was made")
}

/// A body in pieces as a socket gives them, that ends well.
fn body(bytes: &[u8]) -> impl Stream<Item = Result<Bytes, ()>> + Unpin + use<> {
    let pieces: Vec<_> = bytes.chunks(10_000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

/// The same, then the connection is lost.
fn cut(bytes: &[u8]) -> impl Stream<Item = Result<Bytes, ()>> + Unpin + use<> {
    body(bytes).chain(stream::iter([Err(())]))
}

/// The same, then silence.
fn silent(bytes: &[u8]) -> impl Stream<Item = Result<Bytes, ()>> + Unpin + use<> {
    body(bytes).chain(stream::pending())
}

async fn content(uploads: &Uploads, facts: &FileFacts) -> Vec<u8> {
    let digest = BlobDigest(facts.digest);
    let whole = uploads.intake().blobs.read_small(OURS, digest, u64::MAX).await;
    whole.expect("it is stored").to_vec()
}

#[tokio::test]
async fn a_file_is_cut_off_twice_and_arrives_whole() {
    let house = House::new(Limits::STANDARD);
    let uploads = house.open();
    let file = pdf_of(300_000);
    let upload = begun(&uploads, ADA, file.len()).await;
    let lost = uploads.receive(&upload, 0, cut(&file[..100_000])).await;
    assert!(matches!(lost, Err(UploadError::Broken { offset: 100_000 })), "{lost:?}");
    let elsewhere = uploads.receive(&upload, 0, body(&file)).await;
    assert!(matches!(elsewhere, Err(UploadError::Offset { offset: 100_000 })));
    let part = uploads.receive(&upload, 100_000, body(&file[100_000..200_000])).await.expect("a part");
    assert_eq!((part.offset, part.facts), (200_000, None));
    assert!(matches!(
        uploads.finished(OURS, ADA, part.attachment_id),
        Err(UploadError::Incomplete { offset: 200_000, bytes: 300_000 })
    ));
    let whole = uploads.receive(&upload, 200_000, body(&file[200_000..])).await.expect("the rest");
    let facts = whole.facts.expect("it is stored");
    assert_eq!(
        (facts.media_type.as_str(), facts.name.as_str(), facts.bytes),
        ("application/pdf", "devis.pdf", 300_000)
    );
    assert_eq!(content(&uploads, &facts).await, file);
    let again = uploads.receive(&upload, 300_000, body(b"")).await.expect("asked again");
    assert_eq!(again.facts.as_ref(), Some(&facts));
    assert_eq!(uploads.finished(OURS, ADA, facts.id).expect("it is stored"), facts);
}

#[tokio::test]
async fn an_upload_outlives_the_server() {
    let house = House::new(Limits::STANDARD);
    let file = pdf_of(9_000_000);
    let id = {
        let uploads = house.open();
        let upload = begun(&uploads, ADA, file.len()).await;
        let lost = uploads.receive(&upload, 0, cut(&file[..5_000_000])).await;
        assert!(matches!(lost, Err(UploadError::Broken { offset: 5_000_000 })));
        upload.key().1
    };
    // What a kill left behind what was noted.
    let spool = house.folder.path().join(FOLDER).join(OURS.to_string()).join(format!("{id}.part"));
    let mut garbage = std::fs::OpenOptions::new().append(true).open(&spool).expect("it is there");
    std::io::Write::write_all(&mut garbage, b"never synced").expect("written");
    let uploads = house.open();
    let upload = uploads.of_agent(OURS, ADA, id).expect("it is known");
    assert_eq!(upload.offset(), 5_000_000);
    let whole = uploads.receive(&upload, 5_000_000, body(&file[5_000_000..])).await.expect("the rest");
    let facts = whole.facts.expect("it is stored");
    assert_eq!(facts.digest, BlobDigest::of(&file).0);
    let uploads = house.open();
    assert_eq!(uploads.finished(OURS, ADA, id).expect("it is still known"), facts);
    assert_eq!(content(&uploads, &facts).await, file);
}

#[tokio::test]
async fn a_crash_between_noting_and_moving_is_made_good() {
    let house = House::new(Limits::STANDARD);
    let file = pdf();
    let id = {
        let uploads = house.open();
        let upload = begun(&uploads, ADA, file.len()).await;
        uploads.receive(&upload, 0, cut(&file[..10])).await.expect_err("it is cut");
        let facts = FileFacts {
            id: upload.key().1,
            name: String::new(),
            media_type: String::new(),
            bytes: 0,
            digest: [0; 32],
            size: None,
            thumbnail: None,
            clean: None,
        };
        upload.note_facts(facts).expect("written");
        upload.key().1
    };
    let uploads = house.open();
    let upload = uploads.of_agent(OURS, ADA, id).expect("it is known");
    assert_eq!((upload.offset(), upload.facts()), (10, None), "the content had not moved");
    let whole = uploads.receive(&upload, 10, body(&file[10..])).await.expect("the rest");
    assert_eq!(whole.facts.expect("it is stored").media_type, "application/pdf");
}

#[tokio::test]
async fn whoever_comes_back_takes_the_upload_over() {
    let house = House::new(Limits::STANDARD);
    let uploads = house.open();
    let file = pdf();
    let upload = begun(&uploads, ADA, file.len()).await;
    let old = tokio::spawn({
        let (uploads, upload, half) = (Arc::clone(&uploads), Arc::clone(&upload), file[..20].to_vec());
        async move { uploads.receive(&upload, 0, silent(&half)).await }
    });
    tokio::task::yield_now().await;
    let offset = loop {
        match uploads.receive(&upload, upload.offset(), body(b"")).await {
            Ok(progress) if progress.offset == 20 => break progress.offset,
            _ => tokio::task::yield_now().await,
        }
    };
    assert!(matches!(old.await.expect("it ends"), Err(UploadError::Offset { offset: 20 })));
    let whole = uploads.receive(&upload, offset, body(&file[20..])).await.expect("the rest");
    assert!(whole.facts.is_some());
}

#[tokio::test]
async fn who_is_silent_is_not_waited_for() {
    let house = House::new(Limits::TINY);
    let uploads = house.open();
    let upload = begun(&uploads, ADA, 1_000).await;
    let stalled = uploads.receive(&upload, 0, silent(b"%PDF-")).await;
    assert!(matches!(stalled, Err(UploadError::Stalled { offset: 5 })), "{stalled:?}");
    let drip = stream::unfold(0_u32, |at| async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Ok::<_, ()>(Bytes::from_static(b" ")), at + 1))
    });
    let late = uploads.receive(&upload, 5, Box::pin(drip)).await;
    assert!(matches!(late, Err(UploadError::Stalled { .. })), "a body has an end: {late:?}");
    assert!(upload.offset() > 5);
    let error = late.expect_err("it is late").body();
    assert_eq!(
        (error.code.as_str(), error.details["offset"].as_u64()),
        ("unavailable", Some(upload.offset()))
    );
}

#[tokio::test]
async fn one_byte_too_many_ends_it() {
    let house = House::new(Limits::TINY);
    let uploads = house.open();
    let most = usize::try_from(house.limits.file_bytes).expect("it is small");
    let refused = uploads.begin(announced(ADA, most + 1)).await.expect_err("it is too large");
    assert!(matches!(refused, UploadError::TooLarge { max } if max == most as u64));
    assert!(matches!(uploads.begin(announced(ADA, 0)).await, Err(UploadError::Empty)));
    let upload = begun(&uploads, ADA, most).await;
    let refused =
        uploads.receive(&upload, 0, body(&pdf_of(most + 1))).await.expect_err("more than announced");
    assert_eq!(refused.body().code, Code::AttachmentTooLarge.as_str());
    assert_eq!(house.files(), [""; 0], "nothing is left");
    assert!(matches!(uploads.of_agent(OURS, ADA, upload.key().1), Err(UploadError::NotFound)));
}

#[tokio::test]
async fn a_wrong_file_is_refused_with_its_first_bytes() {
    let house = House::new(Limits::STANDARD);
    let uploads = house.open();
    let upload = begun(&uploads, ADA, 10_000_000).await;
    let page = [b"<html><script>alert(1)</script>".to_vec(), vec![b' '; 100_000]].concat();
    let refused = uploads.receive(&upload, 0, silent(&page)).await.expect_err("it is a page");
    let error = refused.body();
    assert_eq!(
        (error.code.as_str(), error.details["found"].as_str()),
        ("unsupported_file", Some("text/html"))
    );
    assert_eq!(house.files(), [""; 0]);
    let small = begun(&uploads, ADA, 5).await;
    let refused = uploads.receive(&small, 0, body(b"hello")).await.expect_err("it is a text");
    assert_eq!(refused.body().code, "unsupported_file");
    assert_eq!(house.files(), [""; 0]);
}

#[tokio::test]
async fn a_picture_is_kept_with_what_is_made_of_it_and_goes_with_it() {
    let house = House::new(Limits::STANDARD);
    let uploads = house.open();
    let file = jpeg_of_a_phone(600, 400);
    let upload = begun(&uploads, ADA, file.len()).await;
    let facts =
        uploads.receive(&upload, 0, body(&file)).await.expect("it arrives").facts.expect("it is stored");
    assert_eq!(facts.size, Some((400, 600)));
    assert_eq!(content(&uploads, &facts).await, file, "the original is kept");
    let blobs = &uploads.intake().blobs;
    let clean = facts.clean.expect("a picture has one");
    assert_eq!(blobs.size(OURS, BlobDigest(clean.digest)).await.expect("it is stored"), clean.bytes);
    assert!(facts.thumbnail.is_some());
    uploads.give_up(&upload).await;
    assert_eq!(house.files(), [""; 0]);
}

#[tokio::test]
async fn two_uploads_of_one_file_share_it_and_neither_takes_it_from_the_other() {
    let house = House::new(Limits::STANDARD);
    let uploads = house.open();
    let file = pdf();
    let mut both = Vec::new();
    for agent in [ADA, BEN] {
        let upload = begun(&uploads, agent, file.len()).await;
        let progress = uploads.receive(&upload, 0, body(&file)).await.expect("it arrives");
        both.push((upload, progress.facts.expect("it is stored")));
    }
    uploads.give_up(&both[0].0).await;
    assert_eq!(content(&uploads, &both[1].1).await, file);
    assert!(matches!(uploads.of_agent(OURS, ADA, both[1].1.id), Err(UploadError::NotFound)));
}

#[tokio::test]
async fn only_so_many_are_on_their_way() {
    let house = House::new(Limits::TINY);
    let uploads = house.open();
    let refusal = |result: Result<Progress, UploadError>| match result {
        Err(UploadError::Quota { of, .. }) => of,
        other => panic!("{other:?}"),
    };
    let first = begun(&uploads, ADA, 150_000).await;
    assert_eq!(refusal(uploads.begin(announced(ADA, 151_000)).await), "bytes of an agent");
    begun(&uploads, ADA, 1_000).await;
    let refused = uploads.begin(announced(ADA, 1)).await;
    assert_eq!(refused.as_ref().expect_err("too many").body().code, "quota_exceeded");
    assert_eq!(refusal(refused), "uploads of an agent");
    begun(&uploads, BEN, 200_000).await;
    assert_eq!(refusal(uploads.begin(announced(BEN, 1)).await), "uploads of a workspace");
    let theirs = Announced { workspace: WorkspaceId(Uuid::from_u128(9)), ..announced(BEN, 1) };
    uploads.begin(theirs.clone()).await.expect("another workspace has its own");
    assert_eq!(refusal(uploads.begin(theirs).await), "uploads of the server");
    uploads.give_up(&first).await;
    begun(&uploads, ADA, 150_000).await;
}

#[tokio::test]
async fn more_bodies_than_places_are_told_to_come_back() {
    let house = House::new(Limits { idle: Duration::from_secs(60), ..Limits::TINY });
    let uploads = house.open();
    let mut held = Vec::new();
    for agent in [ADA, BEN] {
        let upload = begun(&uploads, agent, 1_000).await;
        let uploads = Arc::clone(&uploads);
        held.push(tokio::spawn(async move { uploads.receive(&upload, 0, silent(b"%PDF-")).await }));
    }
    while uploads.bodies.available_permits() > 0 {
        tokio::task::yield_now().await;
    }
    let upload = begun(&uploads, ADA, 1_000).await;
    assert!(matches!(uploads.receive(&upload, 0, body(b"%PDF-")).await, Err(UploadError::Busy)));
    held.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn a_full_disk_refuses_and_heals() {
    let house = House::new(Limits::STANDARD);
    let uploads = house.open();
    let file = pdf_of(500_000);
    let upload = begun(&uploads, ADA, file.len()).await;
    uploads.receive(&upload, 0, body(&file[..200_000])).await.expect("there is space");
    house.free.store(1_000, Ordering::Relaxed);
    let full = uploads.receive(&upload, 200_000, body(&file[200_000..])).await.expect_err("the disk is full");
    let error = full.body();
    assert_eq!(
        (error.code.as_str(), error.temporary, error.retry_after_ms),
        ("read_only", true, Some(5_000))
    );
    assert!(matches!(uploads.begin(announced(BEN, 2_000)).await, Err(UploadError::Full)));
    house.free.store(u64::MAX, Ordering::Relaxed);
    let whole = uploads.receive(&upload, 200_000, body(&file[200_000..])).await.expect("it heals");
    assert_eq!(content(&uploads, &whole.facts.expect("it is stored")).await, file);
}

#[tokio::test]
async fn what_nobody_comes_back_for_is_swept() {
    let house = House::new(Limits::STANDARD);
    let uploads = house.open();
    let file = pdf();
    let half = begun(&uploads, ADA, 1_000).await;
    uploads.receive(&half, 0, body(b"%PDF-1.4")).await.expect("a part");
    let mut whole = Vec::new();
    for agent in [ADA, BEN] {
        let text = [file.clone(), agent.to_string().into_bytes(), b"\n%%EOF".to_vec()].concat();
        let upload = begun(&uploads, agent, text.len()).await;
        let facts = uploads.receive(&upload, 0, body(&text)).await.expect("it arrives").facts;
        whole.push(facts.expect("it is stored"));
    }
    let unnamed = whole[1].clone();
    house.name(&whole[0]);
    assert_eq!(uploads.sweep().await, 0);
    house.now.fetch_add(Limits::STANDARD.unfinished_ms, Ordering::Relaxed);
    assert_eq!(uploads.sweep().await, 1);
    assert!(matches!(uploads.of_agent(OURS, ADA, half.key().1), Err(UploadError::NotFound)));
    house.now.fetch_add(Limits::STANDARD.unclaimed_ms, Ordering::Relaxed);
    uploads.finished(OURS, BEN, unnamed.id).expect("somebody is about to send it");
    assert_eq!(uploads.sweep().await, 1, "what is asked for is not due");
    house.now.fetch_add(Limits::STANDARD.unclaimed_ms, Ordering::Relaxed);
    assert_eq!(uploads.sweep().await, 1);
    assert_eq!(house.files().len(), 1, "what an event names stays: {:?}", house.files());
    assert_eq!(content(&uploads, &whole[0]).await.len(), usize::try_from(whole[0].bytes).expect("small"));
}

#[tokio::test]
async fn a_claimed_file_stays_and_leaves_room() {
    let house = House::new(Limits::TINY);
    let uploads = house.open();
    let file = pdf();
    for _ in 0..4 {
        let upload = begun(&uploads, ADA, file.len()).await;
        let facts = uploads.receive(&upload, 0, body(&file)).await.expect("it arrives").facts;
        let facts = facts.expect("it is stored");
        uploads.claimed(OURS, facts.id).await;
        assert_eq!(content(&uploads, &facts).await, file);
    }
    assert_eq!(house.files().len(), 1);
    assert!(house.open().known().is_empty(), "nothing is taken up again");
}

/// A whole upload of Ada's.
async fn arrived(uploads: &Arc<Uploads>, file: &[u8]) -> (Arc<Upload>, FileFacts) {
    let upload = begun(uploads, ADA, file.len()).await;
    let facts = uploads.receive(&upload, 0, body(file)).await.expect("it arrives").facts;
    (upload, facts.expect("it is stored"))
}

#[tokio::test]
async fn a_file_that_is_about_to_be_named_outlives_the_sweep_of_its_upload() {
    let house = House::new(Limits::STANDARD);
    let uploads = house.open();
    let file = jpeg_of_a_phone(60, 40);
    let (upload, facts) = arrived(&uploads, &file).await;
    let (held, hold) = uploads.held(OURS, ADA, facts.id).expect("it is whole");
    assert_eq!(held, facts);
    // The sweep had found it due a moment before it was held.
    uploads.forget(&upload).await;
    assert_eq!(uploads.sweep_contents(OURS).await.expect("the store works"), 0);
    assert_eq!(content(&uploads, &facts).await, file);
    assert!(matches!(uploads.held(OURS, ADA, facts.id), Err(UploadError::NotFound)));
    drop(hold);
    assert_eq!(uploads.sweep_contents(OURS).await.expect("the store works"), 3, "nobody needs it any more");
    assert_eq!(house.files(), [""; 0]);
}

#[tokio::test]
async fn a_content_that_was_just_put_is_not_deleted_with_its_twin() {
    let house = House::new(Limits::STANDARD);
    let uploads = house.open();
    let file = pdf();
    let (first, facts) = arrived(&uploads, &file).await;
    let path = house.folder.path().join("twin");
    std::fs::write(&path, &file).expect("written");
    let digest = BlobDigest(facts.digest);
    let waiting = Waiting { digest, path: &path, ..first.waiting() };
    let intake = uploads.intake();
    let looked = intake.look(waiting).await.expect("it is a file");
    let put = intake.put(waiting, looked).await.expect("the store works");
    uploads.give_up(&first).await;
    assert_eq!(content(&uploads, &facts).await, file, "somebody is about to name it");
    assert_eq!(uploads.delete_if_unused(OURS, digest).await.expect("the store works"), Fate::Kept);
    drop(put);
    assert_eq!(uploads.delete_if_unused(OURS, digest).await.expect("the store works"), Fate::Deleted);
}

#[tokio::test]
async fn a_content_of_which_one_copy_is_named_stays_whole() {
    let house = House::new(Limits::STANDARD);
    let uploads = house.open();
    let (upload, facts) = arrived(&uploads, &jpeg_of_a_phone(60, 40)).await;
    house.name(&facts);
    uploads.give_up(&upload).await;
    assert_eq!(uploads.sweep_contents(OURS).await.expect("the store works"), 0);
    assert_eq!(house.files().len(), 3);
    let (theirs, other) = (WorkspaceId(Uuid::from_u128(9)), BlobDigest(facts.digest));
    assert_eq!(uploads.sweep_contents(theirs).await.expect("the store works"), 0);
    assert_eq!(uploads.intake().blobs.size(OURS, other).await.expect("it stays"), facts.bytes);
}

#[tokio::test]
async fn an_upload_whose_message_went_later_leaves_room() {
    let house = House::new(Limits::TINY);
    let uploads = house.open();
    let (_, planned) = arrived(&uploads, &pdf()).await;
    let (_, gone) = arrived(&uploads, &pdf_of(500)).await;
    house.name(&gone);
    assert!(matches!(uploads.begin(announced(ADA, 1)).await, Err(UploadError::Quota { .. })));
    uploads.claim_sent(&move |_, id| id == gone.id).await;
    uploads.begin(announced(ADA, 1)).await.expect("there is room again");
    assert_eq!(uploads.finished(OURS, ADA, planned.id).expect("it may be sent again"), planned);
    assert_eq!(uploads.sweep_contents(OURS).await.expect("the store works"), 0);
}
