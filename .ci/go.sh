#!/usr/bin/env bash
# Checks and tests the Go client, against the real server as well: PARLOIR_BIN, or what cargo builds. Installs Go where
# it may. Exits with 77 when Go, its modules or a server cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so the Go client was not checked'
. .ci/needs.sh

# From 1.21 on Go fetches the version that go.mod asks for by itself, where it may.
usable() { command -v go >/dev/null && (cd clients/go && go version >/dev/null 2>&1 && go list -m >/dev/null 2>&1); }

usable || install_packages golang-go
usable || missing "a Go that reads $(grep '^go ' clients/go/go.mod) is neither there nor could it be installed"
needs_server

cd clients/go
go mod download || missing 'its modules cannot be had'
ragged=$(gofmt -l .)
[ -z "$ragged" ] || { echo "not as gofmt writes it: ${ragged}" >&2; exit 1; }
go mod tidy -diff
go vet ./...
go test -race -count=1 ./...
.ci/packed.sh
