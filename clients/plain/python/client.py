"""A client of Parloir in plain Python: it keeps the queue, comes back after a cut or a silence where it was, and sends
one message once. `pip install websockets`, then `python client.py URL TOKEN [CONVERSATION TEXT]`."""

import json, random, secrets, sys, time
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

url, token, *message = sys.argv[1:]
live, cursor, seq, rows, failures = url.replace("http", "ws", 1) + "/v1/live", None, 0, {}, 0
number = int(time.time() * 1000) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
uuid7 = "-".join(f"{number:032x}"[start:end] for start, end in [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)])
params = dict(zip(["conversation_id", "text"], message))
# Kept until it is answered, and sent again with the same id after a cut: it happens once.
unsent = message and {"type": "command", "command_id": uuid7, "name": "message.send", "params": params}

while True:
    goodbye, silent_ms = {"code": "lost", "reason": "no word", "retry_after_ms": 0}, 10_000
    try:
        with connect(live, subprotocols=["parloir.v1.json"], max_size=16 << 20, close_timeout=1) as socket:
            resume = {"resume": {"cursor": cursor}} if cursor else {}
            socket.send(json.dumps({"type": "hello", "token": token, "client": "plain-python/1.0", **resume}))
            while frame := json.loads(socket.recv(silent_ms / 1000)):
                match frame["type"]:
                    case "welcome":
                        print(json.dumps({"welcome": frame["seq"], "resumed": frame["resumed"]}), flush=True)
                        failures, offered = 0, frame["cursor"]
                        silent_ms = frame["limits"]["heartbeat_ms"] + frame["limits"]["pong_timeout_ms"]
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
                        seq, name, data = frame["seq"], frame["name"], frame["data"]
                        if header := data.get("conversation") or data.get("row", {}).get("conversation"):
                            row = rows.setdefault(header["conversation_id"], {"seq": 0})
                            row |= {"seq": seq, "conversation": header} if row["seq"] < seq else {}
                        if name == "conversation.left":
                            rows.pop(data["conversation_id"], None)
                        print(json.dumps({"event": seq, "name": name, "rows": len(rows), "data": data}), flush=True)
                    case "reply" if unsent and frame.get("command_id") == unsent["command_id"]:
                        print(json.dumps({"reply": frame.get("ok") or frame["error"]}), flush=True)
                        if frame.get("error", {}).get("temporary"):
                            break  # It is sent again on the next connection.
                        unsent = None
                    case "checkpoint" | "ping":
                        seq, cursor = max(seq, frame.get("seq", 0)), frame["cursor"] if cursor else None
                        socket.send('{"type":"pong"}')  # Any frame is a sign of life.
                    case "goodbye":
                        goodbye = frame
    except (OSError, ConnectionClosed, InvalidHandshake):
        pass  # A broken or silent connection says why in nothing but the goodbye before it.
    if "retry_after_ms" not in goodbye:
        sys.exit(f"{goodbye['code']}: {goodbye['reason']}")
    failures += 1
    time.sleep(max(random.uniform(0.5, min(10, 0.5 * 2**failures)), goodbye["retry_after_ms"] / 1000))
