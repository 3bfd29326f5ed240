"""What a word is, and where one stands in a text.

Words are runs of letters, digits and pictographs; it knows no language and no grammar.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from parloir.frames import Range

from .fold import fold
from .folded import Folded

Fit = Literal["whole", "start", "inside"]
"""How well something asked for fits what is there, the best first."""

_FITS: tuple[Fit, ...] = ("whole", "start", "inside")
_APOSTROPHES = (0x2B9, 0x2BF)
_PICTOGRAPHS = ((0x2300, 0x23FF), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0x1F000, 0x1FBFF))

Span = tuple[int, int]
"""From a place up to before another one, in characters of a folded text."""


@lru_cache(maxsize=4_096)
def is_of_word(character: str) -> bool:
    """Whether a folded character is no break between words.

    Alphabetic beyond the letters are marks, which folding drops, and signs that stand in the ranges below.
    """
    code = ord(character)
    if _APOSTROPHES[0] <= code <= _APOSTROPHES[1]:
        return False
    if unicodedata.category(character)[0] in "LN":
        return True
    return any(first <= code <= last for first, last in _PICTOGRAPHS)


def spans_of(folded: str) -> list[Span]:
    """Where the words of a folded text stand."""
    spans: list[Span] = []
    start = None
    for at, character in enumerate(folded):
        if is_of_word(character):
            start = at if start is None else start
        elif start is not None:
            spans.append((start, at))
            start = None
    if start is not None:
        spans.append((start, len(folded)))
    return spans


def words(text: str) -> list[str]:
    """The folded words of a text, in their order."""
    folded = fold(text)
    return [folded[start:end] for start, end in spans_of(folded)]


def label(text: str) -> str:
    """The folded words joined by one space: how names of groups, tags and values are compared as a whole."""
    return " ".join(words(text))


def joined(ranges: Iterable[Range]) -> list[Range]:
    """Ranges in order; those that overlap are one."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


class Words:
    """A text taken apart into its words, which knows where they were written. What is asked for is folded already."""

    def __init__(self, text: str) -> None:
        self.folded = Folded(text)
        self.spans = spans_of(self.folded.text)

    def all(self) -> list[str]:
        """The folded words in their order."""
        return [self.folded.text[start:end] for start, end in self.spans]

    def fit(self, needle: str) -> Fit | None:
        """The best fit of `needle` in any word."""
        fits = {_fit(word, needle) for word in self.all()}
        return next((fit for fit in _FITS if fit in fits), None)

    def ranges(self, needle: str, how: Fit) -> list[Range]:
        """Where `needle` stands as `how` and better, in characters of the original text, without overlap."""
        marks = [
            (start + at, start + at + len(needle))
            for (start, _), word in zip(self.spans, self.all(), strict=True)
            for at in _places(word, needle, how)
        ]
        return self._written(marks)

    def phrase(self, wanted: Sequence[str]) -> list[Range]:
        """Where these whole words stand side by side in this order."""
        words_, count = self.all(), len(wanted)
        firsts = range(len(words_) - count + 1) if count else range(0)
        marks = [
            (self.spans[first][0], self.spans[first + count - 1][1])
            for first in firsts
            if words_[first : first + count] == list(wanted)
        ]
        return self._written(marks)

    def _written(self, marks: list[Span]) -> list[Range]:
        return joined(self.folded.written(start, end) for start, end in marks)


def _fit(word: str, needle: str) -> Fit | None:
    at = word.find(needle) if needle else -1
    if at < 0:
        return None
    if at > 0:
        return "inside"
    return "whole" if len(word) == len(needle) else "start"


def _places(word: str, needle: str, how: Fit) -> list[int]:
    if not needle:
        return []
    if how == "whole":
        return [0] if word == needle else []
    if how == "start":
        return [0] if word.startswith(needle) else []
    return [at for at in range(len(word) - len(needle) + 1) if word.startswith(needle, at)]
