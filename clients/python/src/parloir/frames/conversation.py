"""Conversations as rows of a queue, and the views that choose and order them (PROTOCOL.md, section 11)."""

from typing import Literal

from .contact import Address, ContactRef
from .ids import AgentId, ChannelId, ConversationId, GroupId, Seq, Time
from .message import Direction
from .record import Record

Status = Literal["open", "closed"]
"""Whether a conversation waits for anything."""
Order = Literal["activity", "waiting"]
"""`activity`: newest first. `waiting`: longest-waiting first, and only rows that wait."""


class Header(Record, frozen=True, kw_only=True):
    """How a conversation stands after an event.

    `activity_seq` is of the newest message, of the start before the first one; `waiting_seq` of the message
    that waits for an answer; `episode` says how often it was opened; `window_until` is WhatsApp's.
    """

    conversation_id: ConversationId
    status: Status
    unread: bool
    group_id: GroupId
    assignee: AgentId | None = None
    activity_seq: Seq
    activity_at: Time
    waiting_seq: Seq | None = None
    waiting_since: Time | None = None
    episode: int
    window_until: Time | None = None


class LastLine(Record, frozen=True, kw_only=True):
    """The newest message as a row shows it: at most 160 characters on one line, None once erased."""

    seq: Seq
    at: Time
    direction: Direction
    text: str | None


class Row(Record, frozen=True, kw_only=True):
    """A conversation as a queue shows it. `seq` is of the event that last changed the conversation.

    A name to show is the contact's, or `~` and the profile name, or the address, which is None once erased.
    """

    seq: Seq
    conversation: Header
    channel_id: ChannelId
    address: Address | None
    profile_name: str | None = None
    contact: ContactRef | None = None
    opted_out: bool
    last: LastLine | None = None


class OfAgent(Record, frozen=True, kw_only=True):
    """Conversations of one agent."""

    agent: AgentId


AssigneeFilter = Literal["me", "nobody"] | OfAgent
"""Whose conversations."""


class View(Record, frozen=True, kw_only=True):
    """Which conversations, in which order (`activity` when absent). All that is given must hold."""

    status: Status | None = None
    group_id: GroupId | None = None
    assignee: AssigneeFilter | None = None
    unread: bool | None = None
    channel_id: ChannelId | None = None
    order: Order | None = None


class AssigneeCounters(Record, frozen=True, kw_only=True):
    """Open conversations of one agent, and those of them with the unread mark."""

    agent_id: AgentId
    open: int
    unread: int


class GroupCounters(Record, frozen=True, kw_only=True):
    """One group's counters as of `seq`; with `complete` agents who are not in `assignees` have nothing."""

    seq: Seq
    group_id: GroupId
    open: int
    closed: int
    unread: int
    unassigned: int
    assignees: tuple[AssigneeCounters, ...]
    complete: bool | None = None
