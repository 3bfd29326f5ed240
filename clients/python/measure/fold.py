"""Events a second that one client reads and folds, with one full queue open.

    python measure/fold.py [events]

The frames are those of `clients/typescript/measure/fold.mjs`.
"""

import json
import sys
import time

import msgspec

from parloir.frames import (
    Address,
    ByContact,
    ChannelId,
    ConversationId,
    Event,
    GroupId,
    Header,
    Message,
    MessageId,
    MessageReceived,
    Row,
    Seq,
    Snapshot,
    Time,
    View,
    read_down,
    write_frame,
)
from parloir.store import Store

CONVERSATIONS = 5_000
AT = Time("2026-11-03T09:15:02.123Z")
CHANNEL = ChannelId(f"chn_0192f0c4-0000-7000-8000-{1:012}")
READ_EACH = 16
"""Events after which the queue is read, as a screen does."""


def header(number: int, seq: int) -> Header:
    return Header(
        conversation_id=ConversationId(f"cnv_0192f0c4-0000-7000-8000-{number:012}"),
        status="open",
        unread=True,
        group_id=GroupId(f"grp_0192f0c4-0000-7000-8000-{number % 8:012}"),
        activity_seq=Seq(seq),
        activity_at=AT,
        waiting_seq=Seq(seq),
        waiting_since=AT,
        episode=1,
    )


def received(seq: int) -> Event:
    message = Message(
        message_id=MessageId(f"msg_0192f0c4-0000-7000-8000-{seq:012}"),
        direction="inbound",
        text=f"Bonjour, où en est ma commande {seq} ?",
        attempt=0,
    )
    data = MessageReceived(conversation=header(seq % CONVERSATIONS, seq), message=message)
    return Event(seq=Seq(seq), at=AT, actor=ByContact(channel_id=CHANNEL), name=data.NAME, data=data)


def row(number: int) -> Row:
    return Row(
        seq=Seq(1),
        conversation=header(number, number + 1),
        channel_id=CHANNEL,
        address=Address(kind="e164", value=f"+3363998{number:04}"),
        opted_out=False,
    )


def measure(events: int, read_each: int) -> dict[str, float]:
    store, view = Store(), View(status="open")
    store.begin(view)
    rows = tuple(row(number) for number in range(CONVERSATIONS))
    store.fold(Snapshot(part=0, last=True, seq=Seq(CONVERSATIONS), rows=rows))
    frames = [write_frame("msgpack", received(CONVERSATIONS + 1 + at)) for at in range(events)]
    began, cpu = time.perf_counter(), time.process_time()
    for at, frame in enumerate(frames):
        store.fold(read_down("msgpack", frame))
        if at % read_each == 0:
            store.queue(view)
    seconds, used = time.perf_counter() - began, time.process_time() - cpu
    return {
        "events_per_second": round(events / seconds),
        "cpu_seconds_per_million": round(used / events * 1_000_000, 2),
    }


def main() -> None:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    figures = {
        "python": sys.version.split()[0],
        "msgspec": msgspec.__version__,
        "rows": CONVERSATIONS,
        f"queue read each {READ_EACH} events": measure(events, READ_EACH),
        "queue read each 1024 events": measure(events, 1_024),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
