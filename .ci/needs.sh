# What parts need beyond bash: found, or installed where this account may. To be sourced from the root of the repository
# by a script that has set `so`: what it means for its part that something cannot be had.
# shellcheck shell=bash

node_min=20
root=$PWD
target=${CARGO_TARGET_DIR:-$root/target}
case $target in /*) ;; *) target=$root/$target ;; esac

# Ends the part: it could not run on this machine.
missing() { echo "$1, ${so:?}" >&2; exit 77; }

# Runs a command while no other part runs one under the same name, where this system has locks: name, command.
alone() {
  local lock=$target/locks/$1
  shift
  command -v flock >/dev/null || { "$@"; return; }
  mkdir -p "${lock%/*}"
  (flock 9 && "$@" 9>&-) 9>"$lock"
}

apt_get() { DEBIAN_FRONTEND=noninteractive apt-get "$@" >/dev/null; }

# Debian packages. Whether they are there then, the caller looks.
install_packages() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 0
  echo "$* cannot be found: installing from Debian"
  alone apt_get apt_get update -qq && alone apt_get apt_get install -y -qq "$@" || true
}

needs_cargo() { command -v cargo >/dev/null || missing 'cargo is not on the PATH'; }

needs_node() {
  command -v node >/dev/null && command -v npm >/dev/null || missing 'Node.js with npm is not on the PATH'
  local major
  major=$(node --version | sed -E 's/^v([0-9]+).*/\1/')
  [ "$major" -ge "$node_min" ] || missing "node ${major} is older than ${node_min}"
}

fresh() { [ -d "$1/node_modules/$2" ] && [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ]; }

install_npm() { fresh "$1" "$2" || npm ci --ignore-scripts --no-audit --no-fund --prefix "$1" >/dev/null; }

# What a package.json asks for, as its lock has it: its folder, and one of the packages that a part uses.
needs_npm() { alone npm install_npm "$1" "$2" || missing "the packages of $1 could not be installed"; }

newer_python() { "$1" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

a_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && newer_python "$name"; then command -v "$name" && return; fi
  done
}

# Sets `python`: 3.11 or newer, which makes environments.
needs_python() {
  python=$(a_python)
  [ -n "$python" ] || { install_packages python3 python3-venv; python=$(a_python); }
  [ -n "$python" ] || missing 'Python 3.11 or newer with venv is neither there nor could it be installed'
}

# Packages of PyPI in an environment of their own: its folder, what pip is asked for. Nobody starts them often enough
# for compiling them all beforehand to pay.
needs_pip() {
  local folder=$1
  shift
  [ -x "$folder/bin/pip" ] || { needs_python; "$python" -m venv "$folder"; } || missing "no environment in ${folder}"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --no-compile "$@" || missing "pip cannot install: $*"
}

# Sets PARLOIR_BIN, unless the caller has: what the tests' build makes.
needs_server() {
  if [ -z "${PARLOIR_BIN:-}" ]; then
    needs_cargo
    .ci/build.sh
    PARLOIR_BIN=$target/debug/parloir
  fi
  [ -x "$PARLOIR_BIN" ] || missing "there is no server at ${PARLOIR_BIN}"
  export PARLOIR_BIN
}

# Does a command come true in a minute: what for, command.
await() {
  local what=$1 until=$((SECONDS + 60))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$until" ] || { echo "not in a minute: ${what}" >&2; return 1; }
    sleep 0.1
  done
}

# Starts a demo server of the part's own, whose customers are quiet, and awaits it: its folder. Sets `demo_process`,
# which the part ends. Its facts are what `demo_fact` reads.
start_demo() {
  demo_folder=$1
  "$PARLOIR_BIN" demo --listen 127.0.0.1:0 --data-dir "$demo_folder/data" --quiet-customers >"$demo_folder/server.log" 2>&1 &
  demo_process=$!
  await 'the demo is ready' demo_has_ended_or_is_ready
  demo_is_ready || { echo 'the demo server stopped before it was ready' >&2; return 1; }
}

demo_is_ready() { [ -s "$demo_folder/data/demo.json" ] && [ -n "$(demo_token)" ]; }

demo_has_ended_or_is_ready() { demo_is_ready || ! kill -0 "$demo_process" 2>/dev/null; }

demo_fact() { tr -d ' \n' <"$demo_folder/data/demo.json" | sed -nE "s/.*$1.*/\1/p"; }
demo_url() { demo_fact '"url":"([^"]*)"'; }
demo_inbound() { demo_fact '"inbound_url":"([^"]*)"'; }
demo_token() { demo_fact '"integration":\{[^{}]*"token":"([^"]*)"'; }
demo_admin() { demo_fact '\{[^{}]*"role":"admin"[^{}]*"token":"([^"]*)"[^{}]*\}'; }
