#!/usr/bin/env bash
# Builds everything that the other parts run, with clippy in the place of the compiler for our own crates, and fails when
# it has anything to say. Whoever calls it has set RUSTC_WORKSPACE_WRAPPER to clippy-driver: only then is what is linted
# what is tested, and no dependency compiled twice.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

said=$(mktemp)
trap 'rm -f "$said"' EXIT

command -v clippy-driver >/dev/null || { echo 'clippy is not installed: rustup component add clippy' >&2; exit 1; }
[ -n "${RUSTC_WORKSPACE_WRAPPER:-}" ] || { echo 'RUSTC_WORKSPACE_WRAPPER is not set: nothing would be linted' >&2; exit 1; }
{
  cargo build --locked --workspace --all-targets
  # Those that only run when they are asked for.
  cargo build --locked --workspace --test smpp_peers --test power_cut
} 2>&1 | tee "$said"
! grep -qE '^warning' "$said"
