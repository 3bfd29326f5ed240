//! The benchmark of search.

mod people;
mod queries;
mod question;
mod reference;
mod texts;
mod world;
