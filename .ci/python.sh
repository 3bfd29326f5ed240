#!/usr/bin/env bash
# Installs, checks and tests the Python client, against the real server as well: PARLOIR_BIN, or what cargo builds.
# Installs Python where it may. Exits with 77 when Python, its packages or a server cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$PWD

absent() {
  echo "$1, so the Python client was not checked" >&2
  [ "${CI:-}" != true ] || exit 1
  exit 77
}

newer() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && newer "$name"; then command -v "$name" && return; fi
  done
}

install_python() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 0
  echo 'Python 3.11 or newer with venv is absent: installing it'
  apt-get update -qq >/dev/null || return 0
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3 python3-venv >/dev/null || return 0
}

usable() { [ -n "$(python)" ] && "$(python)" -c 'import ensurepip, venv' 2>/dev/null; }

usable || install_python
usable || absent 'Python 3.11 or newer with venv is neither there nor could it be installed'

if [ -z "${PARLOIR_BIN:-}" ]; then
  PARLOIR_BIN=${CARGO_TARGET_DIR:-$root/target}/debug/parloir
  ! command -v cargo >/dev/null || .ci/build.sh
fi
export PARLOIR_BIN
[ -x "$PARLOIR_BIN" ] || absent "there is no server at ${PARLOIR_BIN}"

cd clients/python
[ -x .venv/bin/python ] || "$(python)" -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check -e '.[dev]' || absent 'its packages cannot be had'
.venv/bin/ruff check .
.venv/bin/ruff format --check --quiet .
.venv/bin/basedpyright
.venv/bin/pytest
.ci/packed.sh
