//! A file that came in with a message, on its way from its provider into a file of ours: bounded in time and
//! size, whole or not there, and never in the space that stays free. What it is and where it is kept is for others.

use std::io;
use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt as _;
use thiserror::Error;
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt as _;

use crate::dice::Dice;
use crate::fetch::FILE_BYTES_MAX;
use crate::private_file;
use crate::providers::{FetchError, Fetched, MediaRef, Provider, full_jitter};
use crate::uploads::Space;

/// A provider is asked for a file for so long after its message came in: none keeps one for us any longer.
const ASKED_FOR: Duration = Duration::from_secs(7 * 24 * 3_600);
/// And at least so many times in one run of the server, however old the message is by then.
const TRIES_MIN: u32 = 12;
/// From asking for a file to its last byte.
const DOWNLOAD_MAX: Duration = Duration::from_secs(660);
/// The first wait, at most.
const WAIT_FIRST: Duration = Duration::from_secs(2);
/// The longest wait: files that wait for a provider keep newer ones from their turn no longer, once it is back.
const WAIT_LONGEST: Duration = Duration::from_secs(600);
/// A file that is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    pub bytes: u64,
    /// What the provider says it is; who keeps it looks for himself.
    pub media_type: Option<String>,
}

/// Why a file is not here.
#[derive(Debug, Error)]
pub enum Trouble {
    #[error("{0}")]
    Theirs(FetchError),
    /// There is no room for it, or it cannot be written: no reason ever to give it up.
    #[error("the file cannot be kept now: {0}")]
    Ours(String),
}

/// How long one file is asked for again.
#[derive(Debug, Default)]
pub struct Patience {
    tries: u32,
    /// How many of them its provider did not answer with the file.
    theirs: u32,
}

impl Patience {
    /// The wait before the next try; nothing when the file is given up. `age` is that of its message.
    pub fn after(&mut self, trouble: &Trouble, reference: &str, age: Duration) -> Option<Duration> {
        match trouble {
            Trouble::Theirs(FetchError::Gone(_) | FetchError::Refused(_)) => return None,
            Trouble::Theirs(FetchError::Later(_)) => {
                self.theirs = self.theirs.saturating_add(1);
                if self.theirs >= TRIES_MIN && age >= ASKED_FOR {
                    return None;
                }
            }
            Trouble::Ours(_) => {}
        }
        let mut dice = Dice::of(u64::from(self.tries), &[reference.as_bytes()]);
        let wait = full_jitter(WAIT_FIRST, WAIT_LONGEST, self.tries, &mut dice);
        self.tries = self.tries.saturating_add(1);
        Some(wait)
    }
}

/// Writes the file to `path`, where nothing is yet. After an error nothing is there.
///
/// # Errors
/// [`Trouble`].
pub async fn download(
    provider: &dyn Provider,
    media: &MediaRef,
    path: &Path,
    space: &Space,
) -> Result<Downloaded, Trouble> {
    let all = async {
        let fetched = provider.fetch(media).await.map_err(Trouble::Theirs)?;
        written(fetched, path, FILE_BYTES_MAX, space).await
    };
    let done = tokio::time::timeout(DOWNLOAD_MAX, all).await;
    let done = done.unwrap_or_else(|_| Err(later("it took too long")));
    if done.is_err() {
        // There may be none.
        let _absent = tokio::fs::remove_file(path).await.is_err();
    }
    done
}

async fn written(
    mut fetched: Fetched,
    path: &Path,
    bytes_max: u64,
    space: &Space,
) -> Result<Downloaded, Trouble> {
    let has_room = |bytes: u64| space.check(bytes).map_err(|full| Trouble::Ours(full.to_string()));
    has_room(fetched.bytes.unwrap_or(0))?;
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(private_file::MODE)
        .open(path)
        .await
        .map_err(|error| ours(&error))?;
    let mut bytes = 0_u64;
    while let Some(piece) = fetched.content.next().await {
        let piece = piece.map_err(|error| theirs(&error))?;
        bytes += piece.len() as u64;
        if bytes > bytes_max {
            return Err(Trouble::Theirs(FetchError::Refused(format!("it has more than {bytes_max} bytes"))));
        }
        has_room(piece.len() as u64)?;
        file.write_all(&piece).await.map_err(|error| ours(&error))?;
    }
    if fetched.bytes.is_some_and(|announced| announced != bytes) {
        return Err(later(&format!("{bytes} bytes came, not those that were announced")));
    }
    file.sync_all().await.map_err(|error| ours(&error))?;
    Ok(Downloaded { bytes, media_type: fetched.media_type })
}

fn later(reason: &str) -> Trouble {
    Trouble::Theirs(FetchError::Later(reason.to_owned()))
}

/// Why the next piece did not come.
fn theirs(error: &io::Error) -> Trouble {
    Trouble::Theirs(match error.kind() {
        io::ErrorKind::FileTooLarge => FetchError::Refused(error.to_string()),
        _ => FetchError::Later(error.to_string()),
    })
}

fn ours(error: &io::Error) -> Trouble {
    Trouble::Ours(error.to_string())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::stream;

    use super::*;
    use crate::providers::simulator::{Pace, Picture, Simulator};

    fn media(reference: String) -> MediaRef {
        MediaRef { reference, media_type: None, name: None }
    }

    /// A file of so many pieces of 1,000 bytes.
    fn pieces(count: usize, bytes: Option<u64>) -> Fetched {
        let pieces = (0..count).map(|_| Ok(Bytes::from_static(&[7; 1_000])));
        Fetched { media_type: None, bytes, content: stream::iter(pieces).boxed() }
    }

    #[tokio::test]
    async fn a_file_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let (simulator, _calls) = Simulator::new(1, Pace::INSTANT);
        let content = Bytes::from(vec![7_u8; 200_000]);
        let picture = Picture { media_type: "image/png".to_owned(), content: content.clone() };
        let reference = simulator.keep_picture(picture).expect("there is room");
        let path = folder.path().join("a");
        let space = Space::of(|| 250_000);
        let done = download(&simulator, &media(reference.clone()), &path, &space).await.expect("it comes");
        assert_eq!((done.bytes, done.media_type.as_deref()), (200_000, Some("image/png")));
        assert_eq!(std::fs::read(&path).expect("it is there"), content);

        let path = folder.path().join("b");
        let gone = download(&simulator, &media("sim-none".to_owned()), &path, &space).await;
        assert!(matches!(gone, Err(Trouble::Theirs(FetchError::Gone(_)))) && !path.exists());

        let full = download(&simulator, &media(reference), &path, &Space::of(|| 150_000)).await;
        assert!(matches!(full, Err(Trouble::Ours(_))) && !path.exists(), "{full:?}");
    }

    #[tokio::test]
    async fn a_file_has_its_bound_and_leaves_the_reserve_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        let free = || Space::of(|| u64::MAX);
        written(pieces(10, None), &path, 10_000, &free()).await.expect("it fits");
        let path = folder.path().join("b");
        let refused = written(pieces(10, None), &path, 9_999, &free()).await;
        assert!(matches!(refused, Err(Trouble::Theirs(FetchError::Refused(_)))), "{refused:?}");

        let path = folder.path().join("c");
        let left = std::sync::Mutex::new(4_000_u64);
        let filling = Space::of(move || {
            let mut left = left.lock().expect("nobody panics");
            *left = left.saturating_sub(1_000);
            *left
        });
        let full = written(pieces(10, None), &path, 10_000, &filling).await;
        assert!(matches!(full, Err(Trouble::Ours(_))), "the disk fills while it comes: {full:?}");
        assert!(std::fs::metadata(&path).expect("it was begun").len() < 4_000);
    }

    #[test]
    fn a_file_is_asked_for_at_least_a_week() {
        for reference in ["a", "b", "c"] {
            let (mut patience, mut age) = (Patience::default(), Duration::ZERO);
            while let Some(wait) = patience.after(&later("401"), reference, age) {
                assert!(wait <= WAIT_LONGEST);
                age += wait;
            }
            assert!((ASKED_FOR..ASKED_FOR + WAIT_LONGEST).contains(&age), "{age:?}");
        }
    }

    #[test]
    fn what_is_old_is_asked_for_some_times_all_the_same_and_what_is_gone_is_not() {
        let mut patience = Patience::default();
        let tries = (0..100).take_while(|_| patience.after(&later("503"), "a", ASKED_FOR * 2).is_some());
        assert_eq!(tries.count(), 11);
        for end in [FetchError::Gone(String::new()), FetchError::Refused(String::new())] {
            assert_eq!(Patience::default().after(&Trouble::Theirs(end), "a", Duration::ZERO), None);
        }
    }

    #[test]
    fn no_fault_of_ours_gives_a_file_up() {
        let mut patience = Patience::default();
        let full = Trouble::Ours("the disk is full".to_owned());
        assert!((0..1_000).all(|_| patience.after(&full, "a", ASKED_FOR * 50).is_some()));
        assert!(patience.after(&later("503"), "a", ASKED_FOR * 50).is_some(), "its provider was not asked");
    }
}
