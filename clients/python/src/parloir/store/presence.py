"""What colleagues are doing now. The server says when it ends: nothing here knows the time."""

from parloir.frames import AgentId, ConversationId, PresentSignal, Signal
from parloir.screen import PresentAgent

from .topics import Touch


class Presences:
    """Who is connected, and who looks and types where."""

    def __init__(self, touch: Touch) -> None:
        self.online: frozenset[AgentId] = frozenset()
        """Who is connected."""
        self._within: dict[ConversationId, tuple[PresentAgent, ...]] = {}
        self._touch = touch

    def within(self, conversation_id: ConversationId) -> tuple[PresentAgent, ...]:
        """Who is in a conversation; the same tuple until it changes."""
        return self._within.get(conversation_id, ())

    def clear(self) -> None:
        """Nothing is known any more."""
        for conversation_id in self._within:
            self._touch(("present", conversation_id))
        self._within.clear()
        self._set_online(frozenset())

    def forget(self, conversation_id: ConversationId) -> None:
        """A conversation that is not visible any more."""
        if self._within.pop(conversation_id, None) is not None:
            self._touch(("present", conversation_id))

    def fold(self, signal: Signal | PresentSignal) -> None:
        """Word of a colleague."""
        agent_id, doing = signal.agent_id, signal.doing
        if signal.conversation_id is not None:
            self._take(signal.conversation_id, agent_id)
            if doing in ("viewing", "typing", "leasing"):
                before = self.within(signal.conversation_id)
                self._within[signal.conversation_id] = (*before, PresentAgent(agent_id, doing))
                self._touch(("present", signal.conversation_id))
        elif doing in ("offline", "nothing"):
            self._set_online(self.online - {agent_id})
            for conversation_id in list(self._within):
                self._take(conversation_id, agent_id)
        else:
            self._set_online(self.online | {agent_id})

    def _take(self, conversation_id: ConversationId, agent_id: AgentId) -> None:
        before = self.within(conversation_id)
        others = tuple(present for present in before if present.agent_id != agent_id)
        if len(others) == len(before):
            return
        if others:
            self._within[conversation_id] = others
        else:
            del self._within[conversation_id]
        self._touch(("present", conversation_id))

    def _set_online(self, online: frozenset[AgentId]) -> None:
        self.online = online
        self._touch(("online", None))
