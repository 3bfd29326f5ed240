"""The golden frames, and the registry.

Every frame of the wire as JSON and as the MessagePack bytes that another encoder wrote, and bytes that are no frame,
each with the code that a server refuses them with.
"""

import msgspec
import pytest
from fixtures import fixture, fixture_names, golden_text, protocol_file

from parloir.closes import CLOSE_CODES, reconnects
from parloir.errors import ERROR_CODES
from parloir.frames import (
    COMMANDS,
    EVENTS,
    QUERIES,
    FrameError,
    Limits,
    Message,
    UnknownEvent,
    UnknownFrame,
    read_document,
    read_down,
    write_frame,
)
from parloir.strict import UpError, read_up

VALID = fixture_names("frames/valid")


@pytest.mark.parametrize("name", VALID)
def test_every_frame_is_read_and_written_as_it_stands(name: str) -> None:
    golden = fixture(f"frames/valid/{name}")
    text = golden_text(name)
    read = read_up if golden["way"] == "up" else read_down
    from_json = read("json", text.encode())
    from_msgpack = read("msgpack", bytes.fromhex(golden["msgpack"]))
    assert from_json == from_msgpack
    assert msgspec.json.decode(msgspec.json.encode(from_json)) == golden["json"]
    assert write_frame("json", from_msgpack).decode() == text
    assert write_frame("msgpack", from_json).hex() == golden["msgpack"]
    assert read_document("msgpack", bytes.fromhex(golden["msgpack"])) == golden["json"]


@pytest.mark.parametrize("name", [name for name in VALID if name.startswith("reply-")])
def test_every_answer_is_of_its_class(name: str) -> None:
    golden = fixture(f"frames/valid/{name}")
    query = QUERIES.get(golden.get("answer", ""))
    if query is None or "ok" not in golden["json"]:
        return
    answer = query.ANSWER
    read = msgspec.convert(golden["json"]["ok"], answer)
    assert msgspec.json.decode(msgspec.json.encode(read)) == golden["json"]["ok"]


@pytest.mark.parametrize("name", fixture_names("frames/invalid"))
def test_what_is_no_frame_is_refused_with_its_code(name: str) -> None:
    golden = fixture(f"frames/invalid/{name}")
    with pytest.raises(UpError) as refused:
        read_up(golden["codec"], bytes.fromhex(golden["hex"]))
    assert (refused.value.code, refused.value.to) == (golden["code"], golden.get("to"))


def test_every_name_has_a_frame() -> None:
    names = {name.split("-", 1)[1].removesuffix(".json") for name in VALID if "-" in name}
    plain = {name.split("-")[0] for name in names}
    for known in (COMMANDS, QUERIES, EVENTS):
        assert set(known) - plain == set()


def test_what_a_newer_server_says_is_kept_apart() -> None:
    event = (
        b'{"type":"event","seq":7,"at":"2026-11-03T09:15:02.123Z","actor":{"kind":"system"},'
        b'"name":"brand.new","data":{"a":1}}'
    )
    read = read_down("json", event)
    assert read == UnknownEvent(seq=7, at="2026-11-03T09:15:02.123Z", name="brand.new", data={"a": 1})
    assert read_down("json", b'{"type":"shout","loud":true}') == UnknownFrame(of="shout")
    with pytest.raises(FrameError, match="'event' is not of its form"):
        read_down("json", b'{"type":"event","seq":"7"}')
    for none in (b"", b"[]", b"7", b'{"type":7}', b'{"type":"ping"', b"\xff\xfe"):
        with pytest.raises(FrameError):
            read_down("json", none)
        with pytest.raises(FrameError):
            read_down("msgpack", none)


def test_a_frame_beyond_its_bound_is_none() -> None:
    with pytest.raises(FrameError, match="too large"):
        read_down("json", b" " * ((16 << 20) + 1))


def test_the_limits_before_a_welcome_are_the_default_profile() -> None:
    assert msgspec.to_builtins(Limits()) == fixture("frames/valid/welcome.json")["json"]["limits"]


def test_the_registry_of_errors_is_known() -> None:
    registry = {entry["code"]: entry["temporary"] for entry in protocol_file("registry/errors.json")}
    assert registry == ERROR_CODES


def test_the_registry_of_closes_is_known_and_which_of_them_end_a_client() -> None:
    registry = protocol_file("registry/closes.json")
    assert {entry["name"]: entry["code"] for entry in registry} == CLOSE_CODES
    for entry in registry:
        assert reconnects(entry["code"]) is entry["reconnect"], entry


def test_a_message_can_be_read_without_its_optional_parts() -> None:
    message = msgspec.convert({"message_id": "msg_1", "direction": "inbound", "text": None, "attempt": 0}, Message)
    assert (message.text, message.delivery, message.attachments) == (None, None, None)
