#!/usr/bin/env bash
# Builds the desk into clients/web/dist, unless what is there is newer than everything that it is built from.
# Without Node the server is built without its desk, and says so to browsers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../clients/web"

node_min=20

if ! command -v npm >/dev/null || [ "$(node --version | sed -E 's/^v([0-9]+).*/\1/')" -lt "$node_min" ]; then
  echo "Node.js ${node_min} or newer is not on the PATH: the server is built without its desk" >&2
  exit 0
fi

built=dist/index.html
sources=(../typescript/src ../typescript/package-lock.json src public index.html package-lock.json svelte.config.js ./*.ts)
[ -f "$built" ] && [ -z "$(find "${sources[@]}" -newer "$built" -print -quit)" ] && exit 0

[ -d ../typescript/node_modules/@msgpack ] || npm ci --ignore-scripts --omit=dev --prefix ../typescript
[ -d node_modules/vite ] || npm ci --ignore-scripts
npm run --silent build
