#!/usr/bin/env bash
# Has a demo server send webhooks to a receiver of its own, and the public libraries of npm and PyPI check every
# signature, before and while a secret is replaced. Exits with 77 when something is missing, which CI takes for a
# failure. Leaves nothing behind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so no webhook was checked'
. .ci/needs.sh

folder=$(mktemp -d)
data=$folder/data
kept=$folder/kept
started=()

leave() {
  local code=$?
  [ -z "${demo_process:-}" ] || kill "$demo_process" 2>/dev/null || true
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  if [ "$code" -ne 0 ] && [ -s "$folder/server.log" ]; then tail -n 40 "$folder/server.log" >&2; fi
  rm -rf "$folder"
}
trap leave EXIT

needs_node
needs_pip "$target/webhooks" standardwebhooks==1.1.0
needs_npm .ci/webhooks standardwebhooks
needs_server

start_demo "$folder"
started+=("$demo_process")
node .ci/webhooks/receive.mjs "$kept" >"$folder/address" &
started+=($!)
await 'the receiver has an address' test -s "$folder/address"

desk() { "$PARLOIR_BIN" "$@" --demo "$data/demo.json" --as "$admin"; }
secret_of() { sed -nE 's/^secret (whsec_.*)$/\1/p' <<<"$1"; }
lines() { [ -s "$kept" ] && [ "$(wc -l <"$kept")" -ge "$1" ]; }
proved_by() {
  node .ci/webhooks/verify.mjs "$kept" "$1" "$2"
  "$target/webhooks/bin/python" .ci/webhooks/verify.py "$kept" "$1" "$2"
}

admin=$(node -p "JSON.parse(require('fs').readFileSync('$data/demo.json')).agents.find((one) => one.role === 'admin').name")
stranger=whsec_$(head -c 32 /dev/zero | base64)
first=$(secret_of "$(desk webhook add check "$(cat "$folder/address")")")
desk group create 'Réclamations « test »' >/dev/null
desk group create 'Retours' >/dev/null
await 'two deliveries' lines 2
proved_by "$first" "$stranger"

second=$(secret_of "$(desk webhook rotate check)")
[ "$first" != "$second" ] || { echo 'a rotation gave the same secret' >&2; exit 1; }
: >"$kept"
desk group create 'Prises de rendez-vous' >/dev/null
await 'a delivery' lines 1
proved_by "$first" "$stranger"
proved_by "$second" "$stranger"
