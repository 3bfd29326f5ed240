"""The classes of the frames, held to the published shapes, to the leaves.

Names, required fields, words, ids and unions are compared.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from fixtures import protocol_file

from parloir import frames as f
from parloir.frames.ids import PREFIXES

Schema = dict[str, Any]

COMMANDS = protocol_file("schema/commands.json")
QUERIES = protocol_file("schema/queries.json")
EVENTS = protocol_file("schema/events.json")
UP = protocol_file("schema/up.json")
DOWN = protocol_file("schema/down.json")
PLAIN: dict[type, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


class Compare:
    """Says where a form and a schema differ."""

    def __init__(self, document: Schema) -> None:
        self.defs: Schema = document["$defs"]
        self.seen: set[tuple[Any, str]] = set()

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self.defs[schema["$ref"].removeprefix("#/$defs/")]
        return schema

    def differences(self, form: Any, schema: Schema, at: str) -> Iterator[str]:
        key = (str(form), schema.get("$ref", ""))
        if key[1] and key in self.seen:
            return
        self.seen.add(key)
        schema = self.resolved(schema)
        if form is Any:
            return
        if isinstance(form, type) and issubclass(form, msgspec.Struct):
            yield from self.of_class(form, schema, at)
        elif hasattr(form, "__supertype__"):
            yield from self.of_noun(form, schema, at)
        elif get_origin(form) is None:
            if schema.get("type") != PLAIN[form] or "enum" in schema:
                yield f"{at}: {form.__name__}, but {schema}"
        else:
            yield from self.of_made(get_origin(form), get_args(form), schema, at)

    def of_noun(self, form: Any, schema: Schema, at: str) -> Iterator[str]:
        prefix = PREFIXES.get(form)
        if prefix is not None and not schema.get("pattern", "").startswith(f"^{prefix}_"):
            yield f"{at}: {form.__name__}, but {schema}"
        if prefix is None and "_" in schema.get("pattern", "").split("[")[0]:
            yield f"{at}: {form.__name__}, but {schema}"
        if schema.get("type") != PLAIN[form.__supertype__]:
            yield f"{at}: {form.__name__}, but {schema}"

    def of_class(self, form: Any, schema: Schema, at: str) -> Iterator[str]:
        config = form.__struct_config__
        properties: Schema = dict(schema.get("properties", {}))
        required = set(schema.get("required", []))
        if config.tag_field is not None:
            tag = self.resolved(properties.pop(config.tag_field, {}))
            required.discard(config.tag_field)
            if tag.get("const") != config.tag and tag.get("enum") != [config.tag]:
                yield f"{at}: {form.__name__} is {config.tag}, but {tag}"
        hints = get_type_hints(form)
        fields = {field.encode_name: field for field in msgspec.structs.fields(form)}
        for name in set(fields) ^ set(properties):
            yield f"{at}.{name}: only in {'the class' if name in fields else 'the schema'}"
        for name in set(fields) & set(properties):
            field = fields[name]
            if field.required and name not in required:
                yield f"{at}.{name}: required in the class only"
            if field.default is None and name in required:
                yield f"{at}.{name}: required in the schema only"
            null = field.required and NoneType in get_args(hints[field.name])
            yield from self.of_field(hints[field.name], properties[name], f"{at}.{name}", null)

    def of_field(self, hint: Any, schema: Schema, at: str, null: bool) -> Iterator[str]:
        """A field that may be absent is None then; one that is there and null says so in the schema."""
        plain, nullable = without_null(self.resolved(schema) if null else schema)
        if null and not nullable:
            yield f"{at}: None in the class only"
        if nullable and not null:
            yield f"{at}: null in the schema only"
        forms = [part for part in get_args(hint) if part is not NoneType] if NoneType in get_args(hint) else [hint]
        form = forms[0] if len(forms) == 1 else Union[tuple(forms)]  # noqa: UP007
        yield from self.differences(form, plain, at)

    def of_made(self, origin: Any, parts: tuple[Any, ...], schema: Schema, at: str) -> Iterator[str]:
        if origin is Literal:
            published = set(schema.get("enum", [])) or told_words(schema)
            if set(parts) != published:
                yield f"{at}: {parts}, but {schema.get('enum')}"
        elif origin in (Union, UnionType):
            yield from self.of_union(parts, schema, at)
        elif origin in (tuple, Sequence):
            if schema.get("type") != "array":
                yield f"{at}: a list, but {schema}"
            elif len(parts) == 2 and parts[1] is not Ellipsis and schema.get("maxItems") != 2:
                yield f"{at}: a pair, but {schema}"
            else:
                yield from self.differences(parts[0], schema["items"], f"{at}[]")
        else:
            yield from self.of_map(origin, parts, schema, at)

    def of_map(self, origin: Any, parts: tuple[Any, ...], schema: Schema, at: str) -> Iterator[str]:
        assert origin in (dict, Mapping), origin
        values = schema.get("additionalProperties")
        if schema.get("type") != "object" or values is None:
            yield f"{at}: a map, but {schema}"
        elif isinstance(values, dict):
            null = NoneType in get_args(parts[1])
            yield from self.of_field(parts[1], values, f"{at}{{}}", null)

    def of_union(self, parts: tuple[Any, ...], schema: Schema, at: str) -> Iterator[str]:
        choices = [self.resolved(one) for one in schema.get("oneOf", schema.get("anyOf", []))]
        if len(choices) != len(parts):
            yield f"{at}: {len(parts)} choices, but {len(choices)}"
        for part in parts:
            outcomes = [list(Compare({"$defs": self.defs}).differences(part, one, at)) for one in choices]
            if outcomes and [] not in outcomes:
                yield f"{at}: {part} is none of them: {min(outcomes, key=len)}"


def told_words(schema: Schema) -> set[str]:
    """Words that the schema leaves open and its sentence tells."""
    return set(re.findall("`([a-z0-9_]+)`", schema.get("description", ""))) if schema.get("type") == "string" else set()


def without_null(schema: Schema) -> tuple[Schema, bool]:
    kind, choices = schema.get("type"), schema.get("anyOf", schema.get("oneOf", []))
    if isinstance(kind, list) and "null" in kind:
        return {**schema, "type": next(one for one in kind if one != "null")}, True
    if {"type": "null"} in choices:
        others = [one for one in choices if one != {"type": "null"}]
        return (others[0] if len(others) == 1 else {"anyOf": others}), True
    return schema, False


def found(document: Schema, form: Any, schema: Schema) -> list[str]:
    return list(Compare(document).differences(form, schema, getattr(form, "__name__", str(form))))


def test_every_name_is_published_and_known() -> None:
    assert set(COMMANDS["required"]) == set(f.COMMANDS)
    assert set(QUERIES["required"]) == set(f.QUERIES)
    assert set(EVENTS["required"]) == set(f.EVENTS)


@pytest.mark.parametrize("name", sorted(f.COMMANDS))
def test_a_command_has_the_published_shape(name: str) -> None:
    published = COMMANDS["properties"][name]["properties"]
    assert found(COMMANDS, f.COMMANDS[name], published["params"]) == []
    assert found(COMMANDS, f.Done, published["ok"]) == []


@pytest.mark.parametrize("name", sorted(f.QUERIES))
def test_a_query_and_its_answer_have_the_published_shape(name: str) -> None:
    published = QUERIES["properties"][name]["properties"]
    assert found(QUERIES, f.QUERIES[name], published["params"]) == []
    assert found(QUERIES, f.QUERIES[name].ANSWER, published["ok"]) == []


@pytest.mark.parametrize("name", sorted(f.EVENTS))
def test_an_event_has_the_published_shape(name: str) -> None:
    assert found(EVENTS, f.EVENTS[name], EVENTS["properties"][name]) == []


def frames_of(document: Schema) -> dict[str, list[Schema]]:
    """The frames of a direction, by type."""
    found: dict[str, list[Schema]] = {}
    for choice in document["oneOf"]:
        frame = document["$defs"][choice["$ref"].removeprefix("#/$defs/")]
        found.setdefault(frame["properties"]["type"]["const"], []).append(frame)
    return found


@pytest.mark.parametrize(
    "form",
    [f.Welcome, f.Snapshot, f.Change, f.Signal, f.CountersFrame, f.Checkpoint, f.Ping, f.Reset, f.Goodbye],
)
def test_a_frame_of_the_server_has_the_published_shape(form: Any) -> None:
    (published,) = frames_of(DOWN)[form.__struct_config__.tag]
    assert found(DOWN, form, published) == []


@pytest.mark.parametrize("form", [f.Hello, f.Unwatch, f.SignalUp, f.Refresh, f.Pong])
def test_a_frame_of_a_client_has_the_published_shape(form: Any) -> None:
    (published,) = frames_of(UP)[form.__struct_config__.tag]
    assert found(UP, form, published) == []


def test_no_frame_is_left_out() -> None:
    down = {"welcome", "snapshot", "event", "reply", "change", "signal", "counters", "checkpoint", "ping", "reset"}
    assert set(frames_of(DOWN)) == down | {"goodbye"}
    up = {"hello", "command", "query", "watch", "unwatch", "signal", "refresh", "pong"}
    assert set(frames_of(UP)) == up


def test_the_heads_of_events_replies_and_asks_have_the_published_fields() -> None:
    for kind, form, document in (
        ("event", f.Event, DOWN),
        ("reply", f.Reply, DOWN),
        ("command", f.CommandFrame, UP),
        ("query", f.QueryFrame, UP),
        ("watch", f.WatchFrame, UP),
    ):
        published: set[str] = set()
        for frame in frames_of(document)[kind]:
            published |= set(frame["properties"])
        assert published - {"type"} == set(form.__struct_encode_fields__), kind


def test_a_difference_is_found() -> None:
    class Wrong(msgspec.Struct, kw_only=True):
        conversation_id: f.AgentId
        loud: bool

    published = COMMANDS["properties"]["conversation.claim"]["properties"]["params"]
    assert len(found(COMMANDS, Wrong, published)) == 2
