#!/usr/bin/env bash
# Measures the desk in a real browser against servers of its own, of the release: PARLOIR_BIN, or what cargo builds.
# Installs what the stories need. Exits with 77 when something is missing. Arguments go to the measure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so nothing was measured'
. .ci/needs.sh
. .ci/browser.sh
needs_browser
if [ -z "${PARLOIR_BIN:-}" ]; then
  cargo build --locked --release --bin parloir
  PARLOIR_BIN=$target/release/parloir
fi
export PARLOIR_BIN
exec npm run --silent measure --prefix clients/web -- "$@"
