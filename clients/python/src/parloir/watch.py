"""Searches that stay open.

Each is asked for once on every connection, its changes are folded while it stands there, and it ends when it is closed.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from .asks import Ask
from .errors import own_refusal
from .frames import (
    Building,
    Change,
    ErrorBody,
    Hit,
    SearchConversations,
    Seq,
    Total,
    Unwatch,
    Up,
    WatchFrame,
)
from .live import Cell, Live, Stop
from .screen import LOADING, READY, Load

_AGAIN_S = 1.0
"""Until a search that stood before a reconnect, and cannot be opened just now, is asked for again."""


@dataclass(frozen=True, slots=True)
class WatchValue:
    """The list of an open search, the best first; it holds everything up to `seq`.

    `total` when they are counted, `building` while hits may be missing.
    """

    load: Load = LOADING
    hits: tuple[Hit, ...] = ()
    total: Total | None = None
    building: Building | None = None
    seq: Seq = Seq(0)  # noqa: RUF009


def fold_change(hits: Iterable[Hit], change: Change, limit: int) -> tuple[Hit, ...]:
    """The list that `change` speaks of.

    What left or moves is taken away, then what came or moved is put in its place.
    """
    gone = {*change.removed, *(placed.hit.hit_id for placed in change.moved)}
    kept = [hit for hit in hits if hit.hit_id not in gone]
    for placed in sorted((*change.added, *change.moved), key=lambda placed: placed.at):
        kept.insert(placed.at, placed.hit)
    return tuple(kept[:limit])


class Asker(Protocol):
    """The part of a client that asks."""

    def next_id(self) -> int:
        """A number for a question."""
        ...

    def push(self, ask: Ask) -> None:
        """Asks until it is answered."""
        ...

    def drop_ask(self, key: int) -> None:
        """Nobody waits for it any more."""
        ...

    def say(self, frame: Up) -> None:
        """Sends without waiting for an answer; dropped when there is no connection."""
        ...

    def page_rows(self) -> int:
        """The hits of a page without `limit`."""
        ...

    def changed(self) -> None:
        """The store was folded into."""
        ...


class Watching(Live[WatchValue]):
    """An open search. It survives reconnects and ends with `close`."""

    def __init__(self, cell: Cell[WatchValue], close: Callable[[], None]) -> None:
        self._cell = cell
        self._close = close

    @property
    def value(self) -> WatchValue:
        """The list as it is now."""
        return self._cell.value

    def subscribe(self, run: Callable[[WatchValue], object]) -> Stop:
        """Calls `run` with the list at once and after every change."""
        return self._cell.subscribe(run)

    def close(self) -> None:
        """Ends the search."""
        self._close()

    def __enter__(self) -> "Watching":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Open:
    def __init__(self, number: int, search: SearchConversations) -> None:
        self.number = number
        self.search = search
        self.cell: Cell[WatchValue] = Cell(WatchValue())
        self.stands = False
        """Whether changes are folded: its reply came on this connection."""


class Watches:
    """The open searches of one client."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._open: dict[int, _Open] = {}

    def open(self, search: SearchConversations) -> Watching:
        """Begins one."""
        one = _Open(self._asker.next_id(), search)
        self._open[one.number] = one
        self._ask(one)
        return Watching(one.cell, lambda: self._close(one.number))

    def fold(self, change: Change) -> None:
        """Folds a change; one of a search that does not stand on this connection is dropped."""
        one = self._open.get(change.id)
        if one is None or not one.stands:
            return
        hits = fold_change(one.cell.value.hits, change, self._limit(one))
        one.cell.put(WatchValue(READY, hits, change.total, change.building, change.seq))

    def lost(self) -> None:
        """The connection was lost: what stood there is asked for again."""
        for one in self._open.values():
            if one.stands:
                one.stands = False
                self._ask(one)

    def _limit(self, one: _Open) -> int:
        return self._asker.page_rows() if one.search.limit is None else one.search.limit

    def _ask(self, one: _Open) -> None:
        def ended(code: int, reason: str) -> None:
            self._fail(one, own_refusal("unavailable", f"the connection is over ({code}): {reason}"))

        frame = WatchFrame(id=one.number, name=one.search.NAME, params=one.search)
        refused = self._refused
        self._asker.push(
            Ask(one.number, frame, lambda ok: self._begin(one, ok), lambda error: refused(one, error), ended)
        )

    def _begin(self, one: _Open, ok: dict[str, Any]) -> None:
        if one.number not in self._open:
            return
        try:
            found = one.search.answered(ok)
        except msgspec.ValidationError as error:
            self._fail(one, own_refusal("internal", f"the answer cannot be read: {error}"))
            return
        one.stands = True
        hits = found.hits[: self._limit(one)]
        one.cell.put(WatchValue(READY, hits, found.total, found.building, found.seq))

    def _refused(self, one: _Open, error: ErrorBody) -> None:
        if one.cell.value.load.name != "ready" or not error.temporary:
            self._fail(one, error)
            return
        asyncio.get_running_loop().call_later(_AGAIN_S, self._again, one)

    def _again(self, one: _Open) -> None:
        if one.number in self._open:
            self._ask(one)

    def _fail(self, one: _Open, error: ErrorBody) -> None:
        if self._open.pop(one.number, None) is None:
            return
        known = one.cell.value
        load = Load("refused", error)
        one.cell.put(WatchValue(load, known.hits, known.total, known.building, known.seq))

    def _close(self, number: int) -> None:
        if self._open.pop(number, None) is None:
            return
        self._asker.drop_ask(number)
        # A watch whose reply is still due stands at the server as well.
        self._asker.say(Unwatch(id=number))
