#!/usr/bin/env bash
# Drives a demo server of its own with the short load test, whose oracle decides. Leaves nothing behind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so no load was tried'
. .ci/needs.sh

texts=../shared/data/sms-collection.tsv
folder=$(mktemp -d)

leave_server() {
  [ -n "${demo_process:-}" ] || return 0
  kill "$demo_process" 2>/dev/null || true
  wait "$demo_process" 2>/dev/null || true
  demo_process=
}

leave() {
  local code=$?
  leave_server
  if [ "$code" -ne 0 ] && [ -s "$folder/server.log" ]; then
    tail -n 40 "$folder/server.log" >&2
  fi
  rm -rf "$folder"
}
trap leave EXIT

needs_cargo
.ci/build.sh
PARLOIR_BIN=$target/debug/parloir
load_test=$target/debug/parloir-loadtest
start_demo "$folder"

load=(--url "$(demo_url)" --token "$(demo_token)")
[ ! -f "$texts" ] || load+=(--texts "$texts")
"$load_test" smoke "${load[@]}"
"$load_test" messages --url "$(demo_url)" --token "$(demo_token)" --inbound 500 --outbound 200 --rate 200

leave_server
"$load_test" compare --quick --peers floor

# A server that forgets what it acknowledged must fail: each of its starts but the first finds a shorter log.
cat >"$folder/forgetful" <<'SCRIPT'
#!/usr/bin/env bash
while [ $# -gt 0 ] && [ "$1" != --data-dir ]; do words+=("$1"); shift; done
[ ! -d "$2/log" ] || find "$2/log" -name '*.log' -exec truncate --size='<65536' {} +
exec "$PARLOIR_BIN" "${words[@]}" "$@"
SCRIPT
chmod +x "$folder/forgetful"
export PARLOIR_BIN

fails() {
  local figure=$1 found=$2 code=0
  "$load_test" compare --quick --server "$folder/forgetful" --peers floor --only "$figure" \
    >"$folder/found" 2>&1 || code=$?
  if [ "$code" -eq 1 ] && grep -Eq "$found" "$folder/found"; then
    return
  fi
  echo "a server that forgets was not found by $figure ($code):" >&2
  tail -n 20 "$folder/found" >&2
  return 1
}
fails commands_64_per_s '"lost":[1-9]'
fails start_s '"diverged":[1-9]'

"$load_test" run loadtest/scenarios/steady.toml --seconds 3 --rounds 1 --processes 2
