"""How a request of an upload is carried: one HTTP connection, used again while it stands. It blocks its thread."""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, cast
from urllib.parse import urlsplit

_ANSWER_S = 30.0
"""For connecting, and for each step of sending and reading."""
_ANSWER_BYTES_MAX = 1 << 20


class Unanswered(Exception):
    """There was no answer: whether the request arrived is not known."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered; `body` is the JSON in it, when there is a map."""

    status: int
    body: dict[str, Any]
    headers: Mapping[str, str]


class Carrier:
    """Requests to one server, one after another."""

    def __init__(self, http: str, context: ssl.SSLContext | None) -> None:
        self._parts = urlsplit(http)
        self._context = context
        self._connection: HTTPConnection | None = None

    def carry(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answered:
        """Sends a request and reads its answer. Raises `Unanswered`."""
        connection = self._connection or self._connect()
        try:
            connection.request(method, f"{self._parts.path}{path}", body=body, headers=dict(headers))
            response = connection.getresponse()
            read = response.read(_ANSWER_BYTES_MAX)
        except (OSError, HTTPException) as error:
            self.close()
            raise Unanswered(f"{method} {path}: {error}") from error
        if response.will_close:
            self.close()
        lower = {name.lower(): value for name, value in response.getheaders()}
        return Answered(response.status, _map(read), lower)

    def close(self) -> None:
        """Lets go of the connection; the next request makes another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connect(self) -> HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            self._connection = HTTPSConnection(host, port, timeout=_ANSWER_S, context=self._context)
        else:
            self._connection = HTTPConnection(host, port, timeout=_ANSWER_S)
        return self._connection


def _map(read: bytes) -> dict[str, Any]:
    try:
        found = json.loads(read)
    except ValueError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
