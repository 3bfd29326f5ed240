#!/usr/bin/env bash
# Holds SMPP against programs that others wrote: smpp34 as a message centre, Kannel as a client. Installs both where
# it may. Exits with 77 when something is missing, which CI takes for a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so SMPP was not held against others'
. .ci/needs.sh

# Debian keeps the boxes where only root looks.
boxes() {
  local folder
  for folder in /usr/sbin /usr/bin /usr/local/sbin; do
    if [ -x "$folder/bearerbox" ] && [ -x "$folder/smsbox" ]; then echo "$folder"; return; fi
  done
}

needs_cargo
[ -n "$(boxes)" ] || install_packages kannel
[ -n "$(boxes)" ] || missing 'Kannel is neither there nor could it be installed'
needs_pip "$target/smpp34" smpp34==1.5.0

PARLOIR_KANNEL=$(boxes)
PARLOIR_SMPP34=$target/smpp34/bin/python
export PARLOIR_KANNEL PARLOIR_SMPP34
exec cargo test --locked --workspace --test smpp_peers "$@"
