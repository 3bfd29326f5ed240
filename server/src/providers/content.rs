//! What a message can be on its way out, and what may come in beside text. It says what is meant; how a
//! provider writes it is the provider's matter.

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use thiserror::Error;

/// What one outbound message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Text {
        text: String,
    },
    Media {
        file: FileRef,
        /// Empty when there is none.
        caption: String,
        carriage: Carriage,
    },
    Card(Card),
    Template(Template),
}

/// How a file travels inside the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carriage {
    /// As a picture or video that the phone shows.
    Native,
    /// As a file to open.
    Document,
}

/// A file that leaves with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    pub media_type: String,
    pub name: String,
    pub bytes: u64,
    /// Its BLAKE3 digest, under which [`Files`] has it.
    pub digest: [u8; 32],
    /// Where providers that fetch files themselves find it; nothing where there is no public address.
    pub url: Option<String>,
}

/// A card with what can be touched on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub title: Option<String>,
    pub text: Option<String>,
    pub media: Option<FileRef>,
    pub actions: Vec<CardAction>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardAction {
    pub kind: ActionKind,
    pub label: String,
    /// What comes back (reply), an https address (link) or a number (call).
    pub value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActionKind {
    Reply,
    Link,
    Call,
}

/// A template under the name that the provider knows, with its values in the order of its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub name: String,
    pub language: String,
    pub header: Vec<String>,
    pub body: Vec<String>,
    /// The whole text after substitution, for channels that know no templates.
    pub text: String,
}

impl Content {
    /// The words of it, for carriers that know nothing else.
    pub fn text(&self) -> String {
        match self {
            Self::Text { text } => text.clone(),
            Self::Media { caption, .. } => caption.clone(),
            Self::Template(template) => template.text.clone(),
            Self::Card(card) => {
                let words = card.title.iter().chain(&card.text).cloned();
                words.collect::<Vec<_>>().join("\n")
            }
        }
    }
}

/// Bytes as they are read.
pub type ByteStream = BoxStream<'static, std::io::Result<Bytes>>;

/// Where the bytes of outbound files come from.
pub trait Files: Send + Sync + 'static {
    /// The bytes of a file, from its first.
    fn open<'a>(&'a self, file: &'a FileRef) -> BoxFuture<'a, Result<ByteStream, NoFile>>;
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the file '{name}' cannot be read: {reason}")]
pub struct NoFile {
    pub name: String,
    pub reason: String,
}

/// Nothing is kept here.
#[derive(Debug, Clone, Copy)]
pub struct NoFiles;

impl Files for NoFiles {
    fn open<'a>(&'a self, file: &'a FileRef) -> BoxFuture<'a, Result<ByteStream, NoFile>> {
        let missing = NoFile { name: file.name.clone(), reason: "no files are kept here".to_owned() };
        Box::pin(std::future::ready(Err(missing)))
    }
}

/// A file that came in with a message and is still at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRef {
    /// The provider's name for it, or its address.
    pub reference: String,
    /// What the provider says it is.
    pub media_type: Option<String>,
    pub name: Option<String>,
}

/// A place that somebody shared.
#[derive(Debug, Clone, PartialEq)]
pub struct Location {
    pub latitude: f64,
    pub longitude: f64,
    pub name: Option<String>,
    pub address: Option<String>,
}

/// A sign put on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// Empty when it is taken back.
    pub emoji: String,
    /// The provider's name for the message.
    pub provider_message_id: Option<String>,
}

/// A file while it comes in.
pub struct Fetched {
    pub media_type: Option<String>,
    /// What is announced, where it is; what comes may differ.
    pub bytes: Option<u64>,
    pub content: ByteStream,
}

/// Why a file does not come in.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FetchError {
    /// It will not come by asking again.
    #[error("the file is not there: {0}")]
    Gone(String),
    /// Its address may not be asked.
    #[error("the file's address is refused: {0}")]
    Refused(String),
    /// It may come by asking again.
    #[error("the file cannot be fetched now: {0}")]
    Later(String),
}
