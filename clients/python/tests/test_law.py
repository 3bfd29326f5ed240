"""The law: a snapshot at any place with the events after it folded in equals the snapshot at the end.

Queues, pages and timelines are asked for at any moment and answered late or early, and the connection is cut at any
moment: it goes on where it was, told again what it knows, or begins anew. A seed replays a run.
"""

import os
import random
from typing import Any

import pytest
from model import CONVERSATIONS, TIME, Told, World, agent, channel, conversation, group, place

from parloir import frames as f
from parloir.store import PageWish, RowsWish, Store, Ticket, TimelineWish, Wish

PAGE_ROWS = 3
ROWS_MAX = 7
RUNS = int(os.environ.get("PARLOIR_LAW_RUNS", "300"))
"""More for a longer look."""

ME = f.Agent(agent_id=agent(1), name="Ada", role="agent", status="active", availability="online", seq=f.Seq(0))
DESK = f.Workspace(
    workspace_id=f.WorkspaceId("wsp_1"),
    name="Desk",
    country=f.Country("FR"),
    unread_until="opened",
    default_group=group(0),
    hold_ms=0,
    link_days=7,
    seq=f.Seq(0),
)


@pytest.mark.parametrize("seed", range(RUNS))
def test_a_snapshot_and_what_follows_is_what_is(seed: int) -> None:
    Run(random.Random(seed)).follow()


@pytest.mark.parametrize("seed", range(RUNS // 5))
def test_an_answer_that_is_ahead_is_never_set_back(seed: int) -> None:
    Run(random.Random(seed), limited=False, rows_max=1_000, views=[f.View(order="activity")]).ahead()


def test_a_row_that_went_does_not_come_back_by_a_page_from_before() -> None:
    store, view, of = Store(), f.View(order="activity"), conversation(1)
    header = f.Header(
        conversation_id=of,
        status="open",
        unread=False,
        group_id=group(0),
        activity_seq=f.Seq(2),
        activity_at=TIME,
        episode=1,
    )
    row = f.Row(seq=f.Seq(2), conversation=header, channel_id=channel(1), address=None, opted_out=False)
    store.begin(view)
    store.fold(welcome(resumed=False))
    store.fold(f.Snapshot(part=0, last=True, rows=(row,), seq=f.Seq(2)))
    ticket = store.ask()
    left = f.ConversationLeft(conversation_id=of)
    store.fold(f.Event(seq=f.Seq(4), at=TIME, actor=f.BySystem(), name=left.NAME, data=left))
    store.fold(f.Checkpoint(seq=f.Seq(5), cursor=f.Cursor("")))
    store.pin(of)
    store.answer(PageWish(view), ticket, f.RowsPage(rows=(row,), seq=f.Seq(3)))
    assert store.row(of) is None
    assert RowsWish((of,)) in store.wishes(10)


def welcome(*, resumed: bool) -> f.Welcome:
    return f.Welcome(
        workspace=DESK,
        agent=ME,
        epoch=f.Epoch("0000000000000001"),
        cursor=f.Cursor(""),
        seq=f.Seq(0),
        resumed=resumed,
        limits=f.Limits(),
        server="model",
    )


def some_view(dice: random.Random) -> f.View:
    def some(of: int) -> bool:
        return dice.randrange(of) == 0

    return f.View(
        status="open" if some(2) else None,
        group_id=group(0) if some(4) else None,
        assignee="me" if some(4) else "nobody" if some(4) else None,
        unread=True if some(4) else None,
        channel_id=channel(1) if some(4) else None,
        order="waiting" if some(3) else "activity",
    )


class Run:
    def __init__(
        self,
        dice: random.Random,
        limited: bool | None = None,
        rows_max: int = ROWS_MAX,
        views: list[f.View] | None = None,
    ) -> None:
        self.dice = dice
        self.limited = dice.randrange(2) == 0 if limited is None else limited
        self.worlds = [World()]
        self.told: list[Told] = []
        for _ in range(20 + dice.randrange(80)):
            world = self.worlds[-1].copy()
            self.told.append(world.act(dice))
            self.worlds.append(world)
        self.store = Store(rows_max=rows_max)
        self.views = [some_view(dice) for _ in range(3)] if views is None else views
        self.asked: list[tuple[Wish, Ticket, int]] = []
        self.threads: set[int] = set()

    @property
    def end(self) -> World:
        return self.worlds[-1]

    def follow(self) -> None:
        start = self.dice.randrange(len(self.worlds))
        self.begin(start)
        for at in range(start, len(self.told)):
            self.something(at)
            self.tell(at)
        self.settle()
        self.compare()

    def tell(self, at: int) -> None:
        event = self.told[at].limited if self.limited else self.told[at].all
        if event is None:
            seq = self.told[at].all.seq
            self.store.fold(f.Checkpoint(seq=seq, cursor=f.Cursor("")))
        else:
            self.store.fold(event)
        assert self.store.seq >= self.told[at].all.seq
        standing = {of for window in self.store._rows.windows.values() for of in window.ids()}
        assert set(self.store._rows._known) <= standing | {conversation(number) for number in self.threads}

    def ahead(self) -> None:
        self.begin(0)
        first = self.views[0]
        page = self.end.page(first, None, 1_000, limited=False)
        self.store.answer(PageWish(first), self.store.ask(), page)
        lines: dict[f.ConversationId, f.TimelinePage] = {}
        for row in page.rows:
            of = row.conversation.conversation_id
            self.store.open_thread(of)
            lines[of] = self.end.timeline(of, None, 1_000)
            self.store.answer(TimelineWish(of), self.store.ask(), lines[of])
        for told in self.told:
            self.store.fold(told.all)
            assert self.store.queue(first).rows == page.rows, told.all
            for of, timeline in lines.items():
                shown = self.store.thread(of)
                assert (shown.lines, shown.pending) == (timeline.items, timeline.pending), told.all

    def begin(self, start: int) -> None:
        first, *others = self.views
        self.store.begin(first)
        self.store.fold(welcome(resumed=False))
        page = self.worlds[start].page(first, None, PAGE_ROWS, limited=self.limited)
        self.store.fold(f.Snapshot(part=0, last=True, seq=page.seq, rows=page.rows, next=page.next))
        for other in others:
            self.store.open_queue(other)

    def something(self, at: int) -> None:
        """Asks for something, answers something, cuts the connection, or nothing of it."""
        match self.dice.randrange(7):
            case 0 | 1:
                self.wish()
                self.ask(at)
            case 2 if self.asked:
                wish, ticket, asked = self.asked.pop(self.dice.randrange(len(self.asked)))
                self.answer(wish, ticket, asked, at)
            case 3 if self.dice.randrange(3) == 0:
                self.cut(at)
            case _:
                pass

    def cut(self, at: int) -> None:
        if self.dice.randrange(2) == 0:
            self.asked.clear()
            self.begin(at)
            return
        self.store.fold(welcome(resumed=True))
        reached = self.store.seq
        for again in range(max(0, at - 4), max(0, at - self.dice.randrange(4))):
            self.tell(again)
        assert self.store.seq == reached

    def wish(self) -> None:
        """What an application does: it scrolls, and opens and closes conversations."""
        view = self.dice.choice(self.views)
        number = self.dice.randrange(CONVERSATIONS) + 1
        of = conversation(number)
        match self.dice.randrange(5):
            case 0 | 1:
                self.store.extend_queue(view)
            case 2:
                self.store.open_thread(of)
                self.store.pin(of)
                self.threads.add(number)
            case 3:
                self.store.extend_thread(of)
            case _:
                self.store.close_thread(of)
                self.store.unpin(of)
                self.threads.discard(number)

    def ask(self, at: int) -> None:
        waiting = [wish for wish, _, _ in self.asked]
        wishes = [wish for wish in self.store.wishes(PAGE_ROWS) if wish not in waiting]
        if wishes:
            self.asked.append((self.dice.choice(wishes), self.store.ask(), at))

    def answer(self, wish: Wish, ticket: Ticket, asked: int, at: int) -> None:
        """The answer may be older than the store, as old as the question, or newer than the store."""
        ahead = self.dice.randrange(len(self.worlds) - at) if self.dice.randrange(2) else 0
        as_of = min(asked + self.dice.randrange(at - asked + 1) + ahead, len(self.worlds) - 1)
        world = self.worlds[as_of]
        match wish:
            case RowsWish(ids):
                self.store.answer(wish, ticket, world.some_rows(ids, limited=self.limited))
            case PageWish(view, after):
                self.store.answer(wish, ticket, world.page(view, after, PAGE_ROWS, limited=self.limited))
            case TimelineWish(of, before) if world.sees(of, limited=self.limited):
                self.store.answer(wish, ticket, world.timeline(of, before, PAGE_ROWS))
            case _:
                error = f.ErrorBody(code="conversation_not_found", message="", temporary=False)
                self.store.refuse(wish, ticket, error)

    def settle(self) -> None:
        """Every answer comes, and whatever is still wanted is asked for."""
        end = len(self.told)
        for wish, ticket, at in self.asked:
            self.answer(wish, ticket, at, end)
        for _ in range(100):
            wishes = self.store.wishes(PAGE_ROWS)
            if not wishes:
                return
            for wish in wishes:
                self.answer(wish, self.store.ask(), end, end)
        raise AssertionError(f"it never has enough: {self.store.wishes(PAGE_ROWS)}")

    def compare(self) -> None:
        for view in self.views:
            self.compare_queue(view)
        for number in self.threads:
            of = conversation(number)
            shown = self.store.thread(of)
            # A conversation that was asked for before it was there is refused until it enters.
            if not self.end.sees(of, limited=self.limited) or shown.load.name == "refused":
                continue
            everything = self.end.timeline(of, None, 1_000).items
            first = shown.lines[0].seq if shown.lines else 0
            assert shown.lines == tuple(line for line in everything if line.seq >= first)
            assert shown.pending == self.end.pending(of)
            assert self.store.row(of) == self.end.row(of)

    def compare_queue(self, view: f.View) -> None:
        shown = self.store.queue(view)
        assert shown.load.name == "ready"
        assert len(shown.rows) <= ROWS_MAX
        # A window whose rows all left it is empty above its bound; nothing more can be said of it.
        if not shown.rows and not shown.whole:
            return
        bound: Any = None if shown.whole else place(view, shown.rows[-1])
        rows = self.end.queue(view, limited=self.limited)
        assert shown.rows == tuple(row for row in rows if bound is None or (place(view, row) or 0) <= bound)


def test_a_store_tells_what_changed_once() -> None:
    store = Store()
    store.begin(f.View(status="open"))
    store.fold(welcome(resumed=False))
    store.fold(f.Snapshot(part=0, last=True, seq=f.Seq(1)))
    assert ("directory", None) in store.take_changes()
    assert store.take_changes() == set()
    fact = f.GroupCreated(group=f.Group(group_id=group(3), name="New", status="active", seq=f.Seq(2)))
    store.fold(f.Event(seq=f.Seq(2), at=TIME, actor=f.BySystem(), name=fact.NAME, data=fact))
    assert store.take_changes() == {("directory", None)}
    assert group(3) in store.directory.value().groups
