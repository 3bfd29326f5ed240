"""The timelines that are on screen or were a moment ago. It hands each event to the one it is about."""

from parloir.frames import ConversationEntered, ConversationId, ConversationLeft, Event

from .timeline import Timeline
from .topics import Touch


class Timelines:
    """Timelines by conversation."""

    def __init__(self, touch: Touch) -> None:
        self._loaded: dict[ConversationId, Timeline] = {}
        self._touch = touch

    def __len__(self) -> int:
        return len(self._loaded)

    def get(self, conversation_id: ConversationId) -> Timeline | None:
        """One that is open."""
        return self._loaded.get(conversation_id)

    def ids(self) -> list[ConversationId]:
        """Those that are open."""
        return list(self._loaded)

    def open(self, conversation_id: ConversationId) -> Timeline:
        """A timeline to be loaded, or the one that is."""
        return self._loaded.setdefault(conversation_id, Timeline())

    def close(self, conversation_id: ConversationId) -> None:
        """Nobody looks at it any more."""
        self._loaded.pop(conversation_id, None)

    def clear(self) -> None:
        """Nothing is known any more; they are there to be loaded again."""
        for conversation_id in self.ids():
            self._begin(conversation_id)

    def fold(self, event: Event) -> None:
        """What an event says to the timeline of its conversation."""
        conversation_id = event.conversation_id
        timeline = None if conversation_id is None else self._loaded.get(conversation_id)
        if conversation_id is None or timeline is None:
            return
        appears = isinstance(event.data, ConversationEntered) and timeline.load.name == "refused"
        if isinstance(event.data, ConversationLeft) or appears:
            self._begin(conversation_id)
        elif timeline.load.name == "ready" and timeline.fold(event):
            self._touch(("thread", conversation_id))

    def _begin(self, conversation_id: ConversationId) -> None:
        """An empty timeline in the place of what is known."""
        self._loaded[conversation_id] = Timeline()
        self._touch(("thread", conversation_id))
