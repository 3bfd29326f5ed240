"""How many follow each thing, and which things are kept a little longer though nobody does.

Going back to a conversation costs no question then. The one left first gives way.
"""

from collections.abc import Callable, Hashable


class Holds:
    """Counts by key; `idle_max` things stay though nobody follows them."""

    def __init__(self, idle_max: int) -> None:
        self._counts: dict[Hashable, int] = {}
        self._idle: dict[Hashable, Callable[[], None]] = {}
        self._idle_max = idle_max

    def take(self, key: Hashable, begin: Callable[[], None]) -> None:
        """One more follows; `begin` is called when nothing is there yet."""
        count = self._counts.get(key, 0)
        self._counts[key] = count + 1
        if count == 0 and self._idle.pop(key, None) is None:
            begin()

    def leave(self, key: Hashable, drop: Callable[[], None]) -> None:
        """One fewer follows; `drop` is called once the thing gives way."""
        count = self._counts.get(key, 0)
        if count > 1:
            self._counts[key] = count - 1
            return
        self._counts.pop(key, None)
        self._idle[key] = drop
        while len(self._idle) > self._idle_max:
            first = next(iter(self._idle))
            self._idle.pop(first)()
