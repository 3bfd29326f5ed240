//! The drivers around the rules: log, state, hub, sockets, HTTP, outbox. What the rules decide lives in
//! `parloir-desk`, what one connection does in `parloir-session`; neither is here.

pub mod hub;
pub mod log;
pub mod phone;
pub mod record;
#[cfg(test)]
pub(crate) mod samples;
pub mod state;
pub mod wire;
