#!/usr/bin/env bash
# Has a demo server send webhooks to a receiver of its own, and the public libraries of npm and PyPI check every
# signature, before and while a secret is replaced. Exits with 77 when something is missing, which CI takes for a
# failure. Leaves nothing behind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

library=1.1.0
wait_seconds_max=60
folder=$(mktemp -d)
data=$folder/data
kept=$folder/kept
started=()

absent() { echo "$1, so no webhook was checked" >&2; exit 77; }

leave() {
  local code=$?
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  wait 2>/dev/null || true
  if [ "$code" -ne 0 ] && [ -s "$folder/server.log" ]; then tail -n 40 "$folder/server.log" >&2; fi
  rm -rf "$folder"
}
trap leave EXIT

install_venv() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 0
  echo 'venv is absent: installing it'
  apt-get update -qq >/dev/null || return 0
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null || return 0
}

await() {
  local until=$((SECONDS + wait_seconds_max))
  until "$@"; do
    [ "$SECONDS" -lt "$until" ] || { echo "it never came: $*" >&2; return 1; }
    sleep 0.1
  done
}

command -v node >/dev/null && command -v npm >/dev/null || absent 'node is not on the PATH'
command -v python3 >/dev/null || absent 'python3 is not on the PATH'
python3 -c 'import ensurepip' 2>/dev/null || install_venv
python3 -m venv "$folder/venv" 2>/dev/null || absent 'venv is neither there nor could it be installed'
"$folder/venv/bin/pip" install -q --disable-pip-version-check "standardwebhooks==$library" \
  || absent 'the library of PyPI could not be installed'
npm ci --ignore-scripts --prefix .ci/webhooks >/dev/null || absent 'the library of npm could not be installed'

if [ -z "${PARLOIR_BIN:-}" ]; then
  .ci/build.sh
  PARLOIR_BIN=$PWD/${CARGO_TARGET_DIR:-target}/debug/parloir
fi

"$PARLOIR_BIN" demo --listen 127.0.0.1:0 --data-dir "$data" --quiet-customers >"$folder/server.log" 2>&1 &
started+=($!)
node .ci/webhooks/receive.mjs "$kept" >"$folder/address" &
started+=($!)
await test -s "$data/demo.json"
await test -s "$folder/address"

desk() { "$PARLOIR_BIN" "$@" --demo "$data/demo.json" --as "$admin"; }
secret_of() { sed -nE 's/^secret (whsec_.*)$/\1/p' <<<"$1"; }
lines() { [ -s "$kept" ] && [ "$(wc -l <"$kept")" -ge "$1" ]; }
proved_by() {
  node .ci/webhooks/verify.mjs "$kept" "$1" "$2"
  "$folder/venv/bin/python" .ci/webhooks/verify.py "$kept" "$1" "$2"
}

admin=$(node -p "JSON.parse(require('fs').readFileSync('$data/demo.json')).agents.find((one) => one.role === 'admin').name")
stranger=whsec_$(head -c 32 /dev/zero | base64)
first=$(secret_of "$(desk webhook add check "$(cat "$folder/address")")")
desk group create 'Réclamations « test »' >/dev/null
desk group create 'Retours' >/dev/null
await lines 2
proved_by "$first" "$stranger"

second=$(secret_of "$(desk webhook rotate check)")
[ "$first" != "$second" ] || { echo 'a rotation gave the same secret' >&2; exit 1; }
: >"$kept"
desk group create 'Prises de rendez-vous' >/dev/null
await lines 1
proved_by "$first" "$stranger"
proved_by "$second" "$stranger"
