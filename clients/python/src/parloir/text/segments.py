"""What a text costs as an SMS (PROTOCOL.md, section 19).

Which of the two alphabets it needs, how many messages of the network carry it, and which characters are to blame.
It never changes a text unless it is asked for another.
"""

from typing import Literal

from parloir.frames import CostlyCharacter
from parloir.frames.record import Record

from .alphabet import BASIC, EXTENSION, LETTERS, TYPOGRAPHIC

COSTLY_MAX = 100
"""Characters named in `costly`; a text in another script would name all of its own."""

Encoding = Literal["gsm7", "ucs2"]
"""GSM 03.38 in septets, or UTF-16 code units."""
Replacing = Literal["typographic", "letters"]
"""Which characters a fit may replace: signs that only look better, or letters with rare accents as well."""

_ROOM: dict[Encoding, tuple[int, int]] = {"gsm7": (160, 153), "ucs2": (70, 67)}
"""Units of a text that one message carries, and units of one of several."""

_SHORT = {**dict.fromkeys(BASIC, 1), **dict.fromkeys(EXTENSION, 2)}
_SIGNS = {character: instead for characters, instead in TYPOGRAPHIC for character in characters}
_SPELLINGS = {character: instead for characters, instead in LETTERS for character in characters}


class Segments(Record, frozen=True, kw_only=True):
    """What a text costs.

    `segments` is 0 for no text; `characters` are Unicode scalar values; `units` do not count what is left empty
    between two segments; `units_left` is what the last segment still takes.
    """

    encoding: Encoding
    segments: int
    characters: int
    units: int
    units_left: int
    costly: tuple[CostlyCharacter, ...]


def segments(text: str) -> Segments:
    """Counts a text."""
    costly = tuple(_costly(text))
    encoding: Encoding = "ucs2" if costly else "gsm7"
    sizes = [_size(character, encoding) for character in text]
    units = sum(sizes)
    alone, each = _ROOM[encoding]
    if units > alone:
        count, left = _joined(sizes, each)
    else:
        count, left = min(units, 1), alone - units
    return Segments(
        encoding=encoding,
        segments=count,
        characters=len(text),
        units=units,
        units_left=left,
        costly=costly,
    )


def fitted(text: str, replacing: Replacing) -> str | None:
    """The same text in the short alphabet.

    None when it is in it already, and when a character cannot be replaced.
    """
    result = ""
    for character in text:
        instead = character if character in _SHORT else _replacement(character, replacing)
        if instead is None:
            return None
        result += instead
    return None if result == text else result


def _costly(text: str) -> list[CostlyCharacter]:
    found: list[CostlyCharacter] = []
    for at, character in enumerate(text):
        if character in _SHORT:
            continue
        instead = _replacement(character, "letters")
        found.append(CostlyCharacter(range=(at, at + 1), character=character, replacement=instead))
        if len(found) == COSTLY_MAX:
            break
    return found


def _replacement(character: str, replacing: Replacing) -> str | None:
    sign = _SIGNS.get(character)
    return _SPELLINGS.get(character) if sign is None and replacing == "letters" else sign


def _size(character: str, encoding: Encoding) -> int:
    if encoding == "gsm7":
        return _SHORT[character]
    return 2 if ord(character) > 0xFFFF else 1


def _joined(sizes: list[int], room: int) -> tuple[int, int]:
    """Segments, and what is left in the last one: a character of two units stands in one segment."""
    count, left = 1, room
    for size in sizes:
        if size > left:
            count, left = count + 1, room
        left -= size
    return count, left
