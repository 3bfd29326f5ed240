"""Time to live after a gap: how long a client takes to be where the others are.

    python measure/gap.py http://127.0.0.1:8080 plr_… [events]

Against a running demo. One client loses its connection, another makes so many events, the first one comes back.
"""

import asyncio
import json
import sys
import time

from parloir import Client
from parloir.frames import ConversationMarkRead, ConversationMarkUnread

TIMES = 5


async def make(client: Client, events: int) -> None:
    """Makes events in one conversation: its mark is set and cleared."""
    row = client.queue().value.rows[0]
    of = row.conversation.conversation_id
    target = client.seq + events
    while client.seq < target:
        given = [client.give(ConversationMarkUnread(conversation_id=of))]
        given.append(client.give(ConversationMarkRead(conversation_id=of, up_to=client.seq)))
        for one in given:
            await one


async def once(url: str, token: str, events: int) -> tuple[float, int]:
    """The milliseconds from connecting to being live with everything folded, and the events that were missed."""
    async with Client.connect(url, token, backoff_ms=(600_000, 600_000)) as lost, Client.connect(url, token) as other:
        await lost.live(10)
        await other.live(10)
        await asyncio.sleep(1.2)
        lost.cut()
        await lost.state.until(lambda state: state.name == "offline")
        before = lost.seq
        await make(other, events)
        began = time.perf_counter()
        lost.retry()
        await lost.live(10)
        while lost.seq < other.seq:  # noqa: ASYNC110
            await asyncio.sleep(0)
        return (time.perf_counter() - began) * 1_000, lost.seq - before


async def main(url: str, token: str, events: str = "1000") -> None:
    took = [await once(url, token, int(events)) for _ in range(TIMES)]
    times = sorted(round(ms, 1) for ms, _ in took)
    print(json.dumps({"missed": [missed for _, missed in took], "ms": times, "median_ms": times[TIMES // 2]}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
