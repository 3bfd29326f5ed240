"""Webhooks: addresses that events are sent to (PROTOCOL.md, section 21). Shapes only."""

from typing import Literal

from .ids import GroupId, Seq, Time, WebhookId
from .record import Record

WebhookStatus = Literal["active", "disabled"]
"""Whether a webhook is sent anything."""
StopReason = Literal["by_hand", "gone", "exhausted"]
"""Why a webhook is disabled: somebody wants it so, its receiver is there no more, or took nothing for too long."""


class WebhookStopped(Record, frozen=True, kw_only=True):
    """Why and when a webhook was disabled, and the event that could not be sent."""

    reason: StopReason
    failed_seq: Seq | None = None
    at: Time


class Webhook(Record, frozen=True, kw_only=True):
    """An address that events are sent to: those named in `events`, of `groups`; None: all.

    Until `previous_until` its previous secret signs as well.
    """

    webhook_id: WebhookId
    name: str
    url: str
    events: tuple[str, ...] | None = None
    groups: tuple[GroupId, ...] | None = None
    status: WebhookStatus
    stopped: WebhookStopped | None = None
    previous_until: Time | None = None
    seq: Seq


class WebhookStanding(Record, frozen=True, kw_only=True):
    """A webhook, and up to where its receiver has taken everything, as far as that is recorded."""

    webhook: Webhook
    position: Seq
    failing_since: Time | None = None


class WebhookDelivery(Record, frozen=True, kw_only=True):
    """One try to send one event.

    `delivery_id` is the header `webhook-id`, the same at each try; `http` the answer's status, None when none came.
    """

    delivery_id: str
    seq: Seq
    name: str
    at: Time
    attempt: int
    outcome: Literal["delivered", "failed", "given_up"]
    http: int | None = None
    problem: str | None = None
    took_ms: int


class WebhookCounts(Record, frozen=True, kw_only=True):
    """How many webhooks of a server stand how."""

    active: int
    failing: int
    disabled: int
