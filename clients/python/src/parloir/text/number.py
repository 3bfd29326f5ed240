"""Parts of phone numbers as people type them, and which numbers they fit.

It knows how long calling codes are and nothing else of the numbering plans.
"""

import re
from typing import Literal

from parloir.frames import Range

from .fold import WHITE_SPACE, fold
from .words import Fit

FRAGMENT_DIGITS_MAX = 20
"""More digits than any phone number has, its prefixes included."""
_INSIDE_DIGITS_MIN = 3
"""With fewer digits only the start of a number fits."""

PHONE_PUNCTUATION = WHITE_SPACE | frozenset("+().-/\u2010\u2011\u2012\u2013\u2014\u2015\u2212")
"""What may stand between digits of a phone number, once folded."""

_SPACE = "[" + "".join(map(re.escape, sorted(WHITE_SPACE))) + "]*"
_TRUNK_ZERO = re.compile(rf"\({_SPACE}0{_SPACE}(?:\)|\Z)")
_TWO_DIGITS = re.compile(r"20|27|3[0-4]|36|39|4[01]|4[3-9]|5[1-8]|6[0-6]|8[1246]|9[0-5]|98")
_E164 = re.compile(r"\+[0-9]+")

FormName = Literal["inside", "start", "national_start"]
"""Where a fragment may stand in a number."""
Form = dict[FormName, str]
"""One way in which a fragment may stand in a number: digits by where."""
_Place = tuple[Fit, Range]


class Fragment:
    """Digits that may stand in a phone number, in any writing."""

    def __init__(self, digits: str, *, international: bool) -> None:
        self.digits = digits
        """As they were written, without `+` and a dropped zero."""
        self._international = international

    @staticmethod
    def parse(text: str) -> "Fragment | None":
        """Reads digits and phone punctuation; None when anything else stands there, or no digit, or too many."""
        rest, digits, international = fold(text), "", False
        while rest:
            has_code = bool(digits) if international else len(digits) > 2 and digits.startswith("00")
            zero = _TRUNK_ZERO.match(rest) if has_code else None
            if zero is not None:
                rest = rest[zero.end() :]
                continue
            following, rest = rest[0], rest[1:]
            if "0" <= following <= "9" and len(digits) < FRAGMENT_DIGITS_MAX:
                digits += following
            elif following == "+" and not digits:
                international = True
            elif following not in PHONE_PUNCTUATION:
                return None
        return Fragment(digits, international=international) if digits else None

    def forms(self) -> list[Form]:
        """Every way in which the fragment may stand in a number: a number fits exactly when one of them holds."""
        if self._international:
            return [{"start": self.digits}]
        short = len(self.digits) < _INSIDE_DIGITS_MIN
        forms: list[Form] = [{"start": self.digits} if short else {"inside": self.digits}]
        rest = self._after_prefix()
        if rest is not None:
            forms.append({"start": rest})
        if self.digits.startswith("0"):
            forms.append({"national_start": self.digits})
        return forms

    def fit(self, e164: str) -> Fit | None:
        """How it fits a number in E.164 writing (`+33612345678`)."""
        place = self._place(e164)
        return None if place is None else place[0]

    def range(self, e164: str) -> Range | None:
        """The characters of the E.164 text, with its `+`, that it stands for; None where it does not fit."""
        place = self._place(e164)
        return None if place is None or place[1][0] == place[1][1] else place[1]

    def _place(self, e164: str) -> _Place | None:
        number = _international(e164)
        if number is None:
            return None
        digits = self.digits
        if self._international:
            return _at_start(number, digits, 0, 1 + len(digits))
        return (
            _at_start(number, digits, 1, 1 + len(digits))
            or self._prefixed(number)
            or self._national(number)
            or self._inside(number)
        )

    def _prefixed(self, number: str) -> _Place | None:
        rest = self._after_prefix()
        return None if rest is None else _at_start(number, rest, 0, 1 + len(rest))

    def _national(self, number: str) -> _Place | None:
        if not self.digits.startswith("0"):
            return None
        code, rest = calling_code_digits(number), self.digits[1:]
        return _at_start(number[code:], rest, 1 + code, 1 + code + len(rest))

    def _inside(self, number: str) -> _Place | None:
        at = -1 if len(self.digits) < _INSIDE_DIGITS_MIN else number.find(self.digits)
        return None if at < 0 else ("inside", (1 + at, 1 + at + len(self.digits)))

    def _after_prefix(self) -> str | None:
        return self.digits[2:] if self.digits.startswith("00") and len(self.digits) > 2 else None


def calling_code_digits(digits: str) -> int:
    """The number of digits of the calling code that international digits begin with, as E.164 assigns them."""
    assigned = 1 if digits[:1] in ("1", "7") else 2 if _TWO_DIGITS.match(digits) else 3
    return min(assigned, len(digits))


def national(e164: str) -> str:
    """The national writing of an E.164 number: `0` and what follows the calling code. Empty for another text."""
    number = _international(e164)
    return "" if number is None else f"0{number[calling_code_digits(number) :]}"


def _international(e164: str) -> str | None:
    return e164[1:] if _E164.fullmatch(e164) else None


def _at_start(whole: str, part: str, start: int, end: int) -> _Place | None:
    if not whole.startswith(part):
        return None
    return "whole" if len(part) == len(whole) else "start", (start, end)
