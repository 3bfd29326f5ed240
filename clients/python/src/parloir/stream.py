"""Events for programs that read them one after another, at their own speed.

Each reader has a bounded buffer. When one is full the connection is read no further, so that nothing is dropped and
nothing grows. Only while somebody waits for an answer, which stands behind the events, it is read on, up to a second
bound; what does not fit there, and what cannot be had any more, is told as a `Gap` in its place.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from .errors import Ended
from .frames import Event, Seq, UnknownEvent
from .tell import tell

EVENTS_MAX = 1_024
"""Events that a reader's buffer holds."""
SLOW = "slow"
"""Why a gap was told that a reader made itself."""
_BEYOND = 2
"""So many times as much while somebody waits for an answer."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Events after `after` up to `up_to` were not told.

    The client could not resume and began anew (`reason` is the server's), or this reader was `slow` while an answer was
    waited for. What is folded (`Client.queue` and the like) is whole; an application that acts on events asks for what
    it missed.
    """

    after: Seq
    up_to: Seq
    reason: str


Told = Event | UnknownEvent | Gap
"""What a reader reads."""


class EventStream:
    """Events in order, each once, over reconnects.

    `async for` ends when the application left, and raises `Ended` when the connection is over for another reason.
    """

    def __init__(self, events_max: int, drained: Callable[["EventStream"], None]) -> None:
        self._max = max(1, events_max)
        self._drained = drained
        self._events: deque[Told] = deque()
        self._arrived = asyncio.Event()
        self._over = False
        self._error: Ended | None = None

    @property
    def is_full(self) -> bool:
        """Whether the connection waits for this reader."""
        return len(self._events) >= self._max

    @property
    def is_over(self) -> bool:
        """Whether nothing comes any more."""
        return self._over

    def __len__(self) -> int:
        """Events that wait to be read."""
        return len(self._events)

    def take(self) -> list[Told]:
        """Everything that waits, without waiting."""
        taken = list(self._events)
        self._events.clear()
        self._drained(self)
        return taken

    def close(self) -> None:
        """Reads no more; what waits is dropped."""
        self._events.clear()
        self.end(None)
        self._drained(self)

    def put(self, told: Told) -> None:
        """One more; beyond the second bound a gap that grows."""
        if len(self._events) >= self._max * _BEYOND:
            last = self._events.pop()
            after = last.after if isinstance(last, Gap) and last.reason == SLOW else _reached(last)
            if not isinstance(last, Gap) or last.reason != SLOW:
                self._events.append(last)
            told = Gap(after=after, up_to=_reached(told), reason=SLOW)
        self._events.append(told)
        self._arrived.set()

    def end(self, error: Ended | None) -> None:
        """Nothing comes any more."""
        self._over = True
        self._error = error
        self._arrived.set()

    def __aiter__(self) -> "EventStream":
        return self

    async def __anext__(self) -> Told:
        while not self._events:
            if self._over:
                if self._error is not None:
                    raise self._error
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        told = self._events.popleft()
        self._drained(self)
        return told


class Streams:
    """All readers of one client."""

    def __init__(self, waits: Callable[[], bool]) -> None:
        self._waits = waits
        """Whether somebody waits for an answer."""
        self._streams: list[EventStream] = []
        self._handlers: dict[object, Callable[[Told], object]] = {}
        self._has_room = True
        self._stirred = asyncio.Event()

    @property
    def has_room(self) -> bool:
        """Whether every reader can take another event, or somebody waits for an answer behind it."""
        return self._has_room or self._waits()

    async def room(self) -> None:
        """Waits until there is room."""
        while not self.has_room:
            self._stirred.clear()
            await self._stirred.wait()

    def stir(self) -> None:
        """There may be room now."""
        self._stirred.set()

    def open(self, events_max: int = EVENTS_MAX) -> EventStream:
        """A new reader, of what happens from now on."""
        stream = EventStream(events_max, self._look)
        self._streams.append(stream)
        return stream

    def handle(self, run: Callable[[Told], object]) -> Callable[[], None]:
        """Calls `run` with each event, until it is stopped."""
        key = object()
        self._handlers[key] = run
        return lambda: void(self._handlers.pop(key, None))

    def put(self, told: Told) -> None:
        """Something happened."""
        for run in list(self._handlers.values()):
            tell(run, told)
        for stream in self._streams:
            stream.put(told)
            if stream.is_full:
                self._has_room = False

    def end(self, error: Ended | None) -> None:
        """Nothing comes any more; `error` says why, unless the application wanted it so."""
        for stream in self._streams:
            stream.end(error)
        self._streams.clear()
        self._handlers.clear()
        self._has_room = True
        self.stir()

    def _look(self, stream: EventStream) -> None:
        if stream.is_over and stream in self._streams:
            self._streams.remove(stream)
        if not self._has_room and not any(one.is_full for one in self._streams):
            self._has_room = True
            self.stir()


def _reached(told: Told) -> Seq:
    return told.up_to if isinstance(told, Gap) else told.seq


def void(_: object) -> None:
    """Nothing, whatever it is given."""
