# What runs in a browser needs: Node, Chromium and the built desk. To be sourced after needs.sh.
# shellcheck shell=bash

browser() { command -v chromium || command -v chromium-browser || true; }

# Sets CHROMIUM and builds the desk where it is older than its sources.
needs_browser() {
  needs_node
  [ -n "$(browser)" ] || install_packages chromium
  [ -n "$(browser)" ] || missing 'Chromium is neither there nor could it be installed'
  needs_npm clients/web playwright-core
  .ci/desk.sh
  CHROMIUM=$(browser)
  export CHROMIUM
}
