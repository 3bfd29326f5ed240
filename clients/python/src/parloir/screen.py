"""What screens follow, as values: queues, threads, counters and the rest. It holds shapes only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .frames import (
    Agent,
    AgentId,
    Channel,
    ChannelId,
    Contact,
    ContactId,
    ErrorBody,
    Expected,
    Group,
    GroupId,
    Line,
    Message,
    Row,
    Template,
    TemplateId,
    View,
    Workspace,
)

LoadName = Literal["loading", "ready", "refused"]
"""How far the first page of something is."""


@dataclass(frozen=True, slots=True)
class Load:
    """How far the first page of something is; `error` says why the server does not give it."""

    name: LoadName
    error: ErrorBody | None = None


LOADING = Load("loading")
"""It is on its way."""
READY = Load("ready")
"""It is there."""


@dataclass(frozen=True, slots=True)
class QueueValue:
    """A queue as a list shows it.

    `rows` stand in the view's order, each the same object until it changes. `whole`: they are all of the view.
    `extending`: a further page is on its way.
    """

    view: View
    load: Load = LOADING
    rows: tuple[Row, ...] = ()
    whole: bool = False
    extending: bool = False


@dataclass(frozen=True, slots=True)
class ThreadValue:
    """A conversation's timeline as a screen shows it.

    The newest line is the last. `pending` are planned messages by `due_at`, those that wait for a decision last.
    `earlier`: there are lines before the first; `extending`: they are on their way. `expected` is what to hand to
    a command that must not cross somebody else's message: this is what is on screen.
    """

    load: Load = LOADING
    lines: tuple[Line, ...] = ()
    pending: tuple[Message, ...] = ()
    earlier: bool = False
    extending: bool = False
    expected: Expected | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Conversations: open, closed, with the unread mark, open ones that nobody has."""

    open: int = 0
    closed: int = 0
    unread: int = 0
    unassigned: int = 0


@dataclass(frozen=True, slots=True)
class AgentTotals:
    """An agent's open conversations, and those of them with the unread mark."""

    open: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class CountersValue:
    """Counters as the server counts them: all visible groups added up, each by itself, agents over all groups."""

    all: Totals
    by_group: Mapping[GroupId, Totals]
    by_agent: Mapping[AgentId, AgentTotals]


@dataclass(frozen=True, slots=True)
class DirectoryValue:
    """What a workspace consists of beside its conversations.

    `workspace` and `me` are None before the first welcome; groups are those this agent sees, templates the active
    ones.
    """

    workspace: Workspace | None = None
    me: Agent | None = None
    groups: Mapping[GroupId, Group] = field(default_factory=dict[GroupId, Group])
    agents: Mapping[AgentId, Agent] = field(default_factory=dict[AgentId, Agent])
    channels: Mapping[ChannelId, Channel] = field(default_factory=dict[ChannelId, Channel])
    templates: Mapping[TemplateId, Template] = field(default_factory=dict[TemplateId, Template])


@dataclass(frozen=True, slots=True)
class PresentAgent:
    """What a colleague does in a conversation. `leasing`: types and holds the place."""

    agent_id: AgentId
    doing: Literal["viewing", "typing", "leasing"]


@dataclass(frozen=True, slots=True)
class ContactValue:
    """A contact's card; None until it is known."""

    contact_id: ContactId
    load: Load = LOADING
    contact: Contact | None = None
