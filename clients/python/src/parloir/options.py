"""How a client is set up, and what holds where nothing is said. It decides nothing."""

import ssl as tls
from dataclasses import dataclass
from typing import TypedDict

from .frames import Codec, View
from .outbox import OutboxStore
from .store import ROWS_MAX
from .token import Token, TokenProvider

OPEN = View(status="open", order="activity")
"""The queue that a desk opens with."""
IDLE_MAX = 16
"""Queues and timelines that are kept though nobody follows them."""
VERSION = "0.1.0"
"""Of this package."""
PROGRAM = f"parloir-python/{VERSION}"
"""What a program is called that does not say."""
BACKOFF_MS = (500.0, 10_000.0)
"""The shortest and the longest pause between tries."""


class ConnectOptions(TypedDict, total=False):
    """What may be said beside the address and the token; see `Client.connect`."""

    client: str
    codec: Codec
    view: View
    outbox: OutboxStore | None
    backoff_ms: tuple[float, float]
    rows_max: int
    idle_max: int
    ssl: tls.SSLContext | None


@dataclass(frozen=True, slots=True)
class Options:
    """How a client is set up; see `Client.connect`."""

    url: str
    token: str | Token | TokenProvider
    client: str = PROGRAM
    codec: Codec = "msgpack"
    view: View = OPEN
    outbox: OutboxStore | None = None
    backoff_ms: tuple[float, float] = BACKOFF_MS
    rows_max: int = ROWS_MAX
    idle_max: int = IDLE_MAX
    ssl: tls.SSLContext | None = None
