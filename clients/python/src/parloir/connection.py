"""The socket and its return: it connects, resumes, waits and comes back until it is told to stop.

It knows the place in the log and the rate, and nothing of what frames mean to a screen.
"""

import asyncio
import random
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.typing import Subprotocol

from .asks import Asks
from .backoff import Backoff
from .closes import ABNORMAL, NO_STATUS, NORMAL, UNREADABLE, close_code, reconnects
from .cursor import Position
from .frames import (
    Checkpoint,
    Codec,
    Cursor,
    Down,
    Event,
    FrameError,
    Goodbye,
    Hello,
    Limits,
    Ping,
    Pong,
    Reset,
    Resume,
    Seq,
    Snapshot,
    UnknownEvent,
    UnknownFrame,
    Up,
    View,
    Welcome,
    read_down,
    subprotocol,
    write_frame,
)
from .frames.codec import FRAME_BYTES_MAX
from .live import Cell
from .pace import Pace
from .state import State
from .tell import LOGGER
from .token import Tokens

_CONNECT_S = 10.0
"""From the first packet to `welcome`."""
_CLOSE_S = 1.0
"""For the other side's close frame, when this one leaves."""
_LOOK_S_MIN = 0.01
_LOOK_S_MAX = 1.0
"""Between two looks whether the server is silent."""
_TURNS = 64
"""Frames after which others on the event loop get their turn."""
_SAYINGS_MAX = 256
"""Frames without an answer that wait to be sent; the oldest go."""
_REFUSED_TOKEN = frozenset({4501, 4504})


@dataclass(frozen=True, slots=True)
class Parts:
    """What a connection is made of."""

    url: str
    client: str
    codec: Codec
    tokens: Tokens
    backoff: Backoff
    ssl: ssl.SSLContext | None
    view: Callable[[], View]
    """Whose first page the next snapshot is to bring."""
    frame: Callable[[Down], None]
    """A frame to be folded, in order; repeated events are left out."""
    has_room: Callable[[], bool]
    room: Callable[[], Awaitable[None]]
    """Waits until the application has room for another event."""
    lost: Callable[[], None]
    ended: Callable[[int, str], None]


class _Lost(Exception):
    """One socket is over, for a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Connection:
    """One agent's way to the server, over any number of sockets."""

    def __init__(self, parts: Parts) -> None:
        self.state: Cell[State] = Cell(State("connecting"))
        self.limits = Limits()
        self.asks = Asks(self._now, self.stir, self._written)
        self._parts = parts
        self._position = Position()
        self._socket: ClientConnection | None = None
        self._welcomed = False
        self._goodbye: Goodbye | None = None
        self._sayings: deque[bytes] = deque(maxlen=_SAYINGS_MAX)
        self._stirred = asyncio.Event()
        self._wake = asyncio.Event()
        self._leave = asyncio.Event()
        self._seen = 0.0
        self._renewed = False
        """Whether another token was tried since the last welcome."""

    @property
    def is_welcomed(self) -> bool:
        """Whether frames can be sent."""
        return self._welcomed

    @property
    def is_over(self) -> bool:
        """Whether it came to its end."""
        return self.state.value.name == "closed"

    @property
    def cursor(self) -> Cursor | None:
        """What the next connection resumes from."""
        return self._position.cursor

    def stir(self) -> None:
        """There may be something to send."""
        self._stirred.set()

    def say(self, frame: Up) -> None:
        """Sends what nobody answers; dropped when there is no connection. Raises a `FrameError`."""
        data = self._written(frame)
        if self._welcomed:
            self._sayings.append(data)
            self.stir()

    def retry(self) -> None:
        """Connects now instead of after the pause."""
        self._wake.set()

    def cut(self) -> None:
        """Drops the socket as a broken network would."""
        if self._socket is not None:
            self._socket.transport.abort()

    def leave(self) -> None:
        """Ends it for good; `run` then returns."""
        self._leave.set()

    def fail(self, reason: str) -> None:
        """It cannot begin."""
        self._end(UNREADABLE, reason)

    async def run(self) -> None:
        """Connects, and comes back until it is told to stop or coming back would not help."""
        leaving = asyncio.create_task(self._leave.wait())
        try:
            while not self.is_over:
                await self._turn(leaving)
        finally:
            leaving.cancel()

    async def _turn(self, leaving: "asyncio.Task[bool]") -> None:
        """One connection from its beginning to its end, and the pause after it."""
        name = "connecting" if self._position.cursor is None else "resuming"
        self.state.put(State(name))
        once = asyncio.create_task(self._once())
        await asyncio.wait({once, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if leaving.done():
            once.cancel()
            await asyncio.wait({once})
            self._end(NORMAL, "the client left")
            return
        lost = once.result()
        pause_ms = self._lost(lost.code, lost.reason)
        if pause_ms is not None:
            await self._pause(pause_ms, leaving)

    async def _pause(self, pause_ms: float, leaving: "asyncio.Task[bool]") -> None:
        self._wake.clear()
        woken = asyncio.create_task(self._wake.wait())
        await asyncio.wait({woken, leaving}, timeout=pause_ms / 1_000, return_when=asyncio.FIRST_COMPLETED)
        woken.cancel()
        if leaving.done():
            self._end(NORMAL, "the client left")

    async def _once(self) -> _Lost:
        """One connection; how it ended."""
        try:
            await self._parts.room()
            async with asyncio.timeout(_CONNECT_S) as deadline:
                socket = await self._connect()
                try:
                    await self._read(socket, deadline)
                finally:
                    await self._close(socket)
        except _Lost as lost:
            return lost
        except TimeoutError:
            return _Lost(ABNORMAL, "connecting took too long")
        except (OSError, InvalidHandshake, InvalidURI) as error:
            return _Lost(ABNORMAL, f"there is no way to the server: {error}")
        except ConnectionClosed as error:
            code = ABNORMAL if error.rcvd is None else error.rcvd.code
            return _Lost(code, "" if error.rcvd is None else error.rcvd.reason)
        except Exception as error:
            LOGGER.exception("this client failed")
            return _Lost(UNREADABLE, f"this client failed: {error!r}")
        raise AssertionError("a connection ends with a reason")

    async def _connect(self) -> ClientConnection:
        try:
            token = await self._parts.tokens.take()
        except Exception as error:
            raise _Lost(ABNORMAL, f"there is no token: {error}") from error
        options: dict[str, Any] = {} if self._parts.ssl is None else {"ssl": self._parts.ssl}
        socket = await connect(
            self._parts.url,
            subprotocols=[Subprotocol(subprotocol(self._parts.codec))],
            compression=None,
            max_size=FRAME_BYTES_MAX,
            open_timeout=None,
            ping_interval=None,
            close_timeout=_CLOSE_S,
            **options,
        )
        self._socket = socket
        cursor = self._position.cursor
        hello = Hello(
            token=token.token,
            client=self._parts.client,
            resume=None if cursor is None else Resume(cursor=cursor),
            view=self._parts.view(),
        )
        await self._write(socket, self._written(hello))
        return socket

    async def _read(self, socket: ClientConnection, deadline: asyncio.Timeout) -> None:
        """Reads until the connection ends; in turn with others, and never more than the application takes."""
        sender: asyncio.Task[None] | None = None
        watchdog = asyncio.create_task(self._watch(socket))
        turns = 0
        try:
            while True:
                data = await socket.recv(decode=False)
                self._seen = self._now()
                await self._frame(socket, data)
                if self._welcomed and sender is None:
                    deadline.reschedule(None)
                    sender = asyncio.create_task(self._send_all(socket))
                if not self._parts.has_room():
                    await self._parts.room()
                    self._seen = self._now()
                turns += 1
                if turns % _TURNS == 0:
                    await asyncio.sleep(0)
        except ConnectionClosed:
            if sender is not None and sender.done():
                sender.result()
            raise
        finally:
            self._welcomed = False
            for task in (sender, watchdog):
                if task is not None:
                    task.cancel()

    async def _frame(self, socket: ClientConnection, data: bytes) -> None:
        try:
            frame = read_down(self._parts.codec, data)
        except FrameError as error:
            raise _Lost(UNREADABLE, f"a frame cannot be read: {error}") from error
        if isinstance(frame, Ping):
            self._position.reached(frame.cursor)
            await self._write(socket, self._written(Pong()))
            return
        if not self._note(frame):
            return
        self._parts.frame(frame)
        if (isinstance(frame, Welcome) and frame.resumed) or (isinstance(frame, Snapshot) and frame.last):
            self.state.put(State("live"))

    def _note(self, frame: Down) -> bool:
        """What a frame means to the connection; whether it is to be folded."""
        match frame:
            case Event(seq=seq) | UnknownEvent(seq=seq):
                return self._position.advance(seq)
            case Welcome():
                self._welcome(frame)
            case Snapshot(last=True, seq=seq):
                self._position.snapshot(seq)
            case Checkpoint(cursor=cursor, seq=seq):
                self._position.reached(cursor, seq)
            case Reset():
                self._position.forget()
            case Goodbye():
                self._goodbye = frame
                return False
            case UnknownFrame():
                return False
            case _:
                return True
        return True

    def _welcome(self, welcome: Welcome) -> None:
        self._welcomed = True
        self._renewed = False
        self.limits = welcome.limits
        self.asks.in_flight_max = welcome.limits.in_flight_max
        self.asks.frame_bytes_max = welcome.limits.frame_bytes_max
        self._parts.backoff.reset()
        self._sayings.clear()
        if not welcome.resumed:
            self._position.offer(welcome.cursor, welcome.seq)

    async def _send_all(self, socket: ClientConnection) -> None:
        """Sends what waits, within the rate, until the connection ends."""
        pace = Pace(self.limits.frames_per_second, self.limits.frames_burst, self._now())
        try:
            while True:
                self._stirred.clear()
                data = self._sayings.popleft() if self._sayings else self.asks.take()
                if data is None:
                    await self._stir_or(self.asks.next_in())
                    continue
                wait = pace.take(self._now())
                if wait > 0:
                    await asyncio.sleep(wait)
                await self._write(socket, data)
        except ConnectionClosed:
            return
        except Exception:
            # Nothing is sent any more: whoever reads says so.
            socket.transport.abort()
            raise

    async def _stir_or(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stirred.wait()
        except TimeoutError:
            return

    async def _watch(self, socket: ClientConnection) -> None:
        """Leaves a server that says nothing."""
        self._seen = self._now()
        while True:
            silent_s = (self.limits.heartbeat_ms + self.limits.pong_timeout_ms) / 1_000
            left = self._seen + silent_s - self._now()
            if left <= 0 and self._parts.has_room():
                socket.transport.abort()
                return
            await asyncio.sleep(min(max(left, _LOOK_S_MIN), _LOOK_S_MAX))

    def _written(self, frame: Up) -> bytes:
        return write_frame(self._parts.codec, frame)

    async def _write(self, socket: ClientConnection, data: bytes) -> None:
        await socket.send(data, text=self._parts.codec == "json")

    async def _close(self, socket: ClientConnection) -> None:
        self._socket = None
        leaves = self._leave.is_set()
        if not leaves:
            socket.transport.abort()
            return
        await socket.close(NORMAL)

    def _lost(self, code: int, reason: str) -> float | None:
        """What follows the loss: the pause in milliseconds, or the end."""
        goodbye, self._goodbye = self._goodbye, None
        named = _named(code, goodbye)
        why = goodbye.reason if goodbye is not None else reason or "the connection was lost"
        after_ms = 0 if goodbye is None else goodbye.retry_after_ms or 0
        self._parts.tokens.stop()
        renews = named in _REFUSED_TOKEN and self._parts.tokens.provided and not self._renewed
        if not renews and not reconnects(named):
            self._end(named, why)
            return None
        self._renewed = self._renewed or renews
        self.asks.lost()
        self._parts.lost()
        pause_ms = max(after_ms, self._parts.backoff.pause_ms(random.random()))
        self.state.put(State("offline", reason=why, retry_ms=pause_ms))
        return pause_ms

    def _end(self, code: int, reason: str) -> None:
        self._parts.tokens.stop()
        self.state.put(State("closed", reason=reason, code=code))
        self._parts.ended(code, reason)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    @property
    def seq(self) -> Seq:
        """Everything visible up to here was told."""
        return self._position.seq


def _named(code: int, goodbye: Goodbye | None) -> int:
    """A connection that broke right after `goodbye` ended for the reason given there."""
    plain = ABNORMAL if code in (NORMAL, NO_STATUS) else code
    said = None if goodbye is None else close_code(goodbye.code)
    return said if plain == ABNORMAL and said is not None else plain
