"""The file that is uploaded, read piece by piece: a path, or bytes in memory. It sends nothing."""

import os
from pathlib import Path

FileSource = str | os.PathLike[str] | bytes | bytearray
"""A file: its path, or its bytes."""


class Source:
    """A file of a known length."""

    def __init__(self, file: FileSource, name: str | None) -> None:
        self._bytes = bytes(file) if isinstance(file, (bytes, bytearray)) else None
        self._path = None if isinstance(file, (bytes, bytearray)) else Path(file)
        self.name = name or ("file" if self._path is None else self._path.name)
        """What it is called."""
        self.length = len(self._bytes) if self._bytes is not None else self._size()
        """In bytes."""

    def piece(self, offset: int, length: int) -> bytes:
        """The bytes from `offset` on."""
        if self._path is None:
            return (self._bytes or b"")[offset : offset + length]
        with self._path.open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def _size(self) -> int:
        return 0 if self._path is None else self._path.stat().st_size
