//! The rules of Parloir. Commands come in, events or refusals come out: `decide` reads and changes nothing,
//! `apply` changes rows and cannot fail. Nothing here knows the time, waits, logs, or reads anything but rows.

pub mod command;
pub mod commit;
pub mod entity;
pub mod event;
pub mod refusal;
pub mod rows;
