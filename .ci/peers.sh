#!/usr/bin/env bash
# Installs the peers that `make compare` measures beside our server, where this account may. Whatever cannot be had
# is named, and the comparison says that it was left out. Never part of `make test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(nats-server nginx-light libnginx-mod-nchan mosquitto postgresql)

installed() { dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

install_packages() {
  local missing=() package
  for package in "${packages[@]}"; do
    installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    echo "only root may install: ${missing[*]}" >&2
    return 0
  fi
  apt-get update -qq >/dev/null || true
  for package in "${missing[@]}"; do
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
      echo "cannot be had: $package" >&2
  done
}

install_scripts() {
  if ! command -v npm >/dev/null; then
    echo 'npm is not on the PATH, so ws and socket.io are left out' >&2
    return 0
  fi
  [ -d loadtest/peers/node_modules/ws ] && [ -d loadtest/peers/node_modules/socket.io ] && return 0
  npm ci --ignore-scripts --no-audit --no-fund --prefix loadtest/peers ||
    echo 'cannot be had: the npm packages ws and socket.io' >&2
}

if command -v dpkg-query >/dev/null; then
  install_packages
else
  echo 'this system has no Debian packages: install the peers by hand' >&2
fi
install_scripts
