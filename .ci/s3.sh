#!/usr/bin/env bash
# Plays the contract of the store of contents against a server that speaks S3: moto, from PyPI, in a folder of its
# own. Exits with 77 when it cannot be had, which CI takes for a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

start_seconds_max=60
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

missing() { echo "$1, so nothing was kept in a bucket" >&2; exit 77; }

install_venv() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 0
  apt-get update -qq >/dev/null || return 0
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null || return 0
}

command -v cargo >/dev/null || missing 'cargo is not on the PATH'
command -v python3 >/dev/null || missing 'python3 is not on the PATH'
python3 -c 'import ensurepip' 2>/dev/null || install_venv
python3 -m venv "$folder/python" || missing 'python3 makes no environment (Debian: apt-get install python3-venv)'
"$folder/python/bin/pip" install --quiet 'moto[s3,server]==5.2.5' || missing 'moto could not be installed'

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$folder/python/bin/moto_server" -H 127.0.0.1 -p "$port" >"$folder/moto.log" 2>&1 &
server=$!

export AWS_ACCESS_KEY_ID=parloir AWS_SECRET_ACCESS_KEY=parloir PARLOIR_TEST_S3=http://127.0.0.1:$port

make_bucket() {
  python3 - "$PARLOIR_TEST_S3/parloir-test" <<'PYTHON'
import sys, urllib.request
urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="PUT"), timeout=5).read()
PYTHON
}

deadline=$((SECONDS + start_seconds_max))
until make_bucket 2>/dev/null; do
  [ "$SECONDS" -lt "$deadline" ] || { echo 'moto does not answer' >&2; exit 1; }
  kill -0 "$server" 2>/dev/null || { echo 'moto ended by itself' >&2; exit 1; }
  sleep 0.2
done

cargo test --locked --workspace --lib -- --exact blobs::contract::the_store_in_a_bucket_keeps_its_promises
