"""Prints what happens in a workspace, one line an event, until it is stopped.

python examples/listen.py http://127.0.0.1:8080 plr_…
"""

import asyncio
import sys

from parloir import Client, Gap, UnknownEvent
from parloir.frames import MessageReceived


async def main(url: str, token: str) -> None:
    async with Client.connect(url, token, client="listen/1.0") as client:
        events = client.events()
        client.state.subscribe(lambda state: print(f"-- {state.name}", flush=True))
        async for event in events:
            match event:
                case Gap(after=after, up_to=up_to):
                    print(f"-- what happened from {after} to {up_to} was missed", flush=True)
                case UnknownEvent(seq=seq, name=name):
                    print(f"{seq} {name} (of a newer server)", flush=True)
                case _ if isinstance(event.data, MessageReceived):
                    print(f"{event.seq} {event.name}: {event.data.message.text}", flush=True)
                case _:
                    print(f"{event.seq} {event.name}", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
