"""How a connection comes back, and when it does not, against a server that does whatever a test wants."""

import asyncio
import json
from typing import Any

import pytest
from peer import AGENT, Frame, Peer, cursor, event
from server import run, until
from websockets.asyncio.server import ServerConnection

from parloir import (
    Client,
    CommandRefused,
    Dropped,
    Ended,
    Entry,
    Event,
    Gap,
    MemoryOutbox,
    QueryRefused,
    UnknownEvent,
    uuid7,
)
from parloir.asks import Asks
from parloir.backoff import Backoff
from parloir.frames import (
    AgentId,
    ConversationClaim,
    ConversationClose,
    ConversationId,
    CountersGet,
    FrameError,
    SendPlan,
    StatusGet,
    Time,
)
from parloir.pace import Pace

CONVERSATION = ConversationId("cnv_0192f0c4-0000-7000-8000-000000000001")
CLAIM = ConversationClaim(conversation_id=CONVERSATION)


def come(peer: Peer, **options: Any) -> Client:
    options.setdefault("token", "plr_AAAA")
    return Client.connect(peer.url, codec="json", backoff_ms=options.pop("backoff_ms", (5, 10)), **options)


def test_it_resumes_with_the_newest_cursor_and_drops_what_it_had() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            told: list[int] = []
            client.on_event(lambda event: told.append(0 if isinstance(event, Gap) else event.seq))
            await client.live(5)
            assert client.cursor == cursor(0)
            for seq in (1, 2):
                await peer.say(event(seq))
            await peer.say({"type": "checkpoint", "seq": 2, "cursor": cursor(2)})
            await peer.say(event(3))
            await until(lambda: client.seq == 3, "three events")
            client.cut()
            await until(lambda: len(peer.of("hello")) == 2 and client.state.value.name == "live", "back")
            assert peer.of("hello")[1]["resume"] == {"cursor": cursor(2)}
            for seq in (3, 4):
                await peer.say(event(seq))
            await until(lambda: client.seq == 4, "the fourth")
            assert told == [1, 2, 3, 4]

    run(test)


def test_half_a_snapshot_is_no_place_to_resume_from() -> None:
    async def test() -> None:
        async with Peer() as peer:

            async def greet(socket: ServerConnection, hello: Frame) -> None:
                if len(peer.sockets) > 1:
                    await peer.welcome(socket, hello, seq=5)
                    return
                peer.snapshot = {"part": 0, "last": False}
                await peer.welcome(socket, hello, seq=5)
                peer.snapshot = {"part": 0, "last": True}
                await peer.say({"type": "ping", "cursor": cursor(5)}, socket)
                assert "pong" in str(await socket.recv())
                socket.transport.abort()

            peer.greet = greet
            async with come(peer) as client:
                await client.live(5)
                assert ["resume" in hello for hello in peer.of("hello")] == [False, False]
                assert client.cursor == cursor(5)

    run(test)


def test_a_reset_begins_anew_and_the_gap_is_told() -> None:
    async def test() -> None:
        async with Peer() as peer:

            async def greet(socket: ServerConnection, hello: Frame) -> None:
                if "resume" in hello:
                    await peer.say({"type": "reset", "reason": "too_old"}, socket)
                    await peer.welcome(socket, {}, seq=50)
                else:
                    await peer.welcome(socket, hello, seq=1)

            peer.greet = greet
            async with come(peer) as client:
                stream = client.events()
                await client.live(5)
                await peer.say(event(2))
                assert isinstance(first := await anext(stream), Event)
                assert first.seq == 2
                client.cut()
                assert await anext(stream) == Gap(after=2, up_to=50, reason="too_old")
                await peer.say(event(51))
                assert isinstance(after := await anext(stream), Event)
                assert after.seq == 51

    run(test)


@pytest.mark.parametrize(
    ("name", "number", "ends"),
    [
        ("shutdown", 4000, False),
        ("rights_changed", 4040, False),
        ("bad_frame", 4500, True),
        ("unauthenticated", 4501, True),
        ("revoked", 4504, True),
        ("unsupported_version", 4505, True),
    ],
)
def test_only_some_closes_are_final(name: str, number: int, ends: bool) -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            stream = client.events()
            await peer.goodbye(name, number, retry_after_ms=0)
            if ends:
                state = await client.state.until(lambda state: state.name == "closed")
                assert (state.code, state.reason) == (number, name)
                with pytest.raises(Ended, match=str(number)):
                    await anext(stream)
                with pytest.raises(Ended):
                    await client.query(StatusGet())
                with pytest.raises(Ended):
                    await client.command(CLAIM)
            else:
                await until(lambda: len(peer.of("hello")) == 2, "it came back")

    run(test)


def test_a_goodbye_counts_though_the_close_frame_got_lost() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            await peer.say({"type": "goodbye", "code": "revoked", "reason": "the token was revoked"})
            peer.sockets[-1].transport.abort()
            state = await client.state.until(lambda state: state.name == "closed")
            assert state.code == 4504

    run(test)


def test_it_waits_as_long_as_the_server_says() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            await peer.goodbye("shutdown", 4000, retry_after_ms=300)
            state = await client.state.until(lambda state: state.name == "offline")
            assert state.retry_ms is not None
            assert state.retry_ms >= 300
            await until(lambda: len(peer.times) == 2, "it came back")
            assert peer.times[1] - peer.times[0] >= 0.29

    run(test)


def test_pauses_are_random_under_a_ceiling_that_doubles() -> None:
    backoff = Backoff(500, 10_000)
    highest = [backoff.pause_ms(1) for _ in range(6)]
    assert highest == [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]
    backoff.reset()
    assert backoff.pause_ms(0) == 500


def test_a_provider_is_asked_once_more_when_its_token_is_refused() -> None:
    async def test() -> None:
        async with Peer() as peer:

            async def greet(socket: ServerConnection, hello: Frame) -> None:
                if hello["token"] == "old":
                    await peer.goodbye("unauthenticated", 4501)
                else:
                    await peer.welcome(socket, hello)

            peer.greet = greet
            tokens = ["old", "new"]
            async with come(peer, token=lambda: tokens.pop(0)) as client:
                await client.live(5)
            tokens = ["old", "old", "new"]
            async with come(peer, token=lambda: tokens.pop(0)) as client:
                with pytest.raises(Ended, match="4501"):
                    await client.live(5)
            assert tokens == ["new"]

    run(test)


def test_a_silent_server_is_left() -> None:
    async def test() -> None:
        async with Peer() as peer:

            async def greet(socket: ServerConnection, hello: Frame) -> None:
                limits = {"heartbeat_ms": 100, "pong_timeout_ms": 100}
                await peer.welcome(socket, hello, limits=limits)

            peer.greet = greet
            async with come(peer) as client:
                await client.live(5)
                await until(lambda: len(peer.of("hello")) >= 2, "it tried again", 10)

    run(test)


def test_pings_are_answered_and_move_the_cursor() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            await peer.say({"type": "ping", "cursor": cursor(9)})
            await until(lambda: peer.of("pong"), "a pong")
            assert client.cursor == cursor(9)

    run(test)


def test_a_frame_that_is_none_ends_it_and_says_so() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            await peer.say({"type": "event", "seq": "seven"})
            state = await client.state.until(lambda state: state.name == "closed")
            assert state.code == 1007

    run(test)


def test_what_a_newer_server_says_is_passed_on_and_its_seq_counts() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            stream = client.events()
            await peer.say({"type": "shout", "loud": True})
            await peer.say({**event(7), "name": "brand.new", "data": {"a": 1}})
            told = await anext(stream)
            assert isinstance(told, UnknownEvent)
            assert (told.seq, told.name, told.data, client.seq) == (7, "brand.new", {"a": 1}, 7)

    run(test)


def test_a_command_is_sent_again_unchanged_until_it_is_answered() -> None:
    async def test() -> None:
        async with Peer() as peer:

            async def answer(socket: ServerConnection, frame: Frame) -> None:
                if frame["type"] != "command":
                    return
                command_id = frame["command_id"]
                match len(peer.of("command")):
                    case 1:
                        socket.transport.abort()
                    case 2:
                        busy = {"code": "busy", "message": "later", "temporary": True, "retry_after_ms": 30}
                        await peer.say({"type": "reply", "command_id": command_id, "error": busy}, socket)
                    case _:
                        reply = {"type": "reply", "command_id": command_id, "ok": {"seq": 9}}
                        await peer.say(reply, socket)
                        await peer.say(reply, socket)

            peer.answer = answer
            async with come(peer) as client:
                await client.live(5)
                done = await client.command(CLAIM)
                assert done.seq == 9
                sent = peer.of("command")
                assert len(sent) == 3
                assert sent[0] == sent[1] == sent[2]
                await until(lambda: client.outbox.value == (), "nothing is left")

    run(test)


def test_a_refusal_has_its_code_and_facts() -> None:
    async def test() -> None:
        async with Peer() as peer:

            async def answer(socket: ServerConnection, frame: Frame) -> None:
                error = {"code": "already_claimed", "message": "no", "temporary": False, "details": {"agent_id": "x"}}
                if frame["type"] == "command":
                    await peer.say({"type": "reply", "command_id": frame["command_id"], "error": error}, socket)
                else:
                    await peer.say({"type": "reply", "id": frame["id"], "error": error}, socket)

            peer.answer = answer
            async with come(peer) as client:
                await client.live(5)
                with pytest.raises(CommandRefused, match="already_claimed: no") as refused:
                    await client.command(CLAIM)
                assert (refused.value.code, refused.value.details) == ("already_claimed", {"agent_id": "x"})
                with pytest.raises(QueryRefused):
                    await client.query(CountersGet())

    run(test)


def test_no_more_is_in_flight_than_the_server_takes() -> None:
    async def test() -> None:
        async with Peer() as peer:

            async def greet(socket: ServerConnection, hello: Frame) -> None:
                await peer.welcome(socket, hello, limits={"in_flight_max": 3})

            peer.greet = greet
            async with come(peer) as client:
                await client.live(5)
                given = [client.give(CLAIM) for _ in range(5)]
                await until(lambda: len(peer.of("command")) == 3, "three are sent")
                await asyncio.sleep(0.05)
                assert len(peer.of("command")) == 3
                first = peer.of("command")[0]["command_id"]
                await peer.say({"type": "reply", "command_id": first, "ok": {"seq": 1}})
                await until(lambda: len(peer.of("command")) == 4, "the fourth follows")
                assert (await given[0]).seq == 1

    run(test)


def test_frames_keep_to_the_rate() -> None:
    pace = Pace(50, 200, 0.0)
    at = 0.0
    times: list[float] = []
    for _ in range(600):
        at += pace.take(at)
        times.append(at)
    for first in range(0, 600, 50):
        window = [one for one in times if times[first] <= one < times[first] + 1]
        assert len(window) <= 200 + 50
    assert times[-1] >= (600 - 180) / 50
    assert times[150] == 0.0


def test_a_command_that_is_too_large_is_refused_here() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            with pytest.raises(CommandRefused, match="frame_too_large"):
                await client.send(CONVERSATION, "x" * 70_000)
            assert client.outbox.value == ()

    run(test)


def test_the_same_command_twice_is_one() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            command_id = uuid7()
            both = [client.give(CLAIM, command_id=command_id) for _ in range(2)]
            await until(lambda: peer.of("command"), "the command")
            await peer.say({"type": "reply", "command_id": command_id, "ok": {"seq": 7}})
            assert [done.seq for done in await asyncio.wait_for(asyncio.gather(*both), 5)] == [7, 7]
            assert (len(peer.of("command")), client.outbox.value) == (1, ())

    run(test)


def test_whoever_waits_for_a_command_hears_that_it_is_dropped() -> None:
    class Slow(MemoryOutbox):
        def __init__(self) -> None:
            super().__init__()
            self.go_on = asyncio.Event()

        async def put(self, entry: Entry) -> None:
            await self.go_on.wait()
            await super().put(entry)

    async def test() -> None:
        outbox = Slow()
        async with Peer() as peer, come(peer, outbox=outbox) as client:
            peer.answer = counters
            await client.live(5)
            given = client.give(CLAIM)
            await until(lambda: client.outbox.value, "it is being kept")
            client.drop(given.command_id)
            with pytest.raises(Dropped):
                await asyncio.wait_for(given, 5)
            outbox.go_on.set()
            await client.query(CountersGet())
            assert (client.outbox.value, await outbox.all(), peer.of("command")) == ((), [], [])

    run(test)


def test_a_command_from_before_the_first_welcome_gets_its_agent() -> None:
    async def test() -> None:
        async def silent(_socket: ServerConnection, _hello: Frame) -> None:
            return

        outbox = MemoryOutbox()
        async with Peer() as peer, come(peer, outbox=outbox) as client:
            peer.greet = silent
            await until(lambda: peer.of("hello"), "the hello")
            given = client.give(CLAIM)
            await given.stored()
            assert [entry.agent_id for entry in await outbox.all()] == [None]
            await peer.welcome(peer.sockets[-1], {})
            await until(lambda: peer.of("command"), "the command")
            assert [entry.agent_id for entry in (*await outbox.all(), *client.outbox.value)] == [AGENT, AGENT]

    run(test)


def test_what_nobody_knows_the_author_of_waits_for_a_decision() -> None:
    async def test() -> None:
        outbox = MemoryOutbox()
        params = {"conversation_id": CONVERSATION}
        command_id, given_at = uuid7(), Time("2026-11-03T09:15:02.123Z")
        await outbox.put(Entry(command_id=command_id, given_at=given_at, name="conversation.claim", params=params))

        async def answer(socket: ServerConnection, frame: Frame) -> None:
            if frame["type"] == "command":
                await peer.say({"type": "reply", "command_id": frame["command_id"], "ok": {"seq": 7}}, socket)
            else:
                await counters(socket, frame)

        async with Peer() as peer, come(peer, outbox=outbox) as client:
            peer.answer = answer
            await client.live(5)
            await client.query(CountersGet())
            (kept,) = client.outbox.value
            assert kept.refused is not None
            assert (kept.refused.code, peer.of("command")) == ("not_allowed", [])
            assert (await client.command(CLAIM, command_id=command_id)).seq == 7
            assert client.outbox.value == ()
            await until(lambda: not outbox._entries, "it is let go")

    run(test)


async def counters(socket: ServerConnection, frame: Frame) -> None:
    if frame["type"] == "query":
        await socket.send(json.dumps({"type": "reply", "id": frame["id"], "ok": {"counters": []}}))


def test_a_question_that_is_too_large_is_refused_here() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            peer.answer = counters
            text = "x" * 70_000
            with pytest.raises(QueryRefused, match="frame_too_large") as refused:
                await client.query(SendPlan(conversation_id=CONVERSATION, text=text))
            assert refused.value.details["max"] == 65_536
            with pytest.raises(QueryRefused, match="frame_too_large"):
                await client.refresh(text)
            watching = client.watch(text)
            error = (await watching.until(lambda value: value.load.name == "refused")).load.error
            assert error is not None
            assert error.code == "frame_too_large"
            assert (await client.query(CountersGet())).counters == ()
            assert len(peer.of("hello")) == 1

    run(test)


def test_what_an_earlier_run_gave_too_long_waits_for_a_decision() -> None:
    async def test() -> None:
        outbox = MemoryOutbox()
        params = {"conversation_id": CONVERSATION, "text": "x" * 70_000}
        given_at = Time("2026-11-03T09:15:02.123Z")
        agent_id = AgentId(AGENT)
        await outbox.put(
            Entry(command_id=uuid7(), agent_id=agent_id, given_at=given_at, name="message.send", params=params)
        )
        async with Peer() as peer, come(peer, outbox=outbox) as client:
            await until(lambda: client.outbox.value and client.outbox.value[0].refused, "the refusal")
            refused = client.outbox.value[0].refused
            assert refused is not None
            assert refused.code == "frame_too_large"
            assert (client.state.value.name, peer.of("command")) == ("live", [])

    run(test)


def test_what_cannot_be_written_is_refused_and_holds_up_nothing() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            peer.answer = counters
            await client.live(5)
            torn = "\ud800"
            with pytest.raises(QueryRefused, match="invalid_params"):
                await client.query(SendPlan(conversation_id=CONVERSATION, text=torn))
            with pytest.raises(CommandRefused, match="invalid_params"):
                await client.send(CONVERSATION, torn)
            with pytest.raises(FrameError):
                client.signal(ConversationId(torn), "typing")
            client.cut()
            await until(lambda: len(peer.of("hello")) == 2, "the second connection")
            assert (await client.query(CountersGet())).counters == ()
            assert client.outbox.value == ()

    run(test)


def test_a_client_that_cannot_send_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)

            def broken(_asks: Asks) -> bytes:
                raise RuntimeError("broken")

            monkeypatch.setattr(Asks, "take", broken)
            with pytest.raises(Ended, match="broken"):
                await asyncio.wait_for(client.query(CountersGet()), 5)

    run(test)


def test_expected_is_sent_as_it_was_given() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            client.give(ConversationClose(conversation_id=CONVERSATION), expected=client.expected())
            await until(lambda: peer.of("command"), "the command")
            assert peer.of("command")[0]["expected"] == {"epoch": "0000000000000001", "seq": 0}

    run(test)


def test_signals_are_said_once_and_again_after_a_loss() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            for _ in range(5):
                client.signal(CONVERSATION, "typing")
            await until(lambda: peer.of("signal"), "a signal")
            client.cut()
            await until(lambda: len(peer.of("signal")) == 2, "it is said again, long before it is renewed", 5)
            client.signal(CONVERSATION, "nothing")
            await until(lambda: len(peer.of("signal")) == 3, "the end of it")
            assert [frame["doing"] for frame in peer.of("signal")] == ["typing", "typing", "nothing"]

    run(test)


def test_who_stops_waiting_takes_nothing_back() -> None:
    async def test() -> None:
        async with Peer() as peer, come(peer) as client:
            await client.live(5)
            given = client.give(CLAIM)
            waiting = asyncio.ensure_future(given)
            await until(lambda: peer.of("command"), "the command")
            waiting.cancel()
            await asyncio.wait({waiting})
            assert len(client.outbox.value) == 1
            command_id = peer.of("command")[0]["command_id"]
            await peer.say({"type": "reply", "command_id": command_id, "ok": {"seq": 1}})
            await until(lambda: client.outbox.value == (), "it was answered")
            assert (await given).seq == 1

    run(test)


def test_commands_of_somebody_else_are_not_sent() -> None:
    async def test() -> None:
        store = MemoryOutbox()
        for agent_id in ("agt_0192f0c4-0000-7000-8000-000000000002", AGENT, None):
            await store.put(
                Entry(
                    command_id=uuid7(),
                    agent_id=agent_id,
                    given_at="2026-11-03T09:15:02.123Z",
                    name="group.create",
                    params={"name": str(agent_id)},
                )
            )
        async with Peer() as peer, come(peer, outbox=store) as client:
            await client.live(5)
            await until(lambda: len(peer.of("command")) == 1, "the own one is sent")
            await asyncio.sleep(0.05)
            assert [frame["params"]["name"] for frame in peer.of("command")] == [AGENT]
            assert len(await store.all()) == 3

    run(test)
