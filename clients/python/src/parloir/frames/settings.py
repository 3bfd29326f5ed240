"""What a workspace consists of beside its conversations (PROTOCOL.md, section 11). Shapes only."""

from typing import Literal

from .contact import Address
from .ids import AgentId, AttachmentId, ChannelId, ContactId, Country, GroupId, JobId, Seq, TemplateId, WorkspaceId
from .message import Action
from .record import Record

UnreadUntil = Literal["opened", "answered"]
"""What takes the unread mark away."""
Role = Literal["admin", "supervisor", "agent", "template_agent", "integration"]
"""What somebody may do."""
Right = Literal["log", "agents", "settings", "inbound"]
"""What an integration may do beside working the queue."""
Availability = Literal["online", "away"]
"""Whether an agent takes conversations now."""
AgentStatus = Literal["active", "deactivated"]
"""Whether an agent may come in."""
ChannelKind = Literal["sms", "rcs", "whatsapp"]
"""Over what a channel sends."""
GroupStatus = Literal["active", "archived", "emptying"]
"""`archived` takes no new conversations, `emptying` is being deleted."""
Approval = Literal["none", "pending", "approved", "rejected", "paused"]
"""Whether WhatsApp lets a template through."""
JobStatus = Literal["running", "rewriting", "done"]
"""How far large work is."""


class Workspace(Record, frozen=True, kw_only=True):
    """A workspace's settings.

    `country` is of numbers typed without a calling code; `hold_ms` how long a message is held back so that it
    can be undone; `link_days` how long links to files work.
    """

    workspace_id: WorkspaceId
    name: str
    country: Country
    unread_until: UnreadUntil
    default_group: GroupId
    hold_ms: int
    link_days: int
    seq: Seq


class Agent(Record, frozen=True, kw_only=True):
    """A person or a program that works the queue. `groups` None: all; empty: none."""

    agent_id: AgentId
    name: str
    role: Role
    groups: tuple[GroupId, ...] | None = None
    status: AgentStatus
    availability: Availability
    seq: Seq


class Channel(Record, frozen=True, kw_only=True):
    """One own sender. `approved_countries` None: it may send everywhere."""

    channel_id: ChannelId
    kind: ChannelKind
    name: str
    address: Address
    provider: str | None = None
    approved_countries: tuple[Country, ...] | None = None
    seq: Seq


class Group(Record, frozen=True, kw_only=True):
    """A named set of conversations."""

    group_id: GroupId
    name: str
    status: GroupStatus
    seq: Seq


class Template(Record, frozen=True, kw_only=True):
    """A text with fields, `{{name}}`, whose names `fields` has in their order."""

    template_id: TemplateId
    name: str
    language: str
    body: str
    header: str | None = None
    footer: str | None = None
    buttons: tuple[Action, ...]
    fields: tuple[str, ...]
    approval: Approval
    provider_name: str | None = None
    status: Literal["active", "deleted"]
    seq: Seq


class DeleteGroup(Record, frozen=True, kw_only=True, tag_field="name", tag="delete_group"):
    """Moves a group's conversations to `target`, then deletes it."""

    group_id: GroupId
    target: GroupId


class CloseGroup(Record, frozen=True, kw_only=True, tag_field="name", tag="close_group"):
    """Closes a group's conversations."""

    group_id: GroupId


class EraseContact(Record, frozen=True, kw_only=True, tag_field="name", tag="erase_contact"):
    """Takes a person out of everything stored."""

    contact_id: ContactId


class ImportContacts(Record, frozen=True, kw_only=True, tag_field="name", tag="import_contacts"):
    """Saves the people of a file that was uploaded."""

    attachment_id: AttachmentId


JobKind = DeleteGroup | CloseGroup | EraseContact | ImportContacts
"""What a job does."""


class Job(Record, frozen=True, kw_only=True):
    """Large work that shows its progress: `done` of `total` conversations; of an import bytes of its file."""

    job_id: JobId
    kind: JobKind
    status: JobStatus
    done: int
    total: int
    seq: Seq
