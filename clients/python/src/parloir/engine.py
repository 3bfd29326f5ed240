"""The parts of a client, joined: what each frame means to which of them. It is no part of what applications hold."""

import asyncio
from typing import Any

from .address import doors_of
from .asks import Ask
from .backoff import Backoff
from .board import Board
from .connection import Connection, Parts
from .errors import Ended, QueryRefused, own_refusal
from .filling import Filling
from .frames import (
    AgentId,
    Change,
    CommandFrame,
    Down,
    Epoch,
    ErrorBody,
    Event,
    Refresh,
    Reply,
    Reset,
    Seq,
    Snapshot,
    UnknownEvent,
    Up,
    View,
    Welcome,
    write_frame,
)
from .given import Commands
from .holds import Holds
from .options import Options
from .outbox import MemoryOutbox
from .signals import OwnSignals
from .store import Store
from .stream import Gap, Streams
from .tell import LOGGER
from .token import Token, Tokens
from .watch import Watches


class Engine:
    """One client's parts, on the event loop that runs."""

    def __init__(self, options: Options) -> None:
        doors = doors_of(options.url)
        self.http = doors.http
        """The beginning of every address of the server but the live one."""
        self.options = options
        self.store = Store(rows_max=options.rows_max)
        self.board = Board(self.store, asyncio.get_running_loop().call_soon)
        self.holds = Holds(options.idle_max)
        self._awaited = 0
        """Questions that an application waits for."""
        self.streams = Streams(lambda: self._awaited > 0 or self.commands.is_waited_for)
        self.tokens = Tokens(options.token)
        self.watches = Watches(self)
        self.connection = Connection(self._parts(doors.live))
        self.signals = OwnSignals(self.say, lambda: self.connection.limits)
        self.commands = Commands(
            MemoryOutbox() if options.outbox is None else options.outbox,
            self.connection.asks,
            self._written,
            self.streams.stir,
            lambda: self.connection.limits.frame_bytes_max,
        )
        self._filling = Filling(self.store, self)
        self._last_id = 0
        self._told: tuple[Epoch, Seq] | None = None
        """Up to where the application was told; None before the first snapshot."""
        self._reset_reason = "too_old"
        self._running: asyncio.Task[None] | None = None
        self._renewing: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connects, and comes back until `stop`."""
        self._running = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Ends the connection for good, and lets go of the outbox store once what is being written is there."""
        self.connection.leave()
        if self._running is not None:
            await asyncio.wait({self._running})
        await self.commands.close()
        if self._renewing is not None:
            self._renewing.cancel()

    def next_id(self) -> int:
        """A number for a question."""
        self._last_id += 1
        return self._last_id

    def push(self, ask: Ask) -> None:
        """Asks until it is answered."""
        self.connection.asks.push(ask)
        self.streams.stir()

    def drop_ask(self, key: int) -> None:
        """Nobody waits for a question any more."""
        self.connection.asks.drop(key)

    def say(self, frame: Up) -> None:
        """Sends what nobody answers; dropped when there is no connection. Raises a `FrameError`."""
        self.connection.say(frame)

    def page_rows(self) -> int:
        """The rows of a page without `limit`."""
        return self.connection.limits.page_rows

    def changed(self) -> None:
        """The store was folded into: what it lacks is asked for, and who follows it is told."""
        if self.connection.is_welcomed:
            self._filling.fill(self.connection.limits.page_rows_max)
        self.board.look()

    def ended(self) -> Ended | None:
        """The end of the connection, when it came to one."""
        state = self.connection.state.value
        return Ended(state.code or 0, state.reason or "") if state.name == "closed" else None

    async def asked(self, frame: Up, number: int) -> dict[str, Any]:
        """Asks and waits for the answer. Raises `QueryRefused`, or `Ended`."""
        over = self.ended()
        if over is not None:
            raise over
        if self.connection.asks.is_full:
            raise QueryRefused(own_refusal("busy", "too many questions wait"))
        answered: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

        def refused(error: ErrorBody) -> None:
            _fail(answered, QueryRefused(error))

        def done(ok: dict[str, Any]) -> None:
            if not answered.done():
                answered.set_result(ok)

        self._awaited += 1
        self.push(Ask(number, frame, done, refused, lambda code, reason: _fail(answered, Ended(code, reason))))
        try:
            return await answered
        finally:
            self._awaited -= 1
            self.drop_ask(number)

    async def refresh(self, token: Token) -> None:
        """Goes on with another token. Raises `QueryRefused`, or `Ended`."""
        number = self.next_id()
        await self.asked(Refresh(id=number, token=token.token), number)
        self.tokens.put(token)

    def _parts(self, url: str) -> Parts:
        options = self.options
        return Parts(
            url=url,
            client=options.client,
            codec=options.codec,
            tokens=self.tokens,
            backoff=Backoff(*options.backoff_ms),
            ssl=options.ssl,
            view=self._begin,
            frame=self._frame,
            has_room=lambda: self.streams.has_room,
            room=self.streams.room,
            lost=self.watches.lost,
            ended=self._ended,
        )

    def _written(self, frame: CommandFrame) -> int:
        return len(write_frame(self.options.codec, frame))

    async def _run(self) -> None:
        try:
            await self.commands.restore()
        except Exception as error:
            LOGGER.exception("the outbox store cannot be read")
            self.connection.fail(f"the outbox store cannot be read: {error}")
            return
        await self.connection.run()

    def _begin(self) -> View:
        self.store.begin(self.options.view)
        return self.options.view

    def _frame(self, frame: Down) -> None:
        match frame:
            case Event() | UnknownEvent():
                self.store.fold(frame)
                self.changed()
                self._told = None if self.store.epoch is None else (self.store.epoch, frame.seq)
                self.streams.put(frame)
            case Reply():
                self.connection.asks.answered(frame)
            case Change():
                self.watches.fold(frame)
            case _:
                self._state_frame(frame)

    def _state_frame(self, frame: Down) -> None:
        if isinstance(frame, Reset):
            self._reset_reason = frame.reason
        if isinstance(frame, Reset) or (isinstance(frame, Welcome) and not frame.resumed):
            self._filling.forget()
        self.store.fold(frame)
        if isinstance(frame, Welcome):
            self._welcomed(frame.agent.agent_id)
        elif isinstance(frame, Snapshot) and frame.last:
            self._began(frame.seq)
        self.changed()

    def _began(self, seq: Seq) -> None:
        """A snapshot is whole: what lies between it and what was told before is a gap."""
        epoch = self.store.epoch
        assert epoch is not None
        before, self._told = self._told, (epoch, seq)
        if before is not None and before != (epoch, seq):
            self.streams.put(Gap(after=before[1], up_to=seq, reason=self._reset_reason))

    def _welcomed(self, me: AgentId) -> None:
        self.commands.welcomed(me)
        self.signals.welcomed()
        self.tokens.before_end(self._renew_soon)

    def _renew_soon(self) -> None:
        self._renewing = asyncio.get_running_loop().create_task(self._renew())

    async def _renew(self) -> None:
        """Another token before the one in use ends. One that cannot be had is asked for at the next connection."""
        try:
            await self.refresh(await self.tokens.take())
        except Exception:
            LOGGER.warning("the token could not be renewed", exc_info=True)
            self.tokens.stop()
        else:
            self.tokens.before_end(self._renew_soon)

    def _ended(self, code: int, reason: str) -> None:
        self.signals.stop()
        self.connection.asks.end(code, reason)
        self.commands.end(code, reason)
        self.streams.end(reader_error(Ended(code, reason)))


def reader_error(ended: Ended) -> Ended | None:
    """What readers of events are told at the end; nothing when the application left."""
    return None if ended.code == 1000 else ended


def _fail(answered: "asyncio.Future[dict[str, Any]]", error: Exception) -> None:
    if not answered.done():
        answered.set_exception(error)
