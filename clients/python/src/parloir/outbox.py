"""Commands that were given and not answered yet, kept so that each happens once.

Over reconnects in memory, and with a store that outlives the program over restarts as well. It knows no socket.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from msgspec.structs import replace

from .errors import own_refusal
from .frames import AgentId, CommandFrame, CommandId, ErrorBody, Expected, Time
from .frames.record import Record
from .live import Cell

ENTRIES_MAX = 1_000
"""Commands that may wait; one more is refused."""


class Entry(Record, frozen=True, kw_only=True):
    """A command as it is kept.

    `agent_id`: whose it is, nobody else's client sends it; None until the first welcome. `refused`: it is of an earlier
    run, the server refused it or nobody knows who gave it, and it waits for a decision: `Client.drop`, or giving it
    again with its id.
    """

    command_id: CommandId
    expected: Expected | None = None
    agent_id: AgentId | None = None
    given_at: Time
    name: str
    params: dict[str, Any]
    refused: ErrorBody | None = None

    def frame(self) -> CommandFrame:
        """As it is sent."""
        return CommandFrame(command_id=self.command_id, expected=self.expected, name=self.name, params=self.params)


class OutboxStore(Protocol):
    """Where entries are kept. `put` is waited for before the command is sent. What is called first happens first."""

    async def put(self, entry: Entry) -> None:
        """Keeps an entry, in the place of one with its id.

        It is there after a crash once this returns, where the store promises that.
        """
        ...

    async def remove(self, command_id: CommandId) -> None:
        """Lets go of an entry."""
        ...

    async def all(self) -> Sequence[Entry]:
        """Every entry, in the order in which they were put."""
        ...

    async def close(self) -> None:
        """Nothing more is asked of it."""
        ...


class MemoryOutbox:
    """Entries in memory: over reconnects, not over restarts."""

    def __init__(self) -> None:
        self._entries: dict[CommandId, Entry] = {}

    async def put(self, entry: Entry) -> None:
        """Keeps an entry."""
        self._entries[entry.command_id] = entry

    async def remove(self, command_id: CommandId) -> None:
        """Lets go of an entry."""
        self._entries.pop(command_id, None)

    async def all(self) -> Sequence[Entry]:
        """Every entry, in the order in which they were put."""
        return list(self._entries.values())

    async def close(self) -> None:
        """Nothing more is asked of it."""


class Outbox:
    """The entries of this run and of an earlier one, and which of them are carried."""

    def __init__(self, store: OutboxStore, carry: Callable[[Entry], None]) -> None:
        self.kept: Cell[tuple[Entry, ...]] = Cell(())
        """Commands without an answer, and those of an earlier run that were refused."""
        self._store = store
        self._carry = carry
        self._restored: list[Entry] = []
        """Entries of an earlier run: nobody waits for them here."""
        self._me: AgentId | None = None

    @property
    def is_full(self) -> bool:
        """Whether one more would be too many."""
        return len(self.kept.value) >= ENTRIES_MAX

    async def restore(self) -> None:
        """Reads what an earlier run left. It is carried once it is known who this client is."""
        known = {entry.command_id for entry in self.kept.value}
        self._restored = [entry for entry in await self._store.all() if entry.command_id not in known]
        self._take_restored()

    def welcomed(self, me: AgentId) -> list[Entry]:
        """Who this client is: its own entries are carried. What was given before has to be put again, with its name."""
        self._me = me
        named = [
            replace(entry, agent_id=me) if entry.agent_id is None and entry.refused is None else entry
            for entry in self.kept.value
        ]
        again = [one for one, before in zip(named, self.kept.value, strict=True) if one is not before]
        self.kept.put(tuple(named))
        self._take_restored()
        return again

    async def put_again(self, entry: Entry) -> None:
        """Keeps an entry in the place of the one with its id, unless that was answered. Raises what the store does."""
        if self._has(entry.command_id):
            await self._store.put(entry)

    async def give(self, entry: Entry) -> None:
        """Keeps a command, then carries it, unless it was dropped meanwhile. Raises what the store does."""
        own = entry if self._me is None else replace(entry, agent_id=self._me)
        self._forget(own.command_id)
        self.kept.put((*self.kept.value, own))
        try:
            await self._store.put(own)
        except BaseException:
            self._forget(own.command_id)
            raise
        if self._has(own.command_id):
            self._carry(own)
        else:
            await self._store.remove(own.command_id)

    async def remove(self, command_id: CommandId) -> None:
        """It was answered, or is not wanted any more."""
        self._forget(command_id)
        await self._store.remove(command_id)

    def refused(self, command_id: CommandId, error: ErrorBody) -> None:
        """An entry of an earlier run was refused: it stays for a decision."""
        marked = (
            replace(entry, refused=error) if entry.command_id == command_id else entry for entry in self.kept.value
        )
        self.kept.put(tuple(marked))

    async def close(self) -> None:
        """What was not answered stays in the store."""
        await self._store.close()

    def _take_restored(self) -> None:
        me = self._me
        if me is None or not self._restored:
            return
        own = [entry for entry in self._restored if entry.agent_id in (None, me)][:ENTRIES_MAX]
        self._restored = []
        nobodys = own_refusal("not_allowed", "nobody knows who gave it")
        shown = (replace(entry, refused=nobodys) if entry.agent_id is None else entry for entry in own)
        self.kept.put((*self.kept.value, *shown))
        for entry in own:
            if entry.agent_id is not None:
                self._carry(entry)

    def _has(self, command_id: CommandId) -> bool:
        return any(entry.command_id == command_id for entry in self.kept.value)

    def _forget(self, command_id: CommandId) -> None:
        self.kept.put(tuple(entry for entry in self.kept.value if entry.command_id != command_id))
