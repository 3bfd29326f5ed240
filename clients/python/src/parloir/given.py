"""Commands that somebody here waits for, from being given to their answer.

It keeps them in the outbox first and hands them to whoever sends; it knows no socket.
"""

import asyncio
from collections.abc import Callable, Generator
from typing import Any

import msgspec

from .asks import Ask, Asks, too_large
from .errors import CommandRefused, Dropped, Ended, ParloirError, own_refusal
from .frames import AgentId, CommandFrame, CommandId, Done, ErrorBody, FrameError, MessageId
from .outbox import Entry, Outbox, OutboxStore
from .tell import LOGGER


class Given:
    """A command on its way. `await` it for the server's answer, a `Done`.

    It raises `CommandRefused`, `Ended` when the connection is over, or `Dropped` after `Client.drop`. To stop waiting
    does not take it back.
    """

    def __init__(self, command_id: CommandId) -> None:
        self.command_id = command_id
        """Its id, under which it happens once."""
        loop = asyncio.get_running_loop()
        self._done: asyncio.Future[Done] = loop.create_future()
        self._stored: asyncio.Future[None] = loop.create_future()
        for future in (self._done, self._stored):
            future.add_done_callback(_seen)

    @property
    def message_id(self) -> MessageId:
        """Of a `MessageSend`: the message's id, known before the answer."""
        return MessageId(f"msg_{self.command_id}")

    @property
    def is_done(self) -> bool:
        """Whether it was answered."""
        return self._done.done()

    async def stored(self) -> None:
        """Waits until it is in the outbox store: from then on it is sent even if this program is killed."""
        await asyncio.shield(self._stored)

    def __await__(self) -> Generator[Any, None, Done]:
        return asyncio.shield(self._done).__await__()

    def is_stored(self) -> None:
        """It is in the store."""
        if not self._stored.done():
            self._stored.set_result(None)

    def settle(self, outcome: Done | BaseException) -> None:
        """Its answer came, or none will."""
        if self._done.done():
            return
        if isinstance(outcome, BaseException):
            self._done.set_exception(outcome)
            if not self._stored.done():
                self._stored.set_exception(outcome)
        else:
            self.is_stored()
            self._done.set_result(outcome)


def _seen(future: "asyncio.Future[Any]") -> None:
    if not future.cancelled():
        future.exception()


class Commands:
    """Commands without an answer."""

    def __init__(
        self,
        store: OutboxStore,
        asks: Asks,
        written: Callable[[CommandFrame], int],
        stir: Callable[[], None],
        bytes_max: Callable[[], int],
    ) -> None:
        self.outbox = Outbox(store, self._carry)
        self._asks = asks
        self._written = written
        self._stir = stir
        self._bytes_max = bytes_max
        self._waiting: dict[CommandId, Given] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_waited_for(self) -> bool:
        """Whether a command of this run has no answer yet."""
        return len(self._waiting) > 0

    async def restore(self) -> None:
        """Reads what an earlier run left. Raises what the store does."""
        await self.outbox.restore()

    def welcomed(self, me: AgentId) -> None:
        """Who this client is: its own commands of an earlier run are sent."""
        for entry in self.outbox.welcomed(me):
            self._spawn(self._keep_again(entry))

    def give(self, entry: Entry) -> Given:
        """Keeps a command and has it sent until it is answered. One with the id of one that waits is that one."""
        known = self._waiting.get(entry.command_id)
        if known is not None:
            return known
        given = Given(entry.command_id)
        wrong = self._wrong(entry)
        if wrong is not None:
            given.settle(CommandRefused(wrong, entry.command_id))
        else:
            self._waiting[entry.command_id] = given
            self._stir()
            self._spawn(self._keep(entry, given))
        return given

    def drop(self, command_id: CommandId) -> None:
        """It is not wanted any more."""
        self._asks.drop(command_id)
        self._spawn(self._remove(command_id))
        self._settle(command_id, Dropped("the command was dropped before its answer"))

    def end(self, code: int, reason: str) -> None:
        """No answer will come any more; what was not answered stays in the store."""
        waiting, self._waiting = self._waiting, {}
        for given in waiting.values():
            given.settle(Ended(code, reason))

    async def close(self) -> None:
        """Waits for what is being written, then lets go of the store."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self.outbox.close()

    def _wrong(self, entry: Entry) -> ErrorBody | None:
        """Why a command cannot be kept."""
        if self.outbox.is_full:
            return own_refusal("busy", "too many commands wait for an answer")
        try:
            written, bytes_max = self._written(entry.frame()), self._bytes_max()
        except FrameError as error:
            return own_refusal("invalid_params", str(error))
        return too_large(written, bytes_max) if written > bytes_max else None

    async def _keep(self, entry: Entry, given: Given) -> None:
        try:
            await self.outbox.give(entry)
        except Exception as error:
            self._settle(entry.command_id, error)
        else:
            given.is_stored()

    def _carry(self, entry: Entry) -> None:
        """Sends an entry of the outbox until it is answered."""
        command_id = entry.command_id

        def done(ok: dict[str, Any]) -> None:
            self._spawn(self._remove(command_id))
            self._settle(command_id, _done(ok))

        def refused(error: ErrorBody) -> None:
            if command_id in self._waiting:
                self._spawn(self._remove(command_id))
            else:
                self.outbox.refused(command_id, error)
            self._settle(command_id, CommandRefused(error, command_id))

        def ended(code: int, reason: str) -> None:
            self._settle(command_id, Ended(code, reason))

        self._asks.push(Ask(command_id, entry.frame(), done, refused, ended))

    async def _keep_again(self, entry: Entry) -> None:
        """What could not be written again waits for a decision in the next run."""
        try:
            await self.outbox.put_again(entry)
        except Exception:
            LOGGER.exception("the outbox store did not take whose a command is")

    async def _remove(self, command_id: CommandId) -> None:
        """What could not be removed is sent again by the next run, and answered as before."""
        try:
            await self.outbox.remove(command_id)
        except Exception:
            LOGGER.exception("the outbox store kept a command that was answered")

    def _settle(self, command_id: CommandId, outcome: Done | BaseException) -> None:
        given = self._waiting.pop(command_id, None)
        if given is not None:
            given.settle(outcome)

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _done(ok: dict[str, Any]) -> Done | BaseException:
    try:
        return msgspec.convert(ok, Done)
    except msgspec.ValidationError as error:
        return ParloirError(f"the answer cannot be read: {error}")
