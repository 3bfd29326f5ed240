//! A Rust client of Parloir. One [`Client`] stands for one agent: it keeps one connection, comes back after
//! any loss where it was, sends every command once, and folds what happens into a [`Store`].
//!
//! `connection` owns the socket and its return, `position` the place in the log, `send` what waits for an
//! answer, `store` the fold without any I/O, `hits` that of an open search, `stream` what programs read one after another, `backoff` the pauses, `token` the way in,
//! `outbox` the commands without an answer, `upload` files on their way up, `wire` the bytes with or without TLS. Nothing here draws or decides.

mod backoff;
mod client;
mod connection;
mod errors;
mod hits;
mod options;
mod outbox;
mod position;
mod question;
mod send;
pub mod store;
mod stream;
mod token;
mod upload;
mod watches;
mod watching;
mod wire;

pub use backoff::Backoff;
pub use client::{Client, Given, Look};
pub use connection::State;
pub use errors::{CommandError, QueryError};
pub use hits::Hits;
pub use options::{Options, UrlError};
pub use outbox::{ENTRIES_MAX, Entry, FileOutbox, Kept, MemoryOutbox, OutboxStore};
pub use question::Question;
pub use store::Store;
pub use stream::{Events, Gap, GapReason, Told};
pub use token::{Provided, Token, TokenProvider, TokenSource};
pub use upload::{Cancel, UploadError, Uploading};
pub use watching::Watching;

pub use parloir_protocol as protocol;

/// Holds the examples of the readme to the compiler.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
