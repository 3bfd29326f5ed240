//! The real server process under attack, over real sockets: killed, damaged, lied to, not read, raced.

mod attachments;
mod damage;
mod desk;
mod dice;
mod doors;
mod export;
mod foreign;
mod frames;
mod handset;
mod http;
mod import;
mod kills;
mod live;
mod once;
mod outbox;
mod races;
mod resume;
mod rights;
mod scope;
mod search;
mod search_terminal;
mod server;
mod session;
mod slow;
mod socket;
mod stop;
