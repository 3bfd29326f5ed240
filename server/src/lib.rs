//! The drivers around the rules: log, state, hub, sockets, HTTP, outbox. What the rules decide lives in
//! `parloir-desk`, what one connection does in `parloir-session`; neither is here.

pub mod admission;
pub mod asked;
pub mod backoff;
pub mod blobs;
mod blocking;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod dice;
pub mod due;
pub mod epochs;
pub mod export;
pub mod fan;
mod fault;
pub mod fetch;
pub mod fetching;
pub mod figures;
pub mod http;
pub mod hub;
pub mod import;
pub mod imports;
pub mod inbound;
pub mod insist;
pub mod jobs;
pub mod linked;
pub mod live;
mod locks;
pub mod log;
pub mod media;
pub mod node;
pub mod outbox;
pub mod phone;
pub mod poison;
pub mod presence;
pub mod private_file;
pub mod providers;
pub mod provision;
pub mod queries;
pub mod queue;
pub mod reader;
pub mod rebuild;
pub mod record;
#[cfg(test)]
mod rehearsal;
pub mod rewrite;
pub mod rules;
#[cfg(test)]
mod samples;
pub mod search;
pub mod secret;
pub mod sent;
pub mod serve;
pub mod snapshot;
pub mod socket;
pub mod spreadsheet;
#[cfg(test)]
mod stage;
pub mod state;
pub mod status;
pub mod stored;
pub mod told;
pub mod uploads;
pub mod wire;
pub mod workspace;
pub mod writer;
