#!/usr/bin/env bash
# Runs every part, also after one has failed, and says at the end which ran. A part that exits with 77 could
# not run on this machine: CI takes that for a failure.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

passed=() failed=() skipped=()

part() {
  local name=$1 began=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  "$@"
  local code=$? took=$((SECONDS - began))
  if [ "$code" -eq 0 ]; then
    passed+=("$name (${took} s)")
  elif [ "$code" -eq 77 ] && [ "${CI:-}" != true ]; then
    skipped+=("$name")
  else
    failed+=("$name (exit ${code})")
  fi
}

list() {
  local word=$1
  shift
  [ $# -eq 0 ] || printf '%s: %s\n' "$word" "$(printf '%s; ' "$@" | sed 's/; $//')"
}

# One build for all parts, which clippy reads as it is made.
export RUSTC_WORKSPACE_WRAPPER=clippy-driver
# Nobody builds on what CI leaves.
[ "${CI:-}" != true ] || export CARGO_INCREMENTAL=0

part 'format' cargo fmt --all --check
part 'the desk: lints, types, unit tests, build' .ci/web.sh
part 'lints and the build of everything' .ci/lints.sh
part 'tests, tidy and the directions of the crates' cargo test --locked --workspace --no-fail-fast
part 'licences, bans and sources of the dependencies' .ci/deny.sh
part 'smoke of the load test' .ci/smoke.sh
part 'the published documents, by other tools' .ci/schema.sh
part 'what real texts cost, by another program' .ci/segments.sh
part 'the TypeScript client' .ci/typescript.sh
part 'the Python client' .ci/python.sh
part 'the Rust client from its package' .ci/rust_client.sh
part 'conformance of the SDKs' .ci/conformance.sh
part 'the examples of the clients' .ci/examples.sh
part 'the Go client' .ci/go.sh
part 'webhooks checked by public libraries' .ci/webhooks.sh
part 'stories in a real browser' .ci/e2e.sh
part 'SMPP against programs that others wrote' .ci/smpp.sh
part 'contents of files in a bucket' .ci/s3.sh

printf '\n'
list 'passed' "${passed[@]}"
list 'skipped, so not checked' "${skipped[@]}"
list 'failed' "${failed[@]}"
echo 'not checked here: security advisories, whose database has to be fetched (cargo deny check advisories)'
echo "parts: ${#passed[@]} passed, ${#failed[@]} failed, ${#skipped[@]} skipped"
[ ${#failed[@]} -eq 0 ]
