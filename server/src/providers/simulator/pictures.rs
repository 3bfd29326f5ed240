//! What phones attached: kept in memory until it is fetched, the oldest first out. It reads no content.

use std::collections::VecDeque;
use std::sync::Mutex;

use bytes::Bytes;
use futures_util::StreamExt as _;
use uuid::Uuid;

use super::super::{FetchError, Fetched};

use crate::locks::locked;

/// What is kept at most, together.
const KEPT_BYTES_MAX: usize = 64 << 20;
/// Bytes handed over at a time.
const PIECE_BYTES: usize = 64 << 10;

/// A file that a phone attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub media_type: String,
    pub content: Bytes,
}

#[derive(Default)]
pub(super) struct Pictures {
    kept: Mutex<VecDeque<(String, Picture)>>,
}

impl Pictures {
    /// Its reference; nothing when it is too large for what there is.
    pub(super) fn keep(&self, picture: Picture) -> Option<String> {
        if picture.content.len() > KEPT_BYTES_MAX {
            return None;
        }
        let reference = format!("sim-{}", Uuid::now_v7().simple());
        let mut kept = locked(&self.kept);
        kept.push_back((reference.clone(), picture));
        let weight = |kept: &VecDeque<(String, Picture)>| -> usize {
            kept.iter().map(|(_, picture)| picture.content.len()).sum()
        };
        while weight(&kept) > KEPT_BYTES_MAX {
            kept.pop_front();
        }
        Some(reference)
    }

    pub(super) fn fetch(&self, reference: &str) -> Result<Fetched, FetchError> {
        let kept = locked(&self.kept);
        let found = kept.iter().find(|(name, _)| name == reference).map(|(_, picture)| picture.clone());
        let picture = found.ok_or_else(|| FetchError::Gone(format!("no phone attached '{reference}'")))?;
        let content = picture.content.clone();
        let pieces = (0..content.len()).step_by(PIECE_BYTES);
        let pieces: Vec<_> =
            pieces.map(|from| Ok(content.slice(from..content.len().min(from + PIECE_BYTES)))).collect();
        Ok(Fetched {
            media_type: Some(picture.media_type),
            bytes: Some(picture.content.len() as u64),
            content: futures_util::stream::iter(pieces).boxed(),
        })
    }
}
