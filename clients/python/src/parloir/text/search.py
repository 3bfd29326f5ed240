"""The text of a search as the server reads it: words, phrases and numbers that must all be found, and filters.

It goes from the first character to the last; it finds nothing.
"""

from dataclasses import dataclass
from typing import NoReturn

from parloir.frames import Range

from .filter import FilterKind, Qualifier, filter_of, qualifier_named
from .fold import WHITE_SPACE
from .number import PHONE_PUNCTUATION, Fragment
from .problem import Problem, SearchTextError
from .words import Words, words

SEARCH_CHARS_MAX = 256
"""Characters of a search."""
SEARCH_TERMS_MAX = 16
"""Words, phrases and numbers of a search."""
SEARCH_FILTERS_MAX = 16
"""Qualifiers of a search."""

_QUOTES = frozenset('"\u201c\u201d\u201e«»')
"""Keyboards and systems write their own quotation marks; each of them opens, and each closes."""


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word."""

    word: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Folded words side by side."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A part of a phone number, or else its groups of digits as words."""

    fragment: Fragment
    words: tuple[str, ...]


Term = Word | Phrase | Number
"""Something to be found."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition that stood as `name:value`, with its characters of the search."""

    at: Range
    kind: FilterKind


@dataclass(frozen=True, slots=True)
class SearchText:
    """What a search asks for: every term and every filter must hold, in any order."""

    terms: tuple[Term, ...]
    filters: tuple[Filter, ...]


def parse_search(text: str) -> SearchText:
    """Reads a search as it was typed. Raises a `SearchTextError` with the first problem."""
    if len(text) > SEARCH_CHARS_MAX:
        _refuse((SEARCH_CHARS_MAX, len(text)), Problem(reason="too_long", max=SEARCH_CHARS_MAX))
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._free = 0
        """Where free text began that is not read yet."""
        self._terms: list[Term] = []
        self._filters: list[Filter] = []

    def read(self) -> SearchText:
        while self._at < len(self._text):
            if self._text[self._at] in _QUOTES:
                self._phrase()
                continue
            qualifier = self._qualifier()
            if qualifier is None:
                self._at += 1
            else:
                self._filter(*qualifier)
        self._end_free()
        return SearchText(tuple(self._terms), tuple(self._filters))

    def _qualifier(self) -> tuple[int, Qualifier] | None:
        """The qualifier whose name begins here, after white space, a closed quotation or nothing."""
        if self._at != self._free and self._text[self._at - 1] not in WHITE_SPACE:
            return None
        colon = self._at
        while colon < len(self._text) and self._text[colon] != ":":
            if self._text[colon] in WHITE_SPACE or self._text[colon] in _QUOTES:
                return None
            colon += 1
        if colon == len(self._text):
            return None
        found = qualifier_named(self._text[self._at : colon])
        return None if found is None else (colon, found)

    def _filter(self, colon: int, qualifier: Qualifier) -> None:
        self._end_free()
        start = self._at
        self._at = colon + 1
        value = self._value()
        self._free = self._at
        found = filter_of(qualifier, self._text[start:colon], value)
        if isinstance(found, Problem):
            _refuse((colon + 1 if found.reason == "unknown_value" else start, self._at), found)
        if len(self._filters) == SEARCH_FILTERS_MAX:
            _refuse((start, self._at), Problem(reason="too_many_filters", max=SEARCH_FILTERS_MAX))
        self._filters.append(Filter((start, self._at), found))

    def _value(self) -> str:
        """The value that begins here, up to white space outside quotation marks, which are left out."""
        value = ""
        while self._at < len(self._text) and self._text[self._at] not in WHITE_SPACE:
            if self._text[self._at] in _QUOTES:
                start, end = self._quoted()
                value += self._text[start:end]
            else:
                value += self._text[self._at]
                self._at += 1
        return value

    def _phrase(self) -> None:
        self._end_free()
        start = self._at
        first, last = self._quoted()
        self._free = self._at
        phrase = words(self._text[first:last])
        if phrase:
            self._term(Phrase(tuple(phrase)), (start, self._at))

    def _quoted(self) -> Range:
        """Goes past the quotation that begins here and gives what stands between its marks."""
        start = end = self._at + 1
        while end < len(self._text) and self._text[end] not in _QUOTES:
            end += 1
        if end == len(self._text):
            _refuse((self._at, end), Problem(reason="unclosed_quote"))
        self._at = end + 1
        return start, end

    def _end_free(self) -> None:
        """Makes terms of the free text up to here."""
        start = self._free
        for term, (first, last) in _free_terms(self._text[start : self._at]):
            self._term(term, (start + first, start + last))
        self._free = self._at

    def _term(self, term: Term, at: Range) -> None:
        if len(self._terms) == SEARCH_TERMS_MAX:
            _refuse(at, Problem(reason="too_many_terms", max=SEARCH_TERMS_MAX))
        self._terms.append(term)


def _free_terms(text: str) -> list[tuple[Term, Range]]:
    """The terms of a text without quotation marks and qualifiers: words, and numbers where digits stand together."""
    free = _Free(Words(text))
    terms: list[tuple[Term, Range]] = []
    first = 0
    while first < len(free.spans):
        end = first + max(1, free.groups(first))
        terms.extend(free.terms(first, end))
        first = end
    return terms


class _Free:
    def __init__(self, found: Words) -> None:
        self._words = found
        self._text = found.folded.text
        self.spans = found.spans

    def groups(self, first: int) -> int:
        """How many words from `first` on are groups of digits with nothing but phone punctuation between them."""
        end = first
        while end < len(self.spans) and self._is_group(end) and (end == first or self._is_joined(end)):
            end += 1
        return end - first

    def terms(self, start: int, end: int) -> list[tuple[Term, Range]]:
        number = self._number(start, end)
        if number is not None:
            return [(number, self._written(start, end))]
        return [(Word(self._word(at)), self._written(at, at + 1)) for at in range(start, end)]

    def _number(self, start: int, end: int) -> Number | None:
        """The run as one number with the punctuation around it; None where it is a word or has too many digits."""
        before, after = self._gap(start), self._gap(end)
        lead = before[len(before.rstrip("".join(PHONE_PUNCTUATION))) :]
        stop = next((at for at, c in enumerate(after) if c not in PHONE_PUNCTUATION or c == "+"), len(after))
        digits = self._text[self.spans[start][0] : self.spans[end - 1][1]]
        fragment = Fragment.parse(lead + digits + after[:stop])
        if fragment is None:
            return None
        return Number(fragment, tuple(self._word(at) for at in range(start, end)))

    def _is_group(self, at: int) -> bool:
        word = self._word(at)
        return word.isascii() and word.isdigit()

    def _is_joined(self, at: int) -> bool:
        return all(c in PHONE_PUNCTUATION and c != "+" for c in self._gap(at))

    def _word(self, at: int) -> str:
        start, end = self.spans[at]
        return self._text[start:end]

    def _gap(self, at: int) -> str:
        """What stands between a word and the one before it, or the ends of the text."""
        start = self.spans[at - 1][1] if at > 0 else 0
        end = self.spans[at][0] if at < len(self.spans) else len(self._text)
        return self._text[start:end]

    def _written(self, start: int, end: int) -> Range:
        return self._words.folded.written(self.spans[start][0], self.spans[end - 1][1])


def _refuse(at: Range, problem: Problem) -> NoReturn:
    raise SearchTextError(at, problem)
