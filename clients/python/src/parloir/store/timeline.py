"""The loaded end of one conversation's timeline, line by line, and its planned messages.

Each line and the whole know up to which seq they are current, so an event is never folded twice.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from parloir.frames import (
    ErasedItem,
    Event,
    Line,
    Message,
    MessageCancelled,
    MessageId,
    MessageItem,
    MessagePlanned,
    MessageQueued,
    Seq,
    TimelinePage,
)
from parloir.screen import LOADING, Load

from .facts import item_of
from .messages import changed_message, erased_item, message_after

LINES_MAX = 5_000
"""Lines that one timeline keeps; the oldest go first and can be asked for again."""


class Timeline:
    """A conversation's newest lines."""

    def __init__(self) -> None:
        self.load: Load = LOADING
        self.extending = False
        self.earlier = False
        """Whether there are lines before the first."""
        self._lines: list[tuple[Seq, Line]] = []
        """Each as of its seq."""
        self._pending: dict[MessageId, tuple[Seq, Message]] = {}
        self._as_of = Seq(0)

    def lines(self) -> tuple[Line, ...]:
        """The newest last."""
        return tuple(line for _, line in self._lines)

    def pending(self) -> tuple[Message, ...]:
        """By `due_at`; those without, which wait for a decision, last."""
        planned = (message for _, message in self._pending.values())
        return tuple(sorted(planned, key=lambda message: (message.due_at or "~", message.message_id)))

    def first_seq(self) -> Seq | None:
        """The first line's seq, to ask for those before."""
        return self._lines[0][1].seq if self._lines else None

    def begin(self, page: TimelinePage) -> None:
        """The newest page replaces everything."""
        self._lines = [(page.seq, line) for line in page.items]
        self._pending = {message.message_id: (page.seq, message) for message in page.pending or ()}
        self.earlier = page.earlier
        self._as_of = page.seq

    def extend(self, before: Seq, page: TimelinePage, events: Sequence[Event]) -> bool:
        """Puts the page before `before` in front, brought up to date by `events`; whether it fits."""
        if self.first_seq() != before:
            return False
        older = Timeline()
        older.begin(page)
        for event in events:
            older.fold(event)
        self._lines = [*(known for known in older._lines if known[1].seq < before), *self._lines]
        self.earlier = page.earlier
        return True

    def fold(self, event: Event) -> bool:
        """Folds an event of this conversation; whether that changed anything."""
        changed = self._change(event)
        return self._plan(event) or self._add(event) or changed

    def _add(self, event: Event) -> bool:
        item = item_of(event) if event.seq > self._as_of else None
        if item is None or (self._lines and event.seq <= self._lines[-1][1].seq):
            return False
        if isinstance(item, ErasedItem):
            self._erase()
        line = Line(seq=event.seq, at=event.at, actor=event.actor, item=item)
        self._lines.append((event.seq, line))
        if len(self._lines) > LINES_MAX:
            del self._lines[: len(self._lines) - LINES_MAX]
            self.earlier = True
        return True

    def _plan(self, event: Event) -> bool:
        if event.seq <= self._as_of:
            return False
        match event.data:
            case MessagePlanned(message=message):
                self._pending[message.message_id] = (event.seq, message)
                return True
            case MessageQueued(message=message):
                self._pending.pop(message.message_id, None)
                return False
            case _:
                return False

    def _change(self, event: Event) -> bool:
        message_id = changed_message(event)
        if message_id is None:
            return False
        if message_id in self._pending:
            return self._change_planned(message_id, event)
        at = next((at for at in reversed(range(len(self._lines))) if _is(self._lines[at][1], message_id)), None)
        if at is None:
            return False
        as_of, line = self._lines[at]
        if event.seq <= as_of or not isinstance(line.item, MessageItem):
            return False
        message = message_after(line.item.message, event)
        self._lines[at] = (event.seq, replace(line, item=MessageItem(message=message)))
        return True

    def _change_planned(self, message_id: MessageId, event: Event) -> bool:
        as_of, message = self._pending[message_id]
        if event.seq <= as_of:
            return False
        if isinstance(event.data, MessageCancelled):
            del self._pending[message_id]
        else:
            self._pending[message_id] = (event.seq, message_after(message, event))
        return True

    def _erase(self) -> None:
        self._lines = [(as_of, replace(line, item=erased_item(line.item))) for as_of, line in self._lines]
        self._pending.clear()


def _is(line: Line, message_id: MessageId) -> bool:
    return isinstance(line.item, MessageItem) and line.item.message.message_id == message_id
