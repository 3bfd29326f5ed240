//! One connection's machine, driven from outside: frames, replies, heads and time in, words out.

mod answers;
mod endings;
mod events;
mod law;
mod opening;
mod peer;
mod time;
mod watches;
