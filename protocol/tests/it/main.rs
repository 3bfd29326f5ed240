//! The wire against its own specification. Nothing here starts a server.

mod page;
