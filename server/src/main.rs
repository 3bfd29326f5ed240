mod log;
fn main() {}
