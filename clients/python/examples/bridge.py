"""Carries messages between a workspace and another program, as lines of JSON.

    python examples/bridge.py http://127.0.0.1:8080 plr_… | other-program

Each message that comes in is a line on stdout: `{"seq", "conversation_id", "from", "text"}`. Each line on stdin,
`{"conversation_id", "text"}`, is sent, once, also when this program is killed meanwhile: see `bridge.outbox`. What
cannot be sent is a line on stdout with `error`. The position is kept nowhere: after a restart it begins with what
happens then; a program that must not miss a line reads `GET /v1/log`.
"""

import asyncio
import json
import sys
from typing import Any

from parloir import Client, CommandRefused, Event, FileOutbox, Gap
from parloir.frames import ConversationId, MessageReceived

LINE_BYTES_MAX = 1 << 20


def say(line: dict[str, Any]) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


async def outwards(client: Client) -> None:
    async for event in client.events():
        if isinstance(event, Gap):
            say({"error": "gap", "after": event.after, "up_to": event.up_to})
        elif isinstance(event, Event) and isinstance(event.data, MessageReceived):
            of = event.data.conversation.conversation_id
            row = client.conversation(of).value
            number = None if row is None or row.address is None else row.address.value
            say({"seq": event.seq, "conversation_id": of, "from": number, "text": event.data.message.text})


async def inwards(client: Client) -> None:
    reader = asyncio.StreamReader(limit=LINE_BYTES_MAX)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        wanted = json.loads(line)
        try:
            done = await client.send(ConversationId(wanted["conversation_id"]), wanted["text"])
            say({"sent": done.message_id, "seq": done.seq})
        except CommandRefused as refused:
            say({"error": refused.code, "conversation_id": wanted["conversation_id"]})


async def main(url: str, token: str, outbox: str = "bridge.outbox") -> None:
    async with Client.connect(url, token, client="bridge/1.0", outbox=FileOutbox(outbox)) as client:
        await client.live()
        telling = asyncio.create_task(outwards(client))
        await inwards(client)
        telling.cancel()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
