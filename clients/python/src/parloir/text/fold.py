"""One folding for comparing texts (PROTOCOL.md, section 18).

Case, accents and compatibility forms disappear, ligatures open, what is not seen goes. It looks at one character
at a time and keeps white space.
"""

import unicodedata
from functools import lru_cache

_PLAIN = {
    "æ": "ae",
    "œ": "oe",
    "ß": "ss",
    "þ": "th",
    "ɓ": "b",
    **dict.fromkeys("đðɖɗ", "d"),
    **dict.fromkeys("əǝɛ", "e"),
    "ǥ": "g",
    "ħ": "h",
    "ı": "i",
    "ƙ": "k",
    "ł": "l",
    "ŋ": "n",
    "ɲ": "n",
    "ø": "o",
    "ɔ": "o",
    "ŧ": "t",
    "ƴ": "y",
    "ς": "σ",
}
"""Letters that come apart into no plain one."""

_ZEROS = (
    *(0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66),
    *(0xCE6, 0xD66, 0xE50, 0xED0, 0xF20, 0x1040, 0x17E0, 0x1810),
)
"""The zeros of the scripts in use whose digits are their own; the nine others follow each."""

_DIGITS = {zero + digit: str(digit) for zero in _ZEROS for digit in range(10)}

_IGNORABLE = (
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x61C, 0x61C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""Default_Ignorable_Code_Point, which Python's tables leave out."""

_TATWEEL = 0x640
_TAGS = (0xE0020, 0xE007F)

WHITE_SPACE = frozenset(
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The characters of Unicode's White_Space; `str.isspace` takes four more."""


def fold(text: str) -> str:
    """`text` without case and accents: `Hélène` folds to `helene`, `œuvre` to `oeuvre`."""
    return text.lower() if text.isascii() else "".join(map(fold_character, text))


@lru_cache(maxsize=4_096)
def fold_character(character: str) -> str:
    """What becomes of one character, which may be nothing."""
    if character < "\x80":
        return character.lower()
    seen = (part for part in unicodedata.normalize("NFKD", character) if not _is_dropped(part))
    return "".join(_plain(lower) for part in seen for lower in part.lower())


def is_attached(character: str) -> bool:
    """Whether the character belongs to the one before it: an accent, the choice of a form, the tags of a flag."""
    return unicodedata.category(character)[0] == "M" or _TAGS[0] <= ord(character) <= _TAGS[1]


def _is_dropped(character: str) -> bool:
    code = ord(character)
    if code < 0x80:
        return False
    ignorable = any(first <= code <= last for first, last in _IGNORABLE)
    return ignorable or code == _TATWEEL or unicodedata.category(character)[0] == "M"


def _plain(character: str) -> str:
    return _PLAIN.get(character) or _DIGITS.get(ord(character)) or character
