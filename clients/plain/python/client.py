"""A client of Parloir in plain Python: `pip install websockets`, then `python client.py URL TOKEN [CONVERSATION TEXT]`.

It prints how long the queue is, then what happens; it comes back after a cut where it was, and sends one message once.
"""

import json, random, secrets, sys, time

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

url, token, *message = sys.argv[1:]
cursor, seq, rows, failures = None, 0, {}, 0
number = int(time.time() * 1000) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
uuid7 = "-".join(f"{number:032x}"[start:end] for start, end in [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)])
params = {"conversation_id": message[0], "text": message[1]} if message else None
# Kept until it is answered, and sent again with the same id after a cut: it happens once.
unsent = {"type": "command", "command_id": uuid7, "name": "message.send", "params": params} if message else None

while True:
    goodbye = {"code": "lost", "reason": "no word", "retry_after_ms": 0}
    try:
        live = url.replace("http", "ws", 1) + "/v1/live"
        with connect(live, subprotocols=["parloir.v1.json"], compression=None, max_size=16 << 20) as socket:
            resume = {"resume": {"cursor": cursor}} if cursor else {}
            socket.send(json.dumps({"type": "hello", "token": token, "client": "plain-python/1.0", **resume}))
            for frame in map(json.loads, socket):
                match frame["type"]:
                    case "welcome":
                        print(json.dumps({"welcome": frame["seq"], "resumed": frame["resumed"]}), flush=True)
                        failures, offered = 0, frame["cursor"]
                        if not frame["resumed"]:
                            cursor, seq, rows = None, 0, {}
                        if unsent:
                            socket.send(json.dumps(unsent))
                    case "snapshot":
                        rows |= {row["conversation"]["conversation_id"]: row for row in frame.get("rows", [])}
                        if frame["last"]:  # Half a snapshot is no place to resume from.
                            seq, cursor = frame["seq"], offered
                            print(json.dumps({"snapshot": seq, "rows": len(rows)}), flush=True)
                    case "event" if frame["seq"] > seq:
                        seq = frame["seq"]
                        print(json.dumps({"event": seq, "name": frame["name"], "data": frame["data"]}), flush=True)
                    case "reply" if unsent and frame.get("command_id") == unsent["command_id"]:
                        unsent = unsent if frame.get("error", {}).get("temporary") else None
                        print(json.dumps({"reply": frame.get("ok") or frame["error"]}), flush=True)
                    case "checkpoint":
                        seq, cursor = max(seq, frame["seq"]), frame["cursor"] if cursor else None
                    case "ping":
                        cursor = frame["cursor"] if cursor else None
                        socket.send('{"type":"pong"}')
                    case "goodbye":
                        goodbye = frame
    except (OSError, ConnectionClosed, InvalidHandshake):
        pass  # A broken connection says why in nothing but the goodbye before it.
    if "retry_after_ms" not in goodbye:
        sys.exit(f"{goodbye['code']}: {goodbye['reason']}")
    failures += 1
    pause = random.uniform(0.5, min(10, 0.5 * 2**failures))
    time.sleep(max(pause, goodbye["retry_after_ms"] / 1000))
