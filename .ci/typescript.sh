#!/usr/bin/env bash
# Installs, checks and tests the TypeScript client, against the real server as well: PARLOIR_BIN, or what cargo
# builds. Exits with 77 when Node or a server cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

node_major_min=20
root=$PWD

absent() {
  echo "$1, so the TypeScript client was not checked" >&2
  [ "${CI:-}" != true ] || exit 1
  exit 77
}

command -v node >/dev/null || absent 'node is not on the PATH'
command -v npm >/dev/null || absent 'npm is not on the PATH'
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge "$node_major_min" ] || absent "node ${major} is older than ${node_major_min}"

if [ -z "${PARLOIR_BIN:-}" ]; then
  PARLOIR_BIN=${CARGO_TARGET_DIR:-$root/target}/debug/parloir
  ! command -v cargo >/dev/null || .ci/build.sh
fi
export PARLOIR_BIN
[ -x "$PARLOIR_BIN" ] || absent "there is no server at ${PARLOIR_BIN}"

cd clients/typescript
npm ci --ignore-scripts --no-audit --no-fund
npm run types
npm run lint
npm test
npm run --silent size
.ci/packed.sh
