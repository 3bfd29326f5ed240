"""What would go if something were sent now: the answer of `send.plan`. Shapes only."""

from typing import Any, Literal

from .contact import Address
from .ids import ChannelId, ConversationId, Country, Range, Time
from .message import CardDraft, Carriage, Consent
from .record import Record
from .settings import ChannelKind


class ErrorBody(Record, frozen=True, kw_only=True):
    """What went wrong, as the server says it.

    `code` is one of the registry's, or of a newer server's; `message` an English sentence that says what to do;
    `temporary`: the same thing may work later, after `retry_after_ms` at the earliest; `details` are the facts.
    """

    code: str
    message: str
    temporary: bool
    retry_after_ms: int | None = None
    details: dict[str, Any] | None = None


class CostlyCharacter(Record, frozen=True, kw_only=True):
    """A character that the short alphabet lacks, and what could stand for it."""

    range: Range
    character: str
    replacement: str | None = None


class SmsPlan(Record, frozen=True, kw_only=True):
    """How a text goes as SMS.

    `characters` are Unicode scalar values, `units` septets or UTF-16 units, `units_left` free in the last
    segment. `fitted` is the same text in the short alphabet with signs replaced that only look better,
    `fitted_letters` with accents replaced as well; each only when there is one.
    """

    encoding: Literal["gsm7", "ucs2"]
    segments: int
    characters: int
    units: int
    units_left: int
    costly: tuple[CostlyCharacter, ...]
    fitted: str | None = None
    fitted_letters: str | None = None


class FieldPlan(Record, frozen=True, kw_only=True):
    """A template's field as it would be filled."""

    name: str
    value: str | None = None
    source: Literal["contact", "given", "missing"]


class TemplatePlan(Record, frozen=True, kw_only=True):
    """A template as it would go; `digest` is what `message.send` takes back."""

    digest: str
    fields: tuple[FieldPlan, ...]


class WindowPlan(Record, frozen=True, kw_only=True):
    """WhatsApp's window at the time the message would go."""

    open: bool
    until: Time | None = None


class ApprovalPlan(Record, frozen=True, kw_only=True):
    """Whether the sender may send to the country."""

    country: Country
    approved: bool


class PlanLimits(Record, frozen=True, kw_only=True):
    """The bounds of what goes over the channel; 0 is what it does not carry."""

    text_chars_max: int
    caption_chars_max: int
    file_bytes_max: int
    picture_bytes_max: int
    video_bytes_max: int
    card_title_chars_max: int
    card_text_chars_max: int
    card_actions_max: int
    action_label_chars_max: int


class SendPlanned(Record, frozen=True, kw_only=True):
    """Exactly what would go, over which channel, and what stands against it.

    `text` is after substitution; a link is shown with a placeholder of the right length. `existing` is the
    thread that a channel and an address have already, `refusal` what `message.send` would answer now.
    """

    channel_id: ChannelId
    kind: ChannelKind
    address: Address | None
    carriage: Carriage
    text: str
    sms: SmsPlan | None = None
    card: CardDraft | None = None
    template: TemplatePlan | None = None
    window: WindowPlan | None = None
    consent: Consent | None = None
    approval: ApprovalPlan | None = None
    limits: PlanLimits
    existing: ConversationId | None = None
    refusal: ErrorBody | None = None
