//! The rules of Parloir. Commands come in, events or refusals come out: `decide` reads and changes nothing,
//! `apply` changes rows and cannot fail. Nothing here knows the time, waits, logs, or reads anything but rows.

pub mod answer;
pub mod apply;
pub mod audience;
mod bytes;
pub mod command;
pub mod commit;
pub mod consent;
pub mod counters;
pub mod decide;
pub mod delivery;
pub mod entity;
pub mod event;
pub mod keys;
pub mod limits;
pub mod order;
pub mod plan;
pub mod refusal;
pub mod rights;
pub mod rows;
pub mod view;
