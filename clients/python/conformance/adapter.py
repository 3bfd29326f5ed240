"""The Python client behind the conformance harness: one JSON request a line on stdin, one answer a line on stdout.

It decides nothing of its own: each request is one call of the client, and the runner judges the answer.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from texts import TEXTS

from parloir import CLOSE_CODES, ERROR_CODES, Client, Ended, FileOutbox, Gap, Given, Refused, Watching, reconnects
from parloir.frames import (
    FrameError,
    UnknownEvent,
    UnknownFrame,
    View,
    read_document,
    read_down,
    write_frame,
)
from parloir.options import VERSION
from parloir.store import ROWS_MAX
from parloir.strict import UpError, read_up

EVENTS_MAX = 20_000
"""Events that are kept between two `events` requests."""
LINE_BYTES_MAX = 64 << 20
BACKOFF_MS = (50, 500)
LOOK_S = 0.005

Request = dict[str, Any]
Answer = dict[str, Any]


class Refusal(Exception):
    """What a request is answered with instead of `ok`."""

    def __init__(self, code: str, message: str, details: Any = None) -> None:
        super().__init__(message)
        self.body = {"code": code, "message": message, **({"details": details} if details else {})}


class Seat:
    """One client with what the runner asked it to keep."""

    def __init__(self, client: Client, view: View, *, slow: bool) -> None:
        self.client = client
        self.queue = client.queue(view)
        self.queue.subscribe(lambda _: None)
        self.reads = asyncio.Event()
        if not slow:
            self.reads.set()
        self.given: dict[str, Given] = {}
        self.watches: dict[int, Watching] = {}
        self.told: list[Answer] = []
        self.dropped = 0
        self.stream = client.events()
        self.reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            await self.reads.wait()
            async for told in self.stream:
                is_gap = isinstance(told, Gap)
                self.told.append({"gap": True} if is_gap else {"seq": told.seq, "name": told.name})
                self.dropped += max(0, len(self.told) - EVENTS_MAX)
                del self.told[:-EVENTS_MAX]
        except Ended:
            return

    async def close(self) -> None:
        await self.client.close()
        self.reading.cancel()


class Adapter:
    """All clients by name, and what can be asked of them."""

    def __init__(self) -> None:
        self.seats: dict[str, Seat] = {}

    def seat(self, request: Request) -> Seat:
        found = self.seats.get(request.get("client", ""))
        if found is None:
            raise Refusal("unknown_client", f"there is no client {request.get('client')!r}")
        return found

    async def about(self, _: Request) -> Answer:
        return {"sdk": "python", "version": VERSION, "protocol": 1}

    async def connect(self, request: Request) -> Answer:
        tokens = list(request["tokens"])

        def token() -> str:
            return str(tokens.pop(0) if len(tokens) > 1 else tokens[0])

        before = self.seats.pop(request["client"], None)
        if before is not None:
            await before.close()
        view = msgspec.convert(request.get("view") or {"status": "open", "order": "activity"}, View)
        client = Client.connect(
            request["url"],
            token,
            client=f"conformance-python/{VERSION}",
            codec=request.get("codec") or "msgpack",
            view=view,
            outbox=None if request.get("outbox") is None else FileOutbox(request["outbox"]),
            backoff_ms=BACKOFF_MS,
            rows_max=request.get("rows") or ROWS_MAX,
        )
        self.seats[request["client"]] = Seat(client, view, slow=bool(request.get("slow")))
        return {}

    async def state(self, request: Request) -> Answer:
        state = self.seat(request).client.state.value
        return {"state": state.name, **({} if state.code is None else {"code": state.code})}

    async def await_state(self, request: Request) -> Answer:
        seat = self.seat(request)
        async with within(request, lambda: f"the state is {seat.client.state.value}"):
            await seat.client.state.until(lambda state: state.name == request["state"])
        return {**await self.state(request), "state": request["state"]}

    async def await_seq(self, request: Request) -> Answer:
        client = self.seat(request).client
        await look(request, lambda: client.seq >= request["seq"], lambda: f"folded up to {client.seq}")
        return {"seq": client.seq, "epoch": client.epoch}

    async def await_unsent(self, request: Request) -> Answer:
        outbox = self.seat(request).client.outbox
        await look(request, lambda: len(outbox.value) == request["count"], lambda: f"{len(outbox.value)} wait")
        return {}

    async def command(self, request: Request) -> Answer:
        seat = self.seat(request)
        given = seat.client.give_raw(
            request["name"],
            request.get("params") or {},
            expected=seat.client.expected() if request.get("expected") else None,
            command_id=request.get("command_id"),
        )
        if request.get("wait", True):
            return await settled(given)
        seat.given[given.command_id] = given
        await given.stored()
        return {"command_id": given.command_id}

    async def settled(self, request: Request) -> Answer:
        given = self.seat(request).given.get(request["command_id"])
        if given is None:
            raise Refusal("unknown_command_id", f"nobody gave {request['command_id']} here")
        async with within(request, lambda: "there is no answer"):
            return await settled(given)

    async def query(self, request: Request) -> Answer:
        client = self.seat(request).client
        return await client.query_raw(request["name"], request.get("params") or {}, at_least=request.get("at_least"))

    async def watch(self, request: Request) -> Answer:
        seat = self.seat(request)
        params: Request = request.get("params") or {}
        watching = seat.client.watch(params["text"], limit=params.get("limit"), count=params.get("count"))
        value = await watching.until(lambda value: value.load.name != "loading")
        if value.load.error is not None:
            raise Refusal(value.load.error.code, value.load.error.message, value.load.error.details)
        number = len(seat.watches) + 1
        seat.watches[number] = watching
        return {"watch": number}

    async def hits(self, request: Request) -> Answer:
        value = self.seat(request).watches[request["watch"]].value
        if value.load.error is not None:
            raise Refusal(value.load.error.code, value.load.error.message, value.load.error.details)
        counted = {} if value.total is None else {"counted": msgspec.to_builtins(value.total)}
        return {"ids": [hit.hit_id for hit in value.hits], **counted}

    async def await_hits(self, request: Request) -> Answer:
        watching = self.seat(request).watches[request["watch"]]

        def ids() -> list[Any]:
            return [hit.hit_id for hit in watching.value.hits]

        def is_there() -> bool:
            return watching.value.load.name == "refused" or (
                watching.value.load.name == "ready" and ids() == request["ids"]
            )

        await look(request, is_there, lambda: f"the hits are {ids()}")
        return await self.hits(request)

    async def signal(self, request: Request) -> Answer:
        self.seat(request).client.signal(request["conversation_id"], request["doing"])
        return {}

    async def await_signal(self, request: Request) -> Answer:
        present = self.seat(request).client.present(request["conversation_id"])

        def doing() -> str | None:
            return next((one.doing for one in present.value if one.agent_id == request["agent_id"]), None)

        await look(request, lambda: doing() == request["doing"], lambda: f"it is {doing()}")
        return {}

    async def store(self, request: Request) -> Answer:
        seat = self.seat(request)
        store, directory = seat.client.store, seat.client.directory.value
        timelines = {one: list(store.thread(one).lines) for one in store.threads()}
        picture = {
            "epoch": store.epoch,
            "seq": store.seq,
            "me": directory.me,
            "rows": list(seat.queue.value.rows),
            "counters": {one.group_id: one for one in store.tallies.by_group()},
            "agents": dict(directory.agents),
            "groups": dict(directory.groups),
            "channels": dict(directory.channels),
            "timelines": timelines,
        }
        return msgspec.to_builtins(picture)

    async def timeline(self, request: Request) -> Answer:
        thread = self.seat(request).client.thread(request["conversation_id"])
        known = request["conversation_id"] in self.seat(request).client.store.threads()
        if not known:
            thread.subscribe(lambda _: None)
        value = await thread.until(lambda value: value.load.name != "loading")
        if value.load.error is not None:
            raise Refusal(value.load.error.code, value.load.error.message, value.load.error.details)
        if request.get("earlier"):
            await thread.more()
        return {"items": len(thread.value.lines)}

    async def events(self, request: Request) -> Answer:
        seat = self.seat(request)
        told, seat.told = seat.told, []
        dropped, seat.dropped = seat.dropped, 0
        return {"events": told, "dropped": dropped}

    async def resume_reading(self, request: Request) -> Answer:
        self.seat(request).reads.set()
        return {}

    async def upload(self, request: Request) -> Answer:
        client, cancel_at, told = self.seat(request).client, request.get("cancel_at"), 0
        uploading: asyncio.Task[Any]

        def progress(sent: int, _: int) -> None:
            nonlocal told
            told += 1
            if cancel_at is not None and sent >= cancel_at:
                uploading.cancel()

        uploading = asyncio.create_task(client.upload(request["path"], name=request.get("name"), on_progress=progress))
        await asyncio.wait({uploading})
        if uploading.cancelled():
            raise Refusal("cancelled", "the upload was given up")
        return {"attachment_id": uploading.result().attachment_id, "progress": told}

    async def decode(self, request: Request) -> Answer:
        data, codec = bytes.fromhex(request["hex"]), request["codec"]
        try:
            frame: Any = read_up(codec, data) if request["direction"] == "up" else read_down(codec, data)
        except UpError as error:
            raise Refusal(error.code, str(error), error.to) from error
        except FrameError as error:
            raise Refusal("bad_frame", str(error)) from error
        if isinstance(frame, UnknownFrame | UnknownEvent):
            return {"document": read_document(codec, data)}
        return {"document": msgspec.to_builtins(frame)}

    async def encode(self, request: Request) -> Answer:
        written = json.dumps(request["document"], ensure_ascii=False).encode()
        try:
            frame = (read_up if request["direction"] == "up" else read_down)("json", written)
        except (UpError, FrameError) as error:
            raise Refusal("bad_frame", str(error)) from error
        return {"hex": write_frame(request["codec"], frame).hex()}

    async def constants(self, _: Request) -> Answer:
        closes = {str(code): reconnects(code) for code in CLOSE_CODES.values()}
        return {"errors": dict(ERROR_CODES), "closes": closes}

    async def close(self, request: Request) -> Answer:
        seat = self.seat(request)
        del self.seats[request["client"]]
        await seat.close()
        return {}

    async def end(self) -> None:
        for seat in self.seats.values():
            await seat.close()


async def settled(given: Given) -> Answer:
    done = await given
    return {"command_id": given.command_id, "replayed": False, **msgspec.to_builtins(done)}


class within:  # noqa: N801
    """A deadline, with what is so when it passes."""

    def __init__(self, request: Request, so: Callable[[], str]) -> None:
        self._timeout = asyncio.timeout(request["within_ms"] / 1_000)
        self._so = so

    async def __aenter__(self) -> None:
        await self._timeout.__aenter__()

    async def __aexit__(self, *raised: Any) -> None:
        try:
            await self._timeout.__aexit__(*raised)
        except TimeoutError:
            raise Refusal("timeout", self._so()) from None


async def look(request: Request, test: Callable[[], bool], so: Callable[[], str]) -> None:
    """Waits for what is true, with a deadline."""
    end = time.monotonic() + request["within_ms"] / 1_000
    while not test():
        if time.monotonic() > end:
            raise Refusal("timeout", so())
        await asyncio.sleep(LOOK_S)


async def answered(adapter: Adapter, request: Request) -> Answer:
    """A request's answer, whatever becomes of it."""
    number, do = request.get("id"), str(request.get("do"))
    try:
        text = TEXTS.get(do)
        if text is not None:
            return {"id": number, "ok": text(request)}
        run: Callable[[Request], Awaitable[Answer]] | None = getattr(adapter, do, None) if do in ASKED else None
        if run is None:
            raise Refusal("unsupported", f"{do!r} is not known")
        return {"id": number, "ok": await run(request)}
    except Refusal as refusal:
        return {"id": number, "error": refusal.body}
    except Refused as refused:
        return {"id": number, "error": msgspec.to_builtins(refused.body)}
    except Ended as ended:
        return {"id": number, "error": {"code": "ended", "message": str(ended)}}
    except Exception as error:
        return {"id": number, "error": {"code": "failed", "message": repr(error)}}


ASKED = frozenset(name for name in vars(Adapter) if not name.startswith("_") and name not in ("seat", "end"))
"""What can be asked, by name."""


async def main() -> None:
    """Answers each request as it finishes, until stdin ends."""
    adapter, tasks = Adapter(), set[asyncio.Task[None]]()
    reader = asyncio.StreamReader(limit=LINE_BYTES_MAX)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def one(request: Request) -> None:
        answer = await answered(adapter, request)
        sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
        sys.stdout.buffer.flush()

    while line := await reader.readline():
        if line.strip():
            task = loop.create_task(one(json.loads(line)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
    await adapter.end()


if __name__ == "__main__":
    asyncio.run(main())
