"""Files on their way up, to the real server: whole, cut, given up, gone on with."""

import asyncio
import struct
import zlib
from pathlib import Path

import pytest
from cutter import Cutter
from server import DEADLINE_S, Server, join, run, until

from parloir import Refused
from parloir.frames import AttachmentId, QueuePage, View
from parloir.upload import PIECE_BYTES


def picture(side: int) -> bytes:
    """A whole PNG whose pixels do not compress."""
    seed, rows = 1, bytearray()
    for _ in range(side):
        rows.append(0)
        for _ in range(side * 3):
            seed = (seed * 1_103_515_245 + 12_345) & 0x7FFFFFFF
            rows.append(seed >> 16 & 0xFF)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


PICTURE = picture(600)


def test_a_file_goes_up_and_is_sent(server: Server, tmp_path: Path) -> None:
    async def test() -> None:
        path = tmp_path / "plan.png"
        path.write_bytes(PICTURE)
        async with join(server) as lea:
            await lea.live(DEADLINE_S)
            told: list[tuple[int, int]] = []
            attachment = await lea.upload(path, on_progress=lambda sent, total: told.append((sent, total)))
            assert (attachment.name, attachment.kind, attachment.state) == ("plan.png", "picture", "stored")
            assert (attachment.width, attachment.height) == (600, 600)
            assert [sent for sent, _ in told] == sorted(sent for sent, _ in told)
            assert told[-1] == (len(PICTURE), len(PICTURE))
            assert len(told) >= len(PICTURE) // PIECE_BYTES
            page = await lea.query(QueuePage(view=View(status="open"), limit=1))
            of = page.rows[0].conversation.conversation_id
            await lea.send(of, "Le plan", attachment_id=attachment.attachment_id)

    run(test)


def test_a_file_that_is_none_of_those_let_through_is_refused(server: Server) -> None:
    async def test() -> None:
        async with join(server) as lea:
            with pytest.raises(Refused) as refused:
                await lea.upload(b"MZ" + bytes(1_000), name="setup.exe")
            assert refused.value.code == "unsupported_file"
            with pytest.raises(OSError, match="nowhere"):
                await lea.upload("nowhere.png")

    run(test)


def test_it_goes_on_where_the_server_is_after_cuts(server: Server) -> None:
    async def test() -> None:
        cutter = await Cutter(server.url).start()
        cuts = 0

        def progress(sent: int, _: int) -> None:
            nonlocal cuts
            if sent > cuts * PIECE_BYTES and cuts < 3:
                cuts += 1
                cutter.cut()

        async with join(server, url=cutter.url) as lea:
            attachment = await lea.upload(PICTURE, name="plan.png", on_progress=progress)
            assert (attachment.bytes > 0, cuts) == (True, 3)
        await cutter.stop()

    run(test)


def test_one_that_is_cancelled_is_given_up(server: Server) -> None:
    async def test() -> None:
        async with join(server) as lea:
            begun: list[AttachmentId] = []
            uploading: asyncio.Task[object]

            def progress(sent: int, _: int) -> None:
                if sent >= PIECE_BYTES:
                    uploading.cancel()

            uploading = asyncio.create_task(
                lea.upload(PICTURE, name="plan.png", on_progress=progress, on_begun=begun.append)
            )
            await asyncio.wait({uploading})
            assert uploading.cancelled()
            with pytest.raises(Refused, match="attachment_not_found"):
                await lea.upload(PICTURE, resume=begun[0])

    run(test)


def test_one_that_was_begun_before_is_gone_on_with(server: Server) -> None:
    async def test() -> None:
        cutter = await Cutter(server.url).start()
        begun: list[AttachmentId] = []
        async with join(server, url=cutter.url) as lea:
            first = asyncio.create_task(
                lea.upload(
                    PICTURE,
                    name="plan.png",
                    on_begun=begun.append,
                    on_progress=lambda sent, _: setattr(cutter, "is_shut", sent > 0) or cutter.cut(),
                )
            )
            await until(lambda: begun and cutter.is_shut, "the first piece is there")
            first.cancel()
            await asyncio.wait({first})
            cutter.is_shut = False
            sent: list[int] = []
            attachment = await lea.upload(PICTURE, resume=begun[0], on_progress=lambda n, _: sent.append(n))
            assert attachment.attachment_id == begun[0]
            assert sent[0] >= PIECE_BYTES
        await cutter.stop()

    run(test)
