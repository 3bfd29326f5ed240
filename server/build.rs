//! Tells cargo that the desk's built page is part of this program.

fn main() {
    println!("cargo::rerun-if-changed=../clients/web/dist");
}
