"""The vectors of folding, words, numbers, searches, costs and fields, which every SDK runs: none is left out."""

from typing import Any

import msgspec
import pytest
from fixtures import fixture, fixture_names

from parloir.text import (
    Folded,
    Fragment,
    Missing,
    Number,
    Phrase,
    SearchTextError,
    Term,
    Text,
    Words,
    calling_code_digits,
    field_key,
    fields,
    fill,
    fitted,
    fold,
    has_loose_braces,
    label,
    marked_in,
    national,
    parse_search,
    pieces,
    segments,
    words,
)
from parloir.text.alphabet import BASIC, EXTENSION, LETTERS, TYPOGRAPHIC

NUMBERS = fixture("text/numbers.json")
SEGMENTS = fixture("text/segments.json")


def about(vector: dict[str, Any]) -> str:
    return str(vector["about"])


def lists(ranges: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(ranges))


def test_all_vectors_are_run() -> None:
    files = ["fold.json", "numbers.json", "queries.json", "segments.json", "templates.json", "words.json"]
    assert fixture_names("text") == files


@pytest.mark.parametrize("vector", fixture("text/fold.json"), ids=about)
def test_fold(vector: dict[str, Any]) -> None:
    assert fold(vector["text"]) == vector["folded"]
    assert fold(vector["folded"]) == vector["folded"]
    assert Folded(vector["text"]).text == vector["folded"]


@pytest.mark.parametrize("vector", fixture("text/words.json"), ids=about)
def test_words(vector: dict[str, Any]) -> None:
    found = Words(vector["text"])
    assert words(vector["text"]) == found.all() == vector["words"]
    assert label(vector["text"]) == " ".join(vector["words"])
    for find in vector.get("finds", []):
        assert lists(found.ranges(find["needle"], find["how"])) == find["at"], find
    for fit in vector.get("fits", []):
        assert found.fit(fit["needle"]) == fit["fit"], fit
    for phrase in vector.get("phrases", []):
        assert lists(found.phrase(phrase["words"])) == phrase["at"], phrase


@pytest.mark.parametrize("vector", NUMBERS["fragments"], ids=about)
def test_fragments(vector: dict[str, Any]) -> None:
    fragment = Fragment.parse(vector["text"])
    assert (None if fragment is None else fragment.forms()) == vector["forms"]
    for fit in vector.get("fits", []):
        assert fragment is not None
        assert fragment.fit(fit["number"]) == fit["fit"], fit
        mark = fragment.range(fit["number"])
        assert (None if mark is None else list(mark)) == fit["at"], fit


def test_calling_codes_and_national_writing() -> None:
    for vector in NUMBERS["numbers"]:
        assert calling_code_digits(vector["number"][1:]) == vector["calling_code_digits"], vector
        assert national(vector["number"]) == vector["national"], vector


@pytest.mark.parametrize("vector", fixture("text/queries.json"), ids=about)
def test_queries(vector: dict[str, Any]) -> None:
    expected = {name: value for name, value in vector.items() if name not in ("about", "text")}
    try:
        search = parse_search(vector["text"])
    except SearchTextError as error:
        found = {**msgspec.to_builtins(error.problem), "at": list(error.at), "message": str(error)}
        assert lists(found) == expected["error"]
    else:
        filters = [{"at": list(one.at), **one.kind} for one in search.filters]
        assert {"terms": [shown(term) for term in search.terms], "filters": filters} == expected


def shown(term: Term) -> Any:
    match term:
        case Phrase(phrase):
            return {"phrase": list(phrase)}
        case Number(fragment, groups):
            return {"number": {"forms": fragment.forms(), "words": list(groups)}}
        case _:
            return {"word": term.word}


def test_the_alphabets_are_those_of_the_vectors() -> None:
    def characters(lists_: tuple[tuple[str, str], ...]) -> dict[str, str]:
        return {one: instead for several, instead in lists_ for one in several}

    assert (SEGMENTS["basic"], SEGMENTS["extension"]) == (BASIC, EXTENSION)
    assert characters(TYPOGRAPHIC) == SEGMENTS["typographic"]
    assert characters(LETTERS) == SEGMENTS["letters"]


@pytest.mark.parametrize("vector", SEGMENTS["vectors"], ids=about)
def test_what_a_text_costs(vector: dict[str, Any]) -> None:
    apart = ("about", "text", "fitted", "fitted_letters")
    expected = {name: value for name, value in vector.items() if name not in apart}
    assert msgspec.json.decode(msgspec.json.encode(segments(vector["text"]))) == expected
    assert fitted(vector["text"], "typographic") == vector["fitted"]
    assert fitted(vector["text"], "letters") == vector["fitted_letters"]


@pytest.mark.parametrize("vector", fixture("text/templates.json"), ids=about)
def test_texts_with_fields(vector: dict[str, Any]) -> None:
    assert fields(vector["text"]) == vector["fields"]
    filled = vector.get("filled")
    expected = Missing(tuple(vector.get("missing", []))) if filled is None else Text(filled)
    assert fill(vector["text"], vector["values"].get) == expected


def test_a_mistake_in_braces_shows() -> None:
    assert not has_loose_braces("{{a}} {b}")
    assert has_loose_braces("{{a} }}")
    assert field_key("Numéro de commande") == "numero_de_commande"


@pytest.mark.parametrize(
    ("search", "text", "marked"),
    [
        ("hel", "👍 Hélène, Michel", "👍 [Hél]ène, Michel"),
        ("06 12", "+33612345678", "+33[612]345678"),
        ('"grand compte"', "Un grand-compte", "Un [grand-compte]"),
        ("zoé", "Léa", "Léa"),
    ],
)
def test_what_was_found_is_marked(search: str, text: str, marked: str) -> None:
    cut = pieces(text, marked_in(parse_search(search), text))
    assert "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in cut) == marked
