"""Everything that happens, by name, with its data (PROTOCOL.md, section 10). Shapes only.

An event's `data` is one of the classes of this module, and which one tells what happened:

    match event.data:
        case MessageReceived(message=message): ...
"""

from typing import Any, ClassVar

import msgspec

from .contact import Address, Contact
from .conversation import Header, Row
from .ids import (
    AgentId,
    AttachmentId,
    ChannelId,
    CommandId,
    ContactId,
    ConversationId,
    Country,
    GroupId,
    JobId,
    MessageId,
    Seq,
    TemplateId,
    Time,
    WebhookId,
)
from .message import Actor, Attachment, Consent, Delivery, Failure, Message, Note, ReopenCause
from .record import Record
from .settings import Agent, Availability, Channel, Group, Job, Role, Template, UnreadUntil
from .webhook import StopReason, Webhook


class Fact(Record, frozen=True, kw_only=True):
    """What an event says: one of the classes of this module."""

    NAME: ClassVar[str]


class ConversationStarted(Fact, frozen=True, kw_only=True):
    """A thread began. `address` is None once erased."""

    NAME = "conversation.started"
    conversation: Header
    channel_id: ChannelId
    address: Address | None
    profile_name: str | None = None


class ConversationNamed(Fact, frozen=True, kw_only=True):
    """The other side calls itself otherwise; None once erased."""

    NAME = "conversation.named"
    conversation: Header
    profile_name: str | None


class ConversationMoved(Fact, frozen=True, kw_only=True):
    """It has another group, told to who sees both."""

    NAME = "conversation.moved"
    conversation: Header
    from_: GroupId = msgspec.field(name="from")


class ConversationEntered(Fact, frozen=True, kw_only=True):
    """It came into sight. The row is the newest there is; its seq may be higher than the event's."""

    NAME = "conversation.entered"
    row: Row


class ConversationLeft(Fact, frozen=True, kw_only=True):
    """It went out of sight."""

    NAME = "conversation.left"
    conversation_id: ConversationId


class ConversationClosed(Fact, frozen=True, kw_only=True):
    """It was closed."""

    NAME = "conversation.closed"
    conversation: Header


class ConversationReopened(Fact, frozen=True, kw_only=True):
    """It was opened again."""

    NAME = "conversation.reopened"
    conversation: Header
    cause: ReopenCause


class ConversationAssigned(Fact, frozen=True, kw_only=True):
    """It has another owner, whom the header tells."""

    NAME = "conversation.assigned"
    conversation: Header
    from_: AgentId | None = msgspec.field(name="from", default=None)


class ConversationRead(Fact, frozen=True, kw_only=True):
    """An agent read up to there; the mark may have gone."""

    NAME = "conversation.read"
    conversation: Header
    agent_id: AgentId
    up_to: Seq


class ConversationMarkedUnread(Fact, frozen=True, kw_only=True):
    """The unread mark was set by hand."""

    NAME = "conversation.marked_unread"
    conversation: Header


class ConversationErased(Fact, frozen=True, kw_only=True):
    """The person behind it was erased."""

    NAME = "conversation.erased"
    conversation: Header


class ConsentChanged(Fact, frozen=True, kw_only=True):
    """The other side said stop or start."""

    NAME = "consent.changed"
    conversation_id: ConversationId
    channel_id: ChannelId
    consent: Consent


class MessageReceived(Fact, frozen=True, kw_only=True):
    """The other side wrote."""

    NAME = "message.received"
    conversation: Header
    message: Message


class MessageQueued(Fact, frozen=True, kw_only=True):
    """An agent wrote."""

    NAME = "message.queued"
    conversation: Header
    message: Message


class MessageDeliveryChanged(Fact, frozen=True, kw_only=True):
    """A message is further on its way, or failed."""

    NAME = "message.delivery_changed"
    conversation_id: ConversationId
    message_id: MessageId
    attempt: int
    delivery: Delivery
    failure: Failure | None = None
    link_expires_at: Time | None = None
    """Until when the message's link works from now on, where a new attempt renews it."""


class MessagePlanned(Fact, frozen=True, kw_only=True):
    """An agent wrote what goes later."""

    NAME = "message.planned"
    conversation: Header
    message: Message


class MessagePlanChanged(Fact, frozen=True, kw_only=True):
    """A planned message goes at another time, or waits for a decision without one."""

    NAME = "message.plan_changed"
    conversation_id: ConversationId
    message_id: MessageId
    delivery: Delivery
    due_at: Time | None = None


class MessageCancelled(Fact, frozen=True, kw_only=True):
    """A planned message is gone; a queued one stays as cancelled."""

    NAME = "message.cancelled"
    conversation_id: ConversationId
    message_id: MessageId


class AttachmentStored(Fact, frozen=True, kw_only=True):
    """A file that came in is here; without a name it keeps the one it had."""

    NAME = "attachment.stored"
    conversation_id: ConversationId
    message_id: MessageId
    attachment: Attachment


class AttachmentMissing(Fact, frozen=True, kw_only=True):
    """A file that came in could not be fetched."""

    NAME = "attachment.missing"
    conversation_id: ConversationId
    message_id: MessageId
    attachment_id: AttachmentId


class LinkOpened(Fact, frozen=True, kw_only=True):
    """A message's link was opened once more."""

    NAME = "link.opened"
    conversation_id: ConversationId
    message_id: MessageId


class LinkRevoked(Fact, frozen=True, kw_only=True):
    """A message's link works no more."""

    NAME = "link.revoked"
    conversation_id: ConversationId
    message_id: MessageId


class NoteAdded(Fact, frozen=True, kw_only=True):
    """A line for colleagues."""

    NAME = "note.added"
    conversation: Header
    note: Note


class ContactSaved(Fact, frozen=True, kw_only=True):
    """A whole card; whoever else had one of its addresses has lost it."""

    NAME = "contact.saved"
    contact: Contact


class ContactMerged(Fact, frozen=True, kw_only=True):
    """Two contacts are one."""

    NAME = "contact.merged"
    survivor: Contact
    merged: ContactId


class ContactUnmerged(Fact, frozen=True, kw_only=True):
    """They are two again; a `ContactSaved` of each follows."""

    NAME = "contact.unmerged"
    survivor: ContactId
    restored: ContactId


class ContactErased(Fact, frozen=True, kw_only=True):
    """A person was erased."""

    NAME = "contact.erased"
    contact_id: ContactId


class GroupCreated(Fact, frozen=True, kw_only=True):
    """There is a new group."""

    NAME = "group.created"
    group: Group


class GroupRenamed(Fact, frozen=True, kw_only=True):
    """A group has another name."""

    NAME = "group.renamed"
    group_id: GroupId
    name: str


class GroupArchived(Fact, frozen=True, kw_only=True):
    """A group takes no new conversations."""

    NAME = "group.archived"
    group_id: GroupId


class GroupEmptying(Fact, frozen=True, kw_only=True):
    """A group will be deleted."""

    NAME = "group.emptying"
    group_id: GroupId
    target: GroupId


class GroupDeleted(Fact, frozen=True, kw_only=True):
    """A group is gone."""

    NAME = "group.deleted"
    group_id: GroupId


class AgentCreated(Fact, frozen=True, kw_only=True):
    """There is a new agent."""

    NAME = "agent.created"
    agent: Agent


class AgentChanged(Fact, frozen=True, kw_only=True):
    """An agent has another name, role or groups; without `groups` it sees all."""

    NAME = "agent.changed"
    agent_id: AgentId
    name: str
    role: Role
    groups: tuple[GroupId, ...] | None = None


class AgentDeactivated(Fact, frozen=True, kw_only=True):
    """An agent comes in no more."""

    NAME = "agent.deactivated"
    agent_id: AgentId


class AgentAvailabilityChanged(Fact, frozen=True, kw_only=True):
    """An agent takes conversations now, or not."""

    NAME = "agent.availability_changed"
    agent_id: AgentId
    availability: Availability


class ChannelCreated(Fact, frozen=True, kw_only=True):
    """There is a new channel."""

    NAME = "channel.created"
    channel: Channel


class ChannelChanged(Fact, frozen=True, kw_only=True):
    """A channel has another name or other countries; without a list all are approved."""

    NAME = "channel.changed"
    channel_id: ChannelId
    name: str
    approved_countries: tuple[Country, ...] | None = None


class TemplateSaved(Fact, frozen=True, kw_only=True):
    """A template is new or another one."""

    NAME = "template.saved"
    template: Template


class TemplateDeleted(Fact, frozen=True, kw_only=True):
    """A template is gone."""

    NAME = "template.deleted"
    template_id: TemplateId


class WebhookSaved(Fact, frozen=True, kw_only=True):
    """A webhook is new or another one."""

    NAME = "webhook.saved"
    webhook: Webhook


class WebhookDeleted(Fact, frozen=True, kw_only=True):
    """A webhook is gone."""

    NAME = "webhook.deleted"
    webhook_id: WebhookId


class WebhookDisabled(Fact, frozen=True, kw_only=True):
    """A webhook is sent nothing more; `failed_seq` is the event that could not be sent."""

    NAME = "webhook.disabled"
    webhook_id: WebhookId
    reason: StopReason
    failed_seq: Seq


class WebhookReplayed(Fact, frozen=True, kw_only=True):
    """A webhook is sent again what happened from a place on."""

    NAME = "webhook.replayed"
    webhook_id: WebhookId
    from_seq: Seq


class WorkspaceChanged(Fact, frozen=True, kw_only=True):
    """The workspace's settings are others."""

    NAME = "workspace.changed"
    name: str
    country: Country
    unread_until: UnreadUntil
    hold_ms: int | None = None
    link_days: int | None = None


class JobStarted(Fact, frozen=True, kw_only=True):
    """Large work began."""

    NAME = "job.started"
    job: Job


class JobAdvanced(Fact, frozen=True, kw_only=True):
    """Large work is further."""

    NAME = "job.advanced"
    job_id: JobId
    done: int


class JobRewriting(Fact, frozen=True, kw_only=True):
    """What is stored is being rewritten."""

    NAME = "job.rewriting"
    job_id: JobId


class JobDone(Fact, frozen=True, kw_only=True):
    """Large work is done."""

    NAME = "job.done"
    job_id: JobId


EventData = (
    ConversationStarted
    | ConversationNamed
    | ConversationMoved
    | ConversationEntered
    | ConversationLeft
    | ConversationClosed
    | ConversationReopened
    | ConversationAssigned
    | ConversationRead
    | ConversationMarkedUnread
    | ConversationErased
    | ConsentChanged
    | MessageReceived
    | MessageQueued
    | MessageDeliveryChanged
    | MessagePlanned
    | MessagePlanChanged
    | MessageCancelled
    | AttachmentStored
    | AttachmentMissing
    | LinkOpened
    | LinkRevoked
    | NoteAdded
    | ContactSaved
    | ContactMerged
    | ContactUnmerged
    | ContactErased
    | GroupCreated
    | GroupRenamed
    | GroupArchived
    | GroupEmptying
    | GroupDeleted
    | AgentCreated
    | AgentChanged
    | AgentDeactivated
    | AgentAvailabilityChanged
    | ChannelCreated
    | ChannelChanged
    | TemplateSaved
    | TemplateDeleted
    | WebhookSaved
    | WebhookDeleted
    | WebhookDisabled
    | WebhookReplayed
    | WorkspaceChanged
    | JobStarted
    | JobAdvanced
    | JobRewriting
    | JobDone
)
"""What an event says, told apart by its class."""

EVENTS: dict[str, type[Fact]] = {fact.NAME: fact for fact in EventData.__args__}
"""Every event's data by the event's name."""


class Event(Record, frozen=True, kw_only=True, tag_field="type", tag="event"):
    """Something that happened. It is on stable storage, and every agent that may see it is told.

    `at` is when it was recorded, never used for order; `command_id` the client's command that led to it.
    """

    seq: Seq
    at: Time
    actor: Actor
    command_id: CommandId | None = None
    name: str
    data: EventData

    @property
    def conversation_id(self) -> ConversationId | None:
        """The conversation that it is about, when it is about one."""
        found = getattr(self.data, "conversation_id", None)
        if found is not None:
            return found
        header = self.header
        return None if header is None else header.conversation_id

    @property
    def header(self) -> Header | None:
        """How its conversation stands afterwards, when the event says so."""
        if isinstance(self.data, ConversationEntered):
            return self.data.row.conversation
        return getattr(self.data, "conversation", None)


class UnknownEvent(Record, frozen=True, kw_only=True):
    """An event of a newer server. Its `seq` counts; it is told apart and never folded."""

    seq: Seq
    at: Time
    name: str
    data: dict[str, Any]
