"""A live shared inbox in Python.

One `Client` stands for one agent: it keeps one connection, comes back after any loss where it was, sends every command
once, and keeps the picture: queues, timelines, counters, who types. `parloir.sync` is the same for programs without an
event loop; `parloir.frames` has every command, query and event; `parloir.text` what all clients do with texts.
"""

from .client import Client
from .closes import CLOSE_CODES, CloseName, reconnects
from .errors import (
    ERROR_CODES,
    CommandRefused,
    Dropped,
    Ended,
    ErrorCode,
    ParloirError,
    QueryRefused,
    Refused,
)
from .frames import Event, Expected, UnknownEvent, View
from .given import Given
from .live import Cell, Live, Stop
from .options import IDLE_MAX, OPEN, VERSION
from .outbox import Entry, MemoryOutbox, OutboxStore
from .outbox_file import FileOutbox, OutboxBusy
from .rooms import Queue, Thread
from .screen import (
    AgentTotals,
    ContactValue,
    CountersValue,
    DirectoryValue,
    Load,
    PresentAgent,
    QueueValue,
    ThreadValue,
    Totals,
)
from .state import State, StateName
from .stream import EventStream, Gap, Told
from .token import Token, TokenProvider
from .uuid7 import uuid7
from .watch import Watching, WatchValue, fold_change

__version__ = VERSION

__all__ = [
    "CLOSE_CODES",
    "ERROR_CODES",
    "IDLE_MAX",
    "OPEN",
    "AgentTotals",
    "Cell",
    "Client",
    "CloseName",
    "CommandRefused",
    "ContactValue",
    "CountersValue",
    "DirectoryValue",
    "Dropped",
    "Ended",
    "Entry",
    "ErrorCode",
    "Event",
    "EventStream",
    "Expected",
    "FileOutbox",
    "Gap",
    "Given",
    "Live",
    "Load",
    "MemoryOutbox",
    "OutboxBusy",
    "OutboxStore",
    "ParloirError",
    "PresentAgent",
    "QueryRefused",
    "Queue",
    "QueueValue",
    "Refused",
    "State",
    "StateName",
    "Stop",
    "Thread",
    "ThreadValue",
    "Token",
    "TokenProvider",
    "Told",
    "Totals",
    "UnknownEvent",
    "View",
    "WatchValue",
    "Watching",
    "fold_change",
    "reconnects",
    "uuid7",
]
