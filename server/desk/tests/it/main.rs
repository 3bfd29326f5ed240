//! The rules, driven from outside.

mod erasure;
mod laws;
mod rights;
mod transcripts;
