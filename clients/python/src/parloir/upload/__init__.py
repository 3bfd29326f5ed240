"""Files on their way up: begun, sent from an offset on, gone on with after a loss, given up.

It follows the offsets that the server tells and never guesses one.
"""

import asyncio
import json
import random
import ssl as tls
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from parloir.errors import Refused
from parloir.frames import Attachment, AttachmentId, ErrorBody

from .carrier import Answered, Carrier, Unanswered
from .source import FileSource, Source

__all__ = ["Door", "FileSource", "Progress", "upload"]

PIECE_BYTES = 256 << 10
"""Bytes of one request: after each one progress is told, and a cancellation is heard."""
_TRIES_MAX = 6
"""Tries without a step forward before an upload fails."""
_PAUSE_S = 0.5
_PAUSE_S_MAX = 10.0
_GIVE_UP_S = 5.0
_GONE = frozenset({404, 410})
"""What says that there is no such upload any more. Whatever else is answered for it may be another answer later."""

Progress = Callable[[int, int], object]
"""Called with the bytes sent and those of the whole file."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where uploads go, and who says so."""

    http: str
    token: Callable[[], Awaitable[str]]
    ssl: tls.SSLContext | None = None


async def upload(
    door: Door,
    file: FileSource,
    *,
    name: str | None = None,
    media_type: str | None = None,
    on_progress: Progress | None = None,
    on_begun: Callable[[AttachmentId], object] | None = None,
    resume: AttachmentId | None = None,
) -> Attachment:
    """Uploads a file; see `Client.upload`. Raises `Refused` and `OSError`. A cancellation gives it up."""
    source = await asyncio.to_thread(Source, file, name)
    one = _Upload(door, source, media_type=media_type, on_progress=on_progress, on_begun=on_begun, resume=resume)
    try:
        return await one.run()
    except asyncio.CancelledError:
        await one.give_up()
        raise
    finally:
        one.close()


class _Upload:
    def __init__(
        self,
        door: Door,
        source: Source,
        *,
        media_type: str | None,
        on_progress: Progress | None,
        on_begun: Callable[[AttachmentId], object] | None,
        resume: AttachmentId | None,
    ) -> None:
        self._door = door
        self._carrier = Carrier(door.http, door.ssl)
        self._source = source
        self._media_type = media_type
        self._on_progress = on_progress
        self._on_begun = on_begun
        self._id = resume

    async def run(self) -> Attachment:
        offset = await self._begin() if self._id is None else None
        stalled = 0
        while stalled < _TRIES_MAX:
            if stalled > 0:
                await asyncio.sleep(min(_PAUSE_S * 2**stalled, _PAUSE_S_MAX) * random.random())
            step = None if offset is None else await self._send(offset)
            if isinstance(step, Attachment):
                self._tell(self._source.length)
                return step
            reached = await self._reached() if step is None else step
            stalled = 0 if reached is not None and (offset is None or reached > offset) else stalled + 1
            if reached is not None:
                offset = reached
                self._tell(offset)
        error = ErrorBody(code="unavailable", message="the upload does not get on", temporary=True)
        raise Refused(error)

    async def give_up(self) -> None:
        """What stays there the server gives up by itself."""
        if self._id is None:
            return
        self._carrier = Carrier(self._door.http, self._door.ssl)
        try:
            async with asyncio.timeout(_GIVE_UP_S):
                await self._ask("DELETE", f"/{self._id}")
        except (Unanswered, Refused, TimeoutError):
            return

    def close(self) -> None:
        self._carrier.close()

    async def _begin(self) -> int:
        known: dict[str, Any] = {"name": self._source.name, "bytes": self._source.length}
        if self._media_type is not None:
            known["media_type"] = self._media_type
        headers = {"content-type": "application/json"}
        try:
            answered = await self._ask("POST", "", headers, json.dumps(known).encode())
        except Unanswered as error:
            body = ErrorBody(code="unavailable", message=f"the upload could not begin: {error}", temporary=True)
            raise Refused(body) from error
        step = _accepted(answered)
        self._id = AttachmentId(step["attachment_id"])
        if self._on_begun is not None:
            self._on_begun(self._id)
        return int(step["offset"])

    async def _send(self, offset: int) -> Attachment | int | None:
        """Sends what follows `offset`: the file, how far the server is, or None when it got lost on the way."""
        piece = await asyncio.to_thread(self._source.piece, offset, PIECE_BYTES)
        headers = {"upload-offset": str(offset), "content-type": "application/offset+octet-stream"}
        try:
            answered = await self._ask("PATCH", f"/{self._id}", headers, piece)
            other = _offset_in(answered)
            if other is not None:
                return other
            step = _accepted(answered)
        except Unanswered:
            return None
        except Refused as refused:
            if refused.body.temporary:
                return None
            raise
        if "attachment" in step:
            return msgspec.convert(step["attachment"], Attachment)
        return int(step["offset"])

    async def _reached(self) -> int | None:
        """How far the server is; None when that cannot be learnt now."""
        try:
            answered = await self._ask("HEAD", f"/{self._id}")
        except Unanswered:
            return None
        if answered.status in _GONE:
            message = f"there is no upload {self._id}"
            raise Refused(ErrorBody(code="attachment_not_found", message=message, temporary=False))
        offset = answered.headers.get("upload-offset", "")
        return int(offset) if answered.status < 300 and offset.isdigit() else None

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answered:
        token = await self._door.token()
        whole = {**(headers or {}), "authorization": f"Bearer {token}"}
        where = f"/v1/attachments{path}"
        return await asyncio.to_thread(self._carrier.carry, method, where, whole, body)

    def _tell(self, offset: int) -> None:
        if self._on_progress is not None:
            self._on_progress(offset, self._source.length)


def _offset_in(answered: Answered) -> int | None:
    """Where the upload goes on, when a piece began elsewhere."""
    details = answered.body.get("details") if answered.status == 409 else None
    offset = details.get("offset") if isinstance(details, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return offset if isinstance(offset, int) else None


def _accepted(answered: Answered) -> dict[str, Any]:
    if answered.status < 300:
        return answered.body
    body = answered.body
    message = body.get("message") or body.get("detail") or f"the server answered {answered.status}"
    error = ErrorBody(
        code=str(body.get("code", "internal")),
        message=str(message),
        temporary=bool(body.get("temporary", answered.status >= 500 or answered.status == 429)),
        retry_after_ms=body.get("retry_after_ms"),
        details=body.get("details"),
    )
    raise Refused(error)
