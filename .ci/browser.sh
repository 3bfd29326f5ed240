# What runs in a browser needs: Node, Chromium and the built desk. To be sourced from the root of the repository.
# shellcheck shell=bash

node_min=20

browser() { command -v chromium || command -v chromium-browser || true; }

install_browser() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 0
  echo 'Chromium is absent: installing it'
  apt-get update -qq >/dev/null || return 0
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null || return 0
}

# Sets CHROMIUM and builds the desk where it is older than its sources; exits with 77 when something cannot be had,
# with what that means.
ready_for_browser() {
  local so=$1
  missing() { echo "$1, ${so}" >&2; exit 77; }
  command -v npm >/dev/null || missing 'npm is not on the PATH'
  local major
  major=$(node --version | sed -E 's/^v([0-9]+).*/\1/')
  [ "$major" -ge "$node_min" ] || missing "node ${major} is older than ${node_min}"
  [ -n "$(browser)" ] || install_browser
  [ -n "$(browser)" ] || missing 'Chromium is neither there nor could it be installed'
  [ -d clients/web/node_modules/playwright-core ] || npm ci --ignore-scripts --prefix clients/web
  .ci/desk.sh
  CHROMIUM=$(browser)
  export CHROMIUM
}
