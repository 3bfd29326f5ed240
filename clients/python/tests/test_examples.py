"""The examples, run as anybody would run them, against the real server."""

import csv
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from fixtures import ROOT
from server import DEADLINE_S, Server

from parloir import Event
from parloir.frames import ConversationClose, ConversationTimeline, MessageItem, MessageQueued, SearchConversations
from parloir.sync import Client, Events

PYTHON = ROOT / "clients/python"


class Program:
    """A running example, whose lines are read as they come."""

    def __init__(self, name: str, *arguments: str, cwd: Path = PYTHON) -> None:
        command = [sys.executable, str(PYTHON / "examples" / name), *arguments]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cwd
        )
        self.lines: Queue[str] = Queue(10_000)
        threading.Thread(target=self._read, daemon=True).start()

    def until(self, wanted: str) -> str:
        seen: list[str] = []
        while True:
            try:
                seen.append(self.lines.get(timeout=DEADLINE_S))
            except Exception as error:
                raise AssertionError(f"no {wanted!r} in {seen}") from error
            if wanted in seen[-1]:
                return seen[-1]

    def say(self, line: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()

    def __enter__(self) -> "Program":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))


def test_listen(server: Server) -> None:
    with Program("listen.py", server.url, server.token(0)) as listen:
        listen.until("-- live")
        server.customer("+33639981301", "Vous m'entendez ?")
        assert "message.received" in listen.until("Vous m'entendez ?")


def test_auto_reply(server: Server) -> None:
    with Client.connect(server.url, server.token(0)) as lea, Program("auto_reply.py", server.url, server.token(1)):
        lea.live(DEADLINE_S)
        events = lea.events()
        # Until the example is live nobody hears the customer, so somebody writes again and again.
        for number in range(30):
            server.customer(f"+336399815{number:02}", "Il y a quelqu'un ?")
            if answers(events):
                return
        raise AssertionError("nobody was answered")


def answers(events: Events) -> bool:
    """Whether an answer is among what happens now."""
    try:
        while True:
            event = events.next(1)
            if isinstance(event, Event) and isinstance(event.data, MessageQueued):
                return (event.data.message.text or "").startswith("Merci pour votre message")
    except TimeoutError:
        return False


def test_import_contacts(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(["number", "name", "tags", "city"])
        writer.writerows([f"06 39 98 14 {at:02}", f"Importée Nº{at}", "vip; csv", "Lyon"] for at in range(60))
        writer.writerow(["pas un numéro", "Personne", "", ""])
    with Program("import_contacts.py", server.url, server.token(0), str(file)) as importing:
        importing.until("60 saved, 1 refused")
    with Client.connect(server.url, server.token(0)) as lea:
        lea.live(DEADLINE_S)
        found = lea.query(
            SearchConversations(text="importée tag:csv prop:city=lyon", count=True),
            at_least=lea.seq,
            timeout=DEADLINE_S,
        )
        assert found.total is not None
        assert found.total.count == 60


def test_bridge(server: Server, tmp_path: Path) -> None:
    outbox = str(tmp_path / "bridge.outbox")
    with (
        Client.connect(server.url, server.token(0)) as lea,
        Program("bridge.py", server.url, server.token(0), outbox) as bridge,
    ):
        lea.live(DEADLINE_S)
        of = lea.queue().value.rows[0].conversation.conversation_id
        bridge.say({"conversation_id": of, "text": "D'un autre programme"})
        bridge.until('"sent"')
        bridge.say({"conversation_id": "cnv_0192f0c4-0102-7000-8000-000000000004", "text": "x"})
        bridge.until("conversation_not_found")
        server.customer("+33639981303", "Vers un autre programme")
        told = json.loads(bridge.until("Vers un autre programme"))
        assert told["text"] == "Vers un autre programme"
        page = lea.query(ConversationTimeline(conversation_id=of), timeout=DEADLINE_S)
        texts = [line.item.message.text for line in page.items if isinstance(line.item, MessageItem)]
        assert texts.count("D'un autre programme") == 1
        lea.command(ConversationClose(conversation_id=of), timeout=DEADLINE_S)


def test_locustfile(server: Server, tmp_path: Path) -> None:
    demo = tmp_path / "demo.json"
    demo.write_text(json.dumps(server.demo), "utf-8")
    command = [
        *(sys.executable, "-m", "locust", "-f", str(PYTHON / "examples/locustfile.py")),
        *("--headless", "-u", "4", "-r", "4", "-t", "6s", "--csv", str(tmp_path / "out"), "--only-summary"),
    ]
    environment = {**os.environ, "PARLOIR_DEMO": str(demo), "PARLOIR_RATE": "10"}
    found = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=90, check=False
    )
    with (tmp_path / "out_stats.csv").open(encoding="utf-8") as file:
        stats = {(line["Type"], line["Name"]): line for line in csv.DictReader(file)}
    counts = {key: int(line["Request Count"]) for key, line in stats.items()}
    assert counts["connect", "live"] == 4, found.stderr
    assert counts["watch", "search.conversations"] == 4
    assert counts["command", "message.send"] > 20
    assert counts["command", "conversation.claim"] > 0
    assert counts["command", "conversation.close"] > 0
    assert float(stats["command", "message.send"]["Average Response Time"]) < 5_000
    with (tmp_path / "out_failures.csv").open(encoding="utf-8") as file:
        failures = {line["Error"] for line in csv.DictReader(file)}
    assert "already_claimed" in failures
    assert failures <= {"already_claimed", "opted_out", "window_closed"}
    assert counts["query", "queue.page"] > 0


@pytest.mark.parametrize("name", sorted(path.name for path in (PYTHON / "examples").glob("*.py")))
def test_every_example_is_run_here(name: str) -> None:
    assert f"test_{name.removesuffix('.py')}" in globals()
