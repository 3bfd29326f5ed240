"""The way in: where a token comes from, and when another one is due. It keeps no token longer than it works."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

_LEAD_S = 60.0
"""Before the end of a token another one is asked for."""
_WAIT_S_MIN = 1.0


@dataclass(frozen=True, slots=True)
class Token:
    """A way in. With `expires_at` the client asks for another one before that."""

    token: str
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Token(expires_at={self.expires_at})"


TokenProvider = Callable[[], "str | Token | Awaitable[str | Token]"]
"""Gives a token whenever one is needed: at every connection, and before the last one expires."""


class Tokens:
    """The token in use, and the source of the next one."""

    def __init__(self, source: str | Token | TokenProvider) -> None:
        self._source = source
        self._given: Token | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def provided(self) -> bool:
        """Whether asking again may give another token."""
        return callable(self._source)

    def put(self, token: Token) -> None:
        """From now on this one, unless a provider gives another."""
        self._given = token

    async def take(self) -> Token:
        """A token that should work now."""
        if not callable(self._source):
            return self._given or _plain(self._source)
        given = self._source()
        self._given = _plain(await given if inspect.isawaitable(given) else given)
        return self._given

    async def current(self) -> Token:
        """The token that was given last, or another one where that has expired."""
        given = self._given
        works = given is not None and (given.expires_at is None or given.expires_at > datetime.now(UTC))
        return given if works and given is not None else await self.take()

    def before_end(self, run: Callable[[], None]) -> None:
        """Calls `run` before the current token ends, when a provider can give another one."""
        self.stop()
        ends = None if self._given is None else self._given.expires_at
        if ends is None or not self.provided:
            return
        left = (ends - datetime.now(UTC)).total_seconds()
        wait = max(_WAIT_S_MIN, left - min(_LEAD_S, left / 2))
        self._timer = asyncio.get_running_loop().call_later(wait, run)

    def stop(self) -> None:
        """Nothing is called any more."""
        if self._timer is not None:
            self._timer.cancel()


def _plain(token: str | Token) -> Token:
    return Token(token) if isinstance(token, str) else token
