"""Agents at a rate of their own, driven by Locust against a demo server.

pip install 'parloir-client[locust]'
PARLOIR_DEMO=data/demo.json locust -f examples/locustfile.py --headless -u 5 -r 5 -t 30s
"""

import json
import os
from pathlib import Path

from locust import tag, task

from parloir.frames import QueuePage, View
from parloir.locust import OpenLoopAgent

DEMO = json.loads(Path(os.environ.get("PARLOIR_DEMO", "data/demo.json")).read_text("utf-8"))


class Agent(OpenLoopAgent):
    """Watches, claims, replies and closes, twice a second; now and then it looks through the queue."""

    host = DEMO["url"]
    tokens = tuple(agent["token"] for agent in DEMO["agents"] if agent["role"] in ("admin", "supervisor"))
    arrivals_per_second = float(os.environ.get("PARLOIR_RATE", "2"))

    @task(1)
    @tag("read")
    def look(self) -> None:
        """Reads a page of everything."""
        self.agent.query(QueuePage(view=View(order="activity"), limit=50))
