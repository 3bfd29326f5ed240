//! The wire of Parloir.
pub mod ids;
pub mod time;
