#!/usr/bin/env bash
# Holds the published documents to other people's tools: OpenAPI and AsyncAPI to their validators, and a demo server
# of its own to OpenAPI, with random requests that are the same each time. Exits with 77 when a tool cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

start_seconds_max=60
run_seconds_max=600
node_min=20
root=$PWD
tools=${CARGO_TARGET_DIR:-$root/target}/schema-tools
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

missing() { echo "$1, so the published documents were not checked by other people's tools" >&2; exit 77; }

install_python() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 0
  echo 'Python cannot make environments: installing what it needs'
  apt-get update -qq >/dev/null || return 0
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3 python3-venv >/dev/null || return 0
}

# Made anew when what is pinned changes.
environment() {
  local pinned=.ci/schema/requirements.txt
  cmp -s "$pinned" "$tools/requirements.txt" && return 0
  rm -rf "$tools"
  python3 -m venv "$tools" || return 1
  "$tools/bin/pip" install --quiet --disable-pip-version-check -r "$pinned" || return 1
  cp "$pinned" "$tools/requirements.txt"
}

fact() { tr -d ' \n' <"$data/demo.json" | sed -nE "$1"; }
url() { fact 's/.*"url":"([^"]*)".*/\1/p'; }
admin() { fact 's/.*\{[^{}]*"role":"admin"[^{}]*"token":"([^"]*)"[^{}]*\}.*/\1/p'; }

await_demo() {
  local until=$((SECONDS + start_seconds_max))
  until [ -s "$data/demo.json" ] && [ -n "$(admin)" ]; do
    kill -0 "$server" 2>/dev/null || { echo 'the demo server stopped before it was ready' >&2; return 1; }
    [ "$SECONDS" -lt "$until" ] || { echo "no demo.json after ${start_seconds_max} s" >&2; return 1; }
    sleep 0.1
  done
}

command -v node >/dev/null || missing 'node is not on the PATH'
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge "$node_min" ] || missing "node ${major} is older than ${node_min}"
python3 -c 'import ensurepip, venv' 2>/dev/null || install_python
python3 -c 'import ensurepip, venv' 2>/dev/null || missing 'python3 with its venv is neither there nor could it be installed'
environment || missing 'the tools of .ci/schema/requirements.txt could not be installed'
npm ci --ignore-scripts --prefix .ci/schema || missing 'the parser of AsyncAPI could not be installed'

"$tools/bin/python" -m openapi_spec_validator protocol/openapi.json
node .ci/schema/asyncapi.mjs protocol/asyncapi.json

if [ -z "${PARLOIR_BIN:-}" ]; then
  .ci/build.sh
  PARLOIR_BIN=${CARGO_TARGET_DIR:-$root/target}/debug/parloir
fi
"$PARLOIR_BIN" demo --listen 127.0.0.1:0 --data-dir "$data" --quiet-customers >"$folder/server.log" 2>&1 &
server=$!
await_demo
PARLOIR_URL=$(url) PARLOIR_TOKEN=$(admin)
export PARLOIR_URL PARLOIR_TOKEN
export PYTHONPATH=$root/.ci/schema PYTHONDONTWRITEBYTECODE=1

cd "$folder"
timeout "$run_seconds_max" "$tools/bin/schemathesis" --config-file "$root/.ci/schema/schemathesis.toml" \
  run "$root/protocol/openapi.json" --url "$PARLOIR_URL" --header "Authorization: Bearer ${PARLOIR_TOKEN}" \
  --exclude-path /v1/live --exclude-path-regex '^/simulator' --exclude-operation-id sign_out --no-color
