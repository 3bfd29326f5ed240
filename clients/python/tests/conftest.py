"""What tests share: one demo server for those that need no server of their own."""

from collections.abc import Iterator

import pytest
from server import Server, demo


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The demo."""
    with demo() as running:
        yield running


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A demo that a test may kill."""
    with demo() as running:
        yield running
