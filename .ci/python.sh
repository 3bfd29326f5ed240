#!/usr/bin/env bash
# Installs, checks and tests the Python client, against the real server as well: PARLOIR_BIN, or what cargo builds.
# Installs Python where it may. Exits with 77 when Python, its packages or a server cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

so='so the Python client was not checked'
. .ci/needs.sh
needs_server

cd clients/python
needs_pip .venv -e '.[dev]'
.venv/bin/ruff check .
.venv/bin/ruff format --check --quiet .
.venv/bin/basedpyright
.venv/bin/pytest
.ci/packed.sh
