"""The law against the real server.

Two agents work, one of them over a network that is cut again and again, and in the end its picture is that of a client
that has just come. The last tests kill the server, and the program with commands that were not sent.
"""

import asyncio
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cutter import Cutter
from fixtures import ROOT
from server import DEADLINE_S, Server, join, run, until

from parloir import Client, Entry, FileOutbox, Gap, Refused, uuid7
from parloir.frames import (
    AgentId,
    ConversationClaim,
    ConversationClose,
    ConversationId,
    ConversationTimeline,
    MessageItem,
    QueuePage,
    Time,
    View,
)
from parloir.live import Live

STEPS = 60
CUT_EACH = 7

VIEWS = (
    View(status="open"),
    View(order="activity"),
    View(status="open", order="waiting"),
    View(assignee="me"),
    View(unread=True),
)


class Screen:
    """Everything that a screen shows."""

    def __init__(self, client: Client, ids: list[ConversationId]) -> None:
        self.client = client
        self.ids = ids
        self.queues = [client.queue(view) for view in VIEWS]
        self.threads = [client.thread(one) for one in ids]
        parts: list[Live[Any]] = [*self.queues, *self.threads]
        self.stops = [part.subscribe(lambda _: None) for part in parts]

    @property
    def is_ready(self) -> bool:
        parts: list[Live[Any]] = [*self.queues, *self.threads]
        return all(part.value.load.name == "ready" for part in parts)

    def picture(self, other: "Screen") -> dict[str, Any]:
        """Rows down to the bound that both have: one that came later begins with another page."""
        rows: list[Any] = []
        for mine, theirs in zip(self.queues, other.queues, strict=True):
            both_whole = mine.value.whole and theirs.value.whole
            shared = min(len(mine.value.rows), len(theirs.value.rows))
            rows.append(mine.value.rows if both_whole else mine.value.rows[:shared])
        counters = self.client.counters.value
        return {
            "rows": rows,
            "lines": [thread.value.lines[-40:] for thread in self.threads],
            "pending": [thread.value.pending for thread in self.threads],
            "counters": (counters.all, counters.by_group, {k: v for k, v in counters.by_agent.items() if v.open}),
            "groups": self.client.directory.value.groups,
            "agents": self.client.directory.value.agents,
        }

    def close(self) -> None:
        for stop in self.stops:
            stop()


@pytest.mark.parametrize("codec", ["msgpack", "json"])
def test_it_holds_over_cut_sockets(server: Server, codec: str) -> None:
    async def test() -> None:
        cutter = await Cutter(server.url).start()
        async with join(server, codec=codec, url=cutter.url) as lea, join(server, 1, codec=codec) as thomas:
            await lea.live(DEADLINE_S)
            await thomas.live(DEADLINE_S)
            page = await thomas.query(QueuePage(view=View(), limit=6))
            ids = [row.conversation.conversation_id for row in page.rows]
            screen = Screen(lea, ids)
            told: list[int] = []
            lea.on_event(lambda event: told.append(-1 if isinstance(event, Gap) else event.seq))
            before = cutter.accepted
            sent = await work(server, lea, thomas, ids, cutter)
            await settled(server, screen)
            assert told == sorted(set(told))
            assert cutter.accepted - before >= STEPS // CUT_EACH
            assert lea.outbox.value == ()
            texts = await texts_of(thomas, ids)
            assert [texts.count(text) for text in sent] == [1] * len(sent)
            screen.close()
        await cutter.stop()

    run(test)


async def work(server: Server, lea: Client, thomas: Client, ids: list[ConversationId], cutter: Cutter) -> list[str]:
    """Both agents and customers do things while the network of one is cut; the texts that were sent."""
    dice = random.Random()
    pending: list[asyncio.Task[Any]] = []
    sent: list[str] = []
    for step in range(STEPS):
        of, who = ids[step % len(ids)], lea if step % 2 == 0 else thomas
        text = f"{step} {dice.random()}"
        if step % 5 == 0:
            work_: Any = asyncio.to_thread(server.customer, f"+3363998{2000 + step}", text)
        elif step % 5 == 1:
            work_ = who.command(ConversationClose(conversation_id=of))
        elif step % 5 == 2:
            work_ = who.command(ConversationClaim(conversation_id=of))
        else:
            sent.append(text)
            work_ = awaited(who, of, text)
        pending.append(asyncio.create_task(work_))
        if step % CUT_EACH == 3:
            accepted = cutter.accepted
            cutter.cut()
            await until(lambda: cutter.accepted > accepted and lea.state.value.name == "live", "back")
        await asyncio.sleep(0.01)
    outcomes = await asyncio.gather(*pending, return_exceptions=True)
    codes = [one.code if isinstance(one, Refused) else repr(one) for one in outcomes if isinstance(one, Exception)]
    assert set(codes) <= {"already_claimed"}
    return sent


async def awaited(who: Client, of: ConversationId, text: str) -> None:
    await who.send(of, text)


async def settled(server: Server, screen: Screen) -> None:
    """Waits until the picture is that of a client that has just come."""
    end = asyncio.get_running_loop().time() + DEADLINE_S
    while True:
        async with join(server) as fresh:
            await fresh.live(DEADLINE_S)
            other = Screen(fresh, screen.ids)
            await until(lambda: other.is_ready and screen.is_ready, "both are loaded")
            mine, theirs = screen.picture(other), other.picture(screen)
            if mine == theirs:
                return
            if asyncio.get_running_loop().time() > end:
                for name in mine:
                    assert mine[name] == theirs[name], name
        await asyncio.sleep(0.2)


async def texts_of(client: Client, ids: list[ConversationId]) -> list[str | None]:
    """Every text that stands in these conversations."""
    texts: list[str | None] = []
    for of in ids:
        page = await client.query(ConversationTimeline(conversation_id=of, limit=200))
        texts += [line.item.message.text for line in page.items if isinstance(line.item, MessageItem)]
    return texts


def test_a_server_that_is_killed_and_comes_back_is_gone_on_with(own_server: Server) -> None:
    async def test() -> None:
        async with join(own_server) as lea:
            await lea.live(DEADLINE_S)
            stream = lea.events()
            page = await lea.query(QueuePage(view=View(status="open"), limit=1))
            of = page.rows[0].conversation.conversation_id
            own_server.kill()
            await lea.state.until(lambda state: state.name == "offline")
            given = lea.send(of, "Pendant la panne")
            await given.stored()
            await asyncio.to_thread(own_server.start)
            done = await given
            seqs: list[int] = []
            while not seqs or seqs[-1] < done.seq:
                event = await anext(stream)
                assert not isinstance(event, Gap)
                seqs.append(event.seq)
            assert seqs == sorted(set(seqs))
            assert (await texts_of(lea, [of])).count("Pendant la panne") == 1

    run(test)


PROGRAM = """
import asyncio, sys
from parloir import Client, FileOutbox
from parloir.frames import ConversationId

async def main():
    url, token, path, of = sys.argv[1:]
    client = Client.connect(url, token, outbox=FileOutbox(path), backoff_ms=(10, 50))
    await client.live()
    print("live", flush=True)
    await client.state.until(lambda state: state.name == "offline")
    for number in range(5):
        await client.send(ConversationId(of), f"avant la fin {number}").stored()
    print("stored", flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_a_program_that_is_killed_sends_its_commands_when_it_is_back(server: Server, tmp_path: Path) -> None:
    async def test() -> None:
        async with join(server) as thomas:
            await thomas.live(DEADLINE_S)
            page = await thomas.query(QueuePage(view=View(status="open"), limit=1))
            of = page.rows[0].conversation.conversation_id
            outbox = tmp_path / "outbox"
            cutter = await Cutter(server.url).start()
            arguments = [sys.executable, "-c", PROGRAM, cutter.url, server.token(0), str(outbox), of]
            program = subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=ROOT)
            assert program.stdout is not None
            assert await asyncio.to_thread(program.stdout.readline) == b"live\n"
            cutter.is_shut = True
            cutter.cut()
            assert await asyncio.to_thread(program.stdout.readline) == b"stored\n"
            program.kill()
            await asyncio.to_thread(program.wait)
            await cutter.stop()
            async with join(server, outbox=FileOutbox(outbox)) as lea:
                await lea.live(DEADLINE_S)
                await until(lambda: lea.outbox.value == (), "all are answered")
            async with join(server, outbox=FileOutbox(outbox)) as again:
                await again.live(DEADLINE_S)
                assert again.outbox.value == ()
            texts = await texts_of(thomas, [of])
            assert [text for text in texts if text and text.startswith("avant")] == [
                f"avant la fin {number}" for number in range(5)
            ]

    run(test)


def test_a_refused_command_of_an_earlier_run_waits_for_a_decision(server: Server, tmp_path: Path) -> None:
    async def test() -> None:
        store = FileOutbox(tmp_path / "outbox")
        entry = Entry(
            command_id=uuid7(),
            agent_id=AgentId(server.agent_id(0)),
            given_at=Time("2026-11-03T09:15:02.123Z"),
            name="conversation.close",
            params={"conversation_id": "cnv_0192f0c4-0102-7000-8000-000000000004"},
        )
        await store.put(entry)
        await store.close()
        async with join(server, outbox=FileOutbox(tmp_path / "outbox")) as lea:
            await lea.outbox.until(lambda kept: any(one.refused is not None for one in kept))
            assert lea.outbox.value[0].refused is not None
            assert lea.outbox.value[0].refused.code == "conversation_not_found"
            lea.drop(entry.command_id)
            await lea.outbox.until(lambda kept: kept == ())

    run(test)
