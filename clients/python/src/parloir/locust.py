"""A Locust user that is an agent, so that the load-testing harness that people have can drive Parloir.

It needs the extra `parloir-client[locust]`. Each command, query and open search is a request of Locust's, with its
response time and, when it is refused, the error's code as its failure. The client runs in a greenlet of its own: a user
that waits holds up no other.
"""

import itertools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar, TypeVar

import gevent
from gevent.pool import Pool
from locust import User, constant, task
from locust.env import Environment

from .errors import Ended, Refused
from .frames import (
    Command,
    ConversationClaim,
    ConversationClose,
    ConversationId,
    Done,
    MessageSend,
    Query,
    Row,
    View,
)
from .options import ConnectOptions
from .sync import Client, Watching

A = TypeVar("A")
T = TypeVar("T")

LIVE_S = 30.0
"""Until a user that is not live counts as a failure."""
ANSWER_S = 30.0
"""Until an answer that does not come counts as a failure; a command is sent all the same."""
OPEN = View(status="open")


class Failed(Exception):
    """Why a request failed, told apart by its code: the server's, or `ended`, `timeout`, `dropped`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __repr__(self) -> str:
        """What stands in Locust's table of failures."""
        return self.code


class TimedAgent:
    """A client whose calls are requests of Locust's.

    A call answers None when it was refused, which stands in Locust's statistics. `since` counts the response time from
    when the call was due, on the clock of `time.perf_counter`.
    """

    def __init__(self, environment: Environment, client: Client) -> None:
        self.client = client
        """The same without Locust."""
        self._environment = environment

    def command(self, command: Command, *, since: float | None = None, **options: Any) -> Done | None:
        """Does something once; a request `command` with the command's name."""
        return self._timed(
            "command", command.NAME, since, lambda: self.client.command(command, timeout=ANSWER_S, **options)
        )

    def query(self, query: Query[A], *, since: float | None = None, **options: Any) -> A | None:
        """Reads something; a request `query` with the query's name."""
        return self._timed("query", query.NAME, since, lambda: self.client.query(query, timeout=ANSWER_S, **options))

    def watch(self, text: str, *, limit: int | None = None) -> Watching | None:
        """Opens a search and waits for its first list; a request `watch`. Close it."""

        def opened() -> Watching:
            watching = self.client.watch(text, limit=limit)
            value = watching.until(lambda value: value.load.name != "loading", ANSWER_S)
            if value.load.error is not None:
                raise Refused(value.load.error)
            return watching

        return self._timed("watch", "search.conversations", None, opened)

    def live(self) -> bool:
        """Waits until live; a request `connect`."""
        return self._timed("connect", "live", None, lambda: self.client.live(LIVE_S) or True) is not None

    def failed(self, kind: str, name: str, code: str, response_ms: float) -> None:
        """Notes a request that was never made."""
        self._fire(kind, name, response_ms, Failed(code))

    def _timed(self, kind: str, name: str, since: float | None, run: Callable[[], T]) -> T | None:
        began = time.perf_counter() if since is None else since
        answer: T | None = None
        failure: Failed | None = None
        try:
            answer = run()
        except Refused as refused:
            failure = Failed(refused.code)
        except Ended:
            failure = Failed("ended")
        except TimeoutError:
            failure = Failed("timeout")
        self._fire(kind, name, (time.perf_counter() - began) * 1_000, failure)
        return answer

    def _fire(self, kind: str, name: str, response_ms: float, failure: Failed | None) -> None:
        fire: Callable[..., None] = self._environment.events.request.fire  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        fire(
            request_type=kind,
            name=name,
            response_time=response_ms,
            response_length=0,
            response=None,
            context={},
            exception=failure,
        )


class ParloirUser(User):
    """One agent per user: set `host` and `tokens`, write tasks with `self.agent`."""

    abstract = True
    tokens: ClassVar[Sequence[str]] = ()
    """Ways in; users take them in turn."""
    options: ClassVar[ConnectOptions] = {}
    """More for `parloir.Client.connect`."""
    _turn: ClassVar[Iterator[int]] = itertools.count()

    agent: TimedAgent
    """The client, timed; there from `on_start` on."""

    def token(self) -> str:
        """The way in of this user; override it to get tokens elsewhere."""
        if not self.tokens:
            raise ValueError(f"{type(self).__name__} has no tokens: set `tokens`, or override `token`")
        return self.tokens[next(self._turn) % len(self.tokens)]

    def on_start(self) -> None:
        """Connects and waits until live."""
        if self.host is None:
            raise ValueError("there is no host: give the server's address with --host")
        client = Client.connect(self.host, self.token(), **{"client": "locust/1.0", **self.options})
        environment: Environment = self.environment  # pyright: ignore[reportUnknownMemberType]
        self.agent = TimedAgent(environment, client)
        self.agent.live()

    def on_stop(self) -> None:
        """Leaves."""
        self.agent.client.close()


class OpenLoopAgent(ParloirUser):
    """An agent that works at a rate of its own, whether or not the server keeps up.

    Its works begin at random times, `arrivals_per_second` on average, and their response times count from when they
    were due: a server that falls behind shows, where a user that waits for each answer would go easy on it. What is due
    while `working_max` works are under way is a failed request `dropped`.
    """

    abstract = True
    wait_time = constant(0)
    arrivals_per_second: ClassVar[float] = 1.0
    working_max: ClassVar[int] = 32
    watched: ClassVar[str] = "a"
    """A search that each agent keeps open."""
    replies: ClassVar[Sequence[str]] = ("Bonjour, je regarde cela.", "C'est fait, bonne journée !")
    weights: ClassVar[dict[str, int]] = {"claim": 2, "reply": 6, "close": 1}
    """How often each of its works comes."""

    def on_start(self) -> None:
        """Connects, then watches."""
        super().on_start()
        self._pool = Pool(self.working_max)
        self._due = time.perf_counter()
        self._watching = self.agent.watch(self.watched, limit=20)

    def on_stop(self) -> None:
        """Lets what is under way come to its end, then leaves."""
        self._pool.join(timeout=ANSWER_S)
        if self._watching is not None:
            self._watching.close()
        super().on_stop()

    @task
    def arrive(self) -> None:
        """Waits for the next work to be due, and begins it."""
        self._due += random.expovariate(self.arrivals_per_second)
        gevent.sleep(max(0.0, self._due - time.perf_counter()))
        if self._pool.full():
            late_ms = (time.perf_counter() - self._due) * 1_000
            self.agent.failed("arrival", "work", "dropped", late_ms)
            return
        self._pool.spawn(self.work, self._due)

    def work(self, due: float) -> None:
        """One work in a conversation by chance; override it for another mix."""
        row = self.some_row()
        if row is None:
            return
        of = row.conversation.conversation_id
        name = random.choices(list(self.weights), list(self.weights.values()))[0]
        self.agent.command(self.command_named(name, of), since=due)

    def command_named(self, name: str, conversation_id: ConversationId) -> Command:
        """What a work does."""
        if name == "claim":
            return ConversationClaim(conversation_id=conversation_id)
        if name == "close":
            return ConversationClose(conversation_id=conversation_id)
        return MessageSend(conversation_id=conversation_id, text=random.choice(self.replies))

    def some_row(self) -> Row | None:
        """A conversation by chance, of those that are open and may be written to."""
        rows = [row for row in self.agent.client.queue(OPEN).value.rows if not row.opted_out]
        return random.choice(rows) if rows else None
