"""The questions that fill the store: what it wishes for is asked, one of a kind at a time, and the answer folded."""

from typing import Any

import msgspec

from .asks import Ask
from .errors import own_refusal
from .frames import ErrorBody, QueryFrame
from .store import Store, Wish
from .store.wishes import WishKey
from .watch import Asker

_FILLING_MAX = 16
"""Questions of the client itself that wait at once."""


class Filling:
    """What is asked for the store."""

    def __init__(self, store: Store, asker: Asker) -> None:
        self._store = store
        self._asker = asker
        self._asked: dict[WishKey, int] = {}

    def fill(self, ids_max: int) -> None:
        """Asks for what the store lacks and is not asked for yet."""
        for wish in self._store.wishes(ids_max):
            if len(self._asked) >= _FILLING_MAX:
                return
            if wish.key() not in self._asked:
                self._ask(wish)

    def forget(self) -> None:
        """The store was emptied: what was asked for it is void."""
        for number in self._asked.values():
            self._asker.drop_ask(number)
        self._asked.clear()

    def _ask(self, wish: Wish) -> None:
        number, key, query = self._asker.next_id(), wish.key(), wish.query()
        ticket = self._store.ask()
        self._asked[key] = number

        def settled() -> bool:
            if self._asked.get(key) != number:
                self._store.release(ticket)
                return False
            del self._asked[key]
            return True

        def done(ok: dict[str, Any]) -> None:
            if not settled():
                return
            try:
                self._store.answer(wish, ticket, query.answered(ok))
            except msgspec.ValidationError as error:
                self._store.refuse(wish, ticket, own_refusal("internal", f"the answer cannot be read: {error}"))
            self._asker.changed()

        def refused(error: ErrorBody) -> None:
            if settled():
                self._store.refuse(wish, ticket, error)
                self._asker.changed()

        frame = QueryFrame(id=number, at_least=self._store.seq, name=query.NAME, params=query)
        self._asker.push(Ask(number, frame, done, refused, lambda _code, _reason: self._store.release(ticket)))
