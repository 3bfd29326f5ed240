#!/usr/bin/env bash
# Checks and tests the TypeScript client, against the real server as well: PARLOIR_BIN, or what cargo builds. Exits with
# 77 when Node or a server cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so the TypeScript client was not checked'
. .ci/needs.sh
needs_node
needs_server
needs_npm clients/typescript ws

cd clients/typescript
npm run types
npm run lint
npm test
npm run --silent size
.ci/packed.sh
