"""Frames of a client, read as a server reads them: whatever is none is refused with its code.

Clients have no need of it; tests and tools have. The forms are those of the classes in `parloir.frames`.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeGuard, Union, get_args, get_origin, get_type_hints

import msgspec

from .frames import (
    COMMANDS,
    PREFIXES,
    QUERIES,
    Codec,
    CommandFrame,
    CommandId,
    Cursor,
    Epoch,
    Expected,
    Hello,
    Pong,
    QueryFrame,
    Refresh,
    SearchConversations,
    SignalUp,
    Time,
    Unwatch,
    Up,
    WatchFrame,
)
from .strict_msgpack import Deep, read_msgpack

DEPTH_MAX = 32
"""Maps and lists within each other."""

_WHOLE_MAX = (1 << 53) - 1
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PATTERNS: dict[Any, re.Pattern[str]] = {
    **{noun: re.compile(f"{prefix}_{_UUID}") for noun, prefix in PREFIXES.items()},
    CommandId: re.compile(_UUID),
    Time: re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z", re.ASCII),
    Epoch: re.compile("[0-9a-fA-F]{16}"),
    # 40 bytes in base64url, or 48.
    Cursor: re.compile("[A-Za-z0-9_-]{54}(?:[A-Za-z0-9_-]{10})?"),
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN: dict[str, type[Hello | Unwatch | SignalUp | Refresh | Pong]] = {
    "hello": Hello,
    "unwatch": Unwatch,
    "signal": SignalUp,
    "refresh": Refresh,
    "pong": Pong,
}

Document = dict[str, Any]
"""A map with text keys."""


class UpError(Exception):
    """Why bytes are no frame, by the code that a server answers or closes with.

    `to` is whom the refusal answers, where that could be read: `{"command_id": …}` or `{"id": …}`.
    """

    def __init__(self, code: str, message: str, to: Document | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.to = to


def read_up(codec: Codec, data: bytes) -> Up:
    """A frame of a client. Raises an `UpError`."""
    document, ill = _document(codec, data)
    kind = document.get("type")
    if not isinstance(kind, str):
        raise UpError("bad_frame", "a frame has a type")
    if kind == "command":
        return _command(document, ill=ill)
    if kind in ("query", "watch"):
        return _question(document, kind, ill=ill)
    known = _PLAIN.get(kind)
    if known is None:
        raise UpError("bad_frame" if ill else "unknown_type", f"'{kind}' is no type of a client's frame")
    if ill or not fits(document, known):
        raise UpError("invalid_params", f"a field of '{kind}' is not of its form")
    return msgspec.convert(document, known)


def fits(value: Any, form: Any) -> bool:
    """Whether a value is of a form: the annotation of a field, or a class of `parloir.frames`."""
    if form in _PATTERNS:
        return isinstance(value, str) and _PATTERNS[form].fullmatch(value) is not None
    if _is_class(form):
        return _is_map(value) and all(fits(value.get(name), hint) for name, hint in _fields(form))
    alias: Any = getattr(form, "__supertype__", None)
    if alias is not None:
        return fits(value, alias)
    if get_origin(form) is None:
        return _is_plain(value, form)
    return _is_made(value, get_origin(form), get_args(form))


def _is_plain(value: Any, form: Any) -> bool:
    if form is int:
        return type(value) is int and 0 <= value <= _WHOLE_MAX
    if form is float:
        return type(value) in (int, float)
    return isinstance(value, form)


def _is_made(value: Any, origin: Any, parts: tuple[Any, ...]) -> bool:
    if origin is Literal:
        return value in parts
    if origin in (Union, UnionType):
        return any(value is None if part is NoneType else fits(value, part) for part in parts)
    if origin in (tuple, Sequence):
        return _is_list(value) and all(fits(one, parts[0]) for one in value)
    assert origin in (dict, Mapping), origin
    return _is_map(value) and all(fits(one, parts[1]) for one in value.values())


def _is_class(form: Any) -> TypeGuard[type[msgspec.Struct]]:
    return isinstance(form, type) and issubclass(form, msgspec.Struct)


def _is_map(value: Any) -> TypeGuard[Document]:
    return isinstance(value, dict)


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


@cache
def _fields(form: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(form)
    names = zip(form.__struct_encode_fields__, form.__struct_fields__, strict=True)
    return tuple((wire, hints[name]) for wire, name in names)


def _command(document: Document, *, ill: bool) -> CommandFrame:
    head_is_right = fits(document.get("command_id"), CommandId) and fits(document.get("expected"), Expected | None)
    if not head_is_right:
        raise UpError("invalid_params", "the head of a command is not of its form")
    to = {"command_id": document["command_id"]}
    params = _params(document, COMMANDS, "unknown_command", to, ill=ill)
    expected = document.get("expected")
    return CommandFrame(
        command_id=document["command_id"],
        expected=None if expected is None else msgspec.convert(expected, Expected),
        name=document["name"],
        params=params,
    )


def _question(document: Document, kind: str, *, ill: bool) -> QueryFrame | WatchFrame:
    number = document.get("id", 0 if kind == "query" else None)
    at_least = document.get("at_least")
    if not fits(number, int) or not fits(at_least, int | None):
        raise UpError("invalid_params", f"the head of a {kind} is not of its form")
    to = {"id": number}
    if kind == "watch":
        watched = {SearchConversations.NAME: SearchConversations}
        search = _params(document, watched, "unknown_query", to, ill=ill)
        return WatchFrame(id=number, name=document["name"], params=search)
    params = _params(document, QUERIES, "unknown_query", to, ill=ill)
    return QueryFrame(id=number, at_least=at_least, name=document["name"], params=params)


def _params(document: Document, known: dict[str, Any], code: str, to: Document, *, ill: bool) -> Any:
    name, params = document.get("name"), document.get("params")
    form = known.get(name) if isinstance(name, str) else None
    if form is None:
        raise UpError(code, f"'{name}' is not known", to)
    if ill or not fits(params, form):
        raise UpError("invalid_params", f"the params of '{name}' are not of their form", to)
    return msgspec.convert(params, form)


def _document(codec: Codec, data: bytes) -> tuple[Document, bool]:
    """The document, and whether a text in it is no UTF-8."""
    try:
        document, ill = read_msgpack(data, DEPTH_MAX) if codec == "msgpack" else (_json(data), False)
        _check_texts(document, 1)
    except (ValueError, RecursionError) as error:
        raise UpError("bad_frame", f"the bytes are no document: {error}") from error
    if not _is_map(document):
        raise UpError("bad_frame", "a frame is a map")
    return document, ill


def _json(data: bytes) -> Any:
    def refuse(word: str) -> Any:
        raise ValueError(f"{word} is no JSON")

    return json.loads(data.decode("utf-8"), parse_constant=refuse)


def _check_texts(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise ValueError("half a character")
        return
    parts = [*value, *value.values()] if _is_map(value) else value if _is_list(value) else None
    if parts is None:
        return
    if depth > DEPTH_MAX:
        raise Deep(DEPTH_MAX)
    for part in parts:
        _check_texts(part, depth + 1)
