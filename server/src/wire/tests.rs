//! Every conversion on one sample of everything, read back as JSON.

mod command;
mod fact;
mod queue;
mod refusal;
