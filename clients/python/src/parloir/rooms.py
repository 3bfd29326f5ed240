"""The handles on queues and timelines: a value to follow, and a way to ask for more of it."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from .frames import ConversationId, View
from .live import Live, Stop
from .screen import QueueValue, ThreadValue


class _Extended(Protocol):
    @property
    def extending(self) -> bool: ...


V = TypeVar("V", bound=_Extended)


async def _extended(part: Live[V], wish: Callable[[], bool]) -> bool:
    """Wants one more page and waits until it is there; False when there is none."""
    if not wish():
        return False
    await part.until(lambda value: not value.extending)
    return True


class Queue(Live[QueueValue]):
    """A queue: it is loaded while somebody subscribes, and let go some time after nobody does."""

    def __init__(self, view: View, part: Live[QueueValue], wish: Callable[[], bool]) -> None:
        self.view = view
        """Which conversations, in which order."""
        self._part = part
        self._wish = wish

    @property
    def value(self) -> QueueValue:
        """As it is now."""
        return self._part.value

    def subscribe(self, run: Callable[[QueueValue], object]) -> Stop:
        """Calls `run` with the queue at once and after every batch that changed it."""
        return self._part.subscribe(run)

    async def more(self) -> bool:
        """Asks for one more page and waits for it; False when there is none."""
        return await _extended(self._part, self._wish)


class Thread(Live[ThreadValue]):
    """A timeline: it is loaded while somebody subscribes, and let go some time after nobody does."""

    def __init__(self, conversation_id: ConversationId, part: Live[ThreadValue], wish: Callable[[], bool]) -> None:
        self.conversation_id = conversation_id
        """Whose timeline."""
        self._part = part
        self._wish = wish

    @property
    def value(self) -> ThreadValue:
        """As it is now."""
        return self._part.value

    def subscribe(self, run: Callable[[ThreadValue], object]) -> Stop:
        """Calls `run` with the timeline at once and after every batch that changed it."""
        return self._part.subscribe(run)

    async def more(self) -> bool:
        """Asks for the page before the first line and waits for it; False when there is none."""
        return await _extended(self._part, self._wish)
