//! One row of an address book: where it stands, what it held, and what is to be saved because of it.

use parloir_protocol::command::contact::Save;

/// Why a row cannot be imported, with a code for programs and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub code: String,
    pub message: String,
}

impl Fault {
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

/// What a row asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Person(Box<Save>),
    /// All of its fields are empty.
    Blank,
    Fault(Fault),
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// 1 for the first that holds a person; without gaps.
    pub place: u64,
    /// As people count: a header is row 1.
    pub number: u64,
    /// As they are meant, in the order of the book's header; empty where the row could not be read.
    pub fields: Vec<String>,
    pub content: Content,
}
