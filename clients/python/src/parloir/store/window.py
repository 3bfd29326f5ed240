"""Which rows a queue shows: a view, how far down its order it reaches, and who stands where. It changes no row."""

from bisect import bisect_left
from collections.abc import Sequence
from math import inf

from msgspec.structs import replace

from parloir.frames import AgentId, AssigneeFilter, ConversationId, Header, Row, View
from parloir.screen import LOADING, Load

from .topics import Topic

Place = float
"""A row's place in an order: smaller stands higher."""

WHOLE: Place = inf
"""Below every place."""
_NOTHING: Place = -inf
"""Above every place."""


def plain_view(view: View) -> View:
    """The same for views that take the same rows in the same order."""
    return view if view.order is not None else replace(view, order="activity")


class Window:
    """A view down to a bound: every row whose place is at or above it."""

    def __init__(self, view: View) -> None:
        self.view = plain_view(view)
        self.topic: Topic = ("queue", self.view)
        self.load: Load = LOADING
        self.bound: Place = _NOTHING
        """The lowest place that is in it."""
        self.extending = False
        self._cuts: list[tuple[Place, str | None]] = []
        """Where each page ended, and how to ask for what follows it."""
        self._order: list[tuple[Place, ConversationId]] = []
        self._rows: list[Row] = []
        """The row of each place, so that reading a queue is one copy."""
        self._places: dict[ConversationId, Place] = {}

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, conversation_id: ConversationId) -> bool:
        return conversation_id in self._places

    @property
    def next(self) -> str | None:
        """How to ask for what follows; None at the end."""
        return self._cuts[-1][1] if self._cuts else None

    def ids(self) -> list[ConversationId]:
        """Who stands in it, in order."""
        return [conversation_id for _, conversation_id in self._order]

    def rows(self) -> tuple[Row, ...]:
        """What stands in it, in order."""
        return tuple(self._rows)

    def clear(self) -> None:
        """Nothing of it is known any more."""
        self.load = LOADING
        self.bound = _NOTHING
        self.extending = False
        self._cuts.clear()
        self._order.clear()
        self._rows.clear()
        self._places.clear()

    def place(self, header: Header) -> Place | None:
        """Where a header stands in this view's order; None when it does not stand in it."""
        return header.waiting_seq if self.view.order == "waiting" else -header.activity_seq

    def holds(self, row: Row, me: AgentId | None) -> Place | None:
        """The place of a row that is in the window."""
        channel_id = self.view.channel_id
        if channel_id is not None and channel_id != row.channel_id:
            return None
        return self.may_hold(row.conversation, me)

    def may_hold(self, header: Header, me: AgentId | None) -> Place | None:
        """The place that a conversation has if its channel is right too."""
        view = self.view
        if (
            (view.status is not None and view.status != header.status)
            or (view.group_id is not None and view.group_id != header.group_id)
            or (view.unread is not None and view.unread != header.unread)
            or (view.assignee is not None and not _is_assigned(view.assignee, header.assignee, me))
        ):
            return None
        place = self.place(header)
        return place if place is not None and place <= self.bound else None

    def stand(self, row: Row, place: Place) -> None:
        """Puts a row where it belongs now."""
        conversation_id = row.conversation.conversation_id
        before = self._places.get(conversation_id)
        if before is not None:
            at = bisect_left(self._order, (before, conversation_id))
            if before == place:
                self._rows[at] = row
                return
            del self._order[at], self._rows[at]
        at = bisect_left(self._order, (place, conversation_id))
        self._order.insert(at, (place, conversation_id))
        self._rows.insert(at, row)
        self._places[conversation_id] = place

    def leave(self, conversation_id: ConversationId) -> bool:
        """Takes a conversation away; whether it stood here."""
        before = self._places.pop(conversation_id, None)
        if before is None:
            return False
        at = bisect_left(self._order, (before, conversation_id))
        del self._order[at], self._rows[at]
        return True

    def stand_all(self, standings: list[tuple[Place, ConversationId, Row]]) -> None:
        """Everybody anew."""
        standings.sort(key=lambda standing: standing[:2])
        self._order = [(place, conversation_id) for place, conversation_id, _ in standings]
        self._rows = [row for _, _, row in standings]
        self._places = {conversation_id: place for place, conversation_id, _ in standings}

    def reach(self, rows: Sequence[Row], following: str | None) -> None:
        """Reaches down to the last of `rows`, the newest page of it; to the end without `following`."""
        places = [self.place(row.conversation) for row in rows]
        lowest = max((place for place in places if place is not None), default=_NOTHING)
        self.bound = WHOLE if following is None else lowest
        self._cuts.append((self.bound, following))

    def stop(self) -> None:
        """Nothing further can be asked for."""
        self.extending = False
        self._cuts.append((self.bound, None))

    def trim(self, rows_max: int) -> list[ConversationId]:
        """Gives up the last pages until no more than `rows_max` rows stand here; who had to go."""
        gone: list[ConversationId] = []
        while len(self._order) > rows_max:
            if self._cuts:
                self._cuts.pop()
            if not self._cuts:
                self._cuts.append((self._order[rows_max - 1][0], None))
            self.bound = self._cuts[-1][0]
            gone.extend(self._drop_beyond(self.bound))
        return gone

    def _drop_beyond(self, bound: Place) -> list[ConversationId]:
        start = next((at for at, (place, _) in enumerate(self._order) if place > bound), len(self._order))
        gone = [conversation_id for _, conversation_id in self._order[start:]]
        del self._order[start:], self._rows[start:]
        for conversation_id in gone:
            del self._places[conversation_id]
        return gone


def _is_assigned(whose: AssigneeFilter, assignee: AgentId | None, me: AgentId | None) -> bool:
    if whose == "me":
        return assignee is not None and assignee == me
    if whose == "nobody":
        return assignee is None
    return assignee == whose.agent
