"""What a store lacks, as questions for whoever can ask them. It asks nobody."""

from dataclasses import dataclass
from typing import Any

from parloir.frames import (
    ContactGet,
    ContactId,
    ConversationId,
    ConversationRows,
    ConversationTimeline,
    Query,
    QueuePage,
    Seq,
    View,
)

WishKey = tuple[str, View | str | None]
"""The same for wishes of which one at a time is asked."""


@dataclass(frozen=True, slots=True)
class PageWish:
    """A page of a queue, the first one without `after`."""

    view: View
    after: str | None = None

    def key(self) -> WishKey:
        """Of which one at a time is asked."""
        return "page", self.view

    def query(self) -> Query[Any]:
        """As the server is asked."""
        return QueuePage(view=self.view, after=self.after)


@dataclass(frozen=True, slots=True)
class RowsWish:
    """Rows that an event brought into a window and that are not known."""

    ids: tuple[ConversationId, ...]

    def key(self) -> WishKey:
        """Of which one at a time is asked."""
        return "rows", None

    def query(self) -> Query[Any]:
        """As the server is asked."""
        return ConversationRows(ids=self.ids)


@dataclass(frozen=True, slots=True)
class TimelineWish:
    """A page of a timeline, the newest without `before`."""

    conversation_id: ConversationId
    before: Seq | None = None

    def key(self) -> WishKey:
        """Of which one at a time is asked."""
        return "timeline", self.conversation_id

    def query(self) -> Query[Any]:
        """As the server is asked."""
        return ConversationTimeline(conversation_id=self.conversation_id, before=self.before)


@dataclass(frozen=True, slots=True)
class ContactWish:
    """A contact's card."""

    contact_id: ContactId

    def key(self) -> WishKey:
        """Of which one at a time is asked."""
        return "contact", self.contact_id

    def query(self) -> Query[Any]:
        """As the server is asked."""
        return ContactGet(contact_id=self.contact_id)


Wish = PageWish | RowsWish | TimelineWish | ContactWish
"""A question whose answer the store wants."""
