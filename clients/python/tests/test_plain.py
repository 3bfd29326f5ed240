"""The plain client of 60 lines or fewer, run against the real server over a network that is cut."""

import asyncio
import json
import sys
from functools import partial
from typing import Any

from cutter import Cutter
from fixtures import ROOT
from peer import Frame, Peer, event
from server import DEADLINE_S, Server, join, run, until
from websockets.asyncio.server import ServerConnection

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


def row(number: int) -> dict[str, Any]:
    return {"seq": 1, "conversation": {"conversation_id": f"cnv_{number}", "status": "open"}}


def happened(seq: int, name: str, data: dict[str, Any]) -> dict[str, Any]:
    return {**event(seq), "name": name, "data": data}


def test_it_folds_and_sends_again_what_could_not_be_taken_and_leaves_a_silent_server() -> None:
    async def test() -> None:
        async with Peer() as peer:
            peer.snapshot = {"part": 0, "last": True, "rows": [row(1)]}
            peer.greet = partial(peer.welcome, limits={"heartbeat_ms": 300, "pong_timeout_ms": 300})

            async def refuse_once(_socket: ServerConnection, frame: Frame) -> None:
                error = {"code": "busy", "message": "later", "temporary": True, "retry_after_ms": 10}
                outcome = {"error": error} if len(peer.of("command")) == 1 else {"ok": {"seq": 2}}
                await peer.say({"type": "reply", "command_id": frame["command_id"], **outcome})

            peer.answer = refuse_once
            program = await asyncio.create_subprocess_exec(
                *(sys.executable, str(CLIENT), peer.url, "plr_AAAA", "cnv_1", "Bonjour"),
                stdout=asyncio.subprocess.PIPE,
                limit=LINE_BYTES_MAX,
            )
            assert (await line_with(program, '"snapshot"'))["rows"] == 1
            assert (await line_with(program, '"reply"'))["reply"]["code"] == "busy"
            assert (await line_with(program, '"reply"'))["reply"] == {"seq": 2}
            assert (len(peer.of("command")), len(peer.of("hello"))) == (2, 2)
            await peer.say(happened(2, "conversation.entered", {"row": row(2)}))
            assert (await line_with(program, '"event"'))["rows"] == 2
            await peer.say(happened(3, "conversation.closed", {"conversation": row(3)["conversation"]}))
            await peer.say(happened(4, "conversation.left", {"conversation_id": "cnv_2"}))
            assert [(await line_with(program, '"event"'))["rows"] for _ in range(2)] == [3, 2]
            await until(lambda: len(peer.of("hello")) == 3, "it leaves a server that says nothing")
            program.kill()
            await program.wait()

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
