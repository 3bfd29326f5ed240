"""Texts with fields `{{name}}` (PROTOCOL.md, section 20).

One pass goes from left to right: what a field is replaced by is never read again. It knows no template and no
contact.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .fold import WHITE_SPACE, fold
from .words import spans_of

FIELD_CHARS_MAX = 64
"""Characters of a field's name."""

_SPACES = "".join(WHITE_SPACE)
_PICTOGRAPHS = ((0x2300, 0x23FF), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1FBFF))


@dataclass(frozen=True, slots=True)
class Text:
    """A text whose fields were all replaced."""

    text: str


@dataclass(frozen=True, slots=True)
class Missing:
    """The names of fields without a value, each once, in their order."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Field:
    name: str


def fields(text: str) -> list[str]:
    """The names of a text's fields, each once, in their order."""
    return list(dict.fromkeys(part.name for part in _parts(text) if isinstance(part, _Field)))


def fill(text: str, value: Callable[[str], str | None]) -> Text | Missing:
    """The text with every field replaced by its value, as it is: braces in a value stay braces.

    A blank value is none.
    """
    missing: dict[str, None] = {}
    filled: list[str] = []
    for part in _parts(text):
        if isinstance(part, str):
            filled.append(part)
            continue
        given = value(part.name) or ""
        if not given.strip(_SPACES):
            missing[part.name] = None
        filled.append(given)
    return Missing(tuple(missing)) if missing else Text("".join(filled))


def has_loose_braces(text: str) -> bool:
    """Whether a text has two braces together that are no field's: a mistake in typing, most likely."""
    return any(isinstance(part, str) and ("{{" in part or "}}" in part) for part in _parts(text))


def field_key(name: str) -> str:
    """The name under which a field and a contact's property are the same: folded, its words joined by `_`."""
    plain = "".join(" " if _is_pictograph(character) else character for character in fold(name))
    return "_".join(plain[start:end] for start, end in spans_of(plain))


def _is_pictograph(character: str) -> bool:
    code = ord(character)
    signs = any(first <= code <= last for first, last in _PICTOGRAPHS)
    return signs and unicodedata.category(character)[0] not in "LN"


def _parts(text: str) -> Iterator[str | _Field]:
    start = at = 0
    while at < len(text):
        found = _field_at(text, at)
        if found is None:
            at += 1
            continue
        if at > start:
            yield text[start:at]
        yield found[0]
        start = at = found[1]
    if len(text) > start:
        yield text[start:]


def _field_at(text: str, at: int) -> tuple[_Field, int] | None:
    """The field that begins at this place, and where it ends."""
    if not text.startswith("{{", at):
        return None
    close = text.find("}}", at + 2)
    if close < 0:
        return None
    name = text[at + 2 : close].strip(_SPACES)
    wrong = any(c in "{}" or unicodedata.category(c) == "Cc" for c in name)
    return None if wrong or not 0 < len(name) <= FIELD_CHARS_MAX else (_Field(name), close + 2)
