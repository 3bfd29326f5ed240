"""Everything that can be asked, by name: params and answers (PROTOCOL.md, section 9). Shapes only."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, Literal, TypeVar

import msgspec

from .contact import Address, Contact
from .conversation import GroupCounters, Row, View
from .ids import AttachmentId, ChannelId, ContactId, ConversationId, JobId, Seq, TemplateId, Time, WebhookId
from .message import CardDraft, Consent, Failure, Line, Message
from .plan import SendPlanned
from .record import Record
from .search import Building, Hit, MessageHit, Total
from .settings import Agent, Group, Job, Template, Workspace
from .webhook import WebhookCounts, WebhookDelivery, WebhookStanding

A = TypeVar("A")
"""A question's answer."""

Health = Literal["up", "degraded", "down"]
"""How well something works."""


class RowsAnswer(Record, frozen=True, kw_only=True):
    """Rows that were asked for, those that are not seen left out."""

    rows: tuple[Row, ...]
    seq: Seq


class RowsPage(Record, frozen=True, kw_only=True):
    """A page of a queue; `next` asks for the page after it."""

    rows: tuple[Row, ...]
    next: str | None = None
    seq: Seq


class TimelinePage(Record, frozen=True, kw_only=True):
    """A page of a timeline, the newest line last.

    `earlier`: there are lines before them. `pending`: planned messages by `due_at`, with the newest page only.
    """

    items: tuple[Line, ...]
    earlier: bool
    pending: tuple[Message, ...] | None = None
    seq: Seq


class ContactAnswer(Record, frozen=True, kw_only=True):
    """A contact."""

    contact: Contact


class JobAnswer(Record, frozen=True, kw_only=True):
    """A job."""

    job: Job


class CountersAnswer(Record, frozen=True, kw_only=True):
    """The counters of every visible group."""

    counters: tuple[GroupCounters, ...]


class WorkspaceAnswer(Record, frozen=True, kw_only=True):
    """The workspace, the groups that are seen, all agents."""

    workspace: Workspace
    groups: tuple[Group, ...]
    agents: tuple[Agent, ...]


class FoundConversations(Record, frozen=True, kw_only=True):
    """A page of hits; `total` with `count`, `building` while hits may be missing."""

    hits: tuple[Hit, ...]
    next: str | None = None
    total: Total | None = None
    building: Building | None = None
    seq: Seq


class FoundMessages(Record, frozen=True, kw_only=True):
    """A page of messages that were found."""

    hits: tuple[MessageHit, ...]
    next: str | None = None
    total: Total | None = None
    building: Building | None = None
    seq: Seq


class TemplatesAnswer(Record, frozen=True, kw_only=True):
    """The templates that can be sent."""

    templates: tuple[Template, ...]
    seq: Seq


class TemplateAnswer(Record, frozen=True, kw_only=True):
    """A template."""

    template: Template


class ConsentEntry(Record, frozen=True, kw_only=True):
    """Somebody who said stop or start; `address` is None once erased."""

    conversation_id: ConversationId
    channel_id: ChannelId
    address: Address | None
    consent: Consent
    at: Time


class ConsentPage(Record, frozen=True, kw_only=True):
    """Who said stop or start, newest first."""

    items: tuple[ConsentEntry, ...]
    next: str | None = None
    seq: Seq


class LastFailure(Record, frozen=True, kw_only=True):
    """A provider's last failure."""

    failure: Failure
    at: Time


class ProviderStatus(Record, frozen=True, kw_only=True):
    """A provider of channels: messages that wait, messages a second, and when it is tried again."""

    name: str
    status: Health
    waiting: int
    per_second: int
    last_failure: LastFailure | None = None
    back_in_ms: int | None = None


class ServerStatus(Record, frozen=True, kw_only=True):
    """How the server is, as its status page says; `webhooks` is None while there are none."""

    status: Health
    at: Time
    providers: tuple[ProviderStatus, ...]
    webhooks: WebhookCounts | None = None


class WebhooksAnswer(Record, frozen=True, kw_only=True):
    """The webhooks, and how far each is."""

    webhooks: tuple[WebhookStanding, ...]
    seq: Seq


class DeliveriesAnswer(Record, frozen=True, kw_only=True):
    """What was tried of a webhook, the newest first."""

    items: tuple[WebhookDelivery, ...]
    seq: Seq


class Query(Record, Generic[A], frozen=True, kw_only=True):
    """A question: one of the classes of this module, of which each knows its answer's class."""

    NAME: ClassVar[str]
    ANSWER: ClassVar[Any]

    def answered(self, ok: dict[str, Any]) -> A:
        """The answer as its class. Raises a `msgspec.ValidationError` when it is none."""
        return msgspec.convert(ok, self.ANSWER)


class QueuePage(Query[RowsPage], frozen=True, kw_only=True):
    """A page of a view; `after` is `next` of the page before."""

    NAME = "queue.page"
    ANSWER = RowsPage
    view: View
    limit: int | None = None
    after: str | None = None


class ConversationRows(Query[RowsAnswer], frozen=True, kw_only=True):
    """Rows by id, those that are not seen left out."""

    NAME = "conversation.rows"
    ANSWER = RowsAnswer
    ids: Sequence[ConversationId]


class ConversationTimeline(Query[TimelinePage], frozen=True, kw_only=True):
    """A page of a timeline, the newest without `before`."""

    NAME = "conversation.timeline"
    ANSWER = TimelinePage
    conversation_id: ConversationId
    before: Seq | None = None
    limit: int | None = None


class ContactGet(Query[ContactAnswer], frozen=True, kw_only=True):
    """A contact's card."""

    NAME = "contact.get"
    ANSWER = ContactAnswer
    contact_id: ContactId


class JobGet(Query[JobAnswer], frozen=True, kw_only=True):
    """How far a job is."""

    NAME = "job.get"
    ANSWER = JobAnswer
    job_id: JobId


class CountersGet(Query[CountersAnswer], frozen=True, kw_only=True):
    """The counters of every visible group."""

    NAME = "counters.get"
    ANSWER = CountersAnswer


class WorkspaceGet(Query[WorkspaceAnswer], frozen=True, kw_only=True):
    """The workspace with its groups and agents."""

    NAME = "workspace.get"
    ANSWER = WorkspaceAnswer


class SearchConversations(Query[FoundConversations], frozen=True, kw_only=True):
    """Conversations and contacts by any part of what is known of them."""

    NAME = "search.conversations"
    ANSWER = FoundConversations
    text: str
    limit: int | None = None
    after: str | None = None
    count: bool | None = None


class SearchMessages(Query[FoundMessages], frozen=True, kw_only=True):
    """Texts of messages, of one conversation only with `conversation_id`."""

    NAME = "search.messages"
    ANSWER = FoundMessages
    text: str
    conversation_id: ConversationId | None = None
    limit: int | None = None
    after: str | None = None
    count: bool | None = None


class TemplateTry(Record, frozen=True, kw_only=True):
    """A template with the values that the author gave."""

    template_id: TemplateId
    values: Mapping[str, str] = {}


class FileDraft(Record, frozen=True, kw_only=True):
    """A file that is not uploaded yet."""

    name: str
    bytes: int
    media_type: str


class SendPlan(Query[SendPlanned], frozen=True, kw_only=True):
    """What a send would do: into a conversation, or over a channel to an address."""

    NAME = "send.plan"
    ANSWER = SendPlanned
    conversation_id: ConversationId | None = None
    channel_id: ChannelId | None = None
    address: Address | None = None
    text: str | None = None
    attachment_id: AttachmentId | None = None
    file: FileDraft | None = None
    template: TemplateTry | None = None
    card: CardDraft | None = None
    send_at: Time | None = None


class TemplateList(Query[TemplatesAnswer], frozen=True, kw_only=True):
    """The templates that can be sent."""

    NAME = "template.list"
    ANSWER = TemplatesAnswer


class TemplateGet(Query[TemplateAnswer], frozen=True, kw_only=True):
    """One template."""

    NAME = "template.get"
    ANSWER = TemplateAnswer
    template_id: TemplateId


class ConsentList(Query[ConsentPage], frozen=True, kw_only=True):
    """Who said stop or start."""

    NAME = "consent.list"
    ANSWER = ConsentPage
    limit: int | None = None
    after: str | None = None


class WebhookList(Query[WebhooksAnswer], frozen=True, kw_only=True):
    """The webhooks that one looks after."""

    NAME = "webhook.list"
    ANSWER = WebhooksAnswer


class WebhookDeliveries(Query[DeliveriesAnswer], frozen=True, kw_only=True):
    """What was tried of a webhook; only the tries of one event with `seq`."""

    NAME = "webhook.deliveries"
    ANSWER = DeliveriesAnswer
    webhook_id: WebhookId
    seq: Seq | None = None
    limit: int | None = None


class StatusGet(Query[ServerStatus], frozen=True, kw_only=True):
    """How the server and its providers are."""

    NAME = "status.get"
    ANSWER = ServerStatus


QUERIES: dict[str, type[Query[Any]]] = {
    query.NAME: query
    for query in (
        QueuePage,
        ConversationRows,
        ConversationTimeline,
        ContactGet,
        JobGet,
        CountersGet,
        WorkspaceGet,
        SearchConversations,
        SearchMessages,
        SendPlan,
        TemplateList,
        TemplateGet,
        ConsentList,
        WebhookList,
        WebhookDeliveries,
        StatusGet,
    )
}
"""Every query by its name on the wire."""
