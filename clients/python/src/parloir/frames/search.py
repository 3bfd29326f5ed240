"""What a search finds (PROTOCOL.md, sections 9 and 11). Shapes only."""

from typing import Literal

from .contact import Address
from .conversation import Status
from .ids import AgentId, ChannelId, ContactId, ConversationId, GroupId, MessageId, Range, Seq, Time
from .message import Direction
from .record import Record

Rank = Literal["whole", "word", "start", "inside", "elsewhere"]
"""How well something matched, the best first."""


class HitConversation(Record, frozen=True, kw_only=True):
    """What a list of hits shows of a conversation."""

    conversation_id: ConversationId
    status: Status
    unread: bool
    group_id: GroupId
    channel_id: ChannelId
    assignee: AgentId | None = None
    activity_seq: Seq
    activity_at: Time


class Match(Record, frozen=True, kw_only=True):
    """One field that matched as it is shown, and where; `key` is of a property."""

    field: Literal["name", "address", "group", "tag", "property"]
    key: str | None = None
    text: str
    ranges: tuple[Range, ...]


class Hit(Record, frozen=True, kw_only=True):
    """A conversation that was found, or a contact that has none: a hit has one of the two ids.

    `profile_name` is there only without a saved name; the conversation's own address is the first.
    """

    rank: Rank
    conversation: HitConversation | None = None
    contact_id: ContactId | None = None
    name: str | None = None
    profile_name: str | None = None
    addresses: tuple[Address, ...]
    tags: tuple[str, ...]
    matched: tuple[Match, ...]

    @property
    def hit_id(self) -> ConversationId | ContactId | None:
        """What tells a hit from the others of its list."""
        return self.contact_id if self.conversation is None else self.conversation.conversation_id


class MessageHit(Record, frozen=True, kw_only=True):
    """A message that was found; `snippet` has at most 160 characters around the first match."""

    rank: Rank
    message_id: MessageId
    conversation_id: ConversationId
    seq: Seq
    at: Time
    direction: Direction
    snippet: str
    ranges: tuple[Range, ...]


class Total(Record, frozen=True, kw_only=True):
    """How many match; `capped`: counting stopped there, shown as "1,000+"."""

    count: int
    capped: bool


class Building(Record, frozen=True, kw_only=True):
    """While the index is built anew hits may be missing: `done` of `total`."""

    done: int
    total: int


class Placed(Record, frozen=True, kw_only=True):
    """A hit and its place in a list, from 0."""

    at: int
    hit: Hit
