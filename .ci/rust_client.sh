#!/usr/bin/env bash
# Packs the Rust client and the protocol as a registry takes them, and builds and runs an empty project that has them
# from their packages alone. Exits with 77 when cargo is absent.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so the Rust client was not packed'
. .ci/needs.sh
needs_cargo

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cargo package --locked --quiet --no-verify --allow-dirty -p parloir-protocol -p parloir-client
for package in parloir-protocol parloir-client; do
  mkdir "$folder/$package"
  tar -xzf "$target/package/$package-0.1.0.crate" -C "$folder/$package" --strip-components 1
  [ -f "$folder/$package/LICENSE" ] || { echo "$package has no licence in it" >&2; exit 1; }
done

mkdir -p "$folder/empty/src"
cp Cargo.lock "$folder/empty/Cargo.lock"
cat >"$folder/empty/Cargo.toml" <<'TOML'
[package]
name = "empty"
version = "0.1.0"
edition = "2024"

[dependencies]
parloir-client = { path = "../parloir-client" }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }

[patch.crates-io]
parloir-protocol = { path = "../parloir-protocol" }

[workspace]
TOML
cat >"$folder/empty/src/main.rs" <<'RUST'
use parloir_client::protocol::text::segments;
use parloir_client::{Client, Options, State};

#[tokio::main]
async fn main() {
    let client = Client::connect(Options::new("http://127.0.0.1:9", "plr_AAAA")).expect("an address");
    let mut state = client.state();
    let offline = |state: &State| matches!(state, State::Offline { .. });
    state.wait_for(offline).await.expect("nobody listens there");
    client.leave().await;
    assert_eq!(segments("Ça coûte").encoding.as_str(), "ucs2");
}
RUST
cd "$folder/empty"
env -u RUSTC_WORKSPACE_WRAPPER CARGO_TARGET_DIR="$target/packed" CARGO_PROFILE_DEV_DEBUG=0 cargo run --quiet
echo 'the packed client is built and used'
