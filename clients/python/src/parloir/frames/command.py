"""Everything that can be done, by name, with its params (PROTOCOL.md, section 8). Shapes only.

Commands that can be given with `expected` say so.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from .contact import Address
from .ids import (
    AgentId,
    AttachmentId,
    ChannelId,
    ContactId,
    ConversationId,
    Country,
    Epoch,
    GroupId,
    JobId,
    MessageId,
    NoteId,
    Seq,
    TemplateId,
    Time,
    TokenId,
    WebhookId,
    WorkspaceId,
)
from .message import Action, CardDraft, Consent
from .record import Record
from .settings import Approval, Availability, ChannelKind, Right, Role, UnreadUntil
from .webhook import WebhookStatus


class Expected(Record, frozen=True, kw_only=True):
    """What the author had on screen: compare-and-send."""

    epoch: Epoch
    seq: Seq


class Done(Record, frozen=True, kw_only=True):
    """What an accepted command made or was about. `seq` is its last event's.

    `token` is the secret of a new token, `secret` what a webhook signs with from now on: both are shown once.
    """

    seq: Seq
    conversation_id: ConversationId | None = None
    message_id: MessageId | None = None
    contact_id: ContactId | None = None
    group_id: GroupId | None = None
    agent_id: AgentId | None = None
    channel_id: ChannelId | None = None
    note_id: NoteId | None = None
    job_id: JobId | None = None
    token_id: TokenId | None = None
    template_id: TemplateId | None = None
    webhook_id: WebhookId | None = None
    workspace_id: WorkspaceId | None = None
    token: str | None = None
    secret: str | None = None


class Command(Record, frozen=True, kw_only=True):
    """Something to be done: one of the classes of this module."""

    NAME: ClassVar[str]


class TemplateUse(Record, frozen=True, kw_only=True):
    """A template with the values of its fields. `digest` is that of the plan that was shown."""

    template_id: TemplateId
    values: Mapping[str, str] = {}
    digest: str


class ConversationStart(Command, frozen=True, kw_only=True):
    """Opens the thread of a channel and an address, or answers the one there is."""

    NAME = "conversation.start"
    channel_id: ChannelId
    address: Address
    group_id: GroupId | None = None


class ConversationMove(Command, frozen=True, kw_only=True):
    """Puts a conversation into another group. Takes `expected`; `expected_group`: where the author saw it."""

    NAME = "conversation.move"
    conversation_id: ConversationId
    group_id: GroupId
    expected_group: GroupId | None = None


class ConversationClose(Command, frozen=True, kw_only=True):
    """Closes a conversation. Takes `expected`."""

    NAME = "conversation.close"
    conversation_id: ConversationId


class ConversationReopen(Command, frozen=True, kw_only=True):
    """Opens a conversation again. Takes `expected`."""

    NAME = "conversation.reopen"
    conversation_id: ConversationId


class ConversationAssign(Command, frozen=True, kw_only=True):
    """Gives a conversation to an agent, to nobody without `agent_id`. Takes `expected`."""

    NAME = "conversation.assign"
    conversation_id: ConversationId
    agent_id: AgentId | None = None


class ConversationClaim(Command, frozen=True, kw_only=True):
    """Takes a conversation that nobody has. Takes `expected`."""

    NAME = "conversation.claim"
    conversation_id: ConversationId


class ConversationRelease(Command, frozen=True, kw_only=True):
    """Gives an own conversation back. Takes `expected`."""

    NAME = "conversation.release"
    conversation_id: ConversationId


class ConversationNext(Command, frozen=True, kw_only=True):
    """Claims the longest-waiting conversation that nobody has, of one group or of all."""

    NAME = "conversation.next"
    group_id: GroupId | None = None


class ConversationMarkRead(Command, frozen=True, kw_only=True):
    """Says what was read; `up_to` is the last seq on screen."""

    NAME = "conversation.mark_read"
    conversation_id: ConversationId
    up_to: Seq


class ConversationMarkUnread(Command, frozen=True, kw_only=True):
    """Sets the shared unread mark."""

    NAME = "conversation.mark_unread"
    conversation_id: ConversationId


class MessageSend(Command, frozen=True, kw_only=True):
    """Sends a message: at least one of text, file, template and card. Takes `expected`.

    A template excludes the three others, a card excludes text and file. `send_at` schedules: 1 minute to 365
    days ahead.
    """

    NAME = "message.send"
    conversation_id: ConversationId
    text: str | None = None
    attachment_id: AttachmentId | None = None
    template: TemplateUse | None = None
    card: CardDraft | None = None
    send_at: Time | None = None


class MessageRetry(Command, frozen=True, kw_only=True):
    """Sends a failed message once more. Takes `expected`."""

    NAME = "message.retry"
    message_id: MessageId


class MessageCancel(Command, frozen=True, kw_only=True):
    """Takes back what is planned or still queued."""

    NAME = "message.cancel"
    message_id: MessageId


class MessageRelease(Command, frozen=True, kw_only=True):
    """Sends a held or scheduled message now."""

    NAME = "message.release"
    message_id: MessageId


class MessageReschedule(Command, frozen=True, kw_only=True):
    """Gives a planned message another time."""

    NAME = "message.reschedule"
    message_id: MessageId
    send_at: Time


class LinkRevoke(Command, frozen=True, kw_only=True):
    """Ends the link that a message carried."""

    NAME = "link.revoke"
    message_id: MessageId


class NoteAdd(Command, frozen=True, kw_only=True):
    """Writes a line for colleagues. Takes `expected`."""

    NAME = "note.add"
    conversation_id: ConversationId
    text: str
    mentions: Sequence[AgentId] | None = None


class ConsentChange(Command, frozen=True, kw_only=True):
    """Records what somebody said elsewhere about wanting messages."""

    NAME = "consent.change"
    conversation_id: ConversationId
    consent: Consent


class ContactSave(Command, frozen=True, kw_only=True):
    """Saves a person, field by field.

    Without `contact_id` it is the contact that has an added address, or a new one. A property that is None is
    removed.
    """

    NAME = "contact.save"
    contact_id: ContactId | None = None
    name: str | None = None
    add_tags: Sequence[str] | None = None
    remove_tags: Sequence[str] | None = None
    properties: Mapping[str, str | None] | None = None
    add_addresses: Sequence[Address] | None = None
    remove_addresses: Sequence[Address] | None = None


class ContactMerge(Command, frozen=True, kw_only=True):
    """Makes one contact of two, at the versions that the author saw."""

    NAME = "contact.merge"
    survivor: ContactId
    survivor_version: Seq
    merged: ContactId
    merged_version: Seq


class ContactUnmerge(Command, frozen=True, kw_only=True):
    """Takes a merge back."""

    NAME = "contact.unmerge"
    survivor: ContactId
    merged: ContactId


class ContactErase(Command, frozen=True, kw_only=True):
    """Erases a person from everything stored: a job."""

    NAME = "contact.erase"
    contact_id: ContactId


class GroupCreate(Command, frozen=True, kw_only=True):
    """Makes a group."""

    NAME = "group.create"
    name: str


class GroupRename(Command, frozen=True, kw_only=True):
    """Gives a group another name."""

    NAME = "group.rename"
    group_id: GroupId
    name: str


class GroupArchive(Command, frozen=True, kw_only=True):
    """Lets a group take no new conversations."""

    NAME = "group.archive"
    group_id: GroupId


class GroupDelete(Command, frozen=True, kw_only=True):
    """Deletes a group; one with conversations needs a `target` and is a job."""

    NAME = "group.delete"
    group_id: GroupId
    target: GroupId | None = None


class GroupClose(Command, frozen=True, kw_only=True):
    """Closes a group's conversations: a job."""

    NAME = "group.close"
    group_id: GroupId


class AgentCreate(Command, frozen=True, kw_only=True):
    """Makes an agent, for all groups where none are given; `rights` are an integration's."""

    NAME = "agent.create"
    name: str
    role: Role
    groups: Sequence[GroupId] | None = None
    rights: Sequence[Right] | None = None


class AgentChange(Command, frozen=True, kw_only=True):
    """Changes an agent; an empty list of groups means all."""

    NAME = "agent.change"
    agent_id: AgentId
    name: str | None = None
    role: Role | None = None
    groups: Sequence[GroupId] | None = None


class AgentDeactivate(Command, frozen=True, kw_only=True):
    """Lets an agent in no more."""

    NAME = "agent.deactivate"
    agent_id: AgentId


class AgentSetAvailability(Command, frozen=True, kw_only=True):
    """Says whether one takes conversations now."""

    NAME = "agent.set_availability"
    availability: Availability


class AgentInvite(Command, frozen=True, kw_only=True):
    """Makes an invitation that signs an agent in once; `token` of the answer has it."""

    NAME = "agent.invite"
    agent_id: AgentId


class TokenCreate(Command, frozen=True, kw_only=True):
    """Makes a way in; `token` of the answer is its secret."""

    NAME = "token.create"
    agent_id: AgentId
    expires_at: Time | None = None


class TokenRevoke(Command, frozen=True, kw_only=True):
    """Ends a way in, and the connections that came by it."""

    NAME = "token.revoke"
    token_id: TokenId


class ChannelCreate(Command, frozen=True, kw_only=True):
    """Makes a channel of one own sender."""

    NAME = "channel.create"
    kind: ChannelKind
    name: str
    address: Address
    provider: str
    approved_countries: Sequence[Country] | None = None


class ChannelChange(Command, frozen=True, kw_only=True):
    """Changes a channel; an empty list of countries means all."""

    NAME = "channel.change"
    channel_id: ChannelId
    name: str | None = None
    approved_countries: Sequence[Country] | None = None


class TemplateSave(Command, frozen=True, kw_only=True):
    """Saves a whole template, a new one without `template_id`."""

    NAME = "template.save"
    template_id: TemplateId | None = None
    name: str
    language: str
    body: str
    header: str | None = None
    footer: str | None = None
    buttons: Sequence[Action] | None = None
    provider_name: str | None = None
    approval: Approval | None = None


class TemplateDelete(Command, frozen=True, kw_only=True):
    """Deletes a template."""

    NAME = "template.delete"
    template_id: TemplateId


class WebhookSave(Command, frozen=True, kw_only=True):
    """Saves a whole webhook, a new one without `webhook_id`.

    `events` and `groups`: all, or all that the author sees, when absent or empty.
    """

    NAME = "webhook.save"
    webhook_id: WebhookId | None = None
    name: str
    url: str
    events: Sequence[str] | None = None
    groups: Sequence[GroupId] | None = None
    status: WebhookStatus | None = None


class WebhookDelete(Command, frozen=True, kw_only=True):
    """Deletes a webhook."""

    NAME = "webhook.delete"
    webhook_id: WebhookId


class WebhookRotate(Command, frozen=True, kw_only=True):
    """Makes another secret; the previous one signs for `keep_ms`: at most 7 days, a day without."""

    NAME = "webhook.rotate"
    webhook_id: WebhookId
    keep_ms: int | None = None


class WebhookReplay(Command, frozen=True, kw_only=True):
    """Sends again what happened from a place on."""

    NAME = "webhook.replay"
    webhook_id: WebhookId
    from_seq: Seq


class WorkspaceChange(Command, frozen=True, kw_only=True):
    """Changes the workspace's settings."""

    NAME = "workspace.change"
    name: str | None = None
    country: Country | None = None
    unread_until: UnreadUntil | None = None
    hold_ms: int | None = None
    link_days: int | None = None


class WorkspaceCreate(Command, frozen=True, kw_only=True):
    """Makes a workspace and its first admin, whose token the answer has. The operator's."""

    NAME = "workspace.create"
    name: str
    country: Country
    admin: str


COMMANDS: dict[str, type[Command]] = {
    command.NAME: command
    for command in (
        ConversationStart,
        ConversationMove,
        ConversationClose,
        ConversationReopen,
        ConversationAssign,
        ConversationClaim,
        ConversationRelease,
        ConversationNext,
        ConversationMarkRead,
        ConversationMarkUnread,
        MessageSend,
        MessageRetry,
        MessageCancel,
        MessageRelease,
        MessageReschedule,
        LinkRevoke,
        NoteAdd,
        ConsentChange,
        ContactSave,
        ContactMerge,
        ContactUnmerge,
        ContactErase,
        GroupCreate,
        GroupRename,
        GroupArchive,
        GroupDelete,
        GroupClose,
        AgentCreate,
        AgentChange,
        AgentDeactivate,
        AgentSetAvailability,
        AgentInvite,
        TokenCreate,
        TokenRevoke,
        ChannelCreate,
        ChannelChange,
        TemplateSave,
        TemplateDelete,
        WebhookSave,
        WebhookDelete,
        WebhookRotate,
        WebhookReplay,
        WorkspaceChange,
        WorkspaceCreate,
    )
}
"""Every command by its name on the wire."""
