"""Error codes, and the errors that a client raises (PROTOCOL.md, section 13). It decides nothing."""

from typing import Any, Literal, get_args

from .frames import CommandId, ErrorBody

ErrorCode = Literal[
    "bad_frame",
    "frame_too_large",
    "unknown_type",
    "unknown_command",
    "unknown_query",
    "invalid_params",
    "invalid_number",
    "unauthenticated",
    "not_allowed",
    "agent_deactivated",
    "conversation_out_of_scope",
    "not_found",
    "conversation_not_found",
    "message_not_found",
    "contact_not_found",
    "group_not_found",
    "agent_not_found",
    "channel_not_found",
    "token_not_found",
    "job_not_found",
    "command_id_reused",
    "command_id_too_old",
    "command_id_in_future",
    "field_too_long",
    "field_empty",
    "too_many",
    "invalid_text",
    "conversation_changed",
    "stale_epoch",
    "already_claimed",
    "group_changed",
    "contact_changed",
    "nothing_waiting",
    "own_number",
    "opted_out",
    "sender_not_approved",
    "address_erased",
    "not_retryable",
    "template_required",
    "address_taken",
    "contact_erased",
    "contact_merged",
    "not_merged",
    "name_taken",
    "default_group",
    "group_archived",
    "group_not_empty",
    "agent_outside_group",
    "last_admin",
    "already_provisioned",
    "already_signed_in",
    "invalid_query",
    "search_timeout",
    "job_running",
    "message_empty",
    "template_not_found",
    "template_fields_missing",
    "template_changed",
    "template_not_approved",
    "window_closed",
    "card_not_supported",
    "attachment_not_found",
    "attachment_incomplete",
    "attachment_too_large",
    "unsupported_file",
    "upload_offset",
    "quota_exceeded",
    "not_cancellable",
    "invalid_time",
    "link_not_found",
    "webhook_not_found",
    "webhook_address",
    "invalid_seq",
    "rate_limited",
    "busy",
    "read_only",
    "unavailable",
    "internal",
]
"""A code of the registry."""

TEMPORARY: frozenset[ErrorCode] = frozenset(
    {
        "nothing_waiting",
        "search_timeout",
        "job_running",
        "rate_limited",
        "busy",
        "read_only",
        "unavailable",
    }
)
"""Codes after which the same thing may work later."""

ERROR_CODES: dict[ErrorCode, bool] = {code: code in TEMPORARY for code in get_args(ErrorCode)}
"""Every code that the server answers, and whether the same thing may work later."""


class ParloirError(Exception):
    """Whatever this client raises."""


class Refused(ParloirError):
    """The server, or the client before it, says no. Nothing was changed."""

    def __init__(self, body: ErrorBody) -> None:
        super().__init__(f"{body.code}: {body.message}")
        self.body = body
        """The facts: code, sentence, `details`."""

    @property
    def code(self) -> str:
        """One of `ERROR_CODES`, or of a newer server's."""
        return self.body.code

    @property
    def details(self) -> dict[str, Any]:
        """The facts of the code, as the table in PROTOCOL.md names them."""
        return self.body.details or {}


class CommandRefused(Refused):
    """A command was refused."""

    def __init__(self, body: ErrorBody, command_id: CommandId) -> None:
        super().__init__(body)
        self.command_id = command_id


class QueryRefused(Refused):
    """A question was refused."""


class Ended(ParloirError):
    """The connection is over, so no answer comes. A command without an answer stays in the outbox store."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"the connection is over ({code}): {reason}")
        self.code = code
        """The close code; 1000 when the client left."""
        self.reason = reason


class Dropped(ParloirError):
    """A command was dropped by this program before its answer: whether it happened is not known."""


def own_refusal(code: ErrorCode, message: str, **details: Any) -> ErrorBody:
    """A refusal that this client makes itself."""
    return ErrorBody(code=code, message=message, temporary=False, details=details)
