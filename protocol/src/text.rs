//! Rules of text that every side shares: the index, the queries, the rules and the SDKs.

mod fold;

pub use fold::fold;
