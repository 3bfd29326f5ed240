"""A client's picture of its workspace, folded from frames: the same frames give the same picture, on every screen.

It does no input or output, knows no time and asks nobody; what it lacks it wishes for.
"""

from collections.abc import Iterable

from parloir.frames import (
    Checkpoint,
    ContactAnswer,
    ConversationId,
    ConversationLeft,
    CountersFrame,
    Down,
    Epoch,
    ErrorBody,
    Event,
    Expected,
    GroupDeleted,
    Reset,
    Row,
    RowsAnswer,
    RowsPage,
    Seq,
    Signal,
    Snapshot,
    TimelinePage,
    UnknownEvent,
    View,
    Welcome,
)
from parloir.screen import READY, Load, PresentAgent, QueueValue, ThreadValue

from .contacts import Contacts, Jobs
from .directory import Directory
from .held import Held, Ticket
from .presence import Presences
from .rows import Rows
from .tallies import Tallies
from .timelines import Timelines
from .topics import Topic
from .window import WHOLE, Window, plain_view
from .wishes import ContactWish, PageWish, RowsWish, TimelineWish, Wish

ROWS_MAX = 20_000
"""Rows that one queue keeps where nothing else is said."""


class Store:
    """Everything a screen shows. `rows_max` is what one queue keeps."""

    def __init__(self, *, rows_max: int = ROWS_MAX) -> None:
        self._changes: set[Topic] = set()
        self.directory = Directory(self._touch)
        self.tallies = Tallies(self._touch)
        self.presences = Presences(self._touch)
        self.jobs = Jobs(self._touch)
        self.contacts = Contacts(self._touch)
        self._timelines = Timelines(self._touch)
        self._held = Held()
        self._rows = Rows(rows_max, self._touch)
        self._values: dict[Topic, QueueValue | ThreadValue] = {}
        """Values of queues and threads as they were read last."""
        self._epoch: Epoch | None = None
        self._seq = Seq(0)
        self._whole = False
        self._first: Window | None = None
        """The window that the next snapshot's rows are of."""
        self._first_page: list[Row] = []

    @property
    def seq(self) -> Seq:
        """Everything visible up to here is folded."""
        return self._seq

    @property
    def epoch(self) -> Epoch | None:
        """Of the log that is folded; None before the first welcome."""
        return self._epoch

    @property
    def whole(self) -> bool:
        """Whether a snapshot was folded to its end, so that questions make sense."""
        return self._whole

    @property
    def rows_kept(self) -> int:
        """Rows that are kept."""
        return len(self._rows)

    @property
    def timelines_kept(self) -> int:
        """Timelines that are kept."""
        return len(self._timelines)

    def expected(self) -> Expected | None:
        """What `expected` says when the author has this store on screen."""
        return None if self._epoch is None else Expected(epoch=self._epoch, seq=self._seq)

    def take_changes(self) -> set[Topic]:
        """What changed since this was called last."""
        changes = self._changes
        self._changes = set()
        return changes

    def fold(self, frame: Down) -> None:
        """Folds one frame. Replies are not folded here: their content is."""
        match frame:
            case Event():
                self._event(frame)
            case UnknownEvent() | Checkpoint():
                self._seq = max(self._seq, frame.seq)
            case CountersFrame():
                self.tallies.fold(frame)
            case Signal():
                self.presences.fold(frame)
            case Welcome():
                self._welcome(frame)
            case Snapshot():
                self._snapshot(frame)
            case Reset():
                self._clear()
            case _:
                return

    def begin(self, view: View) -> None:
        """Before `hello`: the snapshot's rows will be of this view."""
        self._first = self._rows.open(view)

    def open_queue(self, view: View) -> None:
        """Somebody looks at a queue."""
        if plain_view(view) not in self._rows.windows:
            self._touch(("queue", self._rows.open(view).view))

    def close_queue(self, view: View) -> None:
        """Nobody looks at a queue any more; the snapshot's stays."""
        key = plain_view(view)
        window = self._rows.windows.get(key)
        if window is None or window is self._first:
            return
        self._rows.close(window)
        self._values.pop(("queue", key), None)

    def extend_queue(self, view: View) -> bool:
        """Wants one more page of a queue; False when there is none."""
        window = self._rows.windows.get(plain_view(view))
        if window is None or window.next is None:
            return False
        window.extending = True
        self._touch(("queue", window.view))
        return True

    def queue(self, view: View) -> QueueValue:
        """A queue as it is now; the same object until it changes."""
        key = plain_view(view)
        known = self._values.get(("queue", key))
        if isinstance(known, QueueValue):
            return known
        value = self._read_queue(key, self._rows.windows.get(key))
        self._values["queue", key] = value
        return value

    def pin(self, conversation_id: ConversationId) -> None:
        """Keeps a conversation's row."""
        self._rows.pin(conversation_id, self._seq)

    def unpin(self, conversation_id: ConversationId) -> None:
        """Its row is kept no longer than a queue needs it."""
        self._rows.unpin(conversation_id)

    def row(self, conversation_id: ConversationId) -> Row | None:
        """A row that stands in a queue or is pinned."""
        return self._rows.get(conversation_id)

    def open_thread(self, conversation_id: ConversationId) -> None:
        """Somebody looks at a timeline."""
        self._timelines.open(conversation_id)

    def close_thread(self, conversation_id: ConversationId) -> None:
        """Nobody looks at a timeline any more."""
        self._timelines.close(conversation_id)
        self._values.pop(("thread", conversation_id), None)

    def extend_thread(self, conversation_id: ConversationId) -> bool:
        """Wants the page before the first line of a thread; False when there is none."""
        timeline = self._timelines.get(conversation_id)
        if timeline is None or timeline.load.name != "ready" or not timeline.earlier:
            return False
        timeline.extending = True
        self._touch(("thread", conversation_id))
        return True

    def thread(self, conversation_id: ConversationId) -> ThreadValue:
        """A timeline as it is now; the same object until it changes."""
        known = self._values.get(("thread", conversation_id))
        if isinstance(known, ThreadValue):
            return known
        timeline = self._timelines.get(conversation_id)
        if timeline is None:
            return ThreadValue(expected=self.expected())
        value = ThreadValue(
            load=timeline.load,
            lines=timeline.lines(),
            pending=timeline.pending(),
            earlier=timeline.earlier,
            extending=timeline.extending,
            expected=self.expected(),
        )
        self._values["thread", conversation_id] = value
        return value

    def threads(self) -> list[ConversationId]:
        """The timelines that are kept."""
        return self._timelines.ids()

    def present(self, conversation_id: ConversationId) -> tuple[PresentAgent, ...]:
        """Who else is in a conversation."""
        return self.presences.within(conversation_id)

    def wishes(self, ids_max: int) -> list[Wish]:
        """What is wanted now, at most `ids_max` rows in one question."""
        if not self._whole:
            return []
        wishes: list[Wish] = []
        for view, window in self._rows.windows.items():
            if window.load.name == "loading":
                wishes.append(PageWish(view))
            elif window.extending and window.next is not None:
                wishes.append(PageWish(view, window.next))
        ids = self._rows.missing(ids_max)
        if ids:
            wishes.append(RowsWish(ids))
        for conversation_id in self._timelines.ids():
            wishes.extend(self._wishes_of(conversation_id))
        wishes.extend(ContactWish(contact_id) for contact_id in self.contacts.wanted())
        return wishes

    def ask(self) -> Ticket:
        """Before a question whose answer will be folded: events are kept until it comes.

        The question must ask for `at_least` this store's `seq`.
        """
        return self._held.ask()

    def release(self, ticket: Ticket) -> None:
        """No answer will come."""
        self._held.release(ticket)

    def refuse(self, wish: Wish, ticket: Ticket, error: ErrorBody) -> None:
        """A wish that the server refuses."""
        self._held.release(ticket)
        load = Load("refused", error)
        match wish:
            case RowsWish(ids):
                self._rows.give_up(ids)
            case ContactWish(contact_id):
                self.contacts.refused(contact_id, load)
            case PageWish():
                self._refuse_page(wish, load)
            case TimelineWish():
                self._refuse_timeline(wish, load)

    def answer(self, wish: Wish, ticket: Ticket, answer: RowsPage | RowsAnswer | TimelinePage | ContactAnswer) -> None:
        """Folds what was wished for. Nothing happens when it comes too late: the wish is there again."""
        match wish, answer:
            case PageWish(), RowsPage():
                self._fold_page(wish, ticket, answer)
            case RowsWish(), RowsAnswer():
                self._fold_rows(wish, ticket, answer)
            case TimelineWish(), TimelinePage():
                self._fold_timeline(wish, ticket, answer)
            case ContactWish(), ContactAnswer():
                self._held.release(ticket)
                self.contacts.put(answer.contact)
            case _:
                raise TypeError(f"{type(answer).__name__} is no answer to {type(wish).__name__}")

    def _touch(self, topic: Topic) -> None:
        self._changes.add(topic)
        self._values.pop(topic, None)

    def _fold_rows(self, wish: RowsWish, ticket: Ticket, page: RowsAnswer) -> None:
        events = self._held.redeem(ticket, page.seq)
        if events is None:
            return
        self._rows.found(wish.ids, page.rows, page.seq)
        self._again(events)

    def _fold_page(self, wish: PageWish, ticket: Ticket, page: RowsPage) -> None:
        """The first page replaces what is known, the next one makes it longer."""
        events = self._held.redeem(ticket, page.seq)
        window = self._rows.windows.get(wish.view)
        if events is None or window is None:
            return
        window.extending = False
        self._touch(("queue", wish.view))
        if wish.after is None:
            window.clear()
        elif window.next != wish.after:
            return
        window.load = READY
        self._rows.page(window, page.rows, page.next, page.seq)
        self._again(events)

    def _fold_timeline(self, wish: TimelineWish, ticket: Ticket, page: TimelinePage) -> None:
        events = self._held.redeem(ticket, page.seq)
        timeline = self._timelines.get(wish.conversation_id)
        if events is None or timeline is None:
            return
        own = [event for event in events if event.conversation_id == wish.conversation_id]
        if any(isinstance(event.data, ConversationLeft) for event in own):
            return
        if wish.before is None:
            timeline.begin(page)
            timeline.load = READY
            for event in own:
                timeline.fold(event)
        else:
            timeline.extend(wish.before, page, own)
        timeline.extending = False
        self._touch(("thread", wish.conversation_id))

    def _refuse_page(self, wish: PageWish, load: Load) -> None:
        window = self._rows.windows.get(wish.view)
        if window is None:
            return
        if wish.after is None:
            window.load = load
        else:
            window.stop()
        self._touch(("queue", wish.view))

    def _refuse_timeline(self, wish: TimelineWish, load: Load) -> None:
        timeline = self._timelines.get(wish.conversation_id)
        if timeline is None:
            return
        if wish.before is None:
            timeline.load = load
        else:
            timeline.earlier = False
        timeline.extending = False
        self._touch(("thread", wish.conversation_id))

    def _wishes_of(self, conversation_id: ConversationId) -> Iterable[Wish]:
        timeline = self._timelines.get(conversation_id)
        if timeline is None:
            return
        if timeline.load.name == "loading":
            yield TimelineWish(conversation_id)
            return
        before = timeline.first_seq()
        if timeline.extending and before is not None:
            yield TimelineWish(conversation_id, before)

    def _read_queue(self, view: View, window: Window | None) -> QueueValue:
        if window is None:
            return QueueValue(view)
        whole = window.load.name == "ready" and window.bound == WHOLE
        return QueueValue(view, window.load, window.rows(), whole, window.extending)

    def _again(self, events: Iterable[Event]) -> None:
        for event in events:
            self._rows.fold(event)
        self._rows.trim()

    def _clear(self) -> None:
        self._seq = Seq(0)
        self._whole = False
        self._first_page = []
        self._held.void()
        self._rows.clear()
        self._timelines.clear()
        self.presences.clear()
        self.tallies.clear()
        self.directory.clear()
        self.contacts.clear()
        self.jobs.clear()

    def _welcome(self, welcome: Welcome) -> None:
        if welcome.resumed:
            if not welcome.signals_kept:
                self.presences.clear()
            return
        self._clear()
        self._epoch = welcome.epoch
        self._rows.me = welcome.agent.agent_id
        self.directory.welcome(welcome)

    def _snapshot(self, part: Snapshot) -> None:
        self.directory.snapshot(part)
        for counters in part.counters:
            self.tallies.fold(counters)
        for signal in part.signals:
            self.presences.fold(signal)
        self._first_page.extend(part.rows)
        if not part.last:
            return
        if self._first is not None:
            self._first.load = READY
            self._rows.page(self._first, self._first_page, part.next, part.seq)
        self._first_page = []
        self._seq = part.seq
        self._whole = True
        self._rows.trim()

    def _event(self, event: Event) -> None:
        if event.seq <= self._seq:
            return
        self._seq = event.seq
        self._held.keep(event)
        self._rows.fold(event)
        self._rows.trim()
        self._timelines.fold(event)
        self.directory.fold(event)
        self.contacts.fold(event)
        self.jobs.fold(event)
        if isinstance(event.data, GroupDeleted):
            self.tallies.forget(event.data.group_id)
        if isinstance(event.data, ConversationLeft):
            self.presences.forget(event.data.conversation_id)
