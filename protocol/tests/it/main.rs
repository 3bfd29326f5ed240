//! The wire against its own specification, and the laws of text and search. Nothing here starts a server.

mod numbers;
mod page;
mod search;
mod segments;
mod text;
mod texts;
