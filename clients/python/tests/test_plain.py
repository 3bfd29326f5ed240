"""The plain client of 60 lines or fewer, run against the real server over a network that is cut."""

import asyncio
import json
import sys
from typing import Any

from cutter import Cutter
from fixtures import ROOT
from server import DEADLINE_S, Server, join, run

from parloir.frames import ConversationTimeline, MessageItem, QueuePage, View

CLIENT = ROOT / "clients/plain/python/client.py"
LINES_MAX = 60
LINE_BYTES_MAX = 1 << 20


async def line_with(program: asyncio.subprocess.Process, wanted: str) -> dict[str, Any]:
    assert program.stdout is not None
    async with asyncio.timeout(DEADLINE_S):
        while True:
            line = await program.stdout.readline()
            assert line, f"the program ended before {wanted!r}"
            if wanted.encode() in line:
                return json.loads(line)


def test_it_has_few_lines_and_needs_little() -> None:
    lines = CLIENT.read_text("utf-8").splitlines()
    assert len(lines) <= LINES_MAX
    assert all(len(line) <= 120 for line in lines)
    imports = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imports == {"json,", "websockets"}


def test_it_follows_resumes_after_a_cut_and_sends_once(server: Server) -> None:
    async def test() -> None:
        cutter = await Cutter(server.url).start()
        async with join(server, 1) as thomas:
            await thomas.live(DEADLINE_S)
            page = await thomas.query(QueuePage(view=View(status="open"), limit=1))
            of = page.rows[0].conversation.conversation_id
            arguments = [str(CLIENT), cutter.url, server.token(0), of, "Sans bibliothèque"]
            program = await asyncio.create_subprocess_exec(
                sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, limit=LINE_BYTES_MAX
            )
            assert (await line_with(program, '"welcome"'))["resumed"] is False
            assert (await line_with(program, '"snapshot"'))["rows"] > 0
            assert "message_id" in (await line_with(program, '"reply"'))["reply"]
            await thomas.send(of, "avant la coupure")
            before = await line_with(program, "avant la coupure")
            cutter.is_shut = True
            cutter.cut()
            await thomas.send(of, "pendant la coupure")
            cutter.is_shut = False
            assert (await line_with(program, '"welcome"'))["resumed"] is True
            during = await line_with(program, "pendant la coupure")
            assert during["event"] > before["event"]
            program.kill()
            await program.wait()
            lines = (await thomas.query(ConversationTimeline(conversation_id=of))).items
            texts = [line.item.message.text for line in lines if isinstance(line.item, MessageItem)]
            assert texts.count("Sans bibliothèque") == 1
        await cutter.stop()

    run(test)


def test_it_leaves_when_it_may_not_come_in(server: Server) -> None:
    async def test() -> None:
        program = await asyncio.create_subprocess_exec(
            sys.executable, str(CLIENT), server.url, "plr_AAAA", stderr=asyncio.subprocess.PIPE
        )
        _, said = await asyncio.wait_for(program.communicate(), DEADLINE_S)
        assert program.returncode == 1
        assert said.startswith(b"unauthenticated")

    run(test)
