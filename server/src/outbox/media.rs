//! A file that came in with a message, on its way from its provider into a file of ours: bounded in time and
//! size, whole or not there. What it is and where it is kept is for others.

use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt as _;

use crate::dice::Dice;
use crate::fetch::FILE_BYTES_MAX;
use crate::providers::{FetchError, Fetched, MediaRef, Provider, full_jitter};

/// Tries until a file is given up: with the waits between them they take most of a day.
pub const TRIES_MAX: u32 = 12;
/// From asking for a file to its last byte.
const DOWNLOAD_MAX: Duration = Duration::from_secs(120);
/// The first wait, at most.
const WAIT_FIRST: Duration = Duration::from_secs(2);
/// The longest wait.
const WAIT_LONGEST: Duration = Duration::from_secs(4 * 3_600);
/// What came in is nobody else's on the machine.
const FILE_MODE: u32 = 0o600;

/// A file that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    pub bytes: u64,
    /// What the provider says it is; who keeps it looks for himself.
    pub media_type: Option<String>,
}

/// Writes the file to `path`, where nothing is yet. After an error nothing is there.
///
/// # Errors
/// [`FetchError`]: one that is `Later` is worth another try.
pub async fn download(
    provider: &dyn Provider,
    media: &MediaRef,
    path: &Path,
) -> Result<Downloaded, FetchError> {
    let all = async {
        let fetched = provider.fetch(media).await?;
        written(fetched, path).await
    };
    let done = tokio::time::timeout(DOWNLOAD_MAX, all).await;
    let done = done.unwrap_or_else(|_| Err(FetchError::Later("it took too long".to_owned())));
    if done.is_err() {
        // There may be none.
        let _absent = tokio::fs::remove_file(path).await.is_err();
    }
    done
}

/// The wait before the next try, after so many.
pub fn wait(reference: &str, tries: u32) -> Duration {
    let mut dice = Dice::of(u64::from(tries), &[reference.as_bytes()]);
    full_jitter(WAIT_FIRST, WAIT_LONGEST, tries, &mut dice)
}

async fn written(mut fetched: Fetched, path: &Path) -> Result<Downloaded, FetchError> {
    let later = |error: std::io::Error| FetchError::Later(error.to_string());
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path).await.map_err(later)?;
    let mut bytes = 0_u64;
    while let Some(piece) = fetched.content.next().await {
        let piece = piece.map_err(later)?;
        bytes += piece.len() as u64;
        if bytes > FILE_BYTES_MAX {
            return Err(FetchError::Refused(format!("it has more than {FILE_BYTES_MAX} bytes")));
        }
        file.write_all(&piece).await.map_err(later)?;
    }
    if fetched.bytes.is_some_and(|announced| announced != bytes) {
        return Err(FetchError::Later(format!("{bytes} bytes came, not those that were announced")));
    }
    file.sync_all().await.map_err(later)?;
    Ok(Downloaded { bytes, media_type: fetched.media_type })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::providers::simulator::{Pace, Picture, Simulator};

    fn media(reference: String) -> MediaRef {
        MediaRef { reference, media_type: None, name: None }
    }

    #[tokio::test]
    async fn a_file_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let (simulator, _calls) = Simulator::new(1, Pace::INSTANT);
        let content = Bytes::from(vec![7_u8; 200_000]);
        let picture = Picture { media_type: "image/png".to_owned(), content: content.clone() };
        let reference = simulator.keep_picture(picture).expect("there is room");
        let path = folder.path().join("a");
        let done = download(&simulator, &media(reference), &path).await.expect("it comes");
        assert_eq!((done.bytes, done.media_type.as_deref()), (200_000, Some("image/png")));
        assert_eq!(std::fs::read(&path).expect("it is there"), content);

        let path = folder.path().join("b");
        let gone = download(&simulator, &media("sim-none".to_owned()), &path).await;
        assert!(matches!(gone, Err(FetchError::Gone(_))) && !path.exists());

        let content = Bytes::from(vec![7_u8; usize::try_from(FILE_BYTES_MAX).expect("it fits") + 1]);
        let picture = Picture { media_type: "video/mp4".to_owned(), content };
        let reference = simulator.keep_picture(picture).expect("there is room");
        let refused = download(&simulator, &media(reference), &path).await;
        assert!(matches!(refused, Err(FetchError::Refused(_))) && !path.exists());
    }

    #[test]
    fn waits_take_most_of_a_day_together() {
        let most: Duration = (0..TRIES_MAX).map(|tries| wait("a", tries)).sum();
        assert!(most < Duration::from_secs(24 * 3_600), "{most:?}");
    }
}
