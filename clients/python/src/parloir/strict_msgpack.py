"""MessagePack as the protocol allows it: no bin, no ext, a bounded depth, nothing after the document.

It reads as a server does, for tests and tools; what a client reads goes through `parloir.frames`.
"""

import struct
from typing import Any

_NUMBERS = {
    0xCA: ">f",
    0xCB: ">d",
    0xCC: ">B",
    0xCD: ">H",
    0xCE: ">I",
    0xCF: ">Q",
    0xD0: ">b",
    0xD1: ">h",
    0xD2: ">i",
    0xD3: ">q",
}
_LENGTHS = {0xD9: ">B", 0xDA: ">H", 0xDB: ">I", 0xDC: ">H", 0xDD: ">I", 0xDE: ">H", 0xDF: ">I"}
_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}


class Deep(ValueError):
    """Maps and lists within each other beyond the bound."""

    def __init__(self, depth_max: int) -> None:
        super().__init__(f"nested deeper than {depth_max}")


def read_msgpack(data: bytes, depth_max: int) -> tuple[Any, bool]:
    """The one document in `data`, and whether a text in it is no UTF-8. Raises a `ValueError`."""
    walk = _Walk(data, depth_max)
    value = walk.value(0)
    if walk.at != len(data):
        raise ValueError("bytes after the document")
    return value, walk.ill


class _Walk:
    def __init__(self, data: bytes, depth_max: int) -> None:
        self.at = 0
        self.ill = False
        self._data = data
        self._depth_max = depth_max

    def value(self, depth: int) -> Any:
        head = self._take(1)[0]
        if head < 0x80:
            return head
        if head >= 0xE0:
            return head - 0x100
        if head < 0x90:
            return self._map(head & 0x0F, depth)
        if head < 0xA0:
            return self._list(head & 0x0F, depth)
        if head < 0xC0:
            return self._text(head & 0x1F)
        return self._long(head, depth)

    def _long(self, head: int, depth: int) -> Any:
        if head in _CONSTANTS:
            return _CONSTANTS[head]
        if head in _NUMBERS:
            return self._number(_NUMBERS[head])
        if head not in _LENGTHS:
            raise ValueError(f"0x{head:02x} has no place in a document")
        length = int(self._number(_LENGTHS[head]))
        if head <= 0xDB:
            return self._text(length)
        return self._list(length, depth) if head <= 0xDD else self._map(length, depth)

    def _map(self, count: int, depth: int) -> dict[str, Any]:
        self._enter(count * 2, depth)
        found: dict[str, Any] = {}
        for _ in range(count):
            key = self.value(depth + 1)
            if not isinstance(key, str):
                raise ValueError(f"{key!r} is no name of a field")
            found[key] = self.value(depth + 1)
        return found

    def _list(self, count: int, depth: int) -> list[Any]:
        self._enter(count, depth)
        return [self.value(depth + 1) for _ in range(count)]

    def _enter(self, count: int, depth: int) -> None:
        if depth >= self._depth_max:
            raise Deep(self._depth_max)
        if count > len(self._data):
            raise ValueError("more items than bytes")

    def _text(self, length: int) -> str:
        taken = self._take(length)
        try:
            return taken.decode("utf-8")
        except UnicodeDecodeError:
            self.ill = True
            return taken.decode("utf-8", errors="replace")

    def _number(self, form: str) -> int | float:
        return struct.unpack(form, self._take(struct.calcsize(form)))[0]

    def _take(self, count: int) -> bytes:
        taken = self._data[self.at : self.at + count]
        self.at += count
        if self.at > len(self._data):
            raise ValueError("the bytes end too early")
        return taken
