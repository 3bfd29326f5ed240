#!/usr/bin/env bash
# Tells the stories of clients/web/e2e in a real browser against the real server. Installs Chromium where it may.
# Exits with 77 when something is missing, which CI takes for a failure. An argument chooses stories by a word.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

. .ci/browser.sh
ready_for_browser 'so no story was told'

if [ -z "${PARLOIR_BIN:-}" ]; then
  .ci/build.sh
  PARLOIR_BIN=${CARGO_TARGET_DIR:-$PWD/target}/debug/parloir
fi
export PARLOIR_BIN
exec node clients/web/e2e/run.mjs "$@"
