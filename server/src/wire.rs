//! The rules' words and the wire's, each made from the other by hand, so that either may change alone. It
//! decides nothing: what a command is allowed to do, and who sees an event, is for the rules.

pub mod command;
pub mod entity;
pub mod export;
pub mod fact;
pub mod queue;
pub mod refusal;

#[cfg(test)]
mod tests;
