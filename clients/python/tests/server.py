"""A demo server of a test's own: the real binary on a free port, gone with its data afterwards."""

import asyncio
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from fixtures import ROOT

from parloir import Client
from parloir.frames import ChannelId

T = TypeVar("T")

BINARY = Path(os.environ.get("PARLOIR_BIN", ROOT / "target/debug/parloir"))
"""The binary to test against."""
START_S = 60.0
DEADLINE_S = 30.0


class Server:
    """A demo whose customers keep quiet."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="parloir-py-"))
        self._data = self._folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._listen = "127.0.0.1:0"
        self.demo: dict[str, Any] = {}
        self._events = 0

    def start(self) -> "Server":
        """Begins, or goes on after `kill` on the same port with the same data."""
        arguments = ["demo", "--listen", self._listen, "--data-dir", str(self._data), "--quiet-customers"]
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen([BINARY, *arguments], stdout=log, stderr=log)
        end = time.monotonic() + START_S
        while not self._is_ready():
            if time.monotonic() > end or self._process.poll() is not None:
                raise AssertionError(f"the demo is not ready: {(self._folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)
        self._listen = self.url.removeprefix("http://")
        return self

    def kill(self) -> None:
        """As a broken machine would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def url(self) -> str:
        return str(self.demo["url"])

    def token(self, at: int) -> str:
        return str(self.demo["agents"][at]["token"])

    def agent_id(self, at: int) -> str:
        return str(self.demo["agents"][at]["id"])

    def channel(self, kind: str) -> ChannelId:
        found = next(one["id"] for one in self.demo["channels"] if one["kind"] == kind)
        return ChannelId(found)

    def customer(self, number: str, text: str) -> None:
        """Somebody writes in."""
        self._events += 1
        body = {
            "event_id": f"test-{os.getpid()}-{id(self)}-{self._events}",
            "type": "message",
            "from": {"kind": "e164", "value": number},
            "text": text,
        }
        request = urllib.request.Request(
            f"{self.url}/v1/inbound/{self.channel('sms')}",
            json.dumps(body).encode(),
            {"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
            assert answer.status == 200

    def _is_ready(self) -> bool:
        try:
            self.demo = json.loads((self._data / "demo.json").read_text("utf-8"))
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=1) as answer:
                return bool(answer.status == 200) and len(self.demo["agents"]) > 0
        except (OSError, ValueError, KeyError):
            return False


def join(server: Server, at: int = 0, **options: Any) -> Client:
    """A client of the demo."""
    options.setdefault("token", server.token(at))
    options.setdefault("url", server.url)
    options.setdefault("backoff_ms", (10, 50))
    return Client.connect(**options)


async def until(look: Callable[[], T | None], what: str, seconds: float = DEADLINE_S) -> T:
    """Waits for what `look` gives, with a deadline."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not in {seconds} s: {what}")
        await asyncio.sleep(0.01)


def run(test: Callable[[], Awaitable[None]], seconds: float = 120.0) -> None:
    """Runs an asynchronous test within a deadline."""

    async def bounded() -> None:
        async with asyncio.timeout(seconds):
            await test()

    asyncio.run(bounded())


@contextmanager
def demo() -> Iterator[Server]:
    """A server for as long as a test needs it."""
    if not BINARY.exists():
        raise FileNotFoundError(f"there is no server at {BINARY}: PARLOIR_BIN names one, .ci/python.sh builds one")
    server = Server()
    try:
        yield server.start()
    finally:
        server.stop()
