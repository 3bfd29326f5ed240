#!/usr/bin/env bash
# Tells the stories of clients/web/e2e in a real browser against the real server. Installs Chromium where it may.
# Exits with 77 when something is missing, which CI takes for a failure. An argument chooses stories by a word.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so no story was told'
. .ci/needs.sh
. .ci/browser.sh
needs_browser
needs_server
exec node clients/web/e2e/run.mjs "$@"
