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

from .board import Part
from .engine import Engine, reader_error
from .errors import Ended, ParloirError
from .frames import (
    AgentId,
    Attachment,
    AttachmentId,
    CardDraft,
    Codec,
    Command,
    CommandId,
    ContactId,
    ConversationId,
    Cursor,
    Doing,
    Done,
    Epoch,
    Expected,
    Job,
    JobId,
    MessageSend,
    Query,
    QueryFrame,
    Row,
    SearchConversations,
    Seq,
    TemplateUse,
    Time,
    View,
)
from .given import Given
from .live import Live
from .options import BACKOFF_MS, IDLE_MAX, OPEN, PROGRAM, Options
from .outbox import Entry, OutboxStore
from .rooms import Queue, Thread
from .screen import ContactValue, CountersValue, DirectoryValue, PresentAgent
from .state import State
from .store import ROWS_MAX, Store, Topic, plain_view
from .stream import EVENTS_MAX, EventStream, Told
from .token import Token, TokenProvider
from .upload import Door, FileSource, Progress, upload
from .uuid7 import uuid7
from .watch import Watching

A = TypeVar("A")
T = TypeVar("T")


class Client:
    """A connection to one workspace as one agent. Make one with `Client.connect`.

    It is an async context manager that closes itself.
    """

    def __init__(self, options: Options) -> None:
        self._engine = Engine(options)

    @classmethod
    def connect(
        cls,
        url: str,
        token: str | Token | TokenProvider,
        *,
        client: str = PROGRAM,
        codec: Codec = "msgpack",
        view: View = OPEN,
        outbox: OutboxStore | None = None,
        backoff_ms: tuple[float, float] = BACKOFF_MS,
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
            Options(url, token, client, codec, view, outbox, backoff_ms, rows_max, idle_max, ssl),
        )
        made._engine.start()
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
        return self._engine.connection.state

    @property
    def directory(self) -> Live[DirectoryValue]:
        """Settings, groups, agents, channels, templates."""
        return Part(self._engine.board, ("directory", None), self._engine.store.directory.value)

    @property
    def counters(self) -> Live[CountersValue]:
        """Counters as the server counts them."""
        return Part(self._engine.board, ("counters", None), self._engine.store.tallies.value)

    @property
    def online(self) -> Live[frozenset[AgentId]]:
        """Who is connected."""
        return Part(self._engine.board, ("online", None), lambda: self._engine.store.presences.online)

    @property
    def jobs(self) -> Live[dict[JobId, Job]]:
        """Large work that runs, or was done since this client looked."""
        return Part(self._engine.board, ("jobs", None), lambda: self._engine.store.jobs.value)

    @property
    def outbox(self) -> Live[tuple[Entry, ...]]:
        """Commands without an answer, and those of an earlier run that were refused and wait for `drop`."""
        return self._engine.commands.outbox.kept

    @property
    def store(self) -> Store:
        """What is folded, to be read; it is folded into by this client alone."""
        return self._engine.store

    @property
    def epoch(self) -> Epoch | None:
        """Of the log that this client follows; None before the first welcome."""
        return self._engine.store.epoch

    @property
    def seq(self) -> Seq:
        """Everything visible up to here is folded."""
        return self._engine.store.seq

    @property
    def cursor(self) -> Cursor | None:
        """What the next connection resumes from."""
        return self._engine.connection.cursor

    def expected(self) -> Expected | None:
        """What is folded now, for compare-and-send; rather take `Thread.value.expected`, which is on screen."""
        return self._engine.store.expected()

    async def live(self, timeout: float | None = None) -> None:
        """Waits until live. Raises `Ended` when the connection is over, `TimeoutError` after `timeout` seconds."""
        async with asyncio.timeout(timeout):
            state = await self.state.until(lambda state: state.name in ("live", "closed"))
        if state.name == "closed":
            raise Ended(state.code or 0, state.reason or "")

    async def close(self) -> None:
        """Ends the connection for good. Commands without an answer stay in the outbox store."""
        await self._engine.stop()

    def retry(self) -> None:
        """Connects now instead of after the pause, for example when the network is back."""
        self._engine.connection.retry()

    def cut(self) -> None:
        """Drops the socket as a broken network would. The client comes back by itself."""
        self._engine.connection.cut()

    def queue(self, view: View = OPEN) -> Queue:
        """A queue; it is loaded while somebody subscribes. Equal views are one queue."""
        key = plain_view(view)
        part = self._part(
            ("queue", key),
            lambda: self._engine.store.queue(key),
            lambda: self._engine.store.open_queue(key),
            lambda: self._engine.store.close_queue(key),
        )
        return Queue(key, part, lambda: self._wish(self._engine.store.extend_queue(key)))

    def thread(self, conversation_id: ConversationId) -> Thread:
        """A conversation's timeline; it is loaded while somebody subscribes."""
        part = self._part(
            ("thread", conversation_id),
            lambda: self._engine.store.thread(conversation_id),
            lambda: self._engine.store.open_thread(conversation_id),
            lambda: self._engine.store.close_thread(conversation_id),
        )
        return Thread(conversation_id, part, lambda: self._wish(self._engine.store.extend_thread(conversation_id)))

    def conversation(self, conversation_id: ConversationId) -> Live[Row | None]:
        """A conversation's row, kept while somebody subscribes; None until it is known, or where it is not visible."""
        return self._part(
            ("row", conversation_id),
            lambda: self._engine.store.row(conversation_id),
            lambda: self._engine.store.pin(conversation_id),
            lambda: self._engine.store.unpin(conversation_id),
        )

    def contact(self, contact_id: ContactId) -> Live[ContactValue]:
        """A contact's card, kept while somebody subscribes."""
        return self._part(
            ("contact", contact_id),
            lambda: self._engine.store.contacts.value(contact_id),
            lambda: self._engine.store.contacts.open(contact_id),
            lambda: self._engine.store.contacts.close(contact_id),
        )

    def present(self, conversation_id: ConversationId) -> Live[tuple[PresentAgent, ...]]:
        """Who is in a conversation, this agent included."""
        return Part(
            self._engine.board, ("present", conversation_id), lambda: self._engine.store.present(conversation_id)
        )

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
        ended = self._engine.ended()
        if ended is None:
            return self._engine.commands.give(entry)
        given = Given(entry.command_id)
        given.settle(ended)
        return given

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
        """Takes a command out of the outbox: a refused one of an earlier run, or one that raises `Dropped` then."""
        self._engine.commands.drop(command_id)

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
        number = self._engine.next_id()
        seq = None if at_least is None else Seq(at_least)
        return await self._engine.asked(QueryFrame(id=number, at_least=seq, name=name, params=params), number)

    def watch(self, text: str, *, limit: int | None = None, count: bool | None = None) -> Watching:
        """Keeps a search open until its `close`; the list survives reconnects."""
        return self._engine.watches.open(SearchConversations(text=text, limit=limit, count=count))

    def signal(self, conversation_id: ConversationId, doing: Doing) -> None:
        """Tells colleagues what this agent does there, and renews it until something else is said."""
        self._engine.signals.say(conversation_id, doing)

    async def refresh(self, token: str | Token) -> None:
        """Goes on with another token of the same agent, now and after every reconnect. Raises `QueryRefused`."""
        await self._engine.refresh(Token(token) if isinstance(token, str) else token)

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
            Door(self._engine.http, self._current_token, self._engine.options.ssl),
            file,
            name=name,
            media_type=media_type,
            on_progress=on_progress,
            on_begun=on_begun,
            resume=resume,
        )

    def attachment_url(self, attachment_id: AttachmentId, *, thumbnail: bool = False) -> str:
        """Where a file or its thumbnail is read from, with the token in `Authorization`."""
        return f"{self._engine.http}/v1/attachments/{attachment_id}{'/thumbnail' if thumbnail else ''}"

    def events(self, *, events_max: int = EVENTS_MAX) -> EventStream:
        """Events from now on, in order, each once: `async for event in client.events()`.

        When `events_max` wait to be read the connection waits, and goes on where it was: nothing is dropped.
        """
        stream = self._engine.streams.open(events_max)
        ended = self._engine.ended()
        if ended is not None:
            stream.end(reader_error(ended))
        return stream

    def on_event(self, run: Callable[[Told], object]) -> Callable[[], None]:
        """Calls `run` with each event once it is folded, in order, once; until the answer is called."""
        return self._engine.streams.handle(run)

    async def _current_token(self) -> str:
        return (await self._engine.tokens.current()).token

    def _wish(self, wished: bool) -> bool:
        self._engine.changed()
        return wished

    def _part(
        self, topic: Topic, read: Callable[[], T], begin: Callable[[], None], drop: Callable[[], None]
    ) -> Part[T]:
        def take() -> None:
            self._engine.holds.take(topic, begin)
            self._engine.changed()

        return Part(self._engine.board, topic, read, take, lambda: self._engine.holds.leave(topic, drop))


def _now() -> Time:
    return Time(datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"))
