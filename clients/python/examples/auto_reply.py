"""Answers whoever writes in while nobody has the conversation, once each time it was opened.

python examples/auto_reply.py http://127.0.0.1:8080 plr_…
"""

import asyncio
import sys

from parloir import Client, CommandRefused, Event, Expected
from parloir.frames import ConversationId, MessageReceived, Seq

TEXT = "Merci pour votre message. Nous vous répondons dès que possible."
ANSWERED_MAX = 10_000
"""Conversations that are remembered; the first ones are forgotten."""


async def answer(client: Client, seq: Seq, received: MessageReceived, answered: dict[ConversationId, int]) -> None:
    header = received.conversation
    is_word = received.message.reaction is None and header.status == "open"
    of = header.conversation_id
    if not is_word or header.assignee is not None or answered.get(of) == header.episode or client.epoch is None:
        return
    answered[of] = header.episode
    if len(answered) > ANSWERED_MAX:
        del answered[next(iter(answered))]
    try:
        # Refused when a colleague wrote meanwhile: then there is nothing to say.
        await client.send(of, TEXT, expected=Expected(epoch=client.epoch, seq=seq))
    except CommandRefused as refused:
        print(f"{of}: {refused}", file=sys.stderr)


async def main(url: str, token: str) -> None:
    answered: dict[ConversationId, int] = {}
    async with Client.connect(url, token, client="auto_reply/1.0") as client:
        async for event in client.events():
            if isinstance(event, Event) and isinstance(event.data, MessageReceived):
                await answer(client, event.seq, event.data, answered)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
