"""What tests share: one demo server for those that need no server of their own."""

from collections.abc import Iterator

import pytest
from server import BINARY, Server, demo


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The demo. Tests are left out where there is no binary; `.ci/python.sh` sees to it that there is one."""
    if not BINARY.exists():
        pytest.skip(f"there is no server at {BINARY}")
    with demo() as running:
        yield running


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A demo that a test may kill."""
    if not BINARY.exists():
        pytest.skip(f"there is no server at {BINARY}")
    with demo() as running:
        yield running
