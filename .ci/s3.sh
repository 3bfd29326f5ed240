#!/usr/bin/env bash
# Plays the contract of the store of contents against a server that speaks S3: moto, from PyPI, in a folder of its
# own. Exits with 77 when it cannot be had, which CI takes for a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so nothing was kept in a bucket'
. .ci/needs.sh

folder=$(mktemp -d)
server=

leave() {
  local code=$?
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [ "$code" -ne 0 ] && [ "$code" -ne 77 ] && [ -s "$folder/moto.log" ]; then
    tail -n 40 "$folder/moto.log" >&2
  fi
  rm -rf "$folder"
}
trap leave EXIT

needs_cargo
needs_pip "$target/moto" 'moto[s3,server]==5.2.5'

port=$("$target/moto/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$target/moto/bin/moto_server" -H 127.0.0.1 -p "$port" >"$folder/moto.log" 2>&1 &
server=$!

export AWS_ACCESS_KEY_ID=parloir AWS_SECRET_ACCESS_KEY=parloir PARLOIR_TEST_S3=http://127.0.0.1:$port

make_bucket() {
  "$target/moto/bin/python" - "$PARLOIR_TEST_S3/parloir-test" <<'PYTHON'
import sys, urllib.request
urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="PUT"), timeout=5).read()
PYTHON
}

made_or_ended() { make_bucket 2>/dev/null || ! kill -0 "$server" 2>/dev/null; }

await 'moto answers' made_or_ended
kill -0 "$server" 2>/dev/null || { echo 'moto ended by itself' >&2; exit 1; }

said=$(cargo test --locked --workspace --lib -- --exact blobs::contract::the_store_in_a_bucket_keeps_its_promises)
# A name that matches no test is no contract.
grep -E '^test result: ok\. 1 passed' <<<"$said" || { echo "$said" >&2; echo 'nothing was kept in a bucket' >&2; exit 1; }
