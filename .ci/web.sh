#!/usr/bin/env bash
# Installs, lints, checks, tests and builds the desk into clients/web/dist. Exits with 77 when Node is not there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../clients/web"

node_min=20

command -v npm >/dev/null || { echo 'npm is not on the PATH, so the desk was not checked' >&2; exit 77; }
major=$(node --version | sed -E 's/^v([0-9]+).*/\1/')
[ "$major" -ge "$node_min" ] || { echo "node ${major} is older than ${node_min}, so the desk was not checked" >&2; exit 77; }

# The desk compiles the client from its sources, which import what the client depends on.
[ -d ../typescript/node_modules/@msgpack ] || npm ci --ignore-scripts --omit=dev --prefix ../typescript
npm ci --ignore-scripts
npm run lint
npm run check
npm test
npm run build
