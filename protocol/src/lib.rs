//! The wire of Parloir: what programs and the server say to each other, byte for byte, with every limit,
//! error and close code. `PROTOCOL.md` is the specification; this crate is its Rust form. It does no I/O,
//! knows no clock and holds no rule of the product.

pub mod close;
pub mod codec;
pub mod command;
pub mod cursor;
pub mod down;
pub mod entity;
pub mod error;
pub mod event;
pub mod ids;
pub mod limits;
mod named;
pub mod query;
#[cfg(any(test, feature = "schema"))]
pub mod schema;
pub mod search;
pub mod text;
pub mod time;
pub mod up;
pub mod watch;
