"""The client for programs without an event loop, against the real server, from several threads."""

import threading

import pytest
from server import Server

from parloir import CommandRefused, Ended, Event
from parloir.frames import (
    Address,
    ContactSave,
    ConversationClaim,
    GroupCreate,
    MessageQueued,
    SearchConversations,
    View,
)
from parloir.sync import Client

DEADLINE_S = 20.0


def join(server: Server, at: int = 0) -> Client:
    return Client.connect(server.url, server.token(at), backoff_ms=(10, 50))


def test_every_call_waits_for_its_answer(server: Server) -> None:
    with join(server) as lea, join(server, 1) as thomas:
        lea.live(DEADLINE_S)
        thomas.live(DEADLINE_S)
        with lea.queue(View(status="open")) as queue:
            ready = queue.until(lambda value: value.load.name == "ready", DEADLINE_S)
            of = ready.rows[0].conversation.conversation_id
            assert queue.value.rows[0].conversation.conversation_id == of
        with thomas.thread(of) as thread:
            thread.until(lambda value: value.load.name == "ready", DEADLINE_S)
            given = lea.send(of, "Bonjour d'un fil")
            sent = given.result(DEADLINE_S)
            assert sent.message_id == given.message_id
            thread.until(lambda value: value.lines[-1].seq >= sent.seq, DEADLINE_S)
        done = lea.command(
            ContactSave(name="Sync Dupont", add_addresses=[Address(kind="e164", value="+33639981260")]),
            timeout=DEADLINE_S,
        )
        found = lea.query(SearchConversations(text="sync dup"), at_least=done.seq, timeout=DEADLINE_S)
        assert [hit.name for hit in found.hits] == ["Sync Dupont"]
        with lea.watch("sync dup") as watching:
            watching.until(lambda value: len(value.hits) == 1, DEADLINE_S)
        lea.signal(of, "viewing")
        thomas.present(of).until(lambda seen: [one.agent_id for one in seen] == [server.agent_id(0)], DEADLINE_S)
        assert {server.agent_id(0), server.agent_id(1)} <= thomas.online.value
        assert lea.jobs.value == {}
        me = lea.directory.value.me
        assert me is not None
        assert me.name == "Léa Moreau"
        with pytest.raises(CommandRefused, match="field_empty"):
            lea.command(GroupCreate(name=""))


def test_events_are_read_one_after_another(server: Server) -> None:
    with join(server) as lea:
        lea.live(DEADLINE_S)
        events = lea.events()
        row = lea.queue().value.rows[0]
        given = [lea.send(row.conversation.conversation_id, f"événement {number}") for number in range(5)]
        lea.cut()
        wanted = {one.message_id for one in given}
        seqs: list[int] = []
        while wanted:
            event = events.next(DEADLINE_S)
            assert isinstance(event, Event)
            seqs.append(event.seq)
            if isinstance(event.data, MessageQueued):
                wanted.discard(event.data.message.message_id)
        assert seqs == sorted(set(seqs))
        lea.close()
        # What came before the end is read first.
        for _ in events:
            pass
        with pytest.raises(StopIteration):
            events.next(1)


def test_threads_share_a_client(server: Server) -> None:
    with join(server) as lea:
        lea.live(DEADLINE_S)
        of = [row.conversation.conversation_id for row in lea.queue().value.rows[:8]]
        failures: list[BaseException] = []

        def work(at: int) -> None:
            try:
                for number in range(5):
                    lea.send(of[at], f"fil {at} {number}").result(DEADLINE_S)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(at,)) for at in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []


def test_what_cannot_come_in_says_so() -> None:
    with pytest.raises(ValueError, match="no address"):
        Client.connect("desk.example", "plr_AAAA")
    with Client.connect("http://127.0.0.1:9", "plr_AAAA") as nobody, pytest.raises(TimeoutError):
        nobody.live(0.2)


def test_a_token_that_does_not_work_ends_it(server: Server) -> None:
    with Client.connect(server.url, "plr_AAAA") as stranger:
        with pytest.raises(Ended, match="4501"):
            stranger.live(DEADLINE_S)
        with pytest.raises(Ended):
            stranger.command(ConversationClaim(conversation_id="cnv_x"))
