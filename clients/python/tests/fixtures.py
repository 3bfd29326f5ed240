"""The repository's fixtures as a test reads them."""

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "fixtures"
PROTOCOL = ROOT / "protocol"

_WHITE_SPACE = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')


def fixture(path: str) -> Any:
    return json.loads((FIXTURES / path).read_text("utf-8"))


def fixture_names(folder: str) -> list[str]:
    return sorted(path.name for path in (FIXTURES / folder).glob("*.json"))


def protocol_file(path: str) -> Any:
    return json.loads((PROTOCOL / path).read_text("utf-8"))


def golden_text(name: str) -> str:
    """The document of a valid frame without the white space between its parts; the order of fields stays."""
    text = (FIXTURES / "frames/valid" / name).read_text("utf-8")
    start = text.index("{", text.index('"json"'))
    end = text.rindex("}", 0, text.rindex('"msgpack"'))
    return _WHITE_SPACE.sub(lambda found: found.group(1) or "", text[start : end + 1])
