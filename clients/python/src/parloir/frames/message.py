"""Messages with what they carry, notes, and the lines of a timeline (PROTOCOL.md, section 11). Shapes only."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from .ids import AgentId, AttachmentId, ChannelId, GroupId, MessageId, NoteId, Seq, TemplateId, Time
from .record import Record

Direction = Literal["inbound", "outbound"]
"""From whom."""

Delivery = Literal[
    "scheduled",
    "held",
    "queued",
    "sending",
    "accepted",
    "sent",
    "delivered",
    "read",
    "failed",
    "unknown",
    "cancelled",
]
"""How far a message is, by rank and never down; `failed` and `unknown` may still rise to `sent` or beyond.

`scheduled` and `held` are planned: not yet lines of the timeline. `cancelled` is final.
"""

Failure = Literal[
    "window_expired",
    "not_on_channel",
    "invalid_number",
    "blocked",
    "opted_out",
    "unreachable",
    "expired",
    "rejected_content",
    "throttled",
    "auth",
    "billing",
    "unsupported",
    "not_approved",
    "unknown",
]
"""Why a message failed."""

AttachmentKind = Literal["picture", "video", "document", "audio", "sticker", "other"]
"""What a file is to a reader."""
AttachmentState = Literal["stored", "fetching", "missing"]
"""`fetching`: inbound, on its way to the server. `missing`: it could not be fetched."""
ActionKind = Literal["reply", "link", "call"]
"""What a button does."""
Carriage = Literal["text", "native", "document", "link"]
"""How a message is carried."""
Consent = Literal["opted_out", "opted_in"]
"""Whether somebody wants messages."""
ReopenCause = Literal["reply", "send", "agent"]
"""Why a conversation was opened again."""


class Attachment(Record, frozen=True, kw_only=True):
    """A file of a message. `name` is None when nobody gave one; `width` and `height` are pixels."""

    attachment_id: AttachmentId
    name: str | None
    media_type: str
    kind: AttachmentKind
    bytes: int
    width: int | None = None
    height: int | None = None
    thumbnail: bool
    state: AttachmentState


class Action(Record, frozen=True, kw_only=True):
    """A button: `value` is what comes back, an https address or a number."""

    kind: ActionKind
    label: str
    value: str


class Card(Record, frozen=True, kw_only=True):
    """A rich card as the recipient sees it."""

    title: str | None = None
    text: str | None = None
    media: Attachment | None = None
    actions: tuple[Action, ...] = ()


class CardDraft(Record, frozen=True, kw_only=True):
    """A card as a command carries it."""

    title: str | None = None
    text: str | None = None
    media: AttachmentId | None = None
    actions: Sequence[Action] | None = None


class TemplateRef(Record, frozen=True, kw_only=True):
    """Which template a message was made of."""

    template_id: TemplateId
    name: str
    language: str


class Location(Record, frozen=True, kw_only=True):
    """A place that was sent, in degrees."""

    latitude: float
    longitude: float
    name: str | None = None
    address: str | None = None


class Reaction(Record, frozen=True, kw_only=True):
    """A reaction; an empty `emoji` takes it back."""

    emoji: str
    message_id: MessageId | None = None


class Link(Record, frozen=True, kw_only=True):
    """A file that went as a link, and how often it was opened."""

    expires_at: Time
    revoked: bool
    opened: int
    opened_at: Time | None = None


class Message(Record, frozen=True, kw_only=True):
    """A message. `text` may be empty beside something else and is None once erased.

    `seen_seq` is what its author had on screen, `attempt` 0 for an inbound one, then from 1, `due_at` when a
    planned one goes; a held one without it waits for a decision.
    """

    message_id: MessageId
    direction: Direction
    text: str | None
    author: AgentId | None = None
    seen_seq: Seq | None = None
    delivery: Delivery | None = None
    failure: Failure | None = None
    attempt: int
    attachments: tuple[Attachment, ...] | None = None
    card: Card | None = None
    template: TemplateRef | None = None
    location: Location | None = None
    reaction: Reaction | None = None
    link: Link | None = None
    due_at: Time | None = None
    carriage: Carriage | None = None


class Note(Record, frozen=True, kw_only=True):
    """A note, seen by colleagues only; `text` is None once erased."""

    note_id: NoteId
    text: str | None
    mentions: tuple[AgentId, ...]


class ByAgent(Record, frozen=True, kw_only=True, tag_field="kind", tag="agent"):
    """An agent did it."""

    agent_id: AgentId


class ByContact(Record, frozen=True, kw_only=True, tag_field="kind", tag="contact"):
    """The other side did it."""

    channel_id: ChannelId


class ByProvider(Record, frozen=True, kw_only=True, tag_field="kind", tag="provider"):
    """A channel's provider told it."""

    channel_id: ChannelId


class BySystem(Record, frozen=True, kw_only=True, tag_field="kind", tag="system"):
    """The server did it by itself."""


Actor = ByAgent | ByContact | ByProvider | BySystem
"""Who did something."""


class StartedItem(Record, frozen=True, kw_only=True, tag_field="kind", tag="started"):
    """The thread began."""


class MessageItem(Record, frozen=True, kw_only=True, tag_field="kind", tag="message"):
    """A message, with its delivery now."""

    message: Message


class NoteItem(Record, frozen=True, kw_only=True, tag_field="kind", tag="note"):
    """A note."""

    note: Note


class MovedItem(Record, frozen=True, kw_only=True, tag_field="kind", tag="moved"):
    """It moved from one group to another."""

    from_: GroupId = msgspec.field(name="from")
    to: GroupId


class ClosedItem(Record, frozen=True, kw_only=True, tag_field="kind", tag="closed"):
    """It was closed."""


class ReopenedItem(Record, frozen=True, kw_only=True, tag_field="kind", tag="reopened"):
    """It was opened again."""

    cause: ReopenCause


class AssignedItem(Record, frozen=True, kw_only=True, tag_field="kind", tag="assigned"):
    """It has another owner; without `to` nobody."""

    from_: AgentId | None = msgspec.field(name="from", default=None)
    to: AgentId | None = None


class MarkedUnreadItem(Record, frozen=True, kw_only=True, tag_field="kind", tag="marked_unread"):
    """The unread mark was set by hand."""


class ConsentItem(Record, frozen=True, kw_only=True, tag_field="kind", tag="consent_changed"):
    """The other side said stop or start."""

    consent: Consent


class LinkOpenedItem(Record, frozen=True, kw_only=True, tag_field="kind", tag="link_opened"):
    """A message's link was opened."""

    message_id: MessageId


class LinkRevokedItem(Record, frozen=True, kw_only=True, tag_field="kind", tag="link_revoked"):
    """A message's link works no more."""

    message_id: MessageId


class ErasedItem(Record, frozen=True, kw_only=True, tag_field="kind", tag="erased"):
    """The person behind it was erased."""


Item = (
    StartedItem
    | MessageItem
    | NoteItem
    | MovedItem
    | ClosedItem
    | ReopenedItem
    | AssignedItem
    | MarkedUnreadItem
    | ConsentItem
    | LinkOpenedItem
    | LinkRevokedItem
    | ErasedItem
)
"""What a line of a timeline says."""


class Line(Record, frozen=True, kw_only=True):
    """One line of a timeline."""

    seq: Seq
    at: Time
    actor: Actor
    item: Item
