"""What a search found in a text, to be shown: ranges, and the text cut at them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from parloir.frames import Range

from .search import Number, Phrase, SearchText, Term, Word
from .words import Words, joined


def marked_in(search: SearchText, text: str) -> list[Range]:
    """Where the terms of a search stand in a text: all places of each one's best fit there, and of better ones."""
    found = Words(text)
    return joined(mark for term in search.terms for mark in _of_term(term, found, text))


class Piece(NamedTuple):
    """A piece of a text."""

    text: str
    marked: bool


def pieces(text: str, ranges: Iterable[Range]) -> list[Piece]:
    """A text cut at its ranges, which are in order."""
    return [piece for piece in _cut(text, ranges) if piece.text]


def _cut(text: str, ranges: Iterable[Range]) -> Iterator[Piece]:
    at = 0
    for start, end in ranges:
        yield Piece(text[at:start], marked=False)
        yield Piece(text[start:end], marked=True)
        at = end
    yield Piece(text[at:], marked=False)


def _of_term(term: Term, found: Words, text: str) -> list[Range]:
    match term:
        case Phrase(words):
            return found.phrase(words)
        case Word(word):
            return _of_word(word, found)
        case Number(fragment, words):
            mark = fragment.range(text)
            return [at for word in words for at in _of_word(word, found)] if mark is None else [mark]


def _of_word(word: str, found: Words) -> list[Range]:
    fit = found.fit(word)
    return [] if fit is None else found.ranges(word, fit)
