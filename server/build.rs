//! Tells cargo that the desk's built page is part of a release; another build reads it where it lies.

fn main() {
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    println!("cargo::rerun-if-changed={}", if is_release { "../clients/web/dist" } else { "build.rs" });
}
