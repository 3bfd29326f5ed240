"""Why a text is no search. Each problem has a code for programs, a sentence that says what to do, and the facts."""

from typing import Literal

from parloir.frames import Range
from parloir.frames.record import Record

Reason = Literal[
    "too_long",
    "too_many_terms",
    "too_many_filters",
    "unclosed_quote",
    "empty_value",
    "incomplete_property",
    "unknown_value",
]
"""The code of a problem."""


class Problem(Record, frozen=True, kw_only=True):
    """What is wrong with the text of a search; `qualifier` and `value` as they were typed, `example` a value."""

    reason: Reason
    max: int | None = None
    qualifier: str | None = None
    example: str | None = None
    value: str | None = None
    allowed: tuple[str, ...] | None = None

    def sentence(self) -> str:
        """What to do about it."""
        name, example = self.qualifier, f"{self.qualifier}:{self.example}"
        match self.reason:
            case "too_long":
                return f"a search has {self.max} characters at most: leave some words out"
            case "too_many_terms":
                return f"a search has {self.max} words, phrases and numbers at most: leave some out"
            case "too_many_filters":
                return f"a search has {self.max} qualifiers at most: leave some out"
            case "unclosed_quote":
                return "a quotation mark is never closed: write another one after the phrase, or take it away"
            case "empty_value":
                return f"'{name}:' has no value: write one without a space before it, as in {example}"
            case "unknown_value":
                return f"'{self.value}' is no value of '{name}:': write {' or '.join(self.allowed or ())}"
            case "incomplete_property":
                return f"'{name}:' lacks a property or a value: write both around an equals sign, as in {example}"


class SearchTextError(ValueError):
    """A problem, with the characters of the text that it is about."""

    def __init__(self, at: Range, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.at = at
        self.problem = problem
