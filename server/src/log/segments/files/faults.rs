//! A file system that loses power.
