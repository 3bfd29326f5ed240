"""A server of a test's own: it says what it is told to, and remembers what it heard."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

AGENT = "agt_0192f0c4-0000-7000-8000-000000000001"
GROUP = "grp_0192f0c4-0000-7000-8000-000000000000"
EPOCH = "0000000000000001"

Frame = dict[str, Any]


def event(seq: int) -> Frame:
    """An event of no consequence."""
    return {
        "type": "event",
        "seq": seq,
        "at": "2026-11-03T09:15:02.123Z",
        "actor": {"kind": "system"},
        "name": "group.renamed",
        "data": {"group_id": GROUP, "name": f"group {seq}"},
    }


def cursor(seq: int) -> str:
    return f"{seq:054}"


class Peer:
    """Speaks JSON to any number of connections."""

    def __init__(self) -> None:
        self.heard: list[Frame] = []
        self.times: list[float] = []
        self.sockets: list[ServerConnection] = []
        self.greet: Callable[[ServerConnection, Frame], Awaitable[None]] = self.welcome
        self.answer: Callable[[ServerConnection, Frame], Awaitable[None]] = self.nothing
        self.snapshot: Frame = {"part": 0, "last": True}
        self._server: Any = None

    async def __aenter__(self) -> "Peer":
        self._server = await serve(
            self._serve, "127.0.0.1", 0, subprotocols=["parloir.v1.json"], compression=None, ping_interval=None
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        port = next(iter(self._server.sockets)).getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def of(self, kind: str) -> list[Frame]:
        """What was heard of one type."""
        return [frame for frame in self.heard if frame["type"] == kind]

    async def say(self, frame: Frame, socket: ServerConnection | None = None) -> None:
        await (socket or self.sockets[-1]).send(json.dumps(frame))

    async def nothing(self, socket: ServerConnection, frame: Frame) -> None:
        """Says nothing."""

    async def welcome(self, socket: ServerConnection, hello: Frame, seq: int = 0, **more: Any) -> None:
        """Lets in whoever comes: a resumed one where it was, another with an empty snapshot."""
        resume = hello.get("resume")
        limits = more.pop("limits", {})
        agent = {
            "agent_id": AGENT,
            "name": "Ada",
            "role": "agent",
            "status": "active",
            "availability": "online",
            "seq": 1,
        }
        desk = {
            "workspace_id": "wsp_0192f0c4-0000-7000-8000-000000000009",
            "name": "Desk",
            "country": "FR",
            "unread_until": "opened",
            "default_group": GROUP,
            "hold_ms": 0,
            "link_days": 7,
            "seq": 1,
        }
        frame = {
            "type": "welcome",
            "workspace": desk,
            "agent": agent,
            "epoch": EPOCH,
            "cursor": cursor(seq) if resume is None else resume["cursor"],
            "seq": seq,
            "resumed": resume is not None,
            "limits": limits,
            "server": "peer",
            **more,
        }
        await self.say(frame, socket)
        if not frame["resumed"]:
            await self.say({"type": "snapshot", **self.snapshot, "seq": seq}, socket)

    async def goodbye(self, code: str, number: int, **more: Any) -> None:
        """Ends the newest connection with a reason."""
        socket = self.sockets[-1]
        await self.say({"type": "goodbye", "code": code, "reason": code, **more}, socket)
        await socket.close(number)

    async def _serve(self, socket: ServerConnection) -> None:
        self.times.append(time.monotonic())
        self.sockets.append(socket)
        try:
            async for data in socket:
                frame = json.loads(data)
                self.heard.append(frame)
                await (self.greet if frame["type"] == "hello" else self.answer)(socket, frame)
        except ConnectionClosed:
            return
        finally:
            await asyncio.sleep(0)
