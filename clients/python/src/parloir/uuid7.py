"""Ids of commands: UUIDs of version 7, which sort by the time they were made.

Within one millisecond they sort by their order, also when the clock stands still or goes back.
"""

import secrets
import threading
import time

from .frames import CommandId

_COUNT_MAX = 0xFFF
"""What the 12 bits behind the time hold at most."""

_last = (0, 0)
_lock = threading.Lock()


def uuid7() -> CommandId:
    """A new id."""
    at, count = _next()
    number = at << 80 | 0x7 << 76 | count << 64 | 0b10 << 62 | secrets.randbits(62)
    text = f"{number:032x}"
    return CommandId("-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:])))


def _next() -> tuple[int, int]:
    """Where the next id stands: after every id before it."""
    global _last  # noqa: PLW0603
    with _lock:
        now = time.time_ns() // 1_000_000
        at, count = _last
        if now > at:
            _last = (now, 0)
        elif count < _COUNT_MAX:
            _last = (at, count + 1)
        else:
            _last = (at + 1, 0)
        return _last
