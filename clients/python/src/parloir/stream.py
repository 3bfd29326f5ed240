"""Events for programs that read them one after another, at their own speed.

Each reader has a bounded buffer. When one is full the connection is read no further, so that nothing is dropped and
nothing grows; what cannot be had any more is told as a `Gap`.
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


@dataclass(frozen=True, slots=True)
class Gap:
    """Events after `after` up to `up_to` were not told: the client could not resume and began anew.

    What is folded (`Client.queue` and the like) is whole; an application that acts on events asks for what it missed.
    `reason` is the server's.
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
        """One more, which the reader had room for."""
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

    def __init__(self) -> None:
        self._streams: list[EventStream] = []
        self._handlers: dict[object, Callable[[Told], object]] = {}
        self._room = asyncio.Event()
        self._room.set()

    @property
    def has_room(self) -> bool:
        """Whether every reader can take another event."""
        return self._room.is_set()

    async def room(self) -> None:
        """Waits until every reader can take another event."""
        await self._room.wait()

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
                self._room.clear()

    def end(self, error: Ended | None) -> None:
        """Nothing comes any more; `error` says why, unless the application wanted it so."""
        for stream in self._streams:
            stream.end(error)
        self._streams.clear()
        self._handlers.clear()
        self._room.set()

    def _look(self, stream: EventStream) -> None:
        if stream.is_over and stream in self._streams:
            self._streams.remove(stream)
        if not self._room.is_set() and not any(one.is_full for one in self._streams):
            self._room.set()


def void(_: object) -> None:
    """Nothing, whatever it is given."""
