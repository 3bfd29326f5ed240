//! Address books: what becomes of a CSV or vCard file, row by row, and how far an import came. It reads what it
//! is given a bounded piece at a time, talks to no server and writes nothing.

pub mod book;
pub mod card;
pub mod cards;
pub mod columns;
pub mod draft;
pub mod frontier;
pub mod headers;
pub mod journal;
pub mod kind;
pub mod limits;
pub mod own;
pub mod records;
pub mod row;
#[cfg(test)]
mod tests;
pub mod text;
