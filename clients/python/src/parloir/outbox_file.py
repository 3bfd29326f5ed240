"""An outbox in one file, for programs that must not lose a command when they are killed.

The file is a journal: a line for each entry that is kept, a line for each that is let go. It is written anew when it
is opened and when most of it is of no use any more. One process at a time has it.
"""

import asyncio
import contextlib
import os
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from .frames import CommandId
from .frames.record import Record
from .outbox import ENTRIES_MAX, Entry

try:
    import fcntl
except ImportError:
    fcntl = None

LINES_MAX = 4 * ENTRIES_MAX
"""Lines of the journal; then it is written anew."""


class OutboxBusy(Exception):
    """Another process has the file."""


class _Step(Record, frozen=True, kw_only=True):
    put: Entry | None = None
    remove: CommandId | None = None


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(_Step)


class FileOutbox:
    """Entries in a file, on stable storage before they are sent.

    A line that was cut short by a crash is left out: its command was never sent. One whose `put` failed is not there
    for another run. Raises `OutboxBusy` when another
    process has the file (where the platform has locks), and `OSError`. Beside the file stands one for the lock.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._file: FileIO | None = None
        self._lock: BinaryIO | None = None
        self._entries: dict[CommandId, Entry] = {}
        self._lines = 0
        self._length = 0
        """Bytes of whole lines."""
        self._is_torn = False
        """Whether a write failed since: what is on the disk is not known before the file is written anew."""
        self._turn = asyncio.Lock()

    async def put(self, entry: Entry) -> None:
        """Keeps an entry; it is on stable storage once this returns."""
        async with self._turn:
            await asyncio.to_thread(self._write, _Step(put=entry))

    async def remove(self, command_id: CommandId) -> None:
        """Lets go of an entry. One that comes back after a crash is answered as before."""
        async with self._turn:
            await asyncio.to_thread(self._write, _Step(remove=command_id))

    async def all(self) -> Sequence[Entry]:
        """Every entry, in the order in which they were put."""
        async with self._turn:
            await asyncio.to_thread(self._opened)
            return list(self._entries.values())

    async def close(self) -> None:
        """Lets go of the file."""
        async with self._turn:
            for file in (self._file, self._lock):
                if file is not None:
                    file.close()
            self._file = self._lock = None

    def _write(self, step: _Step) -> None:
        file = self._opened()
        if step.remove is not None and step.remove not in self._entries:
            return
        if self._is_torn:
            file = self._write_anew()
        self._add(file, _ENCODER.encode(step) + b"\n", durable=step.put is not None)
        self._take(step)
        self._lines += 1
        if self._lines >= LINES_MAX and self._lines > 2 * len(self._entries):
            self._write_anew()

    def _add(self, file: FileIO, line: bytes, *, durable: bool) -> None:
        """Adds a line, or leaves the file as it was."""
        try:
            left = memoryview(line)
            while left:
                left = left[os.write(file.fileno(), left) :]
            if durable:
                os.fsync(file.fileno())
        except BaseException:
            self._is_torn = True
            # Where that fails as well, the next write puts another file in the place of this one.
            with contextlib.suppress(OSError):
                os.ftruncate(file.fileno(), self._length)
            raise
        self._length += len(line)

    def _opened(self) -> FileIO:
        if self._file is not None:
            return self._file
        if self._lock is None:
            self._lock = _locked(self._path)
        self._entries = {}
        if self._path.exists():
            for line in self._path.read_bytes().splitlines():
                self._read(line)
        return self._write_anew()

    def _read(self, line: bytes) -> None:
        try:
            self._take(_DECODER.decode(line))
        except msgspec.MsgspecError:
            return

    def _take(self, step: _Step) -> None:
        if step.put is not None:
            self._entries[step.put.command_id] = step.put
        if step.remove is not None:
            self._entries.pop(step.remove, None)

    def _write_anew(self) -> FileIO:
        """Writes what is kept beside the file, then puts it in its place in one step that a crash cannot halve."""
        beside = self._path.with_name(f"{self._path.name}.new")
        with beside.open("wb") as file:
            for entry in self._entries.values():
                file.write(_ENCODER.encode(_Step(put=entry)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
            self._length = file.tell()
        beside.replace(self._path)
        _sync_folder(self._path.parent)
        self._lines = len(self._entries)
        if self._file is not None:
            self._file.close()
        self._file = self._path.open("ab", buffering=0)
        self._is_torn = False
        return self._file


def _locked(path: Path) -> BinaryIO:
    file = path.with_name(f"{path.name}.lock").open("ab")
    if fcntl is None:
        return file
    module: Any = fcntl
    try:
        module.flock(file.fileno(), module.LOCK_EX | module.LOCK_NB)
    except OSError as error:
        file.close()
        raise OutboxBusy(f"another process has {path}") from error
    return file


def _sync_folder(folder: Path) -> None:
    """A new name is on stable storage once its folder is; platforms that cannot open one have no need of it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
