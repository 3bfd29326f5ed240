//! The benchmark of search.

mod asker;
mod check;
mod desk;
mod folder;
mod fresh;
mod house;
mod load;
mod peers;
mod people;
mod pipe;
mod progress;
mod queries;
mod question;
mod reference;
mod stock;
mod storm;
mod texts;
mod times;
mod world;
