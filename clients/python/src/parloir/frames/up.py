"""Frames from a client (PROTOCOL.md, section 4). Shapes only."""

from typing import Any, Literal

from .command import Command, Expected
from .conversation import View
from .ids import CommandId, ConversationId, Cursor, Seq
from .query import Query, SearchConversations
from .record import Record

Doing = Literal["viewing", "typing", "taking_over", "nothing"]
"""What an agent says of itself in a conversation."""


class Resume(Record, frozen=True, kw_only=True):
    """The last cursor the client got."""

    cursor: Cursor


class Hello(Record, frozen=True, kw_only=True, tag_field="type", tag="hello"):
    """The first frame, once. `view`: whose first page the snapshot brings."""

    token: str | None = None
    client: str
    resume: Resume | None = None
    view: View | None = None


class CommandFrame(Record, frozen=True, kw_only=True, tag_field="type", tag="command"):
    """Changes something."""

    command_id: CommandId
    expected: Expected | None = None
    name: str
    params: Command | dict[str, Any]


class QueryFrame(Record, frozen=True, kw_only=True, tag_field="type", tag="query"):
    """Reads something; the answer includes everything up to `at_least`."""

    id: int
    at_least: Seq | None = None
    name: str
    params: Query[Any] | dict[str, Any]


class WatchFrame(Record, frozen=True, kw_only=True, tag_field="type", tag="watch"):
    """Reads something and keeps the question open."""

    id: int
    name: str
    params: SearchConversations


class Unwatch(Record, frozen=True, kw_only=True, tag_field="type", tag="unwatch"):
    """Ends a watch."""

    id: int


class SignalUp(Record, frozen=True, kw_only=True, tag_field="type", tag="signal"):
    """Tells colleagues what the agent does."""

    conversation_id: ConversationId
    doing: Doing


class Refresh(Record, frozen=True, kw_only=True, tag_field="type", tag="refresh"):
    """Another token of the same agent."""

    id: int
    token: str


class Pong(Record, frozen=True, kw_only=True, tag_field="type", tag="pong"):
    """Answers a ping."""


Up = Hello | CommandFrame | QueryFrame | WatchFrame | Unwatch | SignalUp | Refresh | Pong
"""Every frame from a client."""
