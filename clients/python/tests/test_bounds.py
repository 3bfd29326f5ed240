"""What is bounded stays so: a slow application, a server that takes nothing, a journal that is written for ever."""

import asyncio
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from peer import Frame, Peer, event
from server import run, until
from test_connection import CLAIM, CONVERSATION, come
from websockets.asyncio.server import ServerConnection

from parloir import CommandRefused, Entry, FileOutbox, Gap, OutboxBusy, QueryRefused, uuid7
from parloir.asks import ASKS_MAX
from parloir.frames import Hit, StatusGet, Time
from parloir.frames.down import Change
from parloir.frames.search import Placed
from parloir.outbox import ENTRIES_MAX
from parloir.outbox_file import LINES_MAX, _Step
from parloir.watch import fold_change

EVENTS = 20_000


def entry(number: int) -> Entry:
    return Entry(
        command_id=uuid7(),
        given_at=Time("2026-11-03T09:15:02.123Z"),
        name="group.create",
        params={"name": f"group {number}"},
    )


def test_a_slow_application_makes_the_connection_wait_and_loses_nothing() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            stream = client.events(events_max=10)

            async def speak() -> None:
                for seq in range(1, EVENTS + 1):
                    await peer.say(event(seq))

            speaking = asyncio.create_task(speak())
            await until(lambda: len(stream) == 10, "the buffer is full")
            await asyncio.sleep(0.2)
            assert (len(stream), client.seq) == (10, 10)
            seen: list[int] = []
            while len(seen) < EVENTS:
                told = await anext(stream)
                assert not isinstance(told, Gap)
                seen.append(told.seq)
                assert len(stream) <= 10
            await speaking
            assert seen == list(range(1, EVENTS + 1))

    run(test)


def test_who_sends_from_its_loop_over_events_gets_its_answer_and_is_told_what_is_missing() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            stream = client.events(events_max=10)

            async def answer(socket: ServerConnection, frame: Frame) -> None:
                if frame["type"] == "command":
                    for seq in range(31, 101):
                        await peer.say(event(seq), socket)
                    reply = {"type": "reply", "command_id": frame["command_id"], "ok": {"seq": 100}}
                    await peer.say(reply, socket)

            peer.answer = answer
            for seq in range(1, 31):
                await peer.say(event(seq))
            await until(lambda: len(stream) == 10, "the buffer is full")
            assert (await asyncio.wait_for(client.command(CLAIM), 5)).seq == 100
            told = stream.take()
            assert len(told) == 21
            assert told[-1] == Gap(after=20, up_to=100, reason="slow")
            assert [one.seq for one in told[:-1] if not isinstance(one, Gap)] == list(range(1, 21))
            assert client.seq == 100

    run(test)


def test_a_reader_that_leaves_holds_nobody_up() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            stream = client.events(events_max=2)
            for seq in range(1, 6):
                await peer.say(event(seq))
            await until(lambda: len(stream) == 2, "the buffer is full")
            stream.close()
            await until(lambda: client.seq == 5, "the others go on")
            assert len(stream) == 0

    run(test)


def test_commands_that_wait_are_bounded() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            for _ in range(ENTRIES_MAX):
                client.give(CLAIM)
            await until(lambda: len(client.outbox.value) == ENTRIES_MAX, "all are kept")
            with pytest.raises(CommandRefused, match="too many commands"):
                await client.send(CONVERSATION, "one more")

    run(test)


def test_questions_that_wait_are_bounded() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            waiting = [asyncio.create_task(client.query(StatusGet())) for _ in range(ASKS_MAX)]
            await asyncio.sleep(0)
            with pytest.raises(QueryRefused, match="too many questions"):
                await client.query(StatusGet())
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting)
            assert len(client._engine.connection.asks) == 0

    run(test)


def test_entries_of_a_file_survive_and_stand_in_order(tmp_path: Path) -> None:
    async def test() -> None:
        path = tmp_path / "outbox"
        store = FileOutbox(path)
        entries = [entry(number) for number in range(5)]
        for one in entries:
            await store.put(one)
        await store.remove(entries[1].command_id)
        await store.close()
        with path.open("ab") as file:
            file.write(b'{"put":{"command_id":"cut sho')
        again = FileOutbox(path)
        assert list(await again.all()) == [entries[0], *entries[2:]]
        await again.put(entries[1])
        await again.close()
        third = FileOutbox(path)
        assert list(await third.all()) == [entries[0], *entries[2:], entries[1]]
        await third.close()

    run(test)


async def kept_in(path: Path) -> list[Entry]:
    """What another run would find."""
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    store = FileOutbox(copy)
    found = list(await store.all())
    await store.close()
    return found


@pytest.mark.parametrize("broken", ["write", "fsync", "write and ftruncate"])
def test_what_could_not_be_written_is_not_there_and_harms_nothing(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write

    def half(descriptor: int, data: memoryview) -> int:
        monkeypatch.setattr(os, "write", full)
        return write(descriptor, data[: len(data) // 2])

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no space left")

    async def test() -> None:
        path = tmp_path / "outbox"
        store = FileOutbox(path)
        before, refused, after = entry(0), entry(1), entry(2)
        await store.put(before)
        monkeypatch.setattr(os, "fsync" if broken == "fsync" else "write", full if broken == "fsync" else half)
        if "ftruncate" in broken:
            monkeypatch.setattr(os, "ftruncate", full)
        with pytest.raises(OSError, match="no space"):
            await store.put(refused)
        monkeypatch.undo()
        if "ftruncate" not in broken:
            assert await kept_in(path) == [before]
        await store.put(after)
        await store.close()
        assert await kept_in(path) == [before, after]

    run(test)


def test_a_journal_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        path = tmp_path / "outbox"
        monkeypatch.setattr(os, "fsync", lambda _: None)
        store = FileOutbox(path)
        kept = entry(0)
        await store.put(kept)
        for number in range(LINES_MAX):
            other = entry(number)
            store._write(_Step(put=other))
            store._write(_Step(remove=other.command_id))
        assert len(path.read_bytes().splitlines()) < LINES_MAX
        assert list(await store.all()) == [kept]
        await store.close()

    run(test)


def test_a_file_has_one_process(tmp_path: Path) -> None:
    async def test() -> None:
        path = tmp_path / "outbox"
        store = FileOutbox(path)
        await store.put(entry(0))
        program = (
            "import asyncio, sys\n"
            "from parloir import FileOutbox, OutboxBusy\n"
            "try: asyncio.run(FileOutbox(sys.argv[1]).all())\n"
            "except OutboxBusy: sys.exit(3)\n"
        )
        found = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", program, str(path)], check=False)
        assert found.returncode == 3
        await store.close()

    run(test)


def test_a_file_that_another_has_ends_the_client_with_words(tmp_path: Path) -> None:
    async def test() -> None:
        class Busy(FileOutbox):
            async def all(self) -> list[Entry]:
                raise OutboxBusy("another process has it")

        async with Peer() as peer, come(peer, outbox=Busy(tmp_path / "outbox")) as client:
            state = await client.state.until(lambda state: state.name == "closed")
            assert "another process has it" in (state.reason or "")

    run(test)


def test_ids_sort_by_their_order() -> None:
    ids = [uuid7() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    assert all(one[14] == "7" and one[19] in "89ab" for one in ids)


def test_a_change_is_folded_as_it_says() -> None:
    def hit(number: int) -> Hit:
        return Hit(rank="word", contact_id=f"con_{number}", addresses=(), tags=(), matched=())

    change = Change(
        id=1,
        seq=2,
        added=(Placed(at=3, hit=hit(9)), Placed(at=0, hit=hit(8))),
        moved=(Placed(at=1, hit=hit(3)),),
        removed=("con_1",),
    )
    folded = fold_change([hit(number) for number in range(5)], change, 4)
    assert [one.contact_id for one in folded] == ["con_8", "con_3", "con_0", "con_9"]
