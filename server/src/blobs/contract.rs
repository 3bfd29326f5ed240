//! What every store of contents promises, played on each of them.

use std::path::Path;

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use parloir_protocol::ids::WorkspaceId;

use super::settings::{Bucket, Settings};
use super::{BlobDigest, BlobError, Blobs};

const OURS: WorkspaceId = WorkspaceId(uuid::Uuid::from_u128(1));
const THEIRS: WorkspaceId = WorkspaceId(uuid::Uuid::from_u128(2));
/// More than one part of a store that takes parts.
const LARGE_BYTES: usize = 11 << 20;

async fn read(blobs: &Blobs, digest: BlobDigest, range: std::ops::Range<u64>) -> Vec<u8> {
    let pieces = blobs.read(OURS, digest, range).await.expect("it is there");
    let pieces: Vec<Bytes> = pieces.try_collect().await.expect("it can be read");
    pieces.concat()
}

fn large() -> Vec<u8> {
    (0..LARGE_BYTES).map(|at| u8::try_from(at % 251).expect("a byte")).collect()
}

async fn put(blobs: &Blobs, folder: &Path, bytes: &[u8]) -> BlobDigest {
    let path = folder.join("on-its-way.part");
    std::fs::write(&path, bytes).expect("written");
    let digest = BlobDigest::of_file(&path).expect("it can be read");
    assert_eq!(digest, BlobDigest::of(bytes));
    blobs.put_file(OURS, digest, &path).await.expect("it is kept");
    assert!(!path.exists(), "nothing is left behind");
    digest
}

async fn what_is_put_is_read(blobs: &Blobs, folder: &Path) {
    let text = blobs.put_bytes(OURS, Bytes::from_static(b"Bonjour")).await.expect("it is kept");
    assert_eq!(read(blobs, text, 0..7).await, b"Bonjour");
    assert_eq!(read(blobs, text, 3..5).await, b"jo");
    assert_eq!(read(blobs, text, 3..3).await, b"");
    assert_eq!(blobs.size(OURS, text).await.expect("it is there"), 7);
    assert_eq!(blobs.read_small(OURS, text, 3).await.expect("it is there"), "Bon");

    let bytes = large();
    let digest = put(blobs, folder, &bytes).await;
    assert_eq!(read(blobs, digest, 0..bytes.len() as u64).await, bytes);
    let middle = 7 << 20;
    assert_eq!(read(blobs, digest, middle..middle + 100).await, bytes[7 << 20..(7 << 20) + 100]);
    let again = blobs.put_bytes(OURS, bytes.into()).await.expect("it is kept");
    assert_eq!(again, digest, "one content has one name");
    assert_eq!(put(blobs, folder, b"Bonjour").await, text);
    assert_eq!(read(blobs, text, 0..7).await, b"Bonjour");
}

async fn a_content_belongs_to_its_workspace(blobs: &Blobs) {
    let ours = blobs.put_bytes(OURS, Bytes::from_static(b"ours")).await.expect("it is kept");
    assert!(matches!(blobs.size(THEIRS, ours).await, Err(BlobError::Missing(digest)) if digest == ours));
    assert!(matches!(blobs.read(THEIRS, ours, 0..4).await, Err(BlobError::Missing(_))));
    let theirs = blobs.put_bytes(THEIRS, Bytes::from_static(b"ours")).await.expect("it is kept");
    blobs.delete(OURS, ours).await.expect("it goes");
    assert_eq!(blobs.size(THEIRS, theirs).await.expect("it stays"), 4);
    blobs.delete(THEIRS, theirs).await.expect("it goes");
}

async fn what_is_deleted_is_gone(blobs: &Blobs) {
    let digest = blobs.put_bytes(OURS, Bytes::from_static(b"gone")).await.expect("it is kept");
    blobs.delete(OURS, digest).await.expect("it goes");
    assert!(matches!(blobs.read(OURS, digest, 0..4).await, Err(BlobError::Missing(_))));
    blobs.delete(OURS, digest).await.expect("once more is fine");
}

async fn what_is_kept_is_listed(blobs: &Blobs) {
    let listed = async |workspace| {
        let found: Result<std::collections::BTreeSet<_>, _> = blobs.list(workspace).try_collect().await;
        found.expect("the store can be listed")
    };
    let nobody = WorkspaceId(uuid::Uuid::from_u128(3));
    assert!(listed(nobody).await.is_empty());
    let before = listed(OURS).await;
    let one = blobs.put_bytes(OURS, Bytes::from_static(b"listed")).await.expect("it is kept");
    let mut after = listed(OURS).await;
    assert!(after.remove(&one) && after == before && !listed(THEIRS).await.contains(&one));
    blobs.delete(OURS, one).await.expect("it goes");
    assert_eq!(listed(OURS).await, before);
}

async fn keeps_its_promises(blobs: &Blobs, folder: &Path) {
    what_is_put_is_read(blobs, folder).await;
    a_content_belongs_to_its_workspace(blobs).await;
    what_is_deleted_is_gone(blobs).await;
    what_is_kept_is_listed(blobs).await;
}

#[tokio::test]
async fn the_store_in_memory_keeps_its_promises() {
    let folder = tempfile::tempdir().expect("a folder");
    keeps_its_promises(&Blobs::in_memory(), folder.path()).await;
}

#[tokio::test]
async fn the_store_in_a_folder_keeps_its_promises() {
    let folder = tempfile::tempdir().expect("a folder");
    let blobs = Blobs::in_folder(folder.path()).expect("a store");
    let outside = tempfile::tempdir().expect("another folder");
    keeps_its_promises(&blobs, folder.path()).await;
    keeps_its_promises(&blobs, outside.path()).await;
}

/// A server that speaks S3 and has the bucket `parloir-test`; without it there is nothing to hold to the promises.
const S3_ENDPOINT: &str = "PARLOIR_TEST_S3";

#[tokio::test]
async fn the_store_in_a_bucket_keeps_its_promises() {
    let Ok(endpoint) = std::env::var(S3_ENDPOINT) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    for prefix in ["", "desks/one"] {
        let bucket = Bucket {
            bucket: "parloir-test".to_owned(),
            region: None,
            endpoint: Some(endpoint.clone()),
            prefix: prefix.to_owned(),
            allow_http: true,
        };
        let blobs = Blobs::configured(&Settings::S3(bucket), folder.path()).expect("a store");
        keeps_its_promises(&blobs, folder.path()).await;
    }
}

#[tokio::test]
async fn a_folder_has_what_it_had_when_it_is_opened_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let digest = put(&Blobs::in_folder(folder.path()).expect("a store"), folder.path(), b"kept").await;
    let blobs = Blobs::in_folder(folder.path()).expect("a store");
    assert_eq!(read(&blobs, digest, 0..4).await, b"kept");
}
