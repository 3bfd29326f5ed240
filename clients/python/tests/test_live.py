"""Two programs and the customers, against the real server: what one does the other sees."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from server import Server, join, run, until

from parloir import CommandRefused, Ended, Event, QueryRefused, Token
from parloir.frames import (
    Address,
    ContactSave,
    ConversationStart,
    GroupCreate,
    MessageItem,
    MessageReceived,
    QueuePage,
    SearchConversations,
    TokenCreate,
    View,
    WorkspaceGet,
)

DEADLINE_S = 20.0


@pytest.mark.parametrize("codec", ["msgpack", "json"])
def test_what_one_says_the_other_sees(server: Server, codec: str) -> None:
    async def test() -> None:
        async with join(server, codec=codec) as lea, join(server, 1, codec=codec) as thomas:
            await lea.live(DEADLINE_S)
            await thomas.live(DEADLINE_S)
            page = await lea.query(QueuePage(view=View(status="open"), limit=1))
            of = page.rows[0].conversation.conversation_id
            thread, row = thomas.thread(of), thomas.conversation(of)
            stops = [thread.subscribe(lambda _: None), row.subscribe(lambda _: None)]
            await thread.until(lambda value: value.load.name == "ready")
            given = lea.send(of, f"Bonjour en {codec}")
            done = await given
            assert done.message_id == given.message_id
            value = await thread.until(lambda value: value.lines[-1].seq >= done.seq)
            said = [line.item.message for line in value.lines if isinstance(line.item, MessageItem)]
            assert (said[-1].message_id, said[-1].text) == (given.message_id, f"Bonjour en {codec}")
            found = await row.until(lambda row: row is not None and row.seq >= done.seq)
            assert found is not None
            assert found.last is not None
            assert found.last.text == f"Bonjour en {codec}"
            await until(lambda: lea.outbox.value == (), "nothing waits")
            assert lea.counters.value.all.open > 0
            me = lea.directory.value.me
            assert me is not None
            assert me.name == "Léa Moreau"
            for stop in stops:
                stop()

    run(test)


def test_of_two_who_answer_the_second_is_refused_and_sees_what_is_new(server: Server) -> None:
    async def test() -> None:
        async with join(server) as lea, join(server, 2) as nadia:
            await lea.live(DEADLINE_S)
            await nadia.live(DEADLINE_S)
            page = await lea.query(QueuePage(view=View(status="open"), limit=1))
            of = page.rows[0].conversation.conversation_id
            thread = nadia.thread(of)
            stop = thread.subscribe(lambda _: None)
            seen = await thread.until(lambda value: value.load.name == "ready")
            done = await lea.send(of, "Je réponds")
            with pytest.raises(CommandRefused) as refused:
                await nadia.send(of, "Moi aussi", expected=seen.expected)
            assert refused.value.code == "conversation_changed"
            assert refused.value.details["newest_seq"] == done.seq
            now = await thread.until(lambda value: value.lines[-1].seq >= done.seq)
            await nadia.send(of, "Moi aussi", expected=now.expected)
            stop()

    run(test)


def test_colleagues_see_who_looks_and_types(server: Server) -> None:
    async def test() -> None:
        async with join(server, 2) as nadia:
            await nadia.live(DEADLINE_S)
            async with join(server) as lea:
                await lea.live(DEADLINE_S)
                page = await lea.query(QueuePage(view=View(), limit=1))
                of = page.rows[0].conversation.conversation_id
                present = nadia.present(of)
                lea.signal(of, "viewing")
                await present.until(lambda seen: [one.doing for one in seen] == ["viewing"])
                lea.signal(of, "typing")
                await present.until(lambda seen: [one.doing for one in seen] == ["leasing"])
                assert server.agent_id(0) in nadia.online.value
            await present.until(lambda seen: seen == ())

    run(test)


def test_a_search_follows_what_happens(server: Server) -> None:
    async def test() -> None:
        async with join(server) as lea:
            await lea.live(DEADLINE_S)
            with lea.watch("zebulon", count=True) as watching:
                await watching.until(lambda value: value.load.name == "ready")
                assert watching.value.hits == ()
                number = Address(kind="e164", value="+33639981234")
                await lea.command(ConversationStart(channel_id=server.channel("sms"), address=number))
                await lea.command(ContactSave(name="Zébulon Ferrand", add_addresses=[number]))
                value = await watching.until(lambda value: len(value.hits) == 1)
                assert value.hits[0].name == "Zébulon Ferrand"
                lea.cut()
                await lea.state.until(lambda state: state.name != "live")
                await lea.live(DEADLINE_S)
                await lea.command(ContactSave(name="Zébulon Blanc", add_addresses=[number]))
                await watching.until(lambda value: [hit.name for hit in value.hits] == ["Zébulon Blanc"])
            refused = lea.watch('"open')
            value = await refused.until(lambda value: value.load.name == "refused")
            assert value.load.error is not None
            assert value.load.error.code == "invalid_query"

    run(test)


def test_a_search_holds_what_was_just_done(server: Server) -> None:
    async def test() -> None:
        async with join(server) as lea:
            await lea.live(DEADLINE_S)
            number = Address(kind="e164", value="+33639981240")
            done = await lea.command(ContactSave(name="Ulysse Ravel", add_addresses=[number]))
            found = await lea.query(SearchConversations(text="ulysse rav"), at_least=done.seq)
            assert [hit.name for hit in found.hits] == ["Ulysse Ravel"]

    run(test)


def test_a_card_is_read_and_followed(server: Server) -> None:
    async def test() -> None:
        async with join(server) as lea:
            await lea.live(DEADLINE_S)
            number = Address(kind="e164", value="+33639981235")
            done = await lea.command(ContactSave(name="Odile Payet", add_addresses=[number]))
            assert done.contact_id is not None
            contact = lea.contact(done.contact_id)
            stop = contact.subscribe(lambda _: None)
            await contact.until(lambda value: value.contact is not None)
            await lea.command(ContactSave(contact_id=done.contact_id, add_tags=["vip"]))
            await contact.until(
                lambda value: (
                    value.contact is not None and value.contact.card is not None and "vip" in value.contact.card.tags
                )
            )
            stop()

    run(test)


def test_events_come_once_and_in_order_over_cuts(server: Server) -> None:
    async def test() -> None:
        async with join(server) as lea:
            await lea.live(DEADLINE_S)
            stream = lea.events()
            for number in range(10):
                await asyncio.to_thread(server.customer, "+33639981299", f"bonjour {number}")
                if number % 3 == 0:
                    lea.cut()
            texts: list[str | None] = []
            seqs: list[int] = []
            while len(texts) < 10:
                event = await anext(stream)
                assert isinstance(event, Event)
                seqs.append(event.seq)
                match event.data:
                    case MessageReceived(message=message):
                        texts.append(message.text)
                    case _:
                        pass
            assert texts == [f"bonjour {number}" for number in range(10)]
            assert seqs == sorted(set(seqs))

    run(test)


def test_it_goes_on_with_another_token_and_is_told_when_one_does_not_work(server: Server) -> None:
    async def test() -> None:
        async with join(server) as lea:
            await lea.live(DEADLINE_S)
            me = lea.directory.value.me
            assert me is not None
            done = await lea.command(TokenCreate(agent_id=me.agent_id))
            await lea.refresh(done.token or "")
            with pytest.raises(QueryRefused, match="unauthenticated"):
                await lea.refresh("plr_AAAA")
        async with join(server, token="plr_AAAA") as stranger:
            with pytest.raises(Ended, match="4501"):
                await stranger.live(DEADLINE_S)

    run(test)


def test_an_expiring_token_is_renewed_before_its_end_and_an_expired_one_by_the_next(server: Server) -> None:
    async def test() -> None:
        async with join(server) as admin:
            await admin.live(DEADLINE_S)
            made = 0
            seconds = [4.0, 600.0]

            async def provider() -> Token:
                nonlocal made
                lasts = seconds[min(made, len(seconds) - 1)]
                made += 1
                ends = datetime.now(UTC) + timedelta(seconds=lasts)
                text = ends.isoformat(timespec="milliseconds").replace("+00:00", "Z")
                done = await admin.command(TokenCreate(agent_id=server.agent_id(3), expires_at=text))
                return Token(done.token or "", ends)

            async with join(server, token=provider) as other:
                await other.live(DEADLINE_S)
                losses: list[str] = []
                other.state.subscribe(lambda state: losses.append(state.name))
                await until(lambda: made == 2, "another token")
                await asyncio.sleep(4.2)
                assert losses == ["live"]

            ended = datetime.now(UTC) + timedelta(seconds=1)
            text = ended.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            short = await admin.command(TokenCreate(agent_id=server.agent_id(3), expires_at=text))
            tokens = [short.token, server.token(3)]
            async with join(server, token=lambda: tokens.pop(0) if len(tokens) > 1 else tokens[0]) as other:
                await other.live(DEADLINE_S)
                await until(lambda: len(tokens) == 1, "the provider is asked again")
                await other.live(DEADLINE_S)

    run(test)


def test_more_of_a_queue_and_of_a_thread(server: Server) -> None:
    async def test() -> None:
        async with join(server, view=View(status="open", order="waiting")) as lea:
            await lea.live(DEADLINE_S)
            queue = lea.queue(View())
            stop = queue.subscribe(lambda _: None)
            await queue.until(lambda value: value.load.name == "ready")
            before = len(queue.value.rows)
            while not queue.value.whole:
                assert await queue.more()
                assert len(queue.value.rows) > before
                before = len(queue.value.rows)
            assert not await queue.more()
            counted = lea.counters.value.all
            assert len(queue.value.rows) == counted.open + counted.closed
            seqs = [row.conversation.activity_seq for row in queue.value.rows]
            assert seqs == sorted(seqs, reverse=True)
            stop()

    run(test)


def test_a_group_made_here_is_in_the_directory(server: Server) -> None:
    async def test() -> None:
        async with join(server) as lea:
            await lea.live(DEADLINE_S)
            done = await lea.command(GroupCreate(name="Python"))
            assert done.group_id is not None
            await lea.directory.until(lambda value: done.group_id in value.groups)
            answer = await lea.query(WorkspaceGet())
            assert {one.group_id: one for one in answer.groups} == lea.directory.value.groups

    run(test)
