"""A value that changes, as screens follow it. Whoever subscribes hears of changes once per batch, never in between."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

from .tell import tell

T = TypeVar("T")

Stop = Callable[[], None]
"""Ends a subscription; a second call does nothing."""


class Live(ABC, Generic[T]):
    """A value that can be read at any time and followed."""

    @property
    @abstractmethod
    def value(self) -> T:
        """As it is now. The same object until it changes."""

    @abstractmethod
    def subscribe(self, run: Callable[[T], object]) -> Stop:
        """Calls `run` with the value at once and after every batch that changed it, until it is stopped."""

    async def until(self, test: Callable[[T], bool]) -> T:
        """Waits for a value that passes; bound it with `asyncio.timeout`."""
        found: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def look(value: T) -> None:
            if not found.done() and test(value):
                found.set_result(value)

        stop = self.subscribe(look)
        try:
            return await found
        finally:
            stop()

    async def changes(self) -> AsyncIterator[T]:
        """The value now, and the newest one after each change; values that were passed meanwhile are left out."""
        changed = asyncio.Event()
        stop = self.subscribe(lambda _: changed.set())
        try:
            while True:
                await changed.wait()
                changed.clear()
                yield self.value
        finally:
            stop()


class Cell(Live[T]):
    """A value of its own that somebody sets. Subscribers hear at once."""

    def __init__(self, value: T) -> None:
        self._value = value
        self._subscribers: dict[object, Callable[[T], object]] = {}

    @property
    def value(self) -> T:
        """As it is now."""
        return self._value

    def put(self, value: T) -> None:
        """From now on it is this."""
        self._value = value
        for run in list(self._subscribers.values()):
            tell(run, value)

    def subscribe(self, run: Callable[[T], object]) -> Stop:
        """Calls `run` with the value at once and whenever it is set."""
        key = object()
        self._subscribers[key] = run
        tell(run, self._value)

        def stop() -> None:
            self._subscribers.pop(key, None)

        return stop
