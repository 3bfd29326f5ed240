#!/usr/bin/env bash
# Builds every program of the workspace as the tests build it: another choice of crates or targets would choose other
# features for what they share, and build it anew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec cargo build --locked --workspace --bins --examples --tests
