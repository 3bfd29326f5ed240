"""Events kept while an answer is on its way, so that an answer older than the store can be brought up to date.

They are kept only as long as something is asked, and never more than a bound.
"""

from collections import deque
from typing import NewType

from parloir.frames import Event, Seq

EVENTS_MAX = 8_192
"""Events that may be kept; an answer that would need more is asked for again."""

Ticket = NewType("Ticket", int)
"""Something that was asked, to be shown with its answer."""


class Held:
    """The events since the oldest question without an answer."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._dropped = 0
        """How many were ever kept before the first of `_events`."""
        self._asked: dict[Ticket, int] = {}
        self._tickets = 0

    def ask(self) -> Ticket:
        """From now on events are kept."""
        self._tickets += 1
        ticket = Ticket(self._tickets)
        self._asked[ticket] = self._dropped + len(self._events)
        return ticket

    def keep(self, event: Event) -> None:
        """An event that was folded."""
        if not self._asked:
            return
        if len(self._events) == EVENTS_MAX:
            self._events.popleft()
            self._dropped += 1
        self._events.append(event)

    def redeem(self, ticket: Ticket, seq: Seq) -> list[Event] | None:
        """The kept events after `seq`; None when the ticket is not good any more."""
        start = self._asked.pop(ticket, None)
        if start is None:
            return None
        found = [event for event in self._events if event.seq > seq] if start >= self._dropped else None
        self._let_go()
        return found

    def release(self, ticket: Ticket) -> None:
        """No answer will come."""
        self._asked.pop(ticket, None)
        self._let_go()

    def void(self) -> None:
        """Everything asked before is void; numbers go on, so that an old ticket is never taken for a new one."""
        self._asked.clear()
        self._let_go()

    def _let_go(self) -> None:
        needed = min(self._asked.values(), default=self._dropped + len(self._events))
        while self._dropped < needed:
            self._events.popleft()
            self._dropped += 1
