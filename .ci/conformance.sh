#!/usr/bin/env bash
# Plays every conformance scenario through the adapter of every SDK against the real server: PARLOIR_BIN, or what cargo
# builds. Builds the adapters, and plays none that an earlier run built; an SDK whose tools are absent is named and left
# out, and the script exits with 77 then: not everything was checked.
# Arguments go to the runner: --sdk NAME, --only WORD.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so no scenario was played'
. .ci/needs.sh
folder=$target/conformance
mkdir -p "$folder"

absent() { echo "$1" >&2; }

build_rust() {
  needs_cargo
  .ci/build.sh
  export PARLOIR_BIN=${PARLOIR_BIN:-$target/debug/parloir}
}

build_typescript() {
  [ -d clients/typescript ] || return 0
  rm -rf clients/typescript/build/conformance
  if ! command -v npm >/dev/null; then
    absent 'npm is not on the PATH: the adapter of the TypeScript client is not built'
    return 0
  fi
  needs_npm clients/typescript ws
  npm run --silent conformance --prefix clients/typescript
}

build_python() {
  [ -f clients/python/pyproject.toml ] && [ -z "${PARLOIR_ADAPTER_PYTHON:-}" ] || return 0
  if python3 -m venv "$folder/python" && "$folder/python/bin/pip" install --quiet ./clients/python; then
    export PARLOIR_ADAPTER_PYTHON="$folder/python/bin/python $root/clients/python/conformance/adapter.py"
  else
    absent 'the Python client cannot be installed: python3 with venv and a package index are needed'
  fi
}

build_go() {
  [ -f clients/go/go.mod ] && [ -z "${PARLOIR_ADAPTER_GO:-}" ] || return 0
  rm -f "$folder/go-adapter"
  if command -v go >/dev/null; then
    (cd clients/go && go build -o "$folder/go-adapter" ./conformance)
  else
    absent 'go is not on the PATH: the adapter of the Go client is not built'
  fi
}

build_rust
build_typescript
build_python
build_go
played=0
"$target/debug/conform" "$@" || played=$?
[ "$played" -eq 0 ] || [ "$played" -eq 77 ] || exit "$played"
# And a client that is broken in a known way does not pass.
[ $# -gt 0 ] || PARLOIR_CONFORMANCE=1 cargo test --locked --workspace --test it conform::
exit "$played"
