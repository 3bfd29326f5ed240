#!/usr/bin/env bash
# Runs every part, also after one has failed, and says at the end which ran. Parts that share nothing run beside each
# other, in two lanes before the build is there and two after; what a part says comes in one piece when it has ended. A
# part that exits with 77 could not run on this machine: CI takes that for a failure.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'trap "" INT TERM; kill 0; exit 130' INT TERM
. .ci/needs.sh

# One build for all parts, which clippy reads as it is made.
export RUSTC_WORKSPACE_WRAPPER=clippy-driver
# Nobody builds on what CI leaves.
[ "${CI:-}" != true ] || export CARGO_INCREMENTAL=0

# How a part ended: passed, failed or skipped, its name, how long it took.
outcome() {
  local code=$1 name=$2 seconds=$3
  if [ "$code" -eq 0 ]; then
    echo "passed	$name ($seconds)"
  elif [ "$code" -eq 77 ] && [ "${CI:-}" != true ]; then
    echo "skipped	$name"
  else
    echo "failed	$name (exit $code)"
  fi
}

part() {
  local name=$1 code real user system
  shift
  local said=$folder/$BASHPID
  echo "-- begun: $name"
  local TIMEFORMAT='%0R %0U %0S'
  { time "$@" </dev/null >"$said" 2>&1; } 2>"$said.took"
  code=$?
  # What bash says of a killed part comes before its times.
  read -r real user system < <(tail -n 1 "$said.took")
  outcome "$code" "$name" "$real s, $((user + system)) s of processor" >>"$folder/outcomes"
  printf '\n== %s\n%s\n' "$name" "$(cat "$said")" >"$said.words"
  # Two lanes may end a part at once.
  alone words cat "$said.words"
}

list() {
  local word=$1 kind=$2 ended
  ended=$(sed -n "s/^$kind	/  /p" "$folder/outcomes")
  [ -z "$ended" ] || printf '%s:\n%s\n' "$word" "$ended"
}

count() { grep -c "^$1" "$folder/outcomes"; }

# Every part that stands below.
planned=$(grep -c "^  part '" .ci/test.sh)
touch "$folder/outcomes"

{
  part 'format' cargo fmt --all --check
  part 'lints and the build of everything' .ci/lints.sh
} &
{
  part 'the desk: lints, types, unit tests, build' .ci/web.sh
  part 'licences, bans and sources of the dependencies' .ci/deny.sh
  part 'the Rust client from its package' .ci/rust_client.sh
} &
wait
{
  part 'tests, tidy and the directions of the crates' cargo test --locked --workspace --no-fail-fast
  part 'smoke of the load test' .ci/smoke.sh
  part 'SMPP against programs that others wrote' .ci/smpp.sh
  part 'contents of files in a bucket' .ci/s3.sh
  part 'the published documents, by other tools' .ci/schema.sh
} &
{
  part 'stories in a real browser' .ci/e2e.sh
  part 'what real texts cost, by another program' .ci/segments.sh
  part 'the TypeScript client' .ci/typescript.sh
  part 'conformance of the SDKs' .ci/conformance.sh
  part 'the examples of the clients' .ci/examples.sh
  part 'webhooks checked by public libraries' .ci/webhooks.sh
  part 'the Python client' .ci/python.sh
  part 'the Go client' .ci/go.sh
} &
wait

printf '\n'
list 'passed' passed
list 'skipped, so not checked' skipped
list 'failed' failed
echo 'not checked here: security advisories, whose database has to be fetched (cargo deny check advisories)'
echo "parts: $(count passed) passed, $(count failed) failed, $(count skipped) skipped"
ended=$(wc -l <"$folder/outcomes")
[ "$ended" -eq "$planned" ] || { echo "only ${ended} of ${planned} parts ended: a lane was killed" >&2; exit 1; }
[ "$(count failed)" -eq 0 ]
