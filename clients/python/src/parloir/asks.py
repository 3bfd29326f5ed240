"""What waits for an answer: commands, questions, open searches.

Everything is sent again after a reconnect, with the same id, until it is answered or nobody waits any more. It owns
the order and the bounds, not the socket.
"""

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import own_refusal
from .frames import ErrorBody, FrameError, Limits, Reply, Up

ASKS_MAX = 4_096
"""Asks that may wait at once; one more is refused."""
_AGAIN_MS = 1_000
"""Until something that the server could not take now is sent again, where it names no time."""
_REPEATED = frozenset({"busy", "read_only", "unavailable"})
"""Refusals after which the same thing is sent again."""

AskKey = str | int
"""A command's id, or the number of a question."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to be answered: its frame, and what is done with an acceptance, a refusal that repeating does not
    help (the server's or this client's own), and the end of the connection.
    """

    key: AskKey
    frame: Up
    done: Callable[[dict[str, Any]], None]
    refused: Callable[[ErrorBody], None]
    ended: Callable[[int, str], None]


class Asks:
    """All asks, in the order in which they were made."""

    def __init__(self, now: Callable[[], float], stir: Callable[[], None], write: Callable[[Up], bytes]) -> None:
        self._now = now
        self._stir = stir
        self._write = write
        self._asks: dict[AskKey, tuple[Ask, bytes]] = {}
        self._waiting: deque[AskKey] = deque()
        self._later: list[tuple[float, int, AskKey]] = []
        self._sent: set[AskKey] = set()
        self._put_off = 0
        self.in_flight_max = 64
        """What may be without an answer on one connection."""
        self.frame_bytes_max = Limits().frame_bytes_max
        """A longer frame would end the connection: it is refused instead."""

    def __len__(self) -> int:
        return len(self._asks)

    @property
    def is_full(self) -> bool:
        """Whether one more would be too many."""
        return len(self._asks) >= ASKS_MAX

    def push(self, ask: Ask) -> None:
        """One more, to be sent when its turn comes. What cannot be written is refused at once."""
        try:
            data = self._write(ask.frame)
        except FrameError as error:
            ask.refused(own_refusal("invalid_params", str(error)))
            return
        self._asks[ask.key] = (ask, data)
        self._waiting.append(ask.key)
        self._stir()

    def drop(self, key: AskKey) -> None:
        """Nobody waits for it any more."""
        self._asks.pop(key, None)
        if key in self._sent:
            self._sent.discard(key)
            self._stir()

    def lost(self) -> None:
        """The connection was lost: what was not answered is sent again."""
        self._sent.clear()
        self._later.clear()
        self._waiting = deque(self._asks)

    def take(self) -> bytes | None:
        """The next frame that may be sent now, as it is written; it counts as sent."""
        now = self._now()
        while self._later and self._later[0][0] <= now:
            self._waiting.append(heapq.heappop(self._later)[2])
        while self._waiting and len(self._sent) < self.in_flight_max:
            key = self._waiting.popleft()
            ask, data = self._asks.get(key, (None, b""))
            if ask is None:
                continue
            if len(data) <= self.frame_bytes_max:
                self._sent.add(key)
                return data
            del self._asks[key]
            ask.refused(too_large(len(data), self.frame_bytes_max))
        return None

    def next_in(self) -> float | None:
        """Seconds until something that was put off may be sent; None when nothing was."""
        return max(0.0, self._later[0][0] - self._now()) if self._later else None

    def answered(self, reply: Reply) -> None:
        """Ends the ask that `reply` answers, or puts it off."""
        key = reply.id if reply.command_id is None else reply.command_id
        if key is None or key not in self._asks:
            return
        ask, _ = self._asks[key]
        self._sent.discard(key)
        pause_ms = None if reply.error is None else _pause_after(reply.error)
        if pause_ms is not None:
            self._put_off += 1
            heapq.heappush(self._later, (self._now() + pause_ms / 1_000, self._put_off, key))
        else:
            del self._asks[key]
            if reply.error is not None:
                ask.refused(reply.error)
            else:
                ask.done(reply.ok or {})
        self._stir()

    def end(self, code: int, reason: str) -> None:
        """No answer will come any more."""
        asks = [ask for ask, _ in self._asks.values()]
        self._asks.clear()
        self.lost()
        for ask in asks:
            ask.ended(code, reason)


def too_large(actual: int, limit: int) -> ErrorBody:
    """Why a frame is not sent that is longer than the server takes."""
    return own_refusal("frame_too_large", f"{actual} bytes, {limit} at most", max=limit, actual=actual)


def _pause_after(error: ErrorBody) -> float | None:
    if not error.temporary:
        return None
    if error.retry_after_ms is not None:
        return error.retry_after_ms
    return _AGAIN_MS if error.code in _REPEATED else None
