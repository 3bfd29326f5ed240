"""Frames from the server (PROTOCOL.md, section 5). Shapes only."""

from typing import Any, Literal

from .conversation import AssigneeCounters, GroupCounters, Row
from .event import Event, UnknownEvent
from .ids import AgentId, CommandId, ContactId, ConversationId, Cursor, Epoch, GroupId, Seq
from .limits import Limits
from .plan import ErrorBody
from .record import Record
from .search import Building, Placed, Total
from .settings import Agent, Channel, Group, Template, Workspace

Presence = Literal["online", "offline", "viewing", "typing", "leasing", "nothing"]
"""What a colleague does."""
ResetReason = Literal["unknown_cursor", "scope_changed", "too_old", "rebuilt"]
"""Why everything that was folded is void."""


class Welcome(Record, frozen=True, kw_only=True, tag_field="type", tag="welcome"):
    """Lets a client in. With `resumed` the missing events follow, otherwise a snapshot does. With `signals_kept` the
    signals that it knows stay, otherwise it forgets them.
    """

    workspace: Workspace
    agent: Agent
    epoch: Epoch
    cursor: Cursor
    seq: Seq
    resumed: bool
    signals_kept: bool = False
    limits: Limits
    server: str


class PresentSignal(Record, frozen=True, kw_only=True):
    """What a colleague does, as a snapshot says it; without a conversation `online` or `offline`."""

    agent_id: AgentId
    conversation_id: ConversationId | None = None
    doing: Presence


class Snapshot(Record, frozen=True, kw_only=True, tag_field="type", tag="snapshot"):
    """A part of what a client begins with; with `last` the events after `seq` follow."""

    part: int
    last: bool
    seq: Seq
    rows: tuple[Row, ...] = ()
    next: str | None = None
    groups: tuple[Group, ...] = ()
    agents: tuple[Agent, ...] = ()
    channels: tuple[Channel, ...] = ()
    templates: tuple[Template, ...] = ()
    counters: tuple[GroupCounters, ...] = ()
    signals: tuple[PresentSignal, ...] = ()


class Reply(Record, frozen=True, kw_only=True, tag_field="type", tag="reply"):
    """Answers a command (`command_id`), or a query, watch or refresh (`id`): with `ok` or with `error`."""

    command_id: CommandId | None = None
    id: int | None = None
    ok: dict[str, Any] | None = None
    error: ErrorBody | None = None


class Change(Record, frozen=True, kw_only=True, tag_field="type", tag="change"):
    """The list of a watch is another one now; see `parloir.watch.fold_change`."""

    id: int
    seq: Seq
    added: tuple[Placed, ...]
    moved: tuple[Placed, ...]
    removed: tuple[ConversationId | ContactId, ...]
    total: Total | None = None
    building: Building | None = None


class Signal(Record, frozen=True, kw_only=True, tag_field="type", tag="signal"):
    """Word of a colleague; without a conversation `online` or `offline`."""

    agent_id: AgentId
    conversation_id: ConversationId | None = None
    doing: Presence


class CountersFrame(Record, frozen=True, kw_only=True, tag_field="type", tag="counters"):
    """One group's counters: see `GroupCounters`."""

    seq: Seq
    group_id: GroupId
    open: int
    closed: int
    unread: int
    unassigned: int
    assignees: tuple[AssigneeCounters, ...]
    complete: bool | None = None


class Checkpoint(Record, frozen=True, kw_only=True, tag_field="type", tag="checkpoint"):
    """Everything visible up to `seq` was sent."""

    seq: Seq
    cursor: Cursor


class Ping(Record, frozen=True, kw_only=True, tag_field="type", tag="ping"):
    """To be answered with `Pong`."""

    cursor: Cursor


class Reset(Record, frozen=True, kw_only=True, tag_field="type", tag="reset"):
    """Forget everything that was folded."""

    reason: ResetReason


class Goodbye(Record, frozen=True, kw_only=True, tag_field="type", tag="goodbye"):
    """The connection ends. `code` is the name of a close code."""

    code: str
    reason: str
    retry_after_ms: int | None = None


class UnknownFrame(Record, frozen=True, kw_only=True):
    """A frame of a newer server; it is ignored."""

    of: str


Down = (
    Welcome
    | Snapshot
    | Event
    | UnknownEvent
    | Reply
    | Change
    | Signal
    | CountersFrame
    | Checkpoint
    | Ping
    | Reset
    | Goodbye
    | UnknownFrame
)
"""Every frame from the server, told apart by its class."""
