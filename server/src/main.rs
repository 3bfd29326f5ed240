//! The binary `parloir`.

fn main() {}
