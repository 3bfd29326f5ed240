#!/usr/bin/env bash
# Holds the published documents to other people's tools: OpenAPI and AsyncAPI to their validators, and a demo server
# of its own to OpenAPI, with random requests that are the same each time. Exits with 77 when a tool cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so the published documents were not checked by other tools'
. .ci/needs.sh

run_seconds_max=600
tools=$target/schema-tools
folder=$(mktemp -d)

leave() {
  local code=$?
  if [ -n "${demo_process:-}" ]; then
    kill "$demo_process" 2>/dev/null || true
    wait "$demo_process" 2>/dev/null || true
  fi
  if [ "$code" -ne 0 ] && [ -s "$folder/server.log" ]; then
    tail -n 40 "$folder/server.log" >&2
  fi
  rm -rf "$folder"
}
trap leave EXIT

needs_node
needs_pip "$tools" -r .ci/schema/requirements.txt
needs_npm .ci/schema @asyncapi/parser

"$tools/bin/python" -m openapi_spec_validator protocol/openapi.json
node .ci/schema/asyncapi.mjs protocol/asyncapi.json

needs_server
start_demo "$folder"
PARLOIR_URL=$(demo_url) PARLOIR_TOKEN=$(demo_admin)
export PARLOIR_URL PARLOIR_TOKEN
export PYTHONPATH=$root/.ci/schema PYTHONDONTWRITEBYTECODE=1

cd "$folder"
timeout "$run_seconds_max" "$tools/bin/schemathesis" --config-file "$root/.ci/schema/schemathesis.toml" \
  run "$root/protocol/openapi.json" --url "$PARLOIR_URL" --header "Authorization: Bearer ${PARLOIR_TOKEN}" \
  --exclude-path /v1/live --exclude-path-regex '^/simulator' --exclude-operation-id sign_out --no-color
