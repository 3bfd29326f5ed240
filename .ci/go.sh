#!/usr/bin/env bash
# Checks and tests the Go client, against the real server as well: PARLOIR_BIN, or what cargo builds. Installs Go where
# it may. Exits with 77 when Go, its modules or a server cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$PWD

absent() {
  echo "$1, so the Go client was not checked" >&2
  [ "${CI:-}" != true ] || exit 1
  exit 77
}

# From 1.21 on Go fetches the version that go.mod asks for by itself, where it may.
usable() { command -v go >/dev/null && (cd clients/go && go version >/dev/null 2>&1 && go list -m >/dev/null 2>&1); }

install_go() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 0
  echo 'Go is absent or too old: installing it'
  apt-get update -qq >/dev/null || return 0
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq golang-go >/dev/null || return 0
}

usable || install_go
usable || absent "a Go that reads $(grep '^go ' clients/go/go.mod) is neither there nor could it be installed"

if [ -z "${PARLOIR_BIN:-}" ]; then
  PARLOIR_BIN=${CARGO_TARGET_DIR:-$root/target}/debug/parloir
  ! command -v cargo >/dev/null || .ci/build.sh
fi
export PARLOIR_BIN
[ -x "$PARLOIR_BIN" ] || absent "there is no server at ${PARLOIR_BIN}"

cd clients/go
go mod download || absent 'its modules cannot be had'
ragged=$(gofmt -l .)
[ -z "$ragged" ] || { echo "not as gofmt writes it: ${ragged}" >&2; exit 1; }
go mod tidy -diff
go vet ./...
go test -race -count=1 ./...
.ci/packed.sh
