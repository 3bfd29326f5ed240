#!/usr/bin/env bash
# Lints, checks, tests and builds the desk into clients/web/dist. Exits with 77 when Node is not there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so the desk was not checked'
. .ci/needs.sh
needs_node
# The desk compiles the client from its sources, which import what the client depends on.
needs_npm clients/typescript ws
needs_npm clients/web vite

cd clients/web
npm run lint
npm run check
npm test
npm run build
