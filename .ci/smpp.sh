#!/usr/bin/env bash
# Holds SMPP against programs that others wrote: smpp34 as a message centre, Kannel as a client. Installs both where
# it may. Exits with 77 when something is missing, which CI takes for a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=1.5.0
venv=${CARGO_TARGET_DIR:-target}/smpp34

missing() { echo "$1, so SMPP was not held against others" >&2; exit 77; }

# Debian keeps the boxes where only root looks.
boxes() {
  local folder
  for folder in /usr/sbin /usr/bin /usr/local/sbin; do
    if [ -x "$folder/bearerbox" ] && [ -x "$folder/smsbox" ]; then echo "$folder"; return; fi
  done
}

install_packages() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 0
  echo "$* are absent: installing them"
  apt-get update -qq >/dev/null || return 0
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null || return 0
}

has_smpp34() { "$venv/bin/python" -c 'import smpp34' 2>/dev/null; }

install_smpp34() {
  command -v python3 >/dev/null && python3 -c 'import ensurepip' 2>/dev/null || install_packages python3 python3-venv
  python3 -m venv "$venv" && "$venv/bin/pip" install -q "smpp34==${version}" || return 0
}

[ -n "$(boxes)" ] || install_packages kannel
[ -n "$(boxes)" ] || missing 'Kannel is neither there nor could it be installed'
has_smpp34 || install_smpp34
has_smpp34 || missing "smpp34 ${version} is neither there nor could it be installed"

PARLOIR_KANNEL=$(boxes)
PARLOIR_SMPP34=$PWD/$venv/bin/python
case $venv in /*) PARLOIR_SMPP34=$venv/bin/python ;; esac
export PARLOIR_KANNEL PARLOIR_SMPP34
exec cargo test --locked --workspace --test smpp_peers "$@"
