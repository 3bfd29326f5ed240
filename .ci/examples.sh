#!/usr/bin/env bash
# Runs the examples of the Rust and TypeScript clients against a demo server of its own, and looks at what they did.
# PARLOIR_BIN, or what cargo builds. Exits with 77 when cargo or npm is absent; leaves nothing behind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so not every example was run'
. .ci/needs.sh

folder=$(mktemp -d)
running=()

leave() {
  local code=$?
  [ -z "${demo_process:-}" ] || kill "$demo_process" 2>/dev/null || true
  [ ${#running[@]} -eq 0 ] || kill "${running[@]}" 2>/dev/null || true
  wait
  [ "$code" -eq 0 ] || [ "$code" -eq 77 ] || tail -n 20 "$folder"/*.log >&2
  rm -rf "$folder"
}
trap leave EXIT

# A customer writes: number, text.
customer() {
  curl -fsS -o /dev/null -X POST "$inbound" -H 'content-type: application/json' \
    -d "{\"event_id\":\"$1-$RANDOM\",\"type\":\"message\",\"from\":{\"kind\":\"e164\",\"value\":\"$1\"},\"text\":\"$2\"}"
}

# Tries the four examples of a client: its name, its customers' numbers, how one is run.
try() {
  local name=$1 number=$2
  shift 2
  "$@" listen "$url" "$token" >"$folder/$name-listen.log" 2>&1 &
  running+=($!)
  (cd "$folder" && "$@" auto_reply "$url" "$token" "$name-answers") >"$folder/$name-auto.log" 2>&1 &
  running+=($!)
  mkfifo "$folder/$name-in"
  (cd "$folder" && "$@" bridge "$url" "$token" "$name-bridge") <"$folder/$name-in" >"$folder/$name-bridge.log" 2>&1 &
  running+=($!)
  exec 9>"$folder/$name-in"
  # They may not have come in yet: the customer asks again until two have heard and the third has answered.
  heard() {
    customer "$number" 'what are your hours?'
    sleep 1
    grep -q 'message.received' "$folder/$name-listen.log" && grep -q 'what are your hours' "$folder/$name-bridge.log" &&
      grep -q 'message.queued' "$folder/$name-listen.log"
  }
  await "$name listens, bridges and answers" heard
  local conversation
  conversation=$(grep -o 'cnv_[0-9a-f-]*' "$folder/$name-bridge.log" | head -n 1)
  local before
  before=$(grep -c 'message.queued' "$folder/$name-listen.log")
  printf '{"conversation_id":"%s","text":"over the bridge"}\n' "$conversation" >&9
  sent() { [ "$(grep -c 'message.queued' "$folder/$name-listen.log")" -gt "$before" ]; }
  await "$name sends" sent
  exec 9>&-
  printf '%s;Ada\n%s;Bob\nnonsense;Nobody\n' "${number%?}8" "${number%?}9" >"$folder/$name.txt"
  ("$@" import_contacts "$url" "$token" "$folder/$name.txt") >"$folder/$name-import.log" 2>&1
  grep -q '2 saved, 1 failed' "$folder/$name-import.log"
  kill "${running[@]:1}" 2>/dev/null || true
  running=("${running[0]}")
  echo "the examples of the $name client run"
}

# Each takes the place of the subshell that calls it, so that ending that ends the example.
rust() { local example=$1; shift; exec "$target/debug/examples/$example" "$@"; }

typescript() { exec node "$root/clients/typescript/examples/run.mjs" "$@"; }

needs_cargo
.ci/build.sh
PARLOIR_BIN=${PARLOIR_BIN:-$target/debug/parloir}
start_demo "$folder"
running+=("$demo_process")
url=$(demo_url)
inbound=$(demo_inbound)
token=$(demo_token)

try rust +33639982201 rust
needs_node
needs_npm clients/typescript ws
(cd clients/typescript && npm run --silent build && npx tsc -p tsconfig.examples.json)
try typescript +33639982211 typescript
