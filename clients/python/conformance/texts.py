"""The vectors of text, as the conformance harness asks them. It asks no server."""

from collections.abc import Callable
from typing import Any

import msgspec

from parloir.text import (
    Fragment,
    Missing,
    Number,
    Phrase,
    SearchTextError,
    Term,
    Words,
    calling_code_digits,
    fields,
    fill,
    fitted,
    fold,
    national,
    parse_search,
    segments,
    words,
)

Request = dict[str, Any]
Answer = dict[str, Any]


def _fold(request: Request) -> Answer:
    return {"folded": fold(request["text"])}


def _words(request: Request) -> Answer:
    found = Words(request["text"])
    return {
        "words": words(request["text"]),
        "finds": [{"at": found.ranges(one["needle"], one["how"])} for one in request.get("finds") or ()],
        "fits": [{"fit": found.fit(one["needle"])} for one in request.get("fits") or ()],
        "phrases": [{"at": found.phrase(one["words"])} for one in request.get("phrases") or ()],
    }


def _numbers(request: Request) -> Answer:
    if "number" in request:
        number = request["number"]
        return {"calling_code_digits": calling_code_digits(number[1:]), "national": national(number)}
    fragment = Fragment.parse(request["text"])
    if fragment is None:
        return {"forms": None, "fits": [{"fit": None, "at": None} for _ in request.get("fits") or ()]}
    fits = [
        {"fit": fragment.fit(one["number"]), "at": fragment.range(one["number"])} for one in request.get("fits") or ()
    ]
    return {"forms": fragment.forms(), "fits": fits}


def _segments(request: Request) -> Answer:
    text = request["text"]
    fits = {"fitted": fitted(text, "typographic"), "fitted_letters": fitted(text, "letters")}
    return {**msgspec.to_builtins(segments(text)), **fits}


def _template(request: Request) -> Answer:
    filled = fill(request["text"], request["values"].get)
    outcome: Answer = {"missing": list(filled.names)} if isinstance(filled, Missing) else {"filled": filled.text}
    return {"fields": fields(request["text"]), **outcome}


def _search(request: Request) -> Answer:
    try:
        search = parse_search(request["text"])
    except SearchTextError as error:
        return {"error": {**msgspec.to_builtins(error.problem), "at": error.at, "message": str(error)}}
    filters = [{"at": one.at, **one.kind} for one in search.filters]
    return {"terms": [_term(term) for term in search.terms], "filters": filters}


def _term(term: Term) -> Answer:
    match term:
        case Phrase(phrase):
            return {"phrase": phrase}
        case Number(fragment, groups):
            return {"number": {"forms": fragment.forms(), "words": groups}}
        case _:
            return {"word": term.word}


TEXTS: dict[str, Callable[[Request], Answer]] = {
    "fold": _fold,
    "words": _words,
    "numbers": _numbers,
    "segments": _segments,
    "template": _template,
    "search": _search,
}
"""What can be asked of texts, by name."""
