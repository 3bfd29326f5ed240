#!/usr/bin/env bash
# Tells the stories of clients/web/e2e in a real browser against the real server. Installs Chromium where it may.
# Exits with 77 when something is missing, which CI takes for a failure. An argument chooses stories by a word.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

node_min=20

missing() { echo "$1, so no story was told" >&2; exit 77; }

browser() { command -v chromium || command -v chromium-browser || true; }

install_browser() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 0
  echo 'Chromium is absent: installing it'
  apt-get update -qq >/dev/null || return 0
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null || return 0
}

command -v npm >/dev/null || missing 'npm is not on the PATH'
major=$(node --version | sed -E 's/^v([0-9]+).*/\1/')
[ "$major" -ge "$node_min" ] || missing "node ${major} is older than ${node_min}"
[ -n "$(browser)" ] || install_browser
[ -n "$(browser)" ] || missing 'Chromium is neither there nor could it be installed'

[ -d clients/web/node_modules/playwright-core ] || npm ci --ignore-scripts --prefix clients/web
.ci/desk.sh

if [ -z "${PARLOIR_BIN:-}" ]; then
  .ci/build.sh
  PARLOIR_BIN=${CARGO_TARGET_DIR:-$PWD/target}/debug/parloir
fi
export PARLOIR_BIN
CHROMIUM=$(browser)
export CHROMIUM
exec node clients/web/e2e/run.mjs "$@"
