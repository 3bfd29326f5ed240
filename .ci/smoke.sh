#!/usr/bin/env bash
# Drives a demo server of its own with the short load test, whose oracle decides. Leaves nothing behind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

start_seconds_max=60
bin=${CARGO_TARGET_DIR:-target}/debug
texts=../shared/data/sms-collection.tsv
folder=$(mktemp -d)
data=$folder/data
server=

leave() {
  local code=$?
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [ "$code" -ne 0 ] && [ -s "$folder/server.log" ]; then
    tail -n 40 "$folder/server.log" >&2
  fi
  rm -rf "$folder"
}
trap leave EXIT

url() { tr -d ' \n' <"$data/demo.json" | sed -nE 's/.*"url":"([^"]*)".*/\1/p'; }

token() { tr -d ' \n' <"$data/demo.json" | sed -nE 's/.*"integration":\{[^{}]*"token":"([^"]*)".*/\1/p'; }

await_demo() {
  local until=$((SECONDS + start_seconds_max))
  until [ -s "$data/demo.json" ] && [ -n "$(token)" ]; do
    kill -0 "$server" 2>/dev/null || { echo 'the demo server stopped before it was ready' >&2; return 1; }
    [ "$SECONDS" -lt "$until" ] || { echo "no demo.json after ${start_seconds_max} s" >&2; return 1; }
    sleep 0.1
  done
}

.ci/build.sh
"$bin/parloir" demo --listen 127.0.0.1:0 --data-dir "$data" --quiet-customers >"$folder/server.log" 2>&1 &
server=$!
await_demo

load=(--url "$(url)" --token "$(token)")
[ ! -f "$texts" ] || load+=(--texts "$texts")
"$bin/parloir-loadtest" smoke "${load[@]}"
"$bin/parloir-loadtest" messages --url "$(url)" --token "$(token)" --inbound 500 --outbound 200 --rate 200

leave_server() {
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
}
leave_server
"$bin/parloir-loadtest" compare --quick --peers floor
"$bin/parloir-loadtest" run loadtest/scenarios/steady.toml --seconds 3 --rounds 1 --processes 2
