#!/usr/bin/env bash
# Builds the package as a registry would take it, installs it into an empty project and uses it there. PYTHON is the
# interpreter whose `build` and `hatchling` are used; they need no network.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

PYTHON=${PYTHON:-.venv/bin/python}
TYPES=$PWD/.venv/bin/basedpyright
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$PYTHON" -m build --no-isolation --outdir "$folder/dist" . >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
"$PYTHON" - "$folder/dist" <<'PY'
import pathlib, sys, tarfile, zipfile

folder = pathlib.Path(sys.argv[1])
(wheel,), (source,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
names = zipfile.ZipFile(wheel).namelist()
meta = next(name for name in names if name.endswith("/METADATA"))
text = zipfile.ZipFile(wheel).read(meta).decode()
for wanted in ("Name: parloir-client", "License-Expression: MIT", "Requires-Python: >=3.11", "Provides-Extra: locust"):
    assert wanted in text, wanted
assert "parloir/py.typed" in names, names
assert any(name.endswith("/licenses/LICENSE") for name in names), names
assert not any("tests" in name for name in names), names
assert "# parloir-client" in text
sources = tarfile.open(source).getnames()
assert any(name.endswith("src/parloir/client.py") for name in sources), sources
PY

"$PYTHON" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "$folder"/dist/*.whl
cd "$folder"
"$folder/venv/bin/pip" check >/dev/null

cat >use.py <<'PY'
import asyncio

from parloir import CLOSE_CODES, Client, Event, Live, QueueValue
from parloir.frames import ConversationClaim, ConversationId, Message, MessageReceived, QueuePage, RowsPage, View
from parloir.store import Store
from parloir.strict import read_up
from parloir.text import segments


def said(event: Event) -> Message | None:
    match event.data:
        case MessageReceived(message=message):
            return message
        case _:
            return None


async def work(client: Client, of: ConversationId) -> Live[QueueValue]:
    page: RowsPage = await client.query(QueuePage(view=View(status="open")))
    await client.command(ConversationClaim(conversation_id=of), expected=client.expected())
    return client.queue(View(unread=len(page.rows) > 0))


async def main() -> None:
    async with Client.connect("http://127.0.0.1:9", lambda: "plr_AAAA") as client:
        await client.state.until(lambda state: state.name == "offline")
    parts = (CLOSE_CODES["revoked"], segments("Ça coûte").encoding, Store().seq)
    assert parts == (4504, "ucs2", 0), parts
    assert read_up("json", b'{"type":"pong"}') is not None


asyncio.run(main())
print("the built package is installed and used")
PY
"$folder/venv/bin/python" use.py
cat >pyrightconfig.json <<JSON
{ "include": ["use.py"], "typeCheckingMode": "strict", "venvPath": "$folder", "venv": "venv" }
JSON
"$TYPES" --project "$folder" | tail -1
