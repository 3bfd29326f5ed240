"""Who follows what in the store. It tells them once per batch, when the value that they read is another one."""

from collections.abc import Callable
from typing import Generic, TypeVar

from .live import Live, Stop
from .store import Store, Topic
from .tell import tell

T = TypeVar("T")

Schedule = Callable[[Callable[[], None]], object]
"""Calls something once, soon."""


def _nothing() -> None:
    return


class Board:
    """Followers by topic."""

    def __init__(self, store: Store, schedule: Schedule) -> None:
        self._store = store
        self._schedule = schedule
        self._followers: dict[Topic, dict[object, Callable[[], None]]] = {}
        self._touched: dict[Topic, None] = {}

    def look(self) -> None:
        """Takes note of what changed in the store."""
        scheduled = bool(self._touched)
        for topic in self._store.take_changes():
            if topic in self._followers:
                self._touched[topic] = None
        if self._touched and not scheduled:
            self._schedule(self._tell)

    def follow(self, topic: Topic, run: Callable[[], None]) -> Stop:
        """Calls `run` after each batch that touched the topic."""
        key = object()
        self._followers.setdefault(topic, {})[key] = run

        def stop() -> None:
            followers = self._followers.get(topic, {})
            followers.pop(key, None)
            if not followers:
                self._followers.pop(topic, None)

        return stop

    def _tell(self) -> None:
        touched, self._touched = self._touched, {}
        for topic in touched:
            for run in list(self._followers.get(topic, {}).values()):
                run()


class Part(Live[T], Generic[T]):
    """A part of the store as a value. `take` is called for each that begins to follow, `leave` for each that stops."""

    def __init__(
        self,
        board: Board,
        topic: Topic,
        read: Callable[[], T],
        take: Callable[[], None] = _nothing,
        leave: Callable[[], None] = _nothing,
    ) -> None:
        self._board = board
        self._topic = topic
        self._read = read
        self._take = take
        self._leave = leave

    @property
    def value(self) -> T:
        """As it is now."""
        return self._read()

    def subscribe(self, run: Callable[[T], object]) -> Stop:
        """Calls `run` with the value at once and after every batch that changed it."""
        self._take()
        last = self._read()
        following = True

        def look() -> None:
            nonlocal last
            value = self._read()
            if value is last or not following:
                return
            last = value
            tell(run, value)

        unfollow = self._board.follow(self._topic, look)

        def stop() -> None:
            nonlocal following
            if following:
                following = False
                unfollow()
                self._leave()

        tell(run, last)
        return stop
