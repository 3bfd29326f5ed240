"""The same client for programs without an event loop: each call waits for its answer.

All clients of a process share one event loop in one thread of its own; nothing here runs in the caller's. Under gevent
that thread is a greenlet: patch before importing, and a call that waits holds up no other greenlet.
"""

import asyncio
import concurrent.futures
import threading
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from types import TracebackType
from typing import Any, Generic, TypeVar, Unpack

from .client import Client as AsyncClient
from .errors import Ended
from .frames import (
    AgentId,
    Attachment,
    AttachmentId,
    CardDraft,
    Command,
    CommandId,
    ContactId,
    ConversationId,
    Doing,
    Done,
    Epoch,
    Expected,
    Job,
    JobId,
    MessageId,
    Query,
    Row,
    Seq,
    TemplateUse,
    Time,
    View,
)
from .given import Given as AsyncGiven
from .live import Live as AsyncLive
from .live import Stop
from .options import OPEN, ConnectOptions
from .outbox import Entry
from .rooms import Queue, Thread
from .screen import ContactValue, CountersValue, DirectoryValue, PresentAgent, QueueValue, ThreadValue
from .state import State
from .stream import EVENTS_MAX, EventStream, Told
from .token import Token, TokenProvider
from .upload import FileSource, Progress
from .watch import WatchValue

A = TypeVar("A")
T = TypeVar("T")


class _Loop:
    """One event loop in a thread of its own, begun when it is needed first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ident: int | None = None

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Runs a coroutine there and waits for it. Raises `TimeoutError` after `timeout` seconds."""
        if threading.get_ident() == self._ident:
            work.close()
            raise RuntimeError("called from the client's own thread, which would wait for itself for ever")
        running = asyncio.run_coroutine_threadsafe(work, self._begun())
        try:
            return running.result(timeout)
        except concurrent.futures.TimeoutError:
            running.cancel()
            raise TimeoutError(f"not in {timeout} s") from None
        except BaseException:
            running.cancel()
            raise

    def call(self, run: Callable[[], T]) -> T:
        """Calls something there and waits for it."""

        async def work() -> T:
            return run()

        return self.run(work())

    def _begun(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._serve, args=(self._loop,), name="parloir", daemon=True).start()
            return self._loop

    def _serve(self, loop: asyncio.AbstractEventLoop) -> None:
        self._ident = threading.get_ident()
        asyncio.set_event_loop(loop)
        loop.run_forever()


_LOOP = _Loop()


class Live(Generic[T]):
    """A value that can be read at any time; what it needs is loaded and kept between `with` and its end."""

    def __init__(self, live: AsyncLive[T]) -> None:
        self._live = live
        self._stop: Stop | None = None

    @property
    def value(self) -> T:
        """As it is now."""
        return _LOOP.call(lambda: self._live.value)

    def __enter__(self) -> "Live[T]":
        self._stop = _LOOP.call(lambda: self._live.subscribe(lambda _: None))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stop, self._stop = self._stop, None
        if stop is not None:
            _LOOP.call(stop)

    def until(self, test: Callable[[T], bool], timeout: float | None = None) -> T:
        """Waits for a value that passes. Raises `TimeoutError` after `timeout` seconds."""
        return _LOOP.run(self._live.until(test), timeout)

    def subscribe(self, run: Callable[[T], object]) -> Stop:
        """Calls `run` at once and after every batch that changed it, in the client's thread; it must not wait."""
        stop = _LOOP.call(lambda: self._live.subscribe(run))
        return lambda: _LOOP.call(stop)


class Extended(Live[T]):
    """A queue or a timeline, of which there may be more."""

    def __init__(self, room: Queue | Thread, live: AsyncLive[T]) -> None:
        super().__init__(live)
        self._room = room

    def more(self, timeout: float | None = None) -> bool:
        """Asks for one more page and waits for it; False when there is none."""
        return _LOOP.run(self._room.more(), timeout)


class Given:
    """A command on its way."""

    def __init__(self, given: AsyncGiven) -> None:
        self._given = given

    @property
    def command_id(self) -> CommandId:
        """Its id, under which it happens once."""
        return self._given.command_id

    @property
    def message_id(self) -> MessageId:
        """Of a message that is sent: its id, known before the answer."""
        return self._given.message_id

    def stored(self, timeout: float | None = None) -> None:
        """Waits until it is in the outbox store."""
        _LOOP.run(self._given.stored(), timeout)

    def result(self, timeout: float | None = None) -> Done:
        """Waits for the answer. Raises `CommandRefused`, `Ended`, or `TimeoutError`: then it is still sent."""

        async def answer() -> Done:
            return await self._given

        return _LOOP.run(answer(), timeout)


class Events:
    """Events in order, each once, as they come; at most twice the stream's bound wait here."""

    def __init__(self, stream: EventStream) -> None:
        self._stream = stream
        self._batch: deque[Told] = deque()

    def __iter__(self) -> Iterator[Told]:
        return self

    def __next__(self) -> Told:
        return self.next()

    def next(self, timeout: float | None = None) -> Told:
        """The next one. Raises `TimeoutError`, `StopIteration` at the end, and `Ended` when that was not wanted."""
        if not self._batch:
            self._batch.extend(_LOOP.run(self._some(), timeout))
        if not self._batch:
            raise StopIteration
        return self._batch.popleft()

    def close(self) -> None:
        """Reads no more."""
        _LOOP.call(self._stream.close)

    async def _some(self) -> list[Told]:
        async for told in self._stream:
            return [told, *self._stream.take()]
        return []


class Watching(Live[WatchValue]):
    """An open search; `close` ends it, and so does the end of a `with`."""

    def __init__(self, client: AsyncClient, text: str, limit: int | None, count: bool | None) -> None:
        self._watching = _LOOP.call(lambda: client.watch(text, limit=limit, count=count))
        super().__init__(self._watching)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self.close()

    def close(self) -> None:
        """Ends the search."""
        _LOOP.call(self._watching.close)


class Client:
    """A connection to one workspace as one agent, for programs without an event loop. See `parloir.Client`.

    It may be used from any thread. A context manager that closes itself.
    """

    def __init__(self, url: str, token: str | Token | TokenProvider, **options: Unpack[ConnectOptions]) -> None:
        self._client: AsyncClient = _LOOP.call(lambda: AsyncClient.connect(url, token, **options))

    @classmethod
    def connect(cls, url: str, token: str | Token | TokenProvider, **options: Unpack[ConnectOptions]) -> "Client":
        """Starts to connect; `options` are those of `parloir.Client.connect`. Raises a `ValueError`."""
        return cls(url, token, **options)

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def state(self) -> Live[State]:
        """Where the connection is."""
        return Live(self._client.state)

    @property
    def directory(self) -> Live[DirectoryValue]:
        """Settings, groups, agents, channels, templates."""
        return Live(self._client.directory)

    @property
    def counters(self) -> Live[CountersValue]:
        """Counters as the server counts them."""
        return Live(self._client.counters)

    @property
    def online(self) -> Live[frozenset[AgentId]]:
        """Who is connected."""
        return Live(self._client.online)

    @property
    def jobs(self) -> Live[dict[JobId, Job]]:
        """Large work that runs, or was done since this client looked."""
        return Live(self._client.jobs)

    @property
    def outbox(self) -> Live[tuple[Entry, ...]]:
        """Commands without an answer, and refused ones of an earlier run."""
        return Live(self._client.outbox)

    @property
    def epoch(self) -> Epoch | None:
        """Of the log that this client follows; None before the first welcome."""
        return self._client.epoch

    @property
    def seq(self) -> Seq:
        """Everything visible up to here is folded."""
        return self._client.seq

    def expected(self) -> Expected | None:
        """What is folded now, for compare-and-send."""
        return _LOOP.call(self._client.expected)

    def live(self, timeout: float | None = None) -> None:
        """Waits until live. Raises `Ended` when the connection is over, `TimeoutError` after `timeout` seconds."""
        state = self.state.until(lambda state: state.name in ("live", "closed"), timeout)
        if state.name == "closed":
            raise Ended(state.code or 0, state.reason or "")

    def close(self) -> None:
        """Ends the connection for good. Commands without an answer stay in the outbox store."""
        _LOOP.run(self._client.close())

    def retry(self) -> None:
        """Connects now instead of after the pause."""
        _LOOP.call(self._client.retry)

    def cut(self) -> None:
        """Drops the socket as a broken network would. The client comes back by itself."""
        _LOOP.call(self._client.cut)

    def queue(self, view: View = OPEN) -> Extended[QueueValue]:
        """A queue, loaded between `with` and its end."""
        queue = self._client.queue(view)
        return Extended(queue, queue)

    def thread(self, conversation_id: ConversationId) -> Extended[ThreadValue]:
        """A conversation's timeline, loaded between `with` and its end."""
        thread = self._client.thread(conversation_id)
        return Extended(thread, thread)

    def conversation(self, conversation_id: ConversationId) -> Live[Row | None]:
        """A conversation's row, kept between `with` and its end."""
        return Live(self._client.conversation(conversation_id))

    def contact(self, contact_id: ContactId) -> Live[ContactValue]:
        """A contact's card, kept between `with` and its end."""
        return Live(self._client.contact(contact_id))

    def present(self, conversation_id: ConversationId) -> Live[tuple[PresentAgent, ...]]:
        """Who is in a conversation, this agent included."""
        return Live(self._client.present(conversation_id))

    def give(self, command: Command, *, expected: Expected | None = None, command_id: CommandId | None = None) -> Given:
        """Does something once without waiting for the answer."""
        return Given(_LOOP.call(lambda: self._client.give(command, expected=expected, command_id=command_id)))

    def command(
        self,
        command: Command,
        *,
        expected: Expected | None = None,
        command_id: CommandId | None = None,
        timeout: float | None = None,
    ) -> Done:
        """Does something once and waits. Raises `CommandRefused`, `Ended`, or `TimeoutError`: then it is still sent."""
        return self.give(command, expected=expected, command_id=command_id).result(timeout)

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
        """Sends a message; its id is known at once. `result()` waits for the answer."""

        def give() -> AsyncGiven:
            return self._client.send(
                conversation_id,
                text,
                attachment_id=attachment_id,
                template=template,
                card=card,
                send_at=send_at,
                expected=expected,
                command_id=command_id,
            )

        return Given(_LOOP.call(give))

    def drop(self, command_id: CommandId) -> None:
        """Takes a refused command of an earlier run out of the outbox."""
        _LOOP.call(lambda: self._client.drop(command_id))

    def query(self, query: Query[A], *, at_least: int | None = None, timeout: float | None = None) -> A:
        """Reads something. Raises `QueryRefused`, `Ended`, or `TimeoutError`."""
        return _LOOP.run(self._client.query(query, at_least=at_least), timeout)

    def watch(self, text: str, *, limit: int | None = None, count: bool | None = None) -> Watching:
        """Keeps a search open until its `close`."""
        return Watching(self._client, text, limit, count)

    def signal(self, conversation_id: ConversationId, doing: Doing) -> None:
        """Tells colleagues what this agent does there, and renews it until something else is said."""
        _LOOP.call(lambda: self._client.signal(conversation_id, doing))

    def refresh(self, token: str | Token) -> None:
        """Goes on with another token of the same agent. Raises `QueryRefused`."""
        _LOOP.run(self._client.refresh(token))

    def upload(
        self,
        file: FileSource,
        *,
        name: str | None = None,
        media_type: str | None = None,
        on_progress: Progress | None = None,
        resume: AttachmentId | None = None,
        timeout: float | None = None,
    ) -> Attachment:
        """Uploads a file, a path or bytes; given up after `timeout` seconds. Raises `Refused`, `TimeoutError`."""
        work = self._client.upload(file, name=name, media_type=media_type, on_progress=on_progress, resume=resume)
        return _LOOP.run(work, timeout)

    def events(self, *, events_max: int = EVENTS_MAX) -> Events:
        """Events from now on: `for event in client.events()`."""
        return Events(_LOOP.call(lambda: self._client.events(events_max=events_max)))

    def on_event(self, run: Callable[[Told], object]) -> Stop:
        """Calls `run` with each event, in the client's thread; it must not wait."""
        stop = _LOOP.call(lambda: self._client.on_event(run))
        return lambda: _LOOP.call(stop)
