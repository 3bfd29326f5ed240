"""The handle that applications hold: one client stands for one agent.

It joins the parts and decides nothing that one of them can. It belongs to one event loop; `parloir.sync` is for
programs without one.
"""

import asyncio
import ssl as tls
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from .address import doors_of
from .asks import Ask
from .backoff import Backoff
from .board import Board, Part
from .connection import Connection, Parts
from .errors import Ended, ParloirError, QueryRefused, own_refusal
from .filling import Filling
from .frames import (
    AgentId,
    Attachment,
    AttachmentId,
    CardDraft,
    Change,
    Codec,
    Command,
    CommandFrame,
    CommandId,
    ContactId,
    ConversationId,
    Cursor,
    Doing,
    Done,
    Down,
    Epoch,
    ErrorBody,
    Event,
    Expected,
    Job,
    JobId,
    MessageSend,
    Query,
    QueryFrame,
    Refresh,
    Reply,
    Reset,
    Row,
    SearchConversations,
    Seq,
    Snapshot,
    TemplateUse,
    Time,
    UnknownEvent,
    Up,
    View,
    Welcome,
    write_frame,
)
from .given import Commands, Given
from .holds import Holds
from .live import Live
from .outbox import Entry, MemoryOutbox, OutboxStore
from .rooms import Queue, Thread
from .screen import ContactValue, CountersValue, DirectoryValue, PresentAgent
from .signals import OwnSignals
from .state import State
from .store import ROWS_MAX, Store, Topic, plain_view
from .stream import EVENTS_MAX, EventStream, Gap, Streams, Told
from .tell import LOGGER
from .token import Token, TokenProvider, Tokens
from .upload import Door, FileSource, Progress, upload
from .uuid7 import uuid7
from .watch import Watches, Watching

A = TypeVar("A")
T = TypeVar("T")

OPEN = View(status="open", order="activity")
"""The queue that a desk opens with."""
IDLE_MAX = 16
"""Queues and timelines that are kept though nobody follows them."""
VERSION = "0.1.0"
"""Of this package."""


class Client:
    """A connection to one workspace as one agent. Make one with `Client.connect`.

    It is an async context manager that closes itself.
    """

    def __init__(
        self,
        url: str,
        token: str | Token | TokenProvider,
        *,
        client: str = f"parloir-python/{VERSION}",
        codec: Codec = "msgpack",
        view: View = OPEN,
        outbox: OutboxStore | None = None,
        backoff_ms: tuple[float, float] = (500, 10_000),
        rows_max: int = ROWS_MAX,
        idle_max: int = IDLE_MAX,
        ssl: tls.SSLContext | None = None,
    ) -> None:
        loop = asyncio.get_running_loop()
        doors = doors_of(url)
        self._http = doors.http
        self._ssl = ssl
        self._view = view
        self._codec: Codec = codec
        self._store = Store(rows_max=rows_max)
        self._board = Board(self._store, loop.call_soon)
        self._holds = Holds(idle_max)
        self._streams = Streams()
        self._tokens = Tokens(token)
        self._connection = Connection(
            Parts(
                url=doors.live,
                client=client,
                codec=codec,
                tokens=self._tokens,
                backoff=Backoff(*backoff_ms),
                ssl=ssl,
                view=self._begin,
                frame=self._frame,
                has_room=lambda: self._streams.has_room,
                room=self._streams.room,
                lost=self._lost,
                ended=self._ended,
            )
        )
        self._asks = self._connection.asks
        self._watches = Watches(self)
        self._filling = Filling(self._store, self)
        self._signals = OwnSignals(self.say, lambda: self._connection.limits)
        self._commands = Commands(
            MemoryOutbox() if outbox is None else outbox,
            self._asks,
            self._written,
            lambda: self._connection.limits.frame_bytes_max,
        )
        self._last_id = 0
        self._told: tuple[Epoch, Seq] | None = None
        """Up to where the application was told; None before the first snapshot."""
        self._reset_reason = "too_old"
        self._running: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    def connect(
        cls,
        url: str,
        token: str | Token | TokenProvider,
        *,
        client: str = f"parloir-python/{VERSION}",
        codec: Codec = "msgpack",
        view: View = OPEN,
        outbox: OutboxStore | None = None,
        backoff_ms: tuple[float, float] = (500, 10_000),
        rows_max: int = ROWS_MAX,
        idle_max: int = IDLE_MAX,
        ssl: tls.SSLContext | None = None,
    ) -> "Client":
        """Starts to connect, on the event loop that runs. Whether the server is there shows in `state`.

        `url` is `https://desk.example`, `token` a text, a `Token`, or a function (async or not) that gives one.
        `client` is name and version of the program, for the operator; `view` the queue whose first page comes with
        the snapshot; `outbox` where unanswered commands are kept (memory without); `backoff_ms` the floor and the
        ceiling of pauses between tries; `rows_max` what one queue keeps, `idle_max` how many queues and timelines
        are kept though nobody follows them; `ssl` a context of one's own. Raises a `ValueError` when `url` is no
        address.
        """
        made = cls(
            url,
            token,
            client=client,
            codec=codec,
            view=view,
            outbox=outbox,
            backoff_ms=backoff_ms,
            rows_max=rows_max,
            idle_max=idle_max,
            ssl=ssl,
        )
        made._running = asyncio.get_running_loop().create_task(made._run())
        return made

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def state(self) -> Live[State]:
        """Where the connection is."""
        return self._connection.state

    @property
    def directory(self) -> Live[DirectoryValue]:
        """Settings, groups, agents, channels, templates."""
        return Part(self._board, ("directory", None), self._store.directory.value)

    @property
    def counters(self) -> Live[CountersValue]:
        """Counters as the server counts them."""
        return Part(self._board, ("counters", None), self._store.tallies.value)

    @property
    def online(self) -> Live[frozenset[AgentId]]:
        """Who is connected."""
        return Part(self._board, ("online", None), lambda: self._store.presences.online)

    @property
    def jobs(self) -> Live[dict[JobId, Job]]:
        """Large work that runs, or was done since this client looked."""
        return Part(self._board, ("jobs", None), lambda: self._store.jobs.value)

    @property
    def outbox(self) -> Live[tuple[Entry, ...]]:
        """Commands without an answer, and those of an earlier run that were refused and wait for `drop`."""
        return self._commands.outbox.kept

    @property
    def store(self) -> Store:
        """What is folded, to be read; it is folded into by this client alone."""
        return self._store

    @property
    def epoch(self) -> Epoch | None:
        """Of the log that this client follows; None before the first welcome."""
        return self._store.epoch

    @property
    def seq(self) -> Seq:
        """Everything visible up to here is folded."""
        return self._store.seq

    @property
    def cursor(self) -> Cursor | None:
        """What the next connection resumes from."""
        return self._connection.cursor

    def expected(self) -> Expected | None:
        """What is folded now, for compare-and-send; rather take `Thread.value.expected`, which is on screen."""
        return self._store.expected()

    async def live(self, timeout: float | None = None) -> None:
        """Waits until live. Raises `Ended` when the connection is over, `TimeoutError` after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            state = await self.state.until(lambda state: state.name in ("live", "closed"))
        if state.name == "closed":
            raise Ended(state.code or 0, state.reason or "")

    async def close(self) -> None:
        """Ends the connection for good. Commands without an answer stay in the outbox store."""
        self._connection.leave()
        if self._running is not None:
            await asyncio.wait({self._running})
        await self._commands.close()
        for task in self._tasks:
            task.cancel()

    def retry(self) -> None:
        """Connects now instead of after the pause, for example when the network is back."""
        self._connection.retry()

    def cut(self) -> None:
        """Drops the socket as a broken network would. The client comes back by itself."""
        self._connection.cut()

    def queue(self, view: View = OPEN) -> Queue:
        """A queue; it is loaded while somebody subscribes. Equal views are one queue."""
        key = plain_view(view)
        part = self._part(
            ("queue", key),
            lambda: self._store.queue(key),
            lambda: self._store.open_queue(key),
            lambda: self._store.close_queue(key),
        )
        return Queue(key, part, lambda: self._wish(self._store.extend_queue(key)))

    def thread(self, conversation_id: ConversationId) -> Thread:
        """A conversation's timeline; it is loaded while somebody subscribes."""
        part = self._part(
            ("thread", conversation_id),
            lambda: self._store.thread(conversation_id),
            lambda: self._store.open_thread(conversation_id),
            lambda: self._store.close_thread(conversation_id),
        )
        return Thread(conversation_id, part, lambda: self._wish(self._store.extend_thread(conversation_id)))

    def conversation(self, conversation_id: ConversationId) -> Live[Row | None]:
        """A conversation's row, kept while somebody subscribes; None until it is known, or where it is not visible."""
        return self._part(
            ("row", conversation_id),
            lambda: self._store.row(conversation_id),
            lambda: self._store.pin(conversation_id),
            lambda: self._store.unpin(conversation_id),
        )

    def contact(self, contact_id: ContactId) -> Live[ContactValue]:
        """A contact's card, kept while somebody subscribes."""
        return self._part(
            ("contact", contact_id),
            lambda: self._store.contacts.value(contact_id),
            lambda: self._store.contacts.open(contact_id),
            lambda: self._store.contacts.close(contact_id),
        )

    def present(self, conversation_id: ConversationId) -> Live[tuple[PresentAgent, ...]]:
        """Who is in a conversation, this agent included."""
        return Part(self._board, ("present", conversation_id), lambda: self._store.present(conversation_id))

    def give(self, command: Command, *, expected: Expected | None = None, command_id: CommandId | None = None) -> Given:
        """Does something once, whatever happens to the connection; `await` the answer or not.

        `expected`: refuse when somebody else wrote after this. `command_id`: a UUIDv7 of one's own.
        """
        return self.give_raw(command.NAME, msgspec.to_builtins(command), expected=expected, command_id=command_id)

    def give_raw(
        self,
        name: str,
        params: dict[str, Any],
        *,
        expected: Expected | None = None,
        command_id: CommandId | None = None,
    ) -> Given:
        """As `give`, of a command that this version does not know, with its params as on the wire."""
        entry = Entry(
            command_id=command_id or uuid7(),
            expected=expected,
            given_at=_now(),
            name=name,
            params=params,
        )
        state = self.state.value
        if state.name == "closed":
            given = Given(entry.command_id)
            given.settle(Ended(state.code or 0, state.reason or ""))
            return given
        return self._commands.give(entry)

    async def command(
        self, command: Command, *, expected: Expected | None = None, command_id: CommandId | None = None
    ) -> Done:
        """Does something once and waits for the answer. Raises `CommandRefused`, or `Ended`."""
        return await self.give(command, expected=expected, command_id=command_id)

    def send(
        self,
        conversation_id: ConversationId,
        text: str | None = None,
        *,
        attachment_id: AttachmentId | None = None,
        template: TemplateUse | None = None,
        card: CardDraft | None = None,
        send_at: Time | None = None,
        expected: Expected | None = None,
        command_id: CommandId | None = None,
    ) -> Given:
        """Sends a message; its id is known at once (`Given.message_id`). `await` it for the answer."""
        message = MessageSend(
            conversation_id=conversation_id,
            text=text,
            attachment_id=attachment_id,
            template=template,
            card=card,
            send_at=send_at,
        )
        return self.give(message, expected=expected, command_id=command_id)

    def drop(self, command_id: CommandId) -> None:
        """Takes a refused command of an earlier run out of the outbox."""
        self._commands.drop(command_id)

    async def query(self, query: Query[A], *, at_least: int | None = None) -> A:
        """Reads something. Raises `QueryRefused`, or `Ended`.

        `at_least`: the answer includes everything up to this seq, for example that of an accepted command.
        """
        ok = await self.query_raw(query.NAME, query, at_least=at_least)
        try:
            return query.answered(ok)
        except msgspec.ValidationError as error:
            raise ParloirError(f"the answer cannot be read: {error}") from error

    async def query_raw(self, name: str, params: Any, *, at_least: int | None = None) -> dict[str, Any]:
        """As `query`, of one that this version does not know; params and answer as on the wire."""
        number = self.next_id()
        seq = None if at_least is None else Seq(at_least)
        return await self._asked(QueryFrame(id=number, at_least=seq, name=name, params=params), number)

    def watch(self, text: str, *, limit: int | None = None, count: bool | None = None) -> Watching:
        """Keeps a search open until its `close`; the list survives reconnects."""
        return self._watches.open(SearchConversations(text=text, limit=limit, count=count))

    def signal(self, conversation_id: ConversationId, doing: Doing) -> None:
        """Tells colleagues what this agent does there, and renews it until something else is said."""
        self._signals.say(conversation_id, doing)

    async def refresh(self, token: str | Token) -> None:
        """Goes on with another token of the same agent, now and after every reconnect. Raises `QueryRefused`."""
        given = Token(token) if isinstance(token, str) else token
        number = self.next_id()
        await self._asked(Refresh(id=number, token=given.token), number)
        self._tokens.put(given)

    async def upload(
        self,
        file: FileSource,
        *,
        name: str | None = None,
        media_type: str | None = None,
        on_progress: Progress | None = None,
        on_begun: Callable[[AttachmentId], object] | None = None,
        resume: AttachmentId | None = None,
    ) -> Attachment:
        """Uploads a file, a path or bytes; returns the attachment once it is whole and accepted.

        It goes on where the server is after a loss. Cancel the task to give it up. `on_begun` is called once the
        server knows of it; `resume` goes on with one that was begun before, of the same file. Raises `Refused`.
        """
        return await upload(
            Door(self._http, self._current_token, self._ssl),
            file,
            name=name,
            media_type=media_type,
            on_progress=on_progress,
            on_begun=on_begun,
            resume=resume,
        )

    def attachment_url(self, attachment_id: AttachmentId, *, thumbnail: bool = False) -> str:
        """Where a file or its thumbnail is read from, with the token in `Authorization`."""
        return f"{self._http}/v1/attachments/{attachment_id}{'/thumbnail' if thumbnail else ''}"

    def events(self, *, events_max: int = EVENTS_MAX) -> EventStream:
        """Events from now on, in order, each once: `async for event in client.events()`.

        When `events_max` wait to be read the connection waits, and goes on where it was: nothing is dropped.
        """
        stream = self._streams.open(events_max)
        state = self.state.value
        if state.name == "closed":
            stream.end(_ended_error(state.code or 0, state.reason or ""))
        return stream

    def on_event(self, run: Callable[[Told], object]) -> Callable[[], None]:
        """Calls `run` with each event once it is folded, in order, once; until the answer is called."""
        return self._streams.handle(run)

    def next_id(self) -> int:
        """A number for a question."""
        self._last_id += 1
        return self._last_id

    def push(self, ask: Ask) -> None:
        """Asks until it is answered."""
        self._asks.push(ask)

    def say(self, frame: Up) -> None:
        """Sends what nobody answers; dropped when there is no connection."""
        self._connection.say(frame)

    def page_rows(self) -> int:
        """The rows of a page without `limit`."""
        return self._connection.limits.page_rows

    def changed(self) -> None:
        """The store was folded into: what it lacks is asked for, and who follows it is told."""
        if self._connection.is_welcomed:
            self._filling.fill(self._connection.limits.page_rows_max)
        self._board.look()

    async def _run(self) -> None:
        try:
            await self._commands.restore()
        except Exception as error:
            LOGGER.exception("the outbox store cannot be read")
            self._connection.fail(f"the outbox store cannot be read: {error}")
            return
        await self._connection.run()

    def _begin(self) -> View:
        self._store.begin(self._view)
        return self._view

    def _frame(self, frame: Down) -> None:
        match frame:
            case Event() | UnknownEvent():
                self._store.fold(frame)
                self.changed()
                self._told = None if self._store.epoch is None else (self._store.epoch, frame.seq)
                self._streams.put(frame)
            case Reply():
                self._asks.answered(frame)
            case Change():
                self._watches.fold(frame)
            case _:
                self._state_frame(frame)

    def _state_frame(self, frame: Down) -> None:
        if isinstance(frame, Reset):
            self._reset_reason = frame.reason
        if isinstance(frame, Reset) or (isinstance(frame, Welcome) and not frame.resumed):
            self._filling.forget()
        self._store.fold(frame)
        if isinstance(frame, Welcome):
            self._welcomed(frame.agent.agent_id)
        elif isinstance(frame, Snapshot) and frame.last:
            self._began(frame.seq)
        self.changed()

    def _began(self, seq: Seq) -> None:
        """A snapshot is whole: what lies between it and what was told before is a gap."""
        epoch = self._store.epoch
        assert epoch is not None
        before, self._told = self._told, (epoch, seq)
        if before is not None and before != (epoch, seq):
            self._streams.put(Gap(after=before[1], up_to=seq, reason=self._reset_reason))

    def _welcomed(self, me: AgentId) -> None:
        self._commands.welcomed(me)
        self._signals.welcomed()
        self._tokens.before_end(self._renew_soon)

    def _renew_soon(self) -> None:
        task = asyncio.get_running_loop().create_task(self._renew())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _renew(self) -> None:
        """Another token before the one in use ends. One that cannot be had now is asked for at the next connection."""
        try:
            await self.refresh(await self._tokens.take())
        except Exception:
            LOGGER.warning("the token could not be renewed", exc_info=True)
            self._tokens.stop()
        else:
            self._tokens.before_end(self._renew_soon)

    def _lost(self) -> None:
        self._watches.lost()

    def _ended(self, code: int, reason: str) -> None:
        self._signals.stop()
        self._asks.end(code, reason)
        self._commands.end(code, reason)
        self._streams.end(_ended_error(code, reason))

    async def _asked(self, frame: Up, number: int) -> dict[str, Any]:
        state = self.state.value
        if state.name == "closed":
            raise Ended(state.code or 0, state.reason or "")
        if self._asks.is_full:
            raise QueryRefused(own_refusal("busy", "too many questions wait"))
        answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

        def refused(error: ErrorBody) -> None:
            _fail(answered, QueryRefused(error))

        def done(ok: dict[str, Any]) -> None:
            if not answered.done():
                answered.set_result(ok)

        self.push(Ask(number, frame, done, refused, lambda code, reason: _fail(answered, Ended(code, reason))))
        try:
            return await answered
        finally:
            self.drop_ask(number)

    def drop_ask(self, key: int) -> None:
        """Nobody waits for a question any more."""
        self._asks.drop(key)

    async def _current_token(self) -> str:
        return (await self._tokens.current()).token

    def _written(self, frame: CommandFrame) -> int:
        return len(write_frame(self._codec, frame))

    def _wish(self, wished: bool) -> bool:
        self.changed()
        return wished

    def _part(
        self, topic: Topic, read: Callable[[], T], begin: Callable[[], None], drop: Callable[[], None]
    ) -> Part[T]:
        def take() -> None:
            self._holds.take(topic, begin)
            self.changed()

        return Part(self._board, topic, read, take, lambda: self._holds.leave(topic, drop))


def _now() -> Time:
    return Time(datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"))


def _fail(answered: "asyncio.Future[dict[str, Any]]", error: Exception) -> None:
    if not answered.done():
        answered.set_exception(error)


def _ended_error(code: int, reason: str) -> Ended | None:
    """What readers of events are told at the end; nothing when the application left."""
    return None if code == 1000 else Ended(code, reason)
