//! The wire of Parloir.
pub mod ids;
pub mod text;
pub mod time;
