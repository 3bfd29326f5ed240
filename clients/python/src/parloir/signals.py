"""What this agent says of itself, renewed before it ends. It repeats nothing that still holds."""

import asyncio
from collections.abc import Callable
from typing import Literal

from .frames import ConversationId, Doing, Limits, SignalUp

_CONVERSATIONS_MAX = 16
"""An agent is seen in no more conversations; the oldest gives way."""
_RENEWED_AFTER = 0.5
"""A signal is renewed after this part of its life."""

_Lasting = Literal["viewing", "typing"]


class OwnSignals:
    """What holds now, by conversation."""

    def __init__(self, say: Callable[[SignalUp], None], limits: Callable[[], Limits]) -> None:
        self._say = say
        self._limits = limits
        self._said: dict[ConversationId, tuple[_Lasting, asyncio.TimerHandle]] = {}

    def say(self, conversation_id: ConversationId, doing: Doing) -> None:
        """Says it now, unless it holds already, and again until something else is said."""
        lasting: _Lasting | None = None if doing == "nothing" else "viewing" if doing == "viewing" else "typing"
        known = self._said.get(conversation_id)
        if doing != "taking_over" and (None if known is None else known[0]) == lasting:
            return
        self._say(SignalUp(conversation_id=conversation_id, doing=doing))
        self._forget(conversation_id)
        if lasting is not None:
            self._keep(conversation_id, lasting)

    def welcomed(self) -> None:
        """A connection stands: everything that holds is said there."""
        for conversation_id, (doing, _) in self._said.items():
            self._say(SignalUp(conversation_id=conversation_id, doing=doing))

    def stop(self) -> None:
        """Nothing is renewed any more."""
        for conversation_id in list(self._said):
            self._forget(conversation_id)

    def _keep(self, conversation_id: ConversationId, doing: _Lasting) -> None:
        if conversation_id not in self._said and len(self._said) >= _CONVERSATIONS_MAX:
            self._forget(next(iter(self._said)))
        limits = self._limits()
        lasts_ms = limits.viewing_ms if doing == "viewing" else limits.typing_ms
        loop = asyncio.get_running_loop()
        timer = loop.call_later(lasts_ms / 1_000 * _RENEWED_AFTER, self._renew, conversation_id, doing)
        self._said.pop(conversation_id, None)
        self._said[conversation_id] = (doing, timer)

    def _renew(self, conversation_id: ConversationId, doing: _Lasting) -> None:
        self._keep(conversation_id, doing)
        self._say(SignalUp(conversation_id=conversation_id, doing=doing))

    def _forget(self, conversation_id: ConversationId) -> None:
        known = self._said.pop(conversation_id, None)
        if known is not None:
            known[1].cancel()
