#!/usr/bin/env bash
# Builds the desk into clients/web/dist, unless what is there is newer than everything that it is built from.
# Without Node the server is built without its desk, and says so to browsers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so the server is built without its desk'
. .ci/needs.sh
(needs_node) || exit 0

desk=clients/web
client=clients/typescript
built=$desk/dist/index.html
sources=("$client/src" "$client/package-lock.json")
sources+=("$desk"/{src,public,index.html,package-lock.json,svelte.config.js} "$desk"/*.ts)

build() {
  [ -f "$built" ] && [ -z "$(find "${sources[@]}" -newer "$built" -print -quit)" ] && return
  npm run --silent build --prefix "$desk"
}

# Whoever only runs the desk needs of the client what it depends on.
[ -d "$client/node_modules/@msgpack" ] || npm ci --ignore-scripts --no-audit --no-fund --omit=dev --prefix "$client"
needs_npm "$desk" vite
alone desk build
