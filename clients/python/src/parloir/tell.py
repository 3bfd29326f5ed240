"""Calls what an application handed over: what it raises is written to the log and stops nothing here."""

import logging
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LOGGER = logging.getLogger("parloir")
"""Where this client writes what goes wrong in somebody else's code."""


def tell(run: Callable[[T], object], value: T) -> None:
    """Calls `run` with the value."""
    try:
        run(value)
    except Exception:
        LOGGER.exception("a subscriber failed")
