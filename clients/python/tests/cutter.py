"""A TCP proxy that cuts what runs through it, on demand: the network of a bad day."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

_CHUNK_BYTES = 1 << 16


class Cutter:
    """Stands between clients and one server."""

    def __init__(self, url: str) -> None:
        self._far = urlsplit(url)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.accepted = 0
        self.is_shut = False
        self.is_deaf = False
        """Swallows what comes from the server."""

    async def start(self) -> "Cutter":
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return self

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        """Ends every connection at once, without a word."""
        for writer in self._open:
            writer.transport.abort()

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_shut:
            writer.transport.abort()
            return
        self.accepted += 1
        try:
            far_reader, far_writer = await asyncio.open_connection(self._far.hostname, self._far.port)
        except OSError:
            writer.transport.abort()
            return
        for source, sink, way in ((reader, far_writer, "up"), (far_reader, writer, "down")):
            self._open.add(sink)
            task = asyncio.create_task(self._pump(source, sink, way))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: str) -> None:
        with suppress(OSError):
            while data := await source.read(_CHUNK_BYTES):
                if way == "down" and self.is_deaf:
                    continue
                sink.write(data)
                await sink.drain()
        self._open.discard(sink)
        sink.transport.abort()
