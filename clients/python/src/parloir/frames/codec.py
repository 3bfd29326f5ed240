"""Frames to bytes and back, in MessagePack and JSON.

What the server sends is read into the classes of this package; a type or an event of a newer server is kept
apart. How a server reads a client's frames is in `parloir.strict`.
"""

from typing import Any, Literal

import msgspec

from .down import (
    Change,
    Checkpoint,
    CountersFrame,
    Down,
    Goodbye,
    Ping,
    Reply,
    Reset,
    Signal,
    Snapshot,
    UnknownFrame,
    Welcome,
)
from .event import EVENTS, Event, UnknownEvent
from .ids import CommandId, Seq, Time
from .message import Actor
from .record import Record
from .up import Up

Codec = Literal["msgpack", "json"]
"""How frames are written."""

FRAME_BYTES_MAX = 16 << 20
"""A frame of the server. A page of 200 rows or lines with the longest texts is far below it."""


class FrameError(Exception):
    """Bytes that are no frame, or a frame that cannot be written."""


class _EventHead(Record, frozen=True, kw_only=True, tag_field="type", tag="event"):
    seq: Seq
    at: Time
    actor: Actor
    command_id: CommandId | None = None
    name: str
    data: msgspec.Raw


class _Peek(Record, frozen=True, kw_only=True):
    type: str


_Read = Welcome | Snapshot | _EventHead | Reply | Change | Signal | CountersFrame | Checkpoint | Ping | Reset | Goodbye
_TYPES = frozenset(
    str(frame.__struct_config__.tag) for frame in _Read.__args__ if frame.__struct_config__.tag is not None
)

_Decoder = msgspec.json.Decoder[Any] | msgspec.msgpack.Decoder[Any]


class _Reader:
    """The decoders of one codec, each made once."""

    def __init__(self, codec: Codec) -> None:
        decoder: Any = msgspec.json.Decoder if codec == "json" else msgspec.msgpack.Decoder
        self.frame: _Decoder = decoder(_Read)
        self.peek: _Decoder = decoder(_Peek)
        self.data: dict[str, _Decoder] = {name: decoder(fact) for name, fact in EVENTS.items()}
        self.any: _Decoder = decoder(dict[str, Any])


_READERS: dict[Codec, _Reader] = {"json": _Reader("json"), "msgpack": _Reader("msgpack")}


def subprotocol(codec: Codec) -> str:
    """What a WebSocket offers for a codec."""
    return f"parloir.v1.{codec}"


def write_frame(codec: Codec, frame: Up | Down) -> bytes:
    """A frame as a WebSocket sends it; JSON is UTF-8. Raises a `FrameError`."""
    try:
        if codec == "json":
            return msgspec.json.encode(frame)
        # A class of more than 15 fields gets a longer head than its map needs; clients send none.
        return msgspec.msgpack.encode(frame if isinstance(frame, Up) else msgspec.to_builtins(frame))
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise FrameError(f"it cannot be written: {error}") from error


def read_document(codec: Codec, data: bytes) -> dict[str, Any]:
    """The document in a WebSocket message. Raises a `FrameError`."""
    _bounded(data)
    try:
        return _READERS[codec].any.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FrameError(f"the bytes are no document: {error}") from error


def read_down(codec: Codec, data: bytes) -> Down:
    """A frame of the server. Raises a `FrameError`."""
    _bounded(data)
    reader = _READERS[codec]
    try:
        frame = reader.frame.decode(data)
        return _event(reader, frame) if isinstance(frame, _EventHead) else frame
    except msgspec.ValidationError as error:
        return _unknown(reader, data, error)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise FrameError(f"the bytes are no frame: {error}") from error


def _event(reader: _Reader, head: _EventHead) -> Event | UnknownEvent:
    decoder = reader.data.get(head.name)
    if decoder is None:
        return UnknownEvent(seq=head.seq, at=head.at, name=head.name, data=reader.any.decode(head.data))
    return Event(
        seq=head.seq,
        at=head.at,
        actor=head.actor,
        command_id=head.command_id,
        name=head.name,
        data=decoder.decode(head.data),
    )


def _unknown(reader: _Reader, data: bytes, error: msgspec.ValidationError) -> UnknownFrame:
    try:
        peek = reader.peek.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as second:
        raise FrameError(f"a frame has a type: {second}") from second
    if peek.type in _TYPES:
        raise FrameError(f"'{peek.type}' is not of its form: {error}") from error
    return UnknownFrame(of=peek.type)


def _bounded(data: bytes) -> None:
    if len(data) > FRAME_BYTES_MAX:
        raise FrameError(f"a frame of {len(data)} bytes is too large")
