"""What may change, by name, so that a screen hears only of what it shows."""

from collections.abc import Callable
from typing import Literal

from parloir.frames import View

TopicKind = Literal["directory", "counters", "online", "jobs", "queue", "row", "thread", "present", "contact"]
"""What kind of thing may change."""

Topic = tuple[TopicKind, str | View | None]
"""A thing that may change: its kind, and which one of several: an id, or the view of a queue."""

Touch = Callable[[Topic], None]
"""Takes note of a change."""
